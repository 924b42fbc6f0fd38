"""A StatefulSet. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Sequence

from simulator.kubectl.describe.containers import describe_template
from simulator.kubectl.describe.page import Page, date, values
from simulator.kubectl.describe.workload import pods_status
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at
from simulator.machinery.selectors import from_object


def describe(kubectl: Kubectl, page: Page, stateful_set: Object) -> None:
    metadata, spec = stateful_set["metadata"], stateful_set["spec"]
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "CreationTimestamp", date(metadata.get("creationTimestamp")))
    page.field(0, "Selector", from_object(spec.get("selector")))
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    page.field(0, "Service Name", spec.get("serviceName", ""))
    page.field(0, "Pod Management Policy", spec.get("podManagementPolicy", ""))
    total = at(stateful_set, "status", "replicas", default=0)
    page.field(0, "Replicas", f"{spec.get('replicas', 1)} desired | {total} total")
    strategy = spec.get("updateStrategy") or {}
    page.field(0, "Update Strategy", strategy.get("type", ""))
    rolling = strategy.get("rollingUpdate") or {}
    if rolling.get("partition") is not None:
        page.field(1, "Partition", rolling["partition"])
        if "maxUnavailable" in rolling:
            page.field(1, "MaxUnavailable", rolling["maxUnavailable"])
    if retention := spec.get("persistentVolumeClaimRetentionPolicy"):
        page.line(0, "Persistent Volume Claim Retention Policy:")
        page.field(1, "WhenDeleted", retention.get("whenDeleted", ""))
        page.field(1, "WhenScaled", retention.get("whenScaled", ""))
    page.field(0, "Pods Status", pods_status(kubectl, stateful_set))
    describe_template(page, spec["template"])
    describe_claims(page, spec.get("volumeClaimTemplates") or ())


def describe_claims(page: Page, templates: Sequence[Object]) -> None:
    if not templates:
        page.field(0, "Volume Claims", "<none>")
        return
    page.line(0, "Volume Claims:")
    for claim in templates:
        metadata, spec = claim["metadata"], claim["spec"]
        page.field(1, "Name", metadata["name"])
        page.field(1, "StorageClass", spec.get("storageClassName") or "")
        page.labels("Labels", metadata.get("labels"), "  ")
        page.labels("Annotations", metadata.get("annotations"), "  ")
        page.field(1, "Capacity", at(spec, "resources", "requests", "storage", default="<default>"))
        page.field(1, "Access Modes", values(spec.get("accessModes")))
