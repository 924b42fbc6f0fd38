"""Validation of changes to a Pod. Upstream: ValidatePodUpdate in pkg/apis/core/validation"""

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, required
from simulator.machinery.objects import Object
from simulator.resources.common.internal import difference, internal
from simulator.resources.common.metadata import Errors
from simulator.resources.common.placement import validate_tolerations
from simulator.resources.common.pod_spec import LARGEST_SECONDS, MIRROR
from simulator.resources.common.quality import quality_of_service

UPDATABLE = (
    "`spec.containers[*].image`",
    "`spec.initContainers[*].image`",
    "`spec.activeDeadlineSeconds`",
    "`spec.tolerations` (only additions to existing tolerations)",
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
)


def validate_pod_update(pod: Object, old: Object) -> Errors:
    spec, before = pod.get("spec") or {}, old.get("spec") or {}
    for kind in ("containers", "initContainers"):
        if len(spec.get(kind) or ()) != len(before.get(kind) or ()):
            yield forbidden(f"spec.{kind}", "pod updates may not add or remove containers")
            return
        for index, container in enumerate(spec.get(kind) or ()):
            yield from validate_new_image(container, f"spec.{kind}[{index}].image")
    wrong = deadline_error(spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds"))
    if wrong is not None:
        yield wrong
        if spec.get("activeDeadlineSeconds") is not None:
            return
    yield from validate_added_tolerations(spec.get("tolerations") or [], before.get("tolerations") or [])
    yield from validate_removed_gates(spec.get("schedulingGates") or [], before.get("schedulingGates") or [])
    kept = with_updatable(spec, before)
    if before.get("schedulingGates"):
        yield from validate_gated(kept, before)
        kept = {**kept, **{field: before[field] for field in ("nodeSelector", "affinity") if field in before}}
    if kept == before:
        return
    shown, was = internal("PodSpec", kept), internal("PodSpec", before)
    if shown != was:
        yield forbidden(
            "spec", f"pod updates may not change fields other than {','.join(UPDATABLE)}\n{difference(was, shown)}"
        )


def validate_new_image(container: Object, path: str) -> Errors:
    image = container.get("image", "")
    if not image:
        yield required(path)
    elif image != image.strip():
        yield invalid(path, image, "must not have leading or trailing whitespace")


def deadline_error(new: int | None, old: int | None) -> FieldError | None:
    path = "spec.activeDeadlineSeconds"
    if new is None:
        rule = "must not update from a positive integer to nil value"
        return None if old is None else invalid(path, None, rule)
    if not 0 <= new <= LARGEST_SECONDS:
        return invalid(path, new, names.outside(0, LARGEST_SECONDS))
    if old is not None and old < new:
        return invalid(path, new, "must be less than or equal to previous value")
    return None


def validate_added_tolerations(tolerations: list[Object], before: list[Object]) -> Errors:
    """A toleration may be added, and its seconds may change."""
    if tolerations == before:
        return
    timeless = [without_seconds(toleration) for toleration in tolerations]
    if any(without_seconds(toleration) not in timeless for toleration in before):
        yield forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")
    else:
        yield from validate_tolerations(tolerations, "spec.tolerations")


def without_seconds(toleration: Object) -> Object:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds" and value}


def validate_removed_gates(gates: list[Object], before: list[Object]) -> Errors:
    known = [gate.get("name") for gate in before]
    for index, gate in enumerate(gates):
        if gate.get("name") not in known:
            rule = f"only deletion is allowed, but found new scheduling gate '{gate.get('name', '')}'"
            yield forbidden(f"spec.schedulingGates[{index}].name", rule)


def with_updatable(spec: Object, before: Object) -> Object:
    """The new spec with the old values of everything that may change."""
    kept = dict(spec)
    for kind in ("containers", "initContainers"):
        if kept.get(kind):
            pairs = zip(kept[kind], before[kind], strict=True)
            kept[kind] = [{**container, "image": was.get("image", "")} for container, was in pairs]
    for field in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        kept.pop(field, None)
        if field in before:
            kept[field] = before[field]
    if (before.get("terminationGracePeriodSeconds") or 0) < 0 and kept.get("terminationGracePeriodSeconds") == 1:
        kept["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    return kept


def validate_gated(spec: Object, before: Object) -> Errors:
    """Before it is scheduled, a Pod's choice of nodes may get narrower."""
    selector, was = spec.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    for key, value in was.items():
        if selector.get(key) != value:
            rule = "only additions are allowed (no mutations or deletions)"
            yield invalid("spec.nodeSelector", {key: selector.get(key, "")} if key in selector else selector, rule)
            return


def validate_resize(pod: Object, old: Object) -> Errors:
    """Changes through `/resize`: CPU and memory, never across the border of a class of service."""
    spec, before = pod.get("spec") or {}, old.get("spec") or {}
    if MIRROR in ((old.get("metadata") or {}).get("annotations") or {}):
        yield forbidden("", "static pods cannot be resized")
        return
    if quality_of_service(spec) != quality_of_service(before):
        shown = (pod.get("status") or {}).get("qosClass", "")
        yield invalid("spec", shown, "Pod QOS Class may not change as a result of resizing")
    for kind in ("containers", "initContainers"):
        pairs = zip(spec.get(kind) or (), before.get(kind) or (), strict=False)
        for index, (container, was) in enumerate(pairs):
            yield from validate_resized(container, was, f"spec.{kind}[{index}].resources")
    if internal("PodSpec", without_compute(spec)) != internal("PodSpec", without_compute(before)):
        yield forbidden("spec", "only cpu and memory resources are mutable")


def validate_resized(container: Object, was: Object, path: str) -> Errors:
    resources, before = container.get("resources") or {}, was.get("resources") or {}
    for kind, noun in (("requests", "resource requests"), ("limits", "resource limits")):
        if any(name not in (resources.get(kind) or {}) for name in before.get(kind) or ()):
            yield forbidden(f"{path}.{kind}", f"{noun} cannot be removed")


def without_compute(spec: Object) -> Object:
    """The spec with nothing said of CPU and memory."""
    copy = dict(spec)
    for kind in ("containers", "initContainers"):
        if copy.get(kind):
            copy[kind] = [{**container, "resources": other_resources(container)} for container in copy[kind]]
    return copy


def other_resources(container: Object) -> Object:
    resources = container.get("resources") or {}
    return {
        kind: {name: amount for name, amount in (resources.get(kind) or {}).items() if name not in ("cpu", "memory")}
        for kind in ("limits", "requests")
    }
