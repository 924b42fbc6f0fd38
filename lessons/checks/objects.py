"""Checks of objects: fields, readiness, images, numbers of things, things that are gone."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.comparing import compare, shown
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.view import NAMESPACE, View, follow, is_ready


def object_field(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{object: Kind/ns/name, path: .spec.replicas, equals: 3}`; without `path`: the object is there."""
    reference = declared["object"]
    obj = view.find(reference)
    if obj is None:
        return missing(view, reference)
    if "path" not in declared:
        return MET
    value = follow(obj, declared["path"])
    holds, wish = compare(value, declared)
    if holds:
        return MET
    path = declared["path"]
    expected = {language: f"{path}: {text}" for language, text in wish.items()}
    return unmet(expected, shown(value), f"{spoken(view, reference)} {path}")


def missing(view: View, reference: str) -> Finding:
    kind, namespace, name = view.split(reference)
    where_en = f" in namespace {namespace}" if namespace else ""
    where_ko = f"{namespace} 네임스페이스에 " if namespace else ""
    return unmet(
        both(f"{kind} {name} exists", f"{kind} {name}이(가) 있음"),
        both(f"no {kind} of that name{where_en}", f"{where_ko}그런 이름의 {kind}이(가) 없음"),
        spoken(view, reference),
    )


def spoken(view: View, reference: str) -> str:
    """A reference as findings show it: `Pod default/web`."""
    kind, namespace, name = view.split(reference)
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def ready(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{ready: Deployment/ns/name, equals: 3}`: how many of its Pods are ready."""
    reference = declared["ready"]
    if view.find(reference) is None:
        return missing(view, reference)
    pods = view.pods_of(reference)
    number = sum(map(is_ready, pods))
    holds, wish = compare(number, declared)
    if holds:
        return MET
    expected = both(f"ready Pods: {wish['en']}", f"준비된 파드: {wish['ko']}")
    states = [f"{pod['metadata']['name']} {state_of(pod)}" for pod in pods if not is_ready(pod)]
    seen = both(f"{number} of {len(pods)} ready", f"{len(pods)}개 중 {number}개 준비됨")
    if states:
        seen = {language: f"{text}; {', '.join(states[:3])}" for language, text in seen.items()}
    return unmet(expected, seen, spoken(view, reference))


def state_of(pod: Mapping[str, Any]) -> str:
    """What a Pod is doing, as `kubectl get` would say it in short."""
    for status in pod.get("status", {}).get("containerStatuses") or ():
        for kind in ("waiting", "terminated"):
            reason = (status.get("state") or {}).get(kind, {}).get("reason")
            if reason:
                return str(reason)
    return str(pod.get("status", {}).get("phase", "Pending"))


def image(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{image: Deployment/ns/name, equals: nginx:1.29}`: the image of every Pod that belongs to it."""
    reference = declared["image"]
    if view.find(reference) is None:
        return missing(view, reference)
    pods = view.pods_of(reference)
    images = sorted({c["image"] for pod in pods for c in pod["spec"]["containers"]})
    verdicts = [compare(each, declared) for each in images]
    if images and all(holds for holds, _ in verdicts):
        return MET
    wish = compare(None, declared)[1]
    expected = {language: f"image {text}" if language == "en" else f"이미지 {text}" for language, text in wish.items()}
    return unmet(
        expected, plain(", ".join(images)) if images else both("no Pods", "파드 없음"), spoken(view, reference)
    )


def count(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{count: Pod, namespace: ns, labels: {app: web}, ready: true, equals: 3}`."""
    kind, namespace = declared["count"], declared.get("namespace", NAMESPACE)
    found = [
        obj
        for obj in view.objects(kind, namespace, declared.get("labels"))
        if not obj["metadata"].get("deletionTimestamp") and (not declared.get("only_ready") or is_ready(obj))
    ]
    holds, wish = compare(len(found), declared)
    if holds:
        return MET
    return unmet(
        both(f"number of {kind} objects: {wish['en']}", f"{kind} 개수: {wish['ko']}"),
        plain(len(found)),
        f"{kind} {namespace}",
    )


def gone(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{gone: Pod/ns/name}`: it is there no more."""
    reference = declared["gone"]
    obj = view.find(reference)
    if obj is None:
        return MET
    _, _, name = view.split(reference)
    going = obj["metadata"].get("deletionTimestamp")
    seen = both("it is ending", "종료되는 중") if going else both("it is still there", "아직 있음")
    return unmet(both(f"{name} is gone", f"{name}이(가) 없음"), seen, spoken(view, reference))
