"""What a Job goes through on its way to the store.

Upstream: pkg/registry/batch/job/strategy.go
"""

from simulator.kernel.state import thaw
from simulator.machinery.objects import Object

CONTROLLER_UID = "batch.kubernetes.io/controller-uid"
JOB_NAME = "batch.kubernetes.io/job-name"
LEGACY = {CONTROLLER_UID: "controller-uid", JOB_NAME: "job-name"}


def prepare_create(obj: Object) -> None:
    """A new Job gets labels and a selector that no other Job has, unless its author manages them."""
    obj["status"] = {}
    spec, metadata = obj["spec"], obj["metadata"]
    if spec.get("manualSelector"):
        return
    template = spec.setdefault("template", {}).setdefault("metadata", {})
    labels = template.get("labels") or {}
    template["labels"] = labels
    for label, value in ((JOB_NAME, metadata.get("name", "")), (CONTROLLER_UID, metadata.get("uid", ""))):
        for key in (label, LEGACY[label]):
            if key not in labels:
                labels[key] = value
    selector = spec.get("selector") or {}
    spec["selector"] = selector
    matched = selector.get("matchLabels") or {}
    selector["matchLabels"] = matched
    matched.setdefault(CONTROLLER_UID, metadata.get("uid", ""))


def complete(obj: Object) -> Object:
    """A Job that a component made, once it has its uid: labels and selector as every new Job gets them."""
    own = thaw(obj)
    prepare_create(own)
    return own
