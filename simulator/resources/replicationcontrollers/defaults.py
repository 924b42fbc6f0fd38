"""Defaults of a ReplicationController. Upstream: SetDefaults_ReplicationController"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import default_pod_template


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    template = spec.get("template")
    if template is not None:
        default_pod_template(template)
        labels = template["metadata"].get("labels")
        if labels:
            spec["selector"] = spec.get("selector") or dict(labels)
            metadata = obj.setdefault("metadata", {})
            metadata["labels"] = metadata.get("labels") or dict(labels)
    if spec.get("replicas") is None:
        spec["replicas"] = 1
