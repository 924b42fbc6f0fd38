"""Gives containers the defaults of a Namespace's LimitRanges and holds them to its bounds.

Upstream: plugin/pkg/admission/limitranger
"""

from collections.abc import Iterator

from simulator.api.errors import Forbidden
from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import Quantity, parse
from simulator.resources.common.usage import Usage, together

ANNOTATION = "kubernetes.io/limit-ranger"
RANGES = "limitranges"


class LimitRanger:
    """Looks at new Pods and at claims for storage."""

    name = "LimitRanger"
    on = ("pods", "pods/resize", "persistentvolumeclaims")
    operations = ("CREATE", "UPDATE")

    def admit(self, attributes: Attributes) -> None:
        if attributes.operation == "UPDATE" or attributes.resource.key != "pods":
            return
        for limits in attributes.backend.items(RANGES, attributes.namespace):
            attributes.object = with_defaults(attributes.object, limits)

    def validate(self, attributes: Attributes) -> None:
        if attributes.resource.key == "pods" and attributes.operation == "UPDATE" and not attributes.subresource:
            return
        for limits in attributes.backend.items(RANGES, attributes.namespace):
            problems = list(self._problems(attributes, limits))
            if problems:
                message = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
                raise Forbidden(attributes.resource.plural, attributes.name, message)

    def _problems(self, attributes: Attributes, limits: Object) -> Iterator[str]:
        obj, is_claim = attributes.object, attributes.resource.key != "pods"
        for limit in limits["spec"]["limits"]:
            match limit["type"]:
                case "PersistentVolumeClaim" if is_claim:
                    yield from claim_problems(obj, limit)
                case "Container" if not is_claim:
                    for container in (*obj["spec"]["containers"], *(obj["spec"].get("initContainers") or ())):
                        yield from problems_of(
                            limit, "Container", amounts(container, "requests"), amounts(container, "limits")
                        )
                case "Pod" if not is_claim:
                    requests, bounds = together(obj["spec"], "requests"), together(obj["spec"], "limits")
                    yield from problems_of(limit, "Pod", requests, bounds)


def amounts(container: Object, field: str) -> Usage:
    return {name: parse(text) for name, text in (at(container, "resources", field) or {}).items()}


def with_defaults(pod: Object, limits: Object) -> Object:
    """A Pod whose containers have what the LimitRange gives them, and an annotation that says so."""
    requests: dict[str, str] = {}
    bounds: dict[str, str] = {}
    for limit in limits["spec"]["limits"]:
        if limit["type"] == "Container":
            requests |= limit.get("defaultRequest") or {}
            bounds |= limit.get("default") or {}
    notes: list[str] = []
    spec = dict(pod["spec"])
    for field, title in (("containers", "container"), ("initContainers", "init container")):
        if spec.get(field):
            spec[field] = [filled(container, requests, bounds, title, notes) for container in spec[field]]
    if not notes:
        return pod
    annotations = {
        **(pod["metadata"].get("annotations") or {}),
        ANNOTATION: f"LimitRanger plugin set: {'; '.join(notes)}",
    }
    return {**pod, "metadata": {**pod["metadata"], "annotations": annotations}, "spec": spec}


def filled(container: Object, requests: dict[str, str], bounds: dict[str, str], title: str, notes: list[str]) -> Object:
    resources = dict(container.get("resources") or {})
    for field, word, defaults in (("requests", "request", requests), ("limits", "limit", bounds)):
        own = resources.get(field) or {}
        missing = sorted(name for name in defaults if name not in own)
        if missing:
            resources[field] = {**own, **{name: defaults[name] for name in missing}}
            notes.append(f"{', '.join(missing)} {word} for {title} {container['name']}")
    return {**container, "resources": resources}


def problems_of(limit: Object, kind: str, requests: Usage, limits: Usage) -> Iterator[str]:
    """Where a container, or a whole Pod, is out of bounds."""
    for name, text in sorted((limit.get("min") or {}).items()):
        yield from below(name, kind, parse(text), requests.get(name), limits.get(name))
    for name, text in sorted((limit.get("max") or {}).items()):
        yield from above(name, kind, parse(text), requests.get(name), limits.get(name))
    for name, text in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        yield from apart(name, kind, parse(text), requests.get(name), limits.get(name))


def below(name: str, kind: str, least: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    head = f"minimum {name} usage per {kind} is {least}"
    if request is None:
        yield f"{head}.  No request is specified"
    elif request < least:
        yield f"{head}, but request is {request}"
    elif limit is not None and limit < least:
        yield f"{head}, but limit is {limit}"


def above(name: str, kind: str, most: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    head = f"maximum {name} usage per {kind} is {most}"
    if limit is None:
        yield f"{head}.  No limit is specified"
    elif most < limit:
        yield f"{head}, but limit is {limit}"
    elif request is not None and most < request:
        yield f"{head}, but request is {request}"


def apart(name: str, kind: str, ratio: Quantity, request: Quantity | None, limit: Quantity | None) -> Iterator[str]:
    head = f"{name} max limit to request ratio per {kind} is {ratio}"
    if request is None or not request.nanos:
        yield f"{head}, but no request is specified or request is 0"
    elif limit is None or not limit.nanos:
        yield f"{head}, but no limit is specified or limit is 0"
    elif limit.nanos * 1_000_000_000 > ratio.nanos * request.nanos:
        yield f"{head}, but provided ratio is {limit.nanos / request.nanos:.6f}"


def claim_problems(claim: Object, limit: Object) -> Iterator[str]:
    asked = at(claim, "spec", "resources", "requests", "storage")
    if asked is None:
        return
    storage = parse(asked)
    least, most = (at(limit, field, "storage") for field in ("min", "max"))
    if least is not None and storage < parse(least):
        yield f"minimum storage usage per PersistentVolumeClaim is {least}, but request is {asked}"
    if most is not None and parse(most) < storage:
        yield f"maximum storage usage per PersistentVolumeClaim is {most}, but request is {asked}"
