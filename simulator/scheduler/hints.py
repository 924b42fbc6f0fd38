"""Which change may help which rejected Pod. Upstream: pkg/scheduler/framework/events.go"""

from simulator.kernel.component import Change
from simulator.machinery.objects import Object

WATCHED = (
    "persistentvolumes",
    "persistentvolumeclaims",
    "storageclasses.storage.k8s.io",
    "csinodes.storage.k8s.io",
    "csidrivers.storage.k8s.io",
    "namespaces",
)
"""What the scheduler watches besides Pods and Nodes."""

VOLUMES = frozenset({"VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone"})
POD_LEFT = frozenset(
    {"NodeResourcesFit", "NodePorts", "PodTopologySpread", "InterPodAffinity", "VolumeRestrictions", "NodeVolumeLimits"}
)
POD_CAME = frozenset({"PodTopologySpread", "InterPodAffinity"})
NEW_NODE = frozenset(
    {
        "NodeAdd",
        "NodeUnschedulable",
        "NodeName",
        "TaintToleration",
        "NodeAffinity",
        "NodePorts",
        "NodeResourcesFit",
        "NodeVolumeLimits",
        "VolumeBinding",
        "VolumeZone",
        "PodTopologySpread",
        "InterPodAffinity",
    }
)
BY_LABELS = frozenset({"NodeAffinity", "PodTopologySpread", "InterPodAffinity", "VolumeZone", "VolumeBinding"})
BY_TAINTS = frozenset({"TaintToleration", "NodeUnschedulable", "PodTopologySpread"})
BY_ROOM = frozenset({"NodeResourcesFit"})
BY_OWN_LABELS = frozenset({"PodTopologySpread", "InterPodAffinity"})
BY_OWN_TOLERATIONS = BY_TAINTS
NOBODY: frozenset[str] = frozenset()


def helped_plugins(change: Change) -> frozenset[str]:
    """The plugins that may think differently after a change."""
    match change.resource:
        case "nodes":
            return NEW_NODE if change.type == "ADDED" else _by_node_edit(change.old or {}, change.object)
        case "pods":
            return _by_pod(change)
        case "namespaces":
            return frozenset({"InterPodAffinity"}) if change.type == "MODIFIED" else NOBODY
    return VOLUMES if change.type != "DELETED" else NOBODY


def _by_pod(change: Change) -> frozenset[str]:
    """A Pod on a node came, changed or went."""
    if change.type == "DELETED" or (_is_over(change.object) and not _is_over(change.old or {})):
        return POD_LEFT
    was_there = (change.old or {"spec": {}})["spec"].get("nodeName")
    if not was_there:
        return POD_CAME
    return POD_CAME if _labels(change.old or {}) != _labels(change.object) else NOBODY


def _is_over(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")


def _labels(obj: Object) -> object:
    return (obj.get("metadata") or {}).get("labels")


def _by_node_edit(old: Object, new: Object) -> frozenset[str]:
    helped = NOBODY
    if _labels(old) != _labels(new):
        helped |= BY_LABELS
    before, after = old.get("spec") or {}, new.get("spec") or {}
    if before.get("taints") != after.get("taints") or before.get("unschedulable") != after.get("unschedulable"):
        helped |= BY_TAINTS
    if (old.get("status") or {}).get("allocatable") != (new.get("status") or {}).get("allocatable"):
        helped |= BY_ROOM
    return helped


def node_was_edited(old: Object | None, new: Object) -> bool:
    """Whether a Node changed in anything a plugin looks at; heartbeats do not."""
    if old is None or _by_node_edit(old, new):
        return True
    return bool((old.get("status") or {}).get("images") != (new.get("status") or {}).get("images"))


def helped_by_own_edit(old: Object, new: Object) -> frozenset[str]:
    """The plugins that may think differently of a Pod set aside after an edit of its own."""
    helped = NOBODY
    if _labels(old) != _labels(new):
        helped |= BY_OWN_LABELS
    before, after = old["spec"], new["spec"]
    if len(before.get("tolerations") or ()) != len(after.get("tolerations") or ()):
        helped |= BY_OWN_TOLERATIONS
    if before is not after and _requests(before) != _requests(after):
        helped |= BY_ROOM
    return helped


def _requests(spec: Object) -> list[object]:
    return [(one.get("resources") or {}).get("requests") for one in spec["containers"]]


def pod_was_edited(old: Object, new: Object) -> bool:
    """Whether a waiting Pod changed by another hand than the scheduler's own."""
    if old["spec"] is not new["spec"] and old["spec"] != new["spec"]:
        return True
    fields = ("labels", "annotations", "deletionTimestamp")
    return any(old["metadata"].get(one) != new["metadata"].get(one) for one in fields)
