"""Validation of a Pod's spec and of templates for Pods. Upstream: ValidatePodSpec in pkg/apis/core/validation"""

from simulator.machinery import names
from simulator.machinery.field import duplicate, forbidden, invalid, not_supported, required
from simulator.machinery.golang import json_text
from simulator.machinery.objects import Object
from simulator.resources.common.amounts import validate_requirements
from simulator.resources.common.containers import (
    Surroundings,
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from simulator.resources.common.metadata import Errors, validate_annotations, validate_labels, validate_name
from simulator.resources.common.placement import validate_affinity, validate_spreading, validate_tolerations
from simulator.resources.common.security import validate_pod_security, validate_system
from simulator.resources.common.volumes import validate_volumes

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
LARGEST_SECONDS = 2**31 - 1
NAMESERVERS, SEARCHES, SEARCH_LENGTH = 3, 32, 2048
MIRROR = "kubernetes.io/config.mirror"
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


def validate_template(template: Object, path: str) -> Errors:
    metadata = template.get("metadata") or {}
    if metadata.get("labels"):
        yield from validate_labels(metadata["labels"], f"{path}.labels")
    if metadata.get("annotations"):
        yield from validate_annotations(metadata["annotations"], f"{path}.annotations")
        yield from validate_pod_annotations(metadata["annotations"], template.get("spec") or {}, f"{path}.annotations")
    spec = template.get("spec") or {}
    yield from validate_pod_spec(spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        yield forbidden(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")


def validate_pod_annotations(annotations: Object, spec: Object, path: str) -> Errors:
    if MIRROR in annotations and not spec.get("nodeName"):
        rule = "must set spec.nodeName if mirror pod annotation is set"
        yield invalid(f"{path}[{MIRROR}]", annotations[MIRROR], rule)
    cost = annotations.get(DELETION_COST)
    if cost is not None and not is_int32(cost):
        yield invalid(f"{path}[{DELETION_COST}]", cost, "must be a 32bit integer")


def is_int32(text: str) -> bool:
    digits = text[1:] if text.startswith("-") else text
    plain = digits.isascii() and digits.isdigit() and (digits == "0" or not digits.startswith("0"))
    return plain and -(2**31) <= int(text) < 2**31


def validate_pod_spec(spec: Object, path: str, *, in_pod: bool = False) -> Errors:
    grace = spec.get("terminationGracePeriodSeconds")
    if grace is None:
        yield required(f"{path}.terminationGracePeriodSeconds")
    volumes, errors = validate_volumes(spec.get("volumes") or [], f"{path}.volumes")
    yield from errors
    around = Surroundings(spec, volumes)
    yield from validate_claims(spec.get("resourceClaims") or [], f"{path}.resourceClaims")
    containers = spec.get("containers") or []
    yield from validate_containers(containers, f"{path}.containers", around)
    if spec.get("initContainers"):
        yield from validate_init_containers(spec["initContainers"], containers, f"{path}.initContainers", around)
    if spec.get("ephemeralContainers"):
        place = f"{path}.ephemeralContainers"
        yield from validate_ephemeral_containers(spec["ephemeralContainers"], spec, place, around)
    if spec.get("resources"):
        yield from validate_requirements(spec["resources"], f"{path}.resources", around.claims)
    if spec.get("hostNetwork"):
        yield from validate_host_ports_match(containers, path, in_pod=in_pod)
    yield from validate_policies(spec, path)
    if spec.get("nodeSelector"):
        yield from validate_labels(spec["nodeSelector"], f"{path}.nodeSelector")
    if spec.get("securityContext"):
        yield from validate_pod_security(spec["securityContext"], spec, f"{path}.securityContext")
    if spec.get("affinity"):
        yield from validate_affinity(spec["affinity"], f"{path}.affinity")
    yield from validate_dns_config(spec, f"{path}.dnsConfig")
    yield from validate_gates(spec, path)
    if spec.get("topologySpreadConstraints"):
        yield from validate_spreading(spec["topologySpreadConstraints"], f"{path}.topologySpreadConstraints")
    if spec.get("hostUsers") is False:
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if spec.get(field):
                shown = field if field == "hostNetwork" else field[0].upper() + field[1:]
                yield forbidden(f"{path}.{shown}", "when `pod.Spec.HostUsers` is false")
    yield from validate_references(spec, path)


def validate_policies(spec: Object, path: str) -> Errors:
    for field, values in (("restartPolicy", RESTART_POLICIES), ("dnsPolicy", DNS_POLICIES)):
        value = spec.get(field)
        if not value:
            yield required(f"{path}.{field}")
        elif value not in values:
            yield not_supported(f"{path}.{field}", value, values)


def validate_claims(claims: list[Object], path: str) -> Errors:
    taken: dict[str, None] = {}
    sources = ("resourceClaimName", "resourceClaimTemplateName")
    for index, claim in enumerate(claims):
        place, name = f"{path}[{index}]", claim.get("name", "")
        if not name:
            yield required(f"{place}.name")
        elif name in taken:
            yield duplicate(f"{place}.name", name)
        else:
            yield from validate_name(name, f"{place}.name", names.dns_label)
        taken[name] = None
        shown = {
            "Name": name,
            "ResourceClaimName": claim.get(sources[0]),
            "ResourceClaimTemplateName": claim.get(sources[1]),
        }
        given = [source for source in sources if claim.get(source) is not None]
        if len(given) > 1:
            rule = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            yield invalid(place, shown, rule)
        elif not given:
            yield invalid(place, shown, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")
        for source in given:
            yield from validate_name(claim[source], f"{place}.{source}", names.dns_subdomain)


def validate_host_ports_match(containers: list[Object], path: str, *, in_pod: bool) -> Errors:
    for index, container in enumerate(containers):
        for position, port in enumerate(container.get("ports") or ()):
            outside = port.get("hostPort", 0)
            if (in_pod or outside) and outside != port.get("containerPort"):
                place = f"{path}.containers[{index}].ports[{position}].hostPort"
                yield invalid(place, outside, "must match `containerPort` when `hostNetwork` is true")


def validate_dns_config(spec: Object, path: str) -> Errors:
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not config.get("nameservers"):
            rule = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            yield required(f"{path}.nameservers", rule)
            return
    if not config:
        return
    servers, searches = config.get("nameservers") or [], config.get("searches") or []
    if len(servers) > NAMESERVERS:
        yield invalid(f"{path}.nameservers", servers, f"must not have more than {NAMESERVERS} nameservers")
    for index, server in enumerate(servers):
        yield from validate_name(server, f"{path}.nameservers[{index}]", names.ip)
    if len(searches) > SEARCHES:
        yield invalid(f"{path}.searches", searches, f"must not have more than {SEARCHES} search paths")
    if len(" ".join(searches)) > SEARCH_LENGTH:
        rule = f"must not have more than {SEARCH_LENGTH} characters (including spaces) in the search list"
        yield invalid(f"{path}.searches", searches, rule)
    for index, search in enumerate(searches):
        if search != ".":
            name = search.removesuffix(".")
            yield from validate_name(name, f"{path}.searches[{index}]", names.dns_subdomain_with_underscore)
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            yield required(f"{path}.options[{index}]", "must not be empty")


def validate_gates(spec: Object, path: str) -> Errors:
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        place = f"{path}.readinessGates[{index}].conditionType"
        yield from validate_name(gate.get("conditionType", ""), place, names.qualified_name)
    taken: dict[str, None] = {}
    for index, gate in enumerate(spec.get("schedulingGates") or ()):
        name, place = gate.get("name", ""), f"{path}.schedulingGates[{index}]"
        yield from validate_name(name, place, names.qualified_name)
        if name in taken:
            yield duplicate(place, name)
        taken[name] = None


def validate_references(spec: Object, path: str) -> Errors:
    """The names a spec mentions, and what else stands alone."""
    for field, rule in (("serviceAccountName", names.dns_subdomain), ("nodeName", names.dns_subdomain)):
        if spec.get(field):
            yield from validate_name(spec[field], f"{path}.{field}", rule)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= LARGEST_SECONDS:
        yield invalid(f"{path}.activeDeadlineSeconds", deadline, names.outside(1, LARGEST_SECONDS))
    for field in ("hostname", "subdomain"):
        if spec.get(field):
            yield from validate_name(spec[field], f"{path}.{field}", names.dns_label)
    if spec.get("tolerations"):
        yield from validate_tolerations(spec["tolerations"], f"{path}.tolerations")
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        yield from validate_name(alias.get("ip", ""), f"{path}.hostAliases[{index}].ip", names.ip)
        for position, hostname in enumerate(alias.get("hostnames") or ()):
            place = f"{path}.hostAliases[{index}].hostnames[{position}]"
            yield from validate_name(hostname, place, names.dns_subdomain)
    for field in ("priorityClassName", "runtimeClassName"):
        if spec.get(field):
            yield from validate_name(spec[field], f"{path}.{field}", names.dns_subdomain)
    policy = spec.get("preemptionPolicy")
    if policy is not None and policy not in PREEMPTION_POLICIES:
        yield not_supported(f"{path}.preemptionPolicy", policy, PREEMPTION_POLICIES)
    if spec.get("overhead"):
        yield from validate_requirements({"limits": spec["overhead"]}, f"{path}.overhead", {})
    if spec.get("os") is not None:
        yield from validate_system(spec, path)


def labels_text(labels: Object | None) -> str:
    """Labels as a message shows them: `null` when there are none."""
    return json_text(dict(sorted(labels.items()))) if labels else "null"
