"""What must happen to a Pod's claims before it can be bound. Upstream: plugins/volumebinding/binder.go"""

from simulator.api.client import Client
from simulator.machinery.objects import Object, at, changed
from simulator.scheduler.evaluation import Evaluator, Verdict
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.plugins.volume_binding import SELECTED_NODE, VolumeBinding
from simulator.scheduler.pod_info import PodInfo


def bind_claims(client: Client, evaluator: Evaluator, verdict: Verdict, pod: PodInfo, node: NodeInfo) -> bool:
    """Have waiting claims bound or provided for on the chosen node; whether none had to wait."""
    facts = verdict.facts.get(VolumeBinding.name)
    if facts is None or not facts[1]:
        return True
    plugin = next(plugin for plugin, _ in evaluator.plugins if isinstance(plugin, VolumeBinding))
    for claim, volume in plugin.reserve(facts, pod, node):
        if volume is not None:
            _promise(client, volume, claim)
        else:
            client.change("persistentvolumeclaims", claim, ("metadata", "annotations", SELECTED_NODE), node.name)
    return False


def _promise(client: Client, volume: Object, claim: Object) -> None:
    """Reserve a volume for a claim; the volume controller completes the bond."""
    reference = {
        "kind": "PersistentVolumeClaim",
        "namespace": claim["metadata"]["namespace"],
        "name": claim["metadata"]["name"],
        "uid": claim["metadata"]["uid"],
        "apiVersion": "v1",
        "resourceVersion": claim["metadata"]["resourceVersion"],
    }
    if at(volume, "spec", "claimRef", "uid") != reference["uid"]:
        volume = changed(volume, ("spec", "claimRef"), reference)
        client.change(
            "persistentvolumes", volume, ("metadata", "annotations", "pv.kubernetes.io/bound-by-controller"), "yes"
        )


def claims_are_bound(client: Client, pod: PodInfo) -> bool:
    for name in pod.shape.claims:
        claim = client.get("persistentvolumeclaims", pod.shape.namespace, name)
        if claim is None or at(claim, "status", "phase") != "Bound":
            return False
    return True
