"""The cluster as a scheduling cycle sees it: nodes and their Pods. Upstream: pkg/scheduler/backend/cache"""

from collections.abc import Iterable

from simulator.machinery.objects import Key, Object
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo, Shape

TOUCHES_KEPT = 1024


class Snapshot:
    """Nodes in order of name, kept up to date Pod by Pod. A Pod on a node that is not known (yet) waits for it."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeInfo] = {}
        self.shapes: dict[Shape, int] = {}
        """How many Pods of each shape the cluster runs."""
        self.revision = 0
        """Grows with every change of a Node object."""
        self.touches = 0
        """How often the Pods of a node changed; see `touched`."""
        self._touched: list[str] = []
        self._place: dict[Key, tuple[str, PodInfo]] = {}
        self._homeless: dict[str, dict[Key, PodInfo]] = {}
        self._image_nodes: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self.nodes)

    def touched(self, since: int) -> Iterable[str]:
        """The names of the nodes whose Pods changed since `touches` stood there, some perhaps more than once."""
        missed = self.touches - since
        if missed > len(self._touched):
            return self.nodes
        return self._touched[len(self._touched) - missed :] if missed else ()

    def _touch(self, node: NodeInfo) -> None:
        self.touches += 1
        if len(self._touched) >= 2 * TOUCHES_KEPT:
            del self._touched[:TOUCHES_KEPT]
        self._touched.append(node.name)

    def pod(self, key: Key) -> PodInfo | None:
        """A Pod that has a place, as it was last taken in."""
        place = self._place.get(key)
        return place[1] if place is not None else None

    def put_node(self, node: Object) -> NodeInfo:
        name = node["metadata"]["name"]
        info = self.nodes.get(name)
        if info is not None:
            info.update(node)
        else:
            info = NodeInfo(node)
            self.nodes[name] = info
            self.nodes = {one: self.nodes[one] for one in sorted(self.nodes)}
            for waiting in self._homeless.pop(name, {}).values():
                info.add(waiting)
        self.revision += 1
        self._image_nodes = None
        return info

    def remove_node(self, name: str) -> None:
        info = self.nodes.pop(name, None)
        if info is not None:
            self._homeless[name] = info.pods
            self.revision += 1
            self._image_nodes = None

    def place(self, pod: PodInfo, node_name: str) -> None:
        """Put a Pod on a node, or take over a new state of it."""
        before = self._place.get(pod.key)
        same = before is not None and before[0] == node_name and before[1].counts_like(pod)
        if not same:
            self.remove(pod.key)
            self.shapes[pod.shape] = self.shapes.get(pod.shape, 0) + 1
        self._place[pod.key] = node_name, pod
        node = self.nodes.get(node_name)
        if node is None:
            self._homeless.setdefault(node_name, {})[pod.key] = pod
        elif same:
            node.pods[pod.key] = pod
        else:
            node.add(pod)
            self._touch(node)

    def remove(self, key: Key) -> None:
        place = self._place.pop(key, None)
        if place is None:
            return
        node_name, pod = place
        left = self.shapes[pod.shape] - 1
        if left:
            self.shapes[pod.shape] = left
        else:
            del self.shapes[pod.shape]
        node = self.nodes.get(node_name)
        if node is not None:
            node.remove(key)
            self._touch(node)
        else:
            self._homeless.get(node_name, {}).pop(key, None)

    def nodes_with_image(self, name: str) -> int:
        """On how many nodes an image is present already."""
        if self._image_nodes is None:
            counts: dict[str, int] = {}
            for info in self.nodes.values():
                for image in info.images:
                    counts[image] = counts.get(image, 0) + 1
            self._image_nodes = counts
        return self._image_nodes.get(name, 0)
