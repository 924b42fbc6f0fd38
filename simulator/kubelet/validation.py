"""What a starting kubelet does not take in its configuration.

Upstream: pkg/kubelet/apis/config/validation/validation.go, pkg/kubelet/cm/cpumanager/cpu_manager.go

CPU, memory and topology managers are accepted as here and change nothing: cores of a simulated node are all alike.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.machinery.durations import DurationError, parse_duration
from simulator.machinery.golang import quoted
from simulator.machinery.quantities import parse

type Settings = Mapping[str, Any]

SECOND = 1_000_000
NOT_NEGATIVE = {
    "eventBurst": "event-burst", "eventRecordQPS": "event-qps", "kubeAPIBurst": "kube-api-burst",
    "kubeAPIQPS": "kube-api-qps", "maxOpenFiles": "max-open-files", "maxPods": "max-pods",
    "podsPerCore": "pods-per-core", "registryBurst": "registry-burst", "registryPullQPS": "registry-qps",
}  # fmt: skip
WITHIN = {
    "healthzPort": ("healthz-port", 1, 65535), "imageGCHighThresholdPercent": ("image-gc-high-threshold", 0, 100),
    "imageGCLowThresholdPercent": ("image-gc-low-threshold", 0, 100), "oomScoreAdj": ("oom-score-adj", -1000, 1000),
    "port": ("port", 1, 65535), "readOnlyPort": ("read-only-port", 0, 65535),
}  # fmt: skip
TOPOLOGIES = ("none", "best-effort", "restricted", "single-numa-node")
SCOPES = ("container", "pod")
SWAPS = ("", "LimitedSwap", "NoSwap")
HAIRPINS = ("none", "hairpin-veth", "promiscuous-bridge")
ENFORCED = ("pods", "system-reserved", "kube-reserved", "none")
CPU_POLICIES = ("none", "static")
HIGH, LOW = 85, 80
"""The percentages of a disk between which images are deleted, by default."""


def problems(settings: Settings) -> Iterator[str]:
    """What the configuration itself gets wrong."""
    for field in sorted({*NOT_NEGATIVE, *WITHIN}, key=str.lower):
        value = settings.get(field)
        if value is None or (value == 0 and field in ("healthzPort", "port")):
            continue
        if field in NOT_NEGATIVE and value < 0:
            yield f"invalid configuration: {field} (--{NOT_NEGATIVE[field]}) {value} must not be a negative number"
        elif field in WITHIN:
            flag, least, most = WITHIN[field]
            if not least <= value <= most:
                shown = f"must be between {least} and {most}, inclusive"
                yield f"invalid configuration: {field} (--{flag}) {value} {shown}"
    yield from of_images(settings)
    yield from of_choices(settings)
    yield from of_shutdown(settings)
    yield from of_enforcement(settings)


def of_images(settings: Settings) -> Iterator[str]:
    high = settings.get("imageGCHighThresholdPercent", HIGH)
    low = settings.get("imageGCLowThresholdPercent", LOW)
    if low >= high:
        yield (
            f"invalid configuration: imageGCLowThresholdPercent (--image-gc-low-threshold) {low} must be less than "
            f"imageGCHighThresholdPercent (--image-gc-high-threshold) {high}"
        )
    parallel = settings.get("maxParallelImagePulls")
    if parallel is not None and parallel < 1:
        yield f"invalid configuration: maxParallelImagePulls {parallel} must be a positive number"
    if parallel is not None and parallel > 1 and settings.get("serializeImagePulls", True):
        yield (
            "invalid configuration: maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls "
            "(--serialize-image-pulls) is set to false"
        )


def of_choices(settings: Settings) -> Iterator[str]:
    policy = settings.get("topologyManagerPolicy") or TOPOLOGIES[0]
    if policy not in TOPOLOGIES:
        known = " ".join(map(quoted, TOPOLOGIES))
        what = f"topologyManagerPolicy (--topology-manager-policy) {quoted(policy)}"
        yield f"invalid configuration: {what} must be one of: [{known}]"
    scope = settings.get("topologyManagerScope") or SCOPES[0]
    if scope not in SCOPES:
        what = f"topologyManagerScope (--topology-manager-scope) {quoted(scope)}"
        yield f"invalid configuration: {what} must be one of: {quoted(SCOPES[0])}, or {quoted(SCOPES[1])}"
    swap = (settings.get("memorySwap") or {}).get("swapBehavior", "")
    if swap not in SWAPS:
        known = f'"", {quoted(SWAPS[1])} or {quoted(SWAPS[2])}'
        yield f"invalid configuration: memorySwap.swapBehavior {quoted(swap)} must be one of: {known}"
    hairpin = settings.get("hairpinMode") or HAIRPINS[0]
    if hairpin not in HAIRPINS:
        first, second, third = map(quoted, HAIRPINS)
        what = f"option {quoted(hairpin)} specified for hairpinMode (--hairpin-mode)"
        yield f"invalid configuration: {what}. Valid options are {first}, {second} or {third}"


def of_shutdown(settings: Settings) -> Iterator[str]:
    fields = "shutdownGracePeriod", "shutdownGracePeriodCriticalPods"
    whole, critical = (str(settings.get(field) or "0s") for field in fields)
    if lasting(critical) > lasting(whole):
        yield f"invalid configuration: {fields[1]} {{{critical}}} must be <= {fields[0]} {{{whole}}}"
    for field, text in zip(fields, (whole, critical), strict=True):
        if lasting(text) < 0 or 0 < lasting(text) < SECOND:
            yield f"invalid configuration: {field} {{{text}}} must be either zero or otherwise >= 1 sec"


def of_enforcement(settings: Settings) -> Iterator[str]:
    enforced, flag = settings.get("enforceNodeAllocatable") or (), "enforceNodeAllocatable (--enforce-node-allocatable)"
    for value in enforced:
        group = {"system-reserved": "systemReservedCgroup", "kube-reserved": "kubeReservedCgroup"}.get(value, "")
        if group and not settings.get(group):
            option = f"{group} (--{value}-cgroup)"
            yield f"invalid configuration: {option} must be specified when {quoted(value)} contained in {flag}"
        elif value == "none" and len(enforced) > 1:
            what = f"may not contain additional enforcements when {quoted(value)} is specified"
            yield f"invalid configuration: {flag} {what}"
        elif value not in ENFORCED:
            known = f"{', '.join(map(quoted, ENFORCED[:3]))}, or {quoted(ENFORCED[3])}"
            yield f"invalid configuration: option {quoted(value)} specified for {flag}. Valid options are {known}"


def lasting(text: str) -> int:
    try:
        return parse_duration(text)
    except DurationError:
        return 0


def trouble(settings: Settings) -> str:
    """Why a kubelet ends with these settings; "" when it goes on."""
    found = list(problems(settings))
    if found:
        shown = found[0] if len(found) == 1 else f"[{', '.join(found)}]"
        return f"failed to validate kubelet configuration, error: {shown}, path: &TypeMeta{{Kind:,APIVersion:,}}"
    policy = settings.get("cpuManagerPolicy") or CPU_POLICIES[0]
    if policy not in CPU_POLICIES:
        return f"failed to run Kubelet: unknown policy: {quoted(policy)}"
    if policy == "static" and not settings.get("reservedSystemCPUs") and not reserved(settings):
        why = "the static policy requires systemreserved.cpu + kubereserved.cpu to be greater than zero"
        return f"failed to run Kubelet: [cpumanager] {why}"
    return ""


def reserved(settings: Settings) -> bool:
    """Whether any CPU is kept for the system and for Kubernetes."""
    kept = (settings.get(field) or {} for field in ("systemReserved", "kubeReserved"))
    return any(parse(str(each.get("cpu", "0"))).milli() > 0 for each in kept)
