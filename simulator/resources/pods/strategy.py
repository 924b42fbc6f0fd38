"""What a Pod goes through on its way to the store.

Upstream: pkg/registry/core/pod/strategy.go
"""

from simulator.machinery.objects import Object
from simulator.resources.common.quality import quality_of_service


def prepare_create(obj: Object) -> None:
    """A new Pod is pending; its quality of service follows from its resources and stays."""
    obj["status"] = {"phase": "Pending", "qosClass": quality_of_service(obj["spec"])}
    if obj["spec"].get("schedulingGates"):
        obj["status"]["conditions"] = [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "SchedulingGated",
                "message": "Scheduling is blocked due to non-empty scheduling gates",
            }
        ]


def prepare_update(obj: Object, old: Object) -> None:
    """The quality of service never changes."""
    before = (old.get("status") or {}).get("qosClass")
    if before:
        obj.setdefault("status", {})["qosClass"] = before
