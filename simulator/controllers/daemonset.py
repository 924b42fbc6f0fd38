"""Keeps one Pod on each node that a DaemonSet wants. Upstream: pkg/controller/daemon"""

from collections.abc import Iterable, Iterator, Sequence

from simulator.api.client import Client
from simulator.api.errors import APIError
from simulator.controllers.base import Controller
from simulator.controllers.deployment.revisions import scaled
from simulator.controllers.history import HASH_LABEL, current_revision, forget_oldest
from simulator.controllers.ownership import claim
from simulator.controllers.pods import (
    PodControl,
    is_active,
    is_available,
    is_deleted,
    is_finished,
    is_ready,
    phase,
    pod_from_template,
    ready_since,
)
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change, Kernel
from simulator.machinery.objects import Key, Object, at, changed, key_of
from simulator.machinery.selectors import from_object
from simulator.scheduler.hints import node_was_edited
from simulator.scheduler.selection import required_nodes, tolerates

GENERATION_LABEL = "pod-template-generation"
GENERATION_ANNOTATION = "deprecated.daemonset.template.generation"
TOLERATED: tuple[Object, ...] = (
    {"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists"},
    {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/disk-pressure", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/memory-pressure", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/pid-pressure", "operator": "Exists"},
    {"effect": "NoSchedule", "key": "node.kubernetes.io/unschedulable", "operator": "Exists"},
)
NETWORK: Object = {"effect": "NoSchedule", "key": "node.kubernetes.io/network-unavailable", "operator": "Exists"}


class DaemonSetController(Controller):
    """Creates a Pod for every eligible node, and replaces Pods of an old template node by node."""

    name = "daemonset-controller"
    source = "daemonset-controller"
    resource = "daemonsets.apps"
    kind = "DaemonSet"
    watches = ("daemonsets.apps", "pods", "nodes")
    owns = ("pods",)

    def __init__(self, kernel: Kernel, client: Client, *, minor: int = 37) -> None:
        super().__init__(kernel, client, minor=minor)
        self.pods = PodControl(client, self.events)

    def keys(self, change: Change) -> Iterator[Key]:
        if change.resource != "nodes":
            yield from super().keys(change)
        elif change.type != "MODIFIED" or node_was_edited(change.old, change.object):
            yield from sorted(self.client.rows(self.resource))

    def reconcile(self, key: Key) -> None:
        daemon_set = self.get(key)
        if daemon_set is None or is_deleted(daemon_set):
            return
        selector = from_object(daemon_set["spec"]["selector"])
        if selector.is_empty:
            message = "This daemon set is selecting all pods. A non-empty selector is required."
            self.events.warning(daemon_set, "SelectingAll", message)
            return
        labels = at(daemon_set, "spec", "template", "metadata", "labels", default={})
        revision, history = current_revision(self.client, daemon_set, labels, hash_label=HASH_LABEL)
        digest = revision["metadata"]["labels"][HASH_LABEL]
        pods = [pod for pod in claim(self.client, "pods", daemon_set, selector) if not self._is_over(daemon_set, pod)]
        wanted = self._template_pod(daemon_set, digest)
        failure = self._manage(daemon_set, wanted, pods, digest)
        if failure is None and surge_of(daemon_set, 1):
            failure = self._surge(daemon_set, wanted, digest)
        elif at(daemon_set, "spec", "updateStrategy", "type", default="RollingUpdate") == "RollingUpdate":
            self._roll(daemon_set, digest)
        self._report(daemon_set, wanted, digest)
        live = {f"{key[1]}-{pod['metadata']['labels'].get(HASH_LABEL)}" for pod in pods}
        forget_oldest(self.client, daemon_set, history, {*live, revision["metadata"]["name"]})
        if failure is not None:
            raise failure

    def _template_pod(self, daemon_set: Object, digest: str) -> Object:
        """The Pod as it would be on any node: the template with what every daemon tolerates."""
        generation = at(daemon_set, "metadata", "annotations", GENERATION_ANNOTATION, default="1")
        labels = {HASH_LABEL: digest, GENERATION_LABEL: generation}
        pod = pod_from_template(daemon_set["spec"]["template"], daemon_set, labels=labels)
        tolerations = list(pod["spec"].get("tolerations") or ())
        added = [*TOLERATED, *((NETWORK,) if pod["spec"].get("hostNetwork") else ())]
        tolerations += [one for one in added if one not in tolerations]
        return changed(pod, ("spec", "tolerations"), tolerations)

    def _is_over(self, daemon_set: Object, pod: Object) -> bool:
        """Pods that ended are deleted, to be created anew."""
        if not is_finished(pod) or is_deleted(pod):
            return False
        namespace, name = key_of(pod)
        node = pod["spec"].get("nodeName", "")
        if phase(pod) == "Failed":
            message = f"Found failed daemon pod {namespace}/{name} on node {node}, will try to kill it"
            self.events.warning(daemon_set, "FailedDaemonPod", message)
        else:
            message = f"Found succeeded daemon pod {namespace}/{name} on node {node}, will try to delete it"
            self.events.normal(daemon_set, "SucceededDaemonPod", message)
        self.pods.delete(daemon_set, pod)
        return True

    def _manage(self, daemon_set: Object, wanted: Object, pods: Sequence[Object], digest: str) -> APIError | None:
        """Upstream: podsShouldBeOnNode"""
        by_node = on_nodes(pods)
        nodes = {node["metadata"]["name"]: node for node in self.client.list("nodes")}
        missing = []
        for name, node in nodes.items():
            here = by_node.get(name, [])
            should_run, may_stay = eligibility(wanted, node)
            if should_run and not here:
                missing.append(name)
            else:
                for pod in self._too_many(daemon_set, here, digest) if may_stay else here:
                    if is_active(pod):
                        self.pods.delete(daemon_set, pod)
        for name in sorted(by_node):
            for pod in by_node[name] if name not in nodes else ():
                if is_active(pod):
                    self.pods.delete(daemon_set, pod)
        return self._create(daemon_set, wanted, missing)

    def _too_many(self, daemon_set: Object, here: Sequence[Object], digest: str) -> Sequence[Object]:
        """All but one of the Pods of a node. With surge a new one may stand beside an old one: for as long as the old
        one is ready and the new one not yet available."""
        if not surge_of(daemon_set, 1):
            if any(map(is_deleted, here)):
                return ()
            return sorted(here, key=lambda pod: (not is_ready(pod), pod["metadata"]["creationTimestamp"]))[1:]
        new, old = by_revision(here, digest)
        surplus = [*new[1:], *old[1:]]
        if new and old and (not is_ready(old[0]) or self._is_available(daemon_set, new[0])):
            surplus.append(old[0])
        return surplus

    def _create(self, daemon_set: Object, wanted: Object, names: Sequence[str]) -> APIError | None:
        for name in names:
            try:
                self.pods.create(daemon_set, pinned(wanted, name))
            except APIError as error:
                return error
        return None

    def _surge(self, daemon_set: Object, wanted: Object, digest: str) -> APIError | None:
        """Put new Pods beside old ones: where the old one is not available at once, else on as many nodes as may have
        two; an old one goes once the new one is available. Upstream: rollingUpdate"""
        by_node = on_nodes(pod for pod in self.client.owned("pods", daemon_set) if not is_finished(pod))
        nodes = [node["metadata"]["name"] for node in self.client.list("nodes") if eligibility(wanted, node)[0]]
        left = surge_of(daemon_set, len(nodes))
        at_once: list[str] = []
        candidates: list[str] = []
        for name in nodes:
            new, old = by_revision(by_node.get(name, ()), digest)
            if len(new) > 1 or len(old) > 1:
                left -= 1  # one of them is on its way out
            elif not new and old:
                (candidates if self._is_available(daemon_set, old[0]) else at_once).append(name)
            elif new and old and self._is_available(daemon_set, new[0]):
                self.pods.delete(daemon_set, old[0])
            elif new and old:
                left -= 1
        return self._create(daemon_set, wanted, [*at_once, *candidates[: max(left, 0)]])

    def _is_available(self, daemon_set: Object, pod: Object) -> bool:
        return is_available(pod, daemon_set["spec"].get("minReadySeconds") or 0, self.clock.now)

    def _roll(self, daemon_set: Object, digest: str) -> None:
        """Delete old Pods as far as availability allows. Upstream: rollingUpdate (without surge)"""
        rolling = at(daemon_set, "spec", "updateStrategy", "rollingUpdate", default={})
        pods = [pod for pod in self.client.owned("pods", daemon_set) if not is_finished(pod)]
        nodes = max(at(daemon_set, "status", "desiredNumberScheduled", default=0), len({*map(target_node, pods)}))
        most = scaled(rolling.get("maxUnavailable", 1), nodes, up=True)
        minimum = daemon_set["spec"].get("minReadySeconds") or 0
        available = [pod for pod in pods if is_available(pod, minimum, self.clock.now) and not is_deleted(pod)]
        budget = most - (nodes - len({*map(target_node, available)}))
        old = [
            pod for pod in pods if pod["metadata"].get("labels", {}).get(HASH_LABEL) != digest and not is_deleted(pod)
        ]
        for pod in sorted(old, key=lambda pod: (pod in available, key_of(pod))):
            if pod in available:
                if budget <= 0:
                    break
                budget -= 1
            self.pods.delete(daemon_set, pod)

    def _report(self, daemon_set: Object, wanted: Object, digest: str) -> None:
        """Upstream: updateDaemonSetStatus"""
        by_node = on_nodes(pod for pod in self.client.owned("pods", daemon_set) if not is_finished(pod))
        minimum = daemon_set["spec"].get("minReadySeconds") or 0
        desired = current = misplaced = ready = updated = available = 0
        for node in self.client.list("nodes"):
            here = by_node.get(node["metadata"]["name"], [])
            if not eligibility(wanted, node)[0]:
                misplaced += bool(here)
                continue
            desired += 1
            if not here:
                continue
            pod = min(here, key=lambda one: (is_deleted(one), one["metadata"]["creationTimestamp"]))
            current += 1
            ready += is_ready(pod)
            available += is_ready(pod) and is_available(pod, minimum, self.clock.now)
            updated += pod["metadata"].get("labels", {}).get(HASH_LABEL) == digest
            for one in here:
                self._await_availability(daemon_set, one, minimum)
        status: Object = {
            "currentNumberScheduled": current,
            "numberMisscheduled": misplaced,
            "desiredNumberScheduled": desired,
            "numberReady": ready,
            "observedGeneration": daemon_set["metadata"].get("generation", 0),
        }
        optional = {
            "updatedNumberScheduled": updated,
            "numberAvailable": available,
            "numberUnavailable": desired - available,
        }
        status |= {name: number for name, number in optional.items() if number}
        if status != daemon_set.get("status"):
            self.client.update(self.resource, {**daemon_set, "status": status})

    def _await_availability(self, daemon_set: Object, pod: Object, minimum: int) -> None:
        since = ready_since(pod)
        if minimum and since is not None and since + minimum * SECOND > self.clock.now:
            self.look_again(key_of(daemon_set), since + minimum * SECOND - self.clock.now)


def surge_of(daemon_set: Object, nodes: int) -> int:
    """On how many of these nodes two Pods may be at a time during an update. Upstream: util.SurgeCount"""
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return 0
    return scaled((strategy.get("rollingUpdate") or {}).get("maxSurge", 0), nodes, up=True)


def on_nodes(pods: Iterable[Object]) -> dict[str, list[Object]]:
    """Pods by the node that they are, or are bound to go, on."""
    found: dict[str, list[Object]] = {}
    for pod in pods:
        found.setdefault(target_node(pod), []).append(pod)
    return found


def by_revision(pods: Iterable[Object], digest: str) -> tuple[list[Object], list[Object]]:
    """The Pods of the template as it is and those of older ones, without those on their way out, oldest first."""
    new: list[Object] = []
    old: list[Object] = []
    for pod in sorted(pods, key=lambda one: (not one["spec"].get("nodeName"), one["metadata"]["creationTimestamp"])):
        if not is_deleted(pod):
            (new if pod["metadata"].get("labels", {}).get(HASH_LABEL) == digest else old).append(pod)
    return new, old


def eligibility(pod: Object, node: Object) -> tuple[bool, bool]:
    """Whether a daemon's Pod should run on a node, and whether one there may stay. Upstream: NodeShouldRunDaemonPod"""
    named = pod["spec"].get("nodeName")
    if named and named != node["metadata"]["name"]:
        return False, False
    matches = required_nodes(pod["spec"])
    if matches is not None and not matches(node):
        return False, False
    tolerations = pod["spec"].get("tolerations") or ()
    taints = (node.get("spec") or {}).get("taints") or ()
    refused = [taint["effect"] for taint in taints if not tolerates(tolerations, taint)]
    return not {"NoSchedule", "NoExecute"} & set(refused), "NoExecute" not in refused


def target_node(pod: Object) -> str:
    """Where a daemon's Pod is or is bound to go. Upstream: util.GetTargetNodeName"""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    path = ("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    for term in at(pod, *path, default=()):
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["values"]:
                return str(field["values"][0])
    return ""


def pinned(pod: Object, node: str) -> Object:
    """The Pod, with an affinity to just this node. Upstream: util.ReplaceDaemonSetPodNodeNameNodeAffinity"""
    fields = [{"key": "metadata.name", "operator": "In", "values": [node]}]
    path = ("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = at(pod, *path, "nodeSelectorTerms")
    pinned_terms = [{**term, "matchFields": fields} for term in terms] if terms else [{"matchFields": fields}]
    return changed(pod, path, {"nodeSelectorTerms": pinned_terms})
