"""Prefers nodes that have the Pod's images already. Upstream: pkg/scheduler/framework/plugins/imagelocality"""

from collections.abc import Sequence

from simulator.scheduler.framework import MAX_NODE_SCORE, Plugin
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.snapshot import Snapshot

MEBIBYTE = 1024 * 1024
LEAST = 23 * MEBIBYTE
MOST_PER_CONTAINER = 1000 * MEBIBYTE


class ImageLocality(Plugin):
    """Scores by the bytes of images present, counting an image less the fewer nodes have it."""

    name = "ImageLocality"

    def pre_score(self, pod: PodInfo, snapshot: Snapshot, feasible: Sequence[NodeInfo]) -> dict[str, float]:
        """The share of all nodes that has each image."""
        names = [normalized(image) for image in pod.shape.images]
        nodes = len(snapshot) or 1
        return {name: snapshot.nodes_with_image(name) / nodes for name in names}

    def score(self, facts: dict[str, float], pod: PodInfo, node: NodeInfo) -> int:
        if not node.images:
            return 0
        present = 0
        for image in pod.shape.images:
            name = normalized(image)
            present += int(node.images.get(name, 0) * facts[name])
        most = MOST_PER_CONTAINER * len(pod.shape.images)
        return MAX_NODE_SCORE * (min(max(present, LEAST), most) - LEAST) // (most - LEAST) if most else 0


def normalized(image: str) -> str:
    """An image name with its tag: `nginx` is `nginx:latest`."""
    return image if image.rfind(":") > image.rfind("/") else f"{image}:latest"
