"""Images that nobody uses, taken away when a node's disk fills. Upstream: pkg/kubelet/images/image_gc_manager.go"""

from typing import TYPE_CHECKING

from simulator.kernel.clock import MINUTE
from simulator.kernel.state import Table
from simulator.machinery.objects import Object
from simulator.runtime.images import PullError, pull

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

HIGH, LOW = 85, 80
"""Per cent of the disk: from where on images go, and down to where."""
MINIMUM_AGE = 2 * MINUTE
PERIOD = 5 * MINUTE
PINNED = "registry.k8s.io/pause:"


class ImageGC:
    """Looks every five minutes, which is planned only while a node's disk is fuller than it should be.

    State, as tables: `image-use` ((node, image id) → since when it is there and when it was used last; without a row it
    has been there from the first), `image-gc` (node → when it looks next, and whether it failed the last time).
    """

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._use: Table[tuple[str, str], tuple[int, int]] = kubelet.table("image-use")
        self._plans: Table[str, tuple[int, bool]] = kubelet.table("image-gc")

    def arrived(self, node: str, image: str) -> None:
        """An image has been pulled."""
        now = self._kubelet.clock.now
        self._use.put((node, image), (now, now))

    def let_go(self, node: str, name: str) -> None:
        """A container that used an image is gone."""
        try:
            key = node, self._kubelet.images.local(node, name).id
        except PullError:
            return
        since, _ = self._use.get(key) or (0, 0)
        self._use.put(key, (since, self._kubelet.clock.now))

    def note(self, node: str, left: int, capacity: int) -> None:
        """So much is left of a node's disk: look at the next time of looking if that is too little."""
        now = self._kubelet.clock.now
        due, failed = self._plans.get(node) or (0, False)
        if used(left, capacity) >= HIGH and due <= now:
            born = self._kubelet.cluster.born
            due = now + PERIOD - (now - born) % PERIOD
            self._plans.put(node, (due, failed))
            self._kubelet.later(due - now, "image_gc.collect", node)

    def collect(self, node: str) -> None:
        """Bring the disk below the lower threshold, if there is so much to be freed."""
        kubelet = self._kubelet
        obj = kubelet.client.get("nodes", "", node)
        if obj is None or not kubelet.nodes.is_running(node):
            self._plans.delete(node)
            return
        left, capacity = kubelet.disk.left(obj)
        if used(left, capacity) < HIGH:
            self._plans.delete(node)
            return
        wanted = capacity * (100 - LOW) // 100 - left
        freed = self.free(node, wanted)
        _, failed_before = self._plans.get(node) or (0, False)
        self._plans.put(node, (0, freed < wanted))
        if freed < wanted:
            text = "Failed to garbage collect required amount of images. "
            text += f"Attempted to free {wanted} bytes, but only found {freed} bytes eligible to free."
            kubelet.tell_node(obj, "FreeDiskSpaceFailed", text, kind="Warning")
            if failed_before:
                kubelet.tell_node(obj, "ImageGCFailed", text, kind="Warning")
        self.note(node, left + freed, capacity)

    def free(self, node: str, wanted: int) -> int:
        """Remove unused images, those first that were not used for longest; how many bytes that gave."""
        kubelet, now, freed = self._kubelet, self._kubelet.clock.now, 0
        kept = self._in_use(node)
        candidates = []
        for image in map(pull, kubelet.images.names_on(node)):
            since, last = self._use.get((node, image.id)) or (0, 0)
            if image.id not in kept and now - since >= MINIMUM_AGE:
                candidates.append((last, since, image.id, image))
        for _, _, key, image in sorted(candidates, key=lambda one: one[:3]):
            if freed >= wanted:
                break
            kubelet.images.remove(node, image)
            self._use.delete((node, key))
            freed += image.size
        if freed:
            kubelet.nodes.post(node)
        return freed

    def _in_use(self, node: str) -> set[str]:
        """The images of all containers that a node knows, running or not, and those that are never taken away."""
        kubelet, found = self._kubelet, set[str]()
        names = [name for name in kubelet.images.names_on(node) if name.startswith(PINNED)]
        for pod in self._pods(node):
            names += [row["image"]["name"] for row in kubelet.rows(pod).values() if row.get("image")]
            names += [one["image"] for one in pod["spec"]["containers"]]
        for name in names:
            try:
                found.add(kubelet.images.local(node, name).id)
            except PullError:
                continue
        return found

    def _pods(self, node: str) -> list[Object]:
        kubelet = self._kubelet
        known = [pod for pod in kubelet.client.indexed("pods", "node", node) if pod["metadata"]["uid"] in kubelet.pods]
        return [*known, *kubelet.static.on_node(node)]

    def held(self, node: str) -> int:
        """The bytes that a node's images take."""
        return sum(pull(name).size for name in self._kubelet.images.names_on(node))


def used(left: int, capacity: int) -> int:
    """Per cent of a disk that are used, as upstream rounds."""
    return 100 - left * 100 // capacity if left > 0 else 100
