"""What is said of a Pod that is taken and yet not meant. Upstream: pkg/api/pod/warnings.go, pkg/api/node/util.go"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import QuantityError, parse

NODE_LABELS: Final = {
    "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}
SYSCTLS: Final = 'non-functional in v1.11+; use the "sysctls" field instead'
ANNOTATIONS: Final = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "security.alpha.kubernetes.io/sysctls": SYSCTLS,
    "security.alpha.kubernetes.io/unsafe-sysctls": SYSCTLS,
}
VOLUMES: Final = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "gitRepo": "deprecated in v1.11",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "flocker": "deprecated in v1.22, non-functional in v1.25+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "quobyte": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
NAMES: Final = {"storageos": "storageOS"}
"""Volumes whose field is called otherwise in warnings."""
SECCOMP, APPARMOR = "seccomp.security.alpha.kubernetes.io/pod", "container.apparmor.security.beta.kubernetes.io/"
CONTAINER_SECCOMP: Final = "container.seccomp.security.alpha.kubernetes.io/"
UNMATCHED: Final = "a null labelSelector results in matching no pod"


def of_pod(spec: Object, metadata: Object, path: str = "") -> Iterator[str]:
    """Of a Pod, or of a template at a path that ends in a dot."""
    place = f"{path}spec"
    yield from of_nodes(spec, place)
    yield from of_annotations(spec, metadata, f"{path}metadata.annotations")
    for index, volume in enumerate(spec.get("volumes") or ()):
        for kind, text in VOLUMES.items():
            if volume.get(kind) is not None:
                yield f"{place}.volumes[{index}].{NAMES.get(kind, kind)}: {text}"
        claim = at(volume, "ephemeral", "volumeClaimTemplate", "spec")
        if claim:
            yield from of_claim(claim, f"{place}.volumes[{index}].ephemeral.volumeClaimTemplate.spec")
    yield from repeated(spec.get("hostAliases") or (), "ip", f"{place}.hostAliases")
    yield from repeated(spec.get("imagePullSecrets") or (), "name", f"{place}.imagePullSecrets")
    for index, secret in enumerate(spec.get("imagePullSecrets") or ()):
        if not secret.get("name"):
            yield f'{place}.imagePullSecrets[{index}].name: invalid empty name ""'
    yield from fractions(spec.get("overhead") or {}, f"{place}.overhead")
    for container, where in containers(spec, place):
        yield from of_container(container, where)
    yield from of_ports(spec, place)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        where = f"{place}.terminationGracePeriodSeconds"
        yield f"{where}: must be >= 0; negative values are invalid and will be treated as 1"
    yield from of_affinities(spec, place)


def containers(spec: Object, place: str) -> Iterator[tuple[Object, str]]:
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            yield container, f"{place}.{field}[{index}]"


def of_nodes(spec: Object, place: str) -> Iterator[str]:
    for label in sorted(spec.get("nodeSelector") or ()):
        if label in NODE_LABELS:
            yield f"{place}.nodeSelector[{label}]: {NODE_LABELS[label]}"
    affinity, where = at(spec, "affinity", "nodeAffinity") or {}, f"{place}.affinity.nodeAffinity"
    hard, soft = (f"{kind}DuringSchedulingIgnoredDuringExecution" for kind in ("required", "preferred"))
    for index, term in enumerate(at(affinity, hard, "nodeSelectorTerms") or ()):
        yield from of_term(term, f"{where}.{hard}.nodeSelectorTerms[{index}]")
    for index, term in enumerate(affinity.get(soft) or ()):
        yield from of_term(term.get("preference") or {}, f"{where}.{soft}[{index}].preference")
    for index, spread in enumerate(spec.get("topologySpreadConstraints") or ()):
        key = spread.get("topologyKey", "")
        if key in NODE_LABELS:
            yield f"{place}.topologySpreadConstraints[{index}].topologyKey: {key} is {NODE_LABELS[key]}"
        if spread.get("labelSelector") is None:
            yield f"{place}.topologySpreadConstraints[{index}].labelSelector: {UNMATCHED}"


def of_term(term: Object, place: str) -> Iterator[str]:
    for index, one in enumerate(term.get("matchExpressions") or ()):
        if one["key"] in NODE_LABELS:
            yield f"{place}.matchExpressions[{index}].key: {one['key']} is {NODE_LABELS[one['key']]}"


def of_annotations(spec: Object, metadata: Object, place: str) -> Iterator[str]:
    given = metadata.get("annotations") or {}
    yield from (f"{place}[{key}]: {text}" for key, text in ANNOTATIONS.items() if key in given)
    context = spec.get("securityContext") or {}
    if SECCOMP in given and not context.get("seccompProfile"):
        yield f'{place}[{SECCOMP}]: non-functional in v1.27+; use the "seccompProfile" field instead'
    for container, _ in containers(spec, ""):
        own, name = container.get("securityContext") or {}, container["name"]
        if CONTAINER_SECCOMP + name in given and not own.get("seccompProfile"):
            key = CONTAINER_SECCOMP + name
            yield f'{place}[{key}]: non-functional in v1.27+; use the "seccompProfile" field instead'
        if APPARMOR + name in given and not own.get("appArmorProfile") and not context.get("appArmorProfile"):
            yield f'{place}[{APPARMOR}{name}]: deprecated since v1.30; use the "appArmorProfile" field instead'


def of_container(container: Object, place: str) -> Iterator[str]:
    for field in ("limits", "requests"):
        yield from fractions(at(container, "resources", field) or {}, f"{place}.resources.{field}")
    seen: list[str] = []
    for index, variable in enumerate(container.get("env") or ()):
        name, reference = variable["name"], f"$({variable['name']})"
        value = variable.get("value") or ""
        hides = variable.get("valueFrom") is not None or value == reference or reference not in value
        if name in seen and hides:
            before = f"hides previous definition of {quoted(name)}"
            yield f"{place}.env[{index}]: {before}, which may be dropped when using apply"
        seen.append(name)


def of_ports(spec: Object, place: str) -> Iterator[str]:
    """Of ports that stand in each other's way, whichever containers they are of."""
    seen: dict[tuple[Any, ...], list[tuple[str, Object]]] = {}
    for container, where in containers(spec, place):
        for index, port in enumerate(container.get("ports") or ()):
            here, address, number = f"{where}.ports[{index}]", port.get("hostIP") or "", port.get("hostPort") or 0
            protocol = port.get("protocol") or "TCP"
            if address and not number:
                shown = (
                    f"Name:{port.get('name', '')} HostPort:0 ContainerPort:{port['containerPort']} Protocol:{protocol}"
                )
                yield f"{here}: hostIP set without hostPort: {{{shown} HostIP:{address}}}"
            others = seen.setdefault((port["containerPort"], protocol), [])
            for there, other in others:
                known, its = other.get("hostIP") or "", other.get("hostPort") or 0
                if (address, number) == (known, its):
                    yield f"{here}: duplicate port definition with {there}"
                elif not number or not its:
                    yield f"{here}: overlapping port definition with {there}"
                elif number == its and bool(address) != bool(known):
                    yield f"{here}: dangerously ambiguous port definition with {there}"
            others.append((here, port))


