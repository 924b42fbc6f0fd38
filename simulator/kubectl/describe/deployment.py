"""A Deployment and its ReplicaSets. Upstream: kubectl/pkg/describe/describe.go"""

from collections.abc import Sequence

from simulator.kubectl.describe.containers import describe_template
from simulator.kubectl.describe.page import Page, date
from simulator.kubectl.describe.workload import describe_conditions
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.revisions import replica_sets
from simulator.machinery.objects import Object, at
from simulator.machinery.selectors import from_object


def describe(kubectl: Kubectl, page: Page, deployment: Object) -> None:
    metadata, spec, status = deployment["metadata"], deployment["spec"], deployment.get("status") or {}
    page.events()
    page.field(0, "Name", metadata["name"])
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "CreationTimestamp", date(metadata.get("creationTimestamp")))
    page.labels("Labels", metadata.get("labels"))
    page.annotations("Annotations", metadata.get("annotations"))
    page.field(0, "Selector", from_object(spec.get("selector")))
    page.field(
        0,
        "Replicas",
        f"{spec.get('replicas', 1)} desired | {status.get('updatedReplicas', 0)} updated | "
        f"{status.get('replicas', 0)} total | {status.get('availableReplicas', 0)} available | "
        f"{status.get('unavailableReplicas', 0)} unavailable",
    )
    page.field(0, "StrategyType", at(spec, "strategy", "type", default=""))
    page.field(0, "MinReadySeconds", spec.get("minReadySeconds", 0))
    rolling = at(spec, "strategy", "rollingUpdate")
    if rolling is not None:
        shown = f"{rolling.get('maxUnavailable', '')} max unavailable, {rolling.get('maxSurge', '')} max surge"
        page.field(0, "RollingUpdateStrategy", shown)
    describe_template(page, spec["template"])
    describe_conditions(page, deployment)
    old, new = replica_sets(kubectl, deployment)
    if old or new:
        page.field(0, "OldReplicaSets", listed(old))
        page.field(0, "NewReplicaSet", listed([new] if new else []))


def listed(replica_sets: Sequence[Object]) -> str:
    texts = [
        f"{one['metadata']['name']} ({at(one, 'status', 'replicas', default=0)}/{one['spec'].get('replicas', 1)} "
        "replicas created)"
        for one in replica_sets
    ]
    return ", ".join(texts) or "<none>"
