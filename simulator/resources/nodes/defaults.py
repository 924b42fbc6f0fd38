"""Defaults of a Node. Upstream: SetDefaults_NodeStatus"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    obj.setdefault("spec", {})
    status = obj.setdefault("status", {})
    if status.get("allocatable") is None and status.get("capacity"):
        status["allocatable"] = dict(status["capacity"])