def of_affinities(spec: Object, place: str) -> Iterator[str]:
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity, where = at(spec, "affinity", kind) or {}, f"{place}.affinity.{kind}"
        for field, below in (("required", ()), ("preferred", ("podAffinityTerm",))):
            field = f"{field}DuringSchedulingIgnoredDuringExecution"
            for index, term in enumerate(affinity.get(field) or ()):
                if at(term, *below, "labelSelector") is None:
                    name = ".".join((*below, "labelSelector"))
                    yield f"{where}.{field}[{index}].{name}: {UNMATCHED}"


def repeated(items: Sequence[Object], field: str, place: str) -> Iterator[str]:
    seen: list[str] = []
    for index, item in enumerate(items):
        value = item.get(field, "")
        if value in seen:
            yield f"{place}[{index}].{field}: duplicate {field} {quoted(value)}"
        seen.append(value)


def fractions(quantities: Object, place: str, names: Sequence[str] = ("memory", "ephemeral-storage")) -> Iterator[str]:
    """Of bytes that are no whole number."""
    for name in names:
        try:
            found = parse(quantities[name]) if name in quantities else None
        except QuantityError:
            continue
        if found is not None and found.nanos % 1_000_000_000:
            yield f"{place}[{name}]: fractional byte value {quoted(str(found))} is invalid, must be an integer"


def of_claim(spec: Object, place: str) -> Iterator[str]:
    """Upstream: pkg/api/persistentvolumeclaim/util.go"""
    for field in ("requests", "limits"):
        yield from fractions(at(spec, "resources", field) or {}, f"{place}.resources.{field}", ("storage",))
