"""PersistentVolumes and their claims. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Sequence

from simulator.kubectl.describe.page import Page, date, values
from simulator.kubectl.describe.volumes import describe_source
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at

CLASS = "volume.beta.kubernetes.io/storage-class"
MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
CONDITION_TITLES = ("Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message")
CONDITION_RULES = ("----", "------", "-----------------", "------------------", "------", "-------")


def access_modes(modes: Sequence[str] | None) -> str:
    return ",".join(short for mode, short in MODES.items() if mode in (modes or ()))


def class_of(obj: Object) -> str:
    annotations = obj["metadata"].get("annotations") or {}
    return str(annotations.get(CLASS) or obj["spec"].get("storageClassName") or "")


def status(page: Page, obj: Object) -> str:
    deleted = obj["metadata"].get("deletionTimestamp")
    return f"Terminating (lasts {page.since(deleted)})" if deleted else str(at(obj, "status", "phase", default=""))


def describe(kubectl: Kubectl, page: Page, volume: Object) -> None:
    metadata, spec = volume["metadata"], volume["spec"]
    page.head(volume, namespaced=False)
    page.field(0, "Finalizers", values(metadata.get("finalizers")))
    page.field(0, "StorageClass", class_of(volume))
    page.field(0, "Status", status(page, volume))
    claim = spec.get("claimRef")
    page.field(0, "Claim", f"{claim['namespace']}/{claim['name']}" if claim else "")
    page.field(0, "Reclaim Policy", spec.get("persistentVolumeReclaimPolicy", ""))
    page.field(0, "Access Modes", access_modes(spec.get("accessModes")))
    if spec.get("volumeMode"):
        page.field(0, "VolumeMode", spec["volumeMode"])
    page.field(0, "Capacity", at(spec, "capacity", "storage", default="0"))
    describe_affinity(page, at(spec, "nodeAffinity", "required"))
    page.field(0, "Message", at(volume, "status", "message", default=""))
    page.line(0, "Source:")
    describe_source(page, spec)


def describe_affinity(page: Page, required: Object | None) -> None:
    page.field(0, "Node Affinity", "<none>" if required is None else "")
    if required is None:
        return
    terms = required.get("nodeSelectorTerms") or ()
    page.field(1, "Required Terms", "" if terms else "<none>")
    for index, term in enumerate(terms):
        lines = []
        for one in term.get("matchExpressions") or ():
            text = f"{one['key']} {one['operator'].lower()}"
            lines.append(f"{text} [{', '.join(one['values'])}]" if one.get("values") else text)
        page.several(f"Term {index}", lines, "    ")


def describe_claim(kubectl: Kubectl, page: Page, claim: Object) -> None:
    metadata, spec = claim["metadata"], claim["spec"]
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "StorageClass", class_of(claim))
    page.field(0, "Status", status(page, claim))
    page.field(0, "Volume", spec.get("volumeName", ""))
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    page.field(0, "Finalizers", values(metadata.get("finalizers")))
    bound = bool(spec.get("volumeName"))
    page.field(0, "Capacity", at(claim, "status", "capacity", "storage", default="0") if bound else "")
    page.field(0, "Access Modes", access_modes(at(claim, "status", "accessModes")) if bound else "")
    if spec.get("volumeMode"):
        page.field(0, "VolumeMode", spec["volumeMode"])
    if source := spec.get("dataSource"):
        page.line(0, "DataSource:")
        for title, field in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if field in source:
                page.field(1, title, source[field])
    page.several("Used By", users_of(kubectl, claim))
    describe_claim_conditions(page, at(claim, "status", "conditions", default=[]))


def users_of(kubectl: Kubectl, claim: Object) -> list[str]:
    """The Pods that mount a claim."""
    name, namespace = claim["metadata"]["name"], claim["metadata"]["namespace"]
    pods = kubectl.clientset.listed(f"/api/v1/namespaces/{namespace}/pods", {})
    owners = [one["uid"] for one in claim["metadata"].get("ownerReferences") or () if one["kind"] == "Pod"]
    return sorted(
        pod["metadata"]["name"]
        for pod in pods
        if pod["metadata"]["uid"] in owners
        or any(at(one, "persistentVolumeClaim", "claimName") == name for one in pod["spec"].get("volumes") or ())
    )


def describe_claim_conditions(page: Page, conditions: Sequence[Object]) -> None:
    if not conditions:
        return
    page.line(0, "Conditions:")
    rows = [
        (
            f"{one['type']} ",
            f"{one['status']} ",
            f"{date(one.get('lastProbeTime'))} ",
            f"{date(one.get('lastTransitionTime'))} ",
            f"{one.get('reason', '')} ",
            one.get("message", ""),
        )
        for one in conditions
    ]
    page.table(1, CONDITION_TITLES, rows, CONDITION_RULES)
