"""Defaults of a Namespace. Upstream: SetDefaults_Namespace, SetDefaults_NamespaceStatus"""

from simulator.machinery.objects import Object

NAME_LABEL = "kubernetes.io/metadata.name"


def default(obj: Object) -> None:
    metadata = obj.setdefault("metadata", {})
    if metadata.get("name"):
        labels = metadata.get("labels") or {}
        labels[NAME_LABEL] = metadata["name"]
        metadata["labels"] = labels
    status = obj.get("status") or {}
    obj["status"] = status
    status["phase"] = status.get("phase") or "Active"
