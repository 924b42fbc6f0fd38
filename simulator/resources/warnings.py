"""What the API server says of an object that it takes, kind by kind. Upstream: WarningsOnCreate, WarningsOnUpdate"""

from collections.abc import Callable, Iterator
from typing import Final

from simulator.machinery import names
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.machinery.textformats import is_known
from simulator.resources.common.podwarnings import NODE_LABELS, VOLUMES, of_claim, of_pod, of_term

type Warns = Callable[[Object, Object | None, int], Iterator[str]]
"""Of an object, what it was before, and the server's minor release."""

CLASS: Final = "volume.beta.kubernetes.io/storage-class"
INGRESS_CLASS: Final = "kubernetes.io/ingress.class"
MOUNTABLE: Final = "kubernetes.io/enforce-mountable-secrets"
HINTS, MODE = "service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"
REMOVED: Final = {kind: text for kind, text in VOLUMES.items() if kind != "gitRepo"}


def warnings(key: str, obj: Object, old: Object | None, minor: int) -> list[str]:
    """All that is said of an object of a resource, once each."""
    found = KINDS.get(key)
    return list(dict.fromkeys(found(obj, old, minor))) if found is not None else []


def pod(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    if old is None and (wrong := names.dns_label(obj["metadata"]["name"])):
        yield f"metadata.name: this is used in the Pod's hostname, {SURPRISING}: [{' '.join(wrong)}]"
    yield from of_pod(obj["spec"], obj["metadata"])


SURPRISING: Final = "which can result in surprising behavior; a DNS label is recommended"


def workload(*path: str, named: bool = True) -> Warns:
    """A kind that makes Pods of the template below a path."""

    def warns(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
        if named and old is None and (wrong := names.dns_label(obj["metadata"]["name"])):
            yield f"metadata.name: this is used in Pod names and hostnames, {SURPRISING}: [{' '.join(wrong)}]"
        if old is not None and obj.get("spec") == old.get("spec"):
            return
        template = at(obj, *path)
        if template:
            yield from of_pod(template["spec"], template.get("metadata") or {}, f"{'.'.join(path)}.")

    return warns


def stateful_set(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    yield from workload("spec", "template", named=False)(obj, old, minor)
    if old is None or obj["spec"] != old["spec"]:
        for index, claim in enumerate(obj["spec"].get("volumeClaimTemplates") or ()):
            yield from of_claim(claim["spec"], f"spec.volumeClaimTemplates[{index}]")
        if (obj["spec"].get("revisionHistoryLimit") or 0) < 0:
            all_stay = "a negative value retains all historical revisions"
            yield f"spec.revisionHistoryLimit: {all_stay}; a value >= 0 is recommended"


def pod_template(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    template = obj.get("template") or {}
    if template.get("spec"):
        yield from of_pod(template["spec"], template.get("metadata") or {}, "template.")


def service(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    spec, annotations = obj["spec"], obj["metadata"].get("annotations") or {}
    external, kind = bool(spec.get("externalIPs")), spec.get("type", "ClusterIP")
    headless = kind == "ClusterIP" and spec.get("clusterIP") == "None"
    if HINTS in annotations:
        yield f"annotation {HINTS} is deprecated, please use {MODE} instead"
    if headless and spec.get("loadBalancerIP"):
        yield "spec.loadBalancerIP is ignored for headless services"
    if headless and external:
        yield "spec.externalIPs is ignored for headless services"
    if headless and spec.get("sessionAffinity", "None") != "None":
        yield "spec.SessionAffinity is ignored for headless services"
    if external and not headless and kind != "ExternalName" and minor >= 36:
        yield "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
    if kind == "ExternalName" and external:
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if kind != "ExternalName" and spec.get("externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
    if spec.get("trafficDistribution") == "PreferClose" and minor >= 35:
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'


def ingress(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    given = INGRESS_CLASS in (obj["metadata"].get("annotations") or {})
    if old is None and given and not obj["spec"].get("ingressClassName"):
        yield f"annotation {quoted(INGRESS_CLASS)} is deprecated, please use 'spec.ingressClassName' instead"


def claim(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    yield from annotated(obj, CLASS, 'deprecated since v1.8; use "storageClassName" attribute instead')
    yield from of_claim(obj["spec"], "spec")


def volume(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    yield from annotated(obj, CLASS, 'deprecated since v1.8; use "storageClassName" attribute instead')
    options = 'deprecated since v1.31; use "mountOptions" attribute instead'
    yield from annotated(obj, "volume.beta.kubernetes.io/mount-options", options)
    spec = obj["spec"]
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        yield (
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended "
            "approach is to use dynamic provisioning."
        )
    for index, term in enumerate(at(spec, "nodeAffinity", "required", "nodeSelectorTerms") or ()):
        yield from of_term(term, f"spec.nodeAffinity.required.nodeSelectorTerms[{index}]")
    yield from (f"spec.{kind}: {text}" for kind, text in REMOVED.items() if spec.get(kind) is not None)


def annotated(obj: Object, annotation: str, text: str) -> Iterator[str]:
    if annotation in (obj["metadata"].get("annotations") or {}):
        yield f"metadata.annotations[{annotation}]: {text}"


def node(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    spec = obj.get("spec") or {}
    if spec.get("configSource") is not None:
        yield "spec.configSource: the feature is removed"
    if spec.get("externalID"):
        yield "spec.externalID: this field is deprecated, and is unused by Kubernetes"


def runtime_class(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    for label in sorted(at(obj, "scheduling", "nodeSelector") or ()):
        if label in NODE_LABELS:
            yield f"scheduling.nodeSelector: {NODE_LABELS[label]}"


def storage_class(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    for index, term in enumerate(obj.get("allowedTopologies") or ()):
        for place, one in enumerate(term.get("matchLabelExpressions") or ()):
            if one["key"] in NODE_LABELS:
                where = f"allowedTopologies[{index}].matchLabelExpressions[{place}].key"
                yield f"{where}: {one['key']} is {NODE_LABELS[one['key']]}"


def service_account(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    if minor >= 32:
        text = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        yield from annotated(obj, MOUNTABLE, text)


def definition(obj: Object, old: Object | None, minor: int) -> Iterator[str]:
    """Formats that no schema can ask for."""
    if minor < 34 or (old is not None and obj["spec"] == old["spec"]):
        return
    schemas = [at(version, "schema", "openAPIV3Schema") for version in obj["spec"].get("versions") or ()]
    unknown = {form for schema in schemas for kind, form in formats(schema) if not is_known(kind, form)}
    yield from (f"unrecognized format {quoted(form)}" for form in sorted(unknown))


def formats(schema: object) -> Iterator[tuple[str, str]]:
    """Type and format of every part of a schema."""
    if isinstance(schema, list):
        for part in schema:
            yield from formats(part)
    if not isinstance(schema, dict):
        return
    if schema.get("format"):
        yield str(schema.get("type") or ""), str(schema["format"])
    for name in ("items", "additionalProperties", "not", "allOf", "anyOf", "oneOf"):
        yield from formats(schema.get(name))
    yield from formats(list((schema.get("properties") or {}).values()))


TEMPLATE: Final = ("spec", "template")
KINDS: Final[dict[str, Warns]] = {
    "cronjobs.batch": workload("spec", "jobTemplate", *TEMPLATE),
    "customresourcedefinitions.apiextensions.k8s.io": definition,
    "daemonsets.apps": workload(*TEMPLATE, named=False),
    "deployments.apps": workload(*TEMPLATE),
    "ingresses.networking.k8s.io": ingress,
    "jobs.batch": workload(*TEMPLATE),
    "nodes": node,
    "persistentvolumeclaims": claim,
    "persistentvolumes": volume,
    "pods": pod,
    "podtemplates": pod_template,
    "replicasets.apps": workload(*TEMPLATE),
    "replicationcontrollers": workload(*TEMPLATE),
    "runtimeclasses.node.k8s.io": runtime_class,
    "serviceaccounts": service_account,
    "services": service,
    "statefulsets.apps": stateful_set,
    "storageclasses.storage.k8s.io": storage_class,
}
