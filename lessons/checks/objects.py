"""Checks of objects: fields, numbers of things, things that are gone, things that are still the scene's own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lessons import oddities
from lessons.checks.comparing import compare, shown
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.paths import follow
from lessons.checks.view import NAMESPACE, View, is_ready
from lessons.origins import wish
from simulator.machinery.objects import Object


def object_field(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{object: Kind/ns/name, path: .spec.replicas, equals: 3}`; without `path`: the object is there."""
    reference = declared["object"]
    obj = view.find(reference)
    if obj is None:
        return missing(view, reference)
    if "path" not in declared:
        return MET
    path = declared["path"]
    value = follow(obj, path)
    holds, wanted = compare(value, declared)
    if holds:
        return MET
    expected = {language: f"{path}: {text}" for language, text in wanted.items()}
    return unmet(expected, shown(value), f"{spoken(view, reference)} {path}")


def missing(view: View, reference: str) -> Finding:
    kind, namespace, name = view.split(reference)
    where = both(f" in namespace {namespace}", f"{namespace} 네임스페이스에 ") if namespace else both("", "")
    return unmet(
        both(f"{kind} {name} exists", f"{kind} {name} 있음"),
        both(f"no {kind} of that name{where['en']}", f"{where['ko']}그런 이름의 {kind} 없음"),
        spoken(view, reference),
    )


def spoken(view: View, reference: str) -> str:
    """A reference as findings show it: `Pod default/web`."""
    kind, namespace, name = view.split(reference)
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def count(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{count: Pod, namespace: ns, labels: {app: web}, only_ready: true, equals: 3}`; `where: {path: …, equals: …}`
    (or several of them) counts those of which it holds; the namespace `""` is all of them."""
    kind, namespace = declared["count"], declared.get("namespace", NAMESPACE)
    found = counted(view, declared)
    holds, wanted = compare(len(found), declared)
    if holds:
        return MET
    labels = ",".join(f"{key}={value}" for key, value in (declared.get("labels") or {}).items())
    return unmet(
        both(f"number of {kind} objects: {wanted['en']}", f"{kind} 개수: {wanted['ko']}"),
        plain(len(found)),
        " ".join(part for part in (kind, namespace, labels) if part),
    )


def counted(view: View, declared: Mapping[str, Any]) -> list[Object]:
    """The objects that a `count` means; those that are ending do not count."""
    given = declared.get("where") or []
    where = [given] if isinstance(given, Mapping) else given
    return [
        obj
        for obj in view.objects(declared["count"], declared.get("namespace", NAMESPACE), declared.get("labels"))
        if not obj["metadata"].get("deletionTimestamp")
        and (not declared.get("only_ready") or is_ready(obj))
        and all(compare(follow(obj, each["path"]), each)[0] for each in where)
    ]


def gone(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{gone: Pod/ns/name}`: it is there no more."""
    reference = declared["gone"]
    obj = view.find(reference)
    if obj is None:
        return MET
    kind, _, name = view.split(reference)
    going = obj["metadata"].get("deletionTimestamp")
    seen = both("it is ending", "종료되는 중") if going else both("it is still there", "아직 있음")
    return unmet(both(f"{kind} {name} is gone", f"{kind} {name} 없음"), seen, spoken(view, reference))


def same(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{same: Pod/ns/name}`: it is the very object of the scene, not another of the same name."""
    reference = declared["same"]
    obj = view.find(reference)
    if obj is None:
        return missing(view, reference)
    made = view.origin(reference)
    if made is not None and made["uid"] == obj["metadata"]["uid"]:
        return MET
    return unmet(
        both("the object that was here from the start", "처음부터 있던 오브젝트"),
        both("a new object of the same name", "이름이 같은 새 오브젝트"),
        f"{spoken(view, reference)} .metadata.uid",
    )


def left_alone(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{left_alone: [summer-sale, weekend], namespace: shop}`: nobody touched these oddities of the scene."""
    for name in declared["left_alone"]:
        finding = untouched(view, {"untouched": oddities.reference(name, declared.get("namespace", NAMESPACE))})
        if not finding.is_met:
            message = both(
                f"You also changed what belongs to somebody else: {name}.", f"다른 사람의 것까지 바꾸었습니다. {name}"
            )
            return replace(finding, message=message)
    return MET


def untouched(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{untouched: Service/ns/name}`: the scene's own object, and nobody changed what it asks for."""
    finding = same(view, {"same": declared["untouched"]})
    if not finding.is_met:
        return finding
    reference = declared["untouched"]
    obj, made = view.find(reference), view.origin(reference)
    if obj is not None and made is not None and made["spec"] == wish(obj):
        return MET
    return unmet(
        both("as it was at the start", "처음 그대로"), both("it was changed", "바뀌었음"), spoken(view, reference)
    )
