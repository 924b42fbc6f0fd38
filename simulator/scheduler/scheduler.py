"""Takes Pods from the queue, one at a time, and binds each to the best node. Upstream: pkg/scheduler"""

from collections.abc import Mapping

from simulator.api.client import Client
from simulator.controllers.events import SeriesRecorder
from simulator.kernel.clock import MILLISECOND, SECOND, timestamp
from simulator.kernel.component import Change, Component, Kernel
from simulator.kernel.state import EMPTY
from simulator.machinery.objects import Key, Object, at, changed, key_of
from simulator.scheduler import hints
from simulator.scheduler.configuration import Plan, default_plan, profile_of
from simulator.scheduler.decisions import Decisions
from simulator.scheduler.diagnosis import NO_NODES, fit_error, tally
from simulator.scheduler.evaluation import Evaluator, Verdict
from simulator.scheduler.framework import SUCCESS, Status
from simulator.scheduler.pod_info import PodInfo, Shapes
from simulator.scheduler.preemption import Candidate, Preemption
from simulator.scheduler.queue import ACTIVE, FLUSH_AFTER, GATED, UNSCHEDULABLE, Queue
from simulator.scheduler.snapshot import Snapshot
from simulator.scheduler.volumes import bind_claims, claims_are_bound

REST = 10 * SECOND
"""So long after it has placed Pods, what it keeps of the cluster is forgotten unless more wait; the next ask anew."""
CYCLE = MILLISECOND
"""How long it takes to find a node for one Pod."""
EXPLAINED = 16
"""A decision is kept with all its reasons while no more Pods than these are in the queue: nobody reads a thousand."""
HINTS_SINCE = 32
"""Before this version any edit of a Pod set aside has it tried again; since, plugins say which edits may help."""
DEFAULT_SCHEDULER = "default-scheduler"
FINISHED = ("Succeeded", "Failed")


class Scheduler(Component):
    """Finds a node for every Pod that asks for one of its profiles by `schedulerName`.

    State, as tables: the queue, Pods whose node is chosen while their claims are being bound (`assumed`), and the last
    `decisions`.
    """

    name = "scheduler"
    process = "kube-scheduler"
    watches = ("pods", "nodes", *hints.WATCHED)

    def __init__(
        self,
        kernel: Kernel,
        client: Client,
        *,
        plans: Mapping[str, Plan] | None = None,
        minor: int = 37,
    ) -> None:
        super().__init__(kernel)
        self.client = client
        self.minor = minor
        self._plans = {DEFAULT_SCHEDULER: None} if plans is None else plans
        self._evaluators: dict[str, Evaluator] = {}
        self._recorders = {name: SeriesRecorder(client, kernel, name, f"{name}-control-plane") for name in self._plans}
        self._flags = self.table("flags")
        self.queue = Queue(self.table("queue"), self._flags)
        self._assumed = self.table("assumed")
        self._decisions = Decisions(self.table("decisions"), self.clock)
        self._shapes = Shapes()
        self._known: Snapshot | None = None
        self._nominated: dict[str, dict[Key, PodInfo]] = {}
        self._in_hand: PodInfo | None = None
        """The Pod that is being bound."""

    # What is known of the cluster: a cache over the store.

    @property
    def snapshot(self) -> Snapshot:
        if self._known is None:
            self._known = Snapshot()
            for node in self.client.list("nodes"):
                self._known.put_node(node)
            for pod in self.client.list("pods"):
                self._take_in(pod)
        return self._known

    def _take_in(self, pod: Object) -> None:
        """Note where a Pod is, or is promised to be."""
        assert self._known is not None
        key = key_of(pod)
        node = pod["spec"].get("nodeName") or self._assumed.get(key)
        promised = at(pod, "status", "nominatedNodeName")
        for pods in self._nominated.values():
            pods.pop(key, None)
        if at(pod, "status", "phase") in FINISHED:
            self._known.remove(key)
        elif node:
            before = self._in_hand if self._in_hand is not None and self._in_hand.key == key else self._known.pod(key)
            self._known.place(self._shapes.info(pod, before), node)
        elif promised:
            self._nominated.setdefault(promised, {})[key] = self._shapes.info(pod)

    # Watching.

    def observe(self, change: Change) -> None:
        if change.resource == "pods":
            self._observe_pod(change)
        elif change.resource == "nodes":
            self._observe_node(change)
        else:
            self._something_changed(change)

    def _observe_pod(self, change: Change) -> None:
        pod = change.object
        key = key_of(pod)
        gone = change.type == "DELETED"
        if self._known is not None:
            if gone:
                self._known.remove(key)
                for pods in self._nominated.values():
                    pods.pop(key, None)
            else:
                self._take_in(pod)
        if gone:
            if self.queue.where(key) == ACTIVE and self.queue.peek() == key:
                self.later(0, "skip", pod)  # a scheduler at rest takes it before the second write of its deletion
            self.queue.remove(key)
            self._assumed.delete(key)
        if pod["spec"].get("nodeName"):
            self.queue.remove(key)
            self._something_changed(change)
        elif not gone and scheduler_of(pod) in self._plans:
            self._enqueue(key, change)

    def _enqueue(self, key: Key, change: Change) -> None:
        pod, old = change.object, change.old
        if at(pod, "status", "phase") in FINISHED or key in self._assumed:
            return
        where = self.queue.where(key)
        if where == UNSCHEDULABLE and old is not None:
            self._enqueue_edited(key, old, pod)
        if where not in ("", GATED):
            return
        gates = self._evaluator(pod).pre_enqueue(pod)
        self.queue.add(key, pod["spec"].get("priority") or 0, gated=gates is not SUCCESS)
        self._wake()

    def _enqueue_edited(self, key: Key, old: Object, pod: Object) -> None:
        """Let a Pod set aside try again if an edit of it may help. Upstream: PriorityQueue.Update"""
        if self.minor < HINTS_SINCE:
            helped = hints.pod_was_edited(old, pod)
        else:
            by = hints.helped_by_own_edit(old, pod)
            helped = any(plugin in by for plugin in self.queue.rejected_by(key))
        if helped:
            self.queue.move(key, self.clock.now)
            self._wake()

    def _observe_node(self, change: Change) -> None:
        node = change.object
        if change.type != "DELETED" and not hints.node_was_edited(change.old, node):
            return
        if self._known is not None:
            if change.type == "DELETED":
                self._known.remove_node(node["metadata"]["name"])
            else:
                self._known.put_node(node)
        if change.type != "DELETED":
            self._something_changed(change)

    def _something_changed(self, change: Change) -> None:
        """Let those try again whom the change may help. Upstream: queueing hints"""
        if self._assumed and change.resource in ("persistentvolumeclaims", "persistentvolumes"):
            self.later(0, "finish_binding")
        if not len(self.queue):
            return
        helped = hints.helped_plugins(change)
        for key, rejected_by in self.queue.waiting() if helped else ():
            if any(plugin in helped for plugin in rejected_by):
                self.queue.move(key, self.clock.now)
                self._wake()

    def _wake(self) -> None:
        if not self._flags.get("awake"):
            self._flags.put("awake", 1)
            self.later(CYCLE, "schedule")

    # Steps.

    def schedule(self) -> None:
        """Try the next Pod."""
        self._flags.put("awake", 0)
        key = self.queue.take(self.clock.now)
        if key is not None:
            pod = self.client.get("pods", *key)
            if pod is None or pod["spec"].get("nodeName") or scheduler_of(pod) not in self._plans:
                self.queue.remove(key)
            elif "deletionTimestamp" in pod["metadata"]:
                self.queue.remove(key)
                self.skip(pod)
            else:
                self._place(self._shapes.info(pod))
        if self.queue.peek() is not None:
            self._wake()
        elif not self._flags.get("resting"):
            self._flags.put("resting", 1)
            self.later(REST, "rest")

    def rest(self) -> None:
        """Let go of what is only kept for speed: most clusters have nothing to place for most of the time."""
        self._flags.put("resting", 0)
        if not self._flags.get("awake"):
            self._known, self._shapes = None, Shapes()
            self._evaluators.clear()
            self._nominated.clear()

    def skip(self, pod: Object) -> None:
        """A Pod whose turn came while it is being deleted. Upstream: skipPodSchedule"""
        message = "skip schedule deleting pod: {}/{}".format(*key_of(pod))
        self._record(pod, "Warning", "FailedScheduling", "Scheduling", message)

    def flush(self) -> None:
        """Pods set aside for long try again, whatever happened."""
        for key in self.queue.stale(self.clock.now):
            self.queue.move(key, self.clock.now)
            self._wake()

    def finish_binding(self) -> None:
        """Bind the Pods whose claims are bound by now."""
        for key, node in sorted(self._assumed.rows.items()):
            pod = self.client.get("pods", *key)
            if pod is None or pod["spec"].get("nodeName"):
                self._assumed.delete(key)
            elif claims_are_bound(self.client, info := self._shapes.info(pod)):
                self._assumed.delete(key)
                self._bind(info, node)

    # One Pod.

    def _evaluator(self, pod: Object) -> Evaluator:
        name = scheduler_of(pod)
        found = self._evaluators.get(name)
        if found is None:
            plan = self._plans[name]
            plan = default_plan(minor=self.minor) if plan is None else plan
            found = self._evaluators[name] = Evaluator(
                profile_of(plan, self.minor),
                self.client,
                minor=self.minor,
                arguments=plan["arguments"],
                environment=plan.get("environment") or EMPTY,
            )
        return found

    def _place(self, pod: PodInfo) -> None:
        snapshot = self.snapshot
        if not len(snapshot):
            self._fail(pod, NO_NODES, ("NodeAdd",))
            return
        evaluator = self._evaluator(pod.pod)
        verdict = evaluator.evaluate(pod, snapshot, self._promises())
        details = evaluator.explain(pod, snapshot) if len(self.queue) <= EXPLAINED else {}
        names = verdict.feasible
        if not names:
            self._decisions.note(pod.pod, "", self._no_node(pod, verdict), details)
            return
        node = names[0] if len(names) == 1 else self._best(verdict.scores)
        self._decisions.note(pod.pod, node, "", details)
        if bind_claims(self.client, self._evaluator(pod.pod), verdict, pod, snapshot.nodes[node]):
            self._bind(pod, node)
        else:
            self.queue.remove(pod.key)
            self._assumed.put(pod.key, node)
            snapshot.place(pod, node)

    def _promises(self) -> dict[str, list[PodInfo]]:
        return {node: list(pods.values()) for node, pods in self._nominated.items() if pods}

    def _best(self, scores: Mapping[str, int]) -> str:
        highest = max(scores.values())
        best = [name for name, score in scores.items() if score == highest]
        return best[0] if len(best) == 1 else best[self.random.below("scheduler", len(best))]

    def _bind(self, pod: PodInfo, node: str) -> None:
        """Upstream: registry/core/pod/storage BindingREST, plugins/defaultbinder"""
        bound = changed(pod.pod, ("spec", "nodeName"), node)
        bound = without_nomination(self._with_condition(bound, {"status": "True"}, observed=False))
        self._in_hand = pod
        try:
            self.client.update("pods", bound, "binding")
        finally:
            self._in_hand = None
        namespace, name = pod.key
        message = f"Successfully assigned {namespace}/{name} to {node}"
        self._record(pod.pod, "Normal", "Scheduled", "Binding", message)

    def _no_node(self, pod: PodInfo, verdict: Verdict) -> str:
        found = self._preempt(pod, verdict)
        candidate = found if isinstance(found, Candidate) else None
        rejection = verdict.rejection.message if verdict.rejection else ""
        after = ""
        if isinstance(found, Status):
            after = f"preemption: {found.message}" if self.minor >= 31 else f"preemption: {found.message}."
            if self.minor >= 34:
                after = f"no new claims to deallocate, {after}"
        message = fit_error(len(self.snapshot), tally(verdict.statuses), rejection, after)
        rejected_by = tuple(verdict.rejecting_plugins())
        if candidate is not None:
            self._evict(pod, candidate)
        self._fail(pod, message, rejected_by, nominated=candidate.node if candidate else None)
        return message

    def _preempt(self, pod: PodInfo, verdict: Verdict) -> Candidate | Status:
        preemption = Preemption(self._evaluator(pod.pod), lambda below: self.random.below("preemption", below))
        budgets = self.client.list("poddisruptionbudgets.policy")
        return preemption.find(pod, self.snapshot, verdict.statuses, verdict.facts, budgets)

    def _evict(self, pod: PodInfo, candidate: Candidate) -> None:
        """Upstream: preemption.go prepareCandidate"""
        by = scheduler_of(pod.pod)
        for victim in candidate.victims:
            condition = {
                "type": "DisruptionTarget",
                "status": "True",
                "reason": "PreemptionByScheduler",
                "message": f"{by}: preempting to accommodate a higher priority pod",
            }
            marked = self.client.update("pods", self._with_condition(victim.pod, condition))
            self.client.delete("pods", marked)
            message = f"Preempted by pod {pod.uid} on node {candidate.node}"
            self._record(victim.pod, "Normal", "Preempted", "Preempting", message, related=pod.pod)

    def _fail(self, pod: PodInfo, message: str, rejected_by: tuple[str, ...], *, nominated: str | None = None) -> None:
        self.queue.set_aside(pod.key, rejected_by)
        self.later(FLUSH_AFTER, "flush")
        self._record(pod.pod, "Warning", "FailedScheduling", "Scheduling", message)
        condition = {"status": "False", "reason": "Unschedulable", "message": message}
        failed = self._with_condition(pod.pod, condition)
        if nominated is not None:
            failed = changed(failed, ("status", "nominatedNodeName"), nominated)
        elif at(pod.pod, "status", "nominatedNodeName") and "terminating" not in message:
            failed = without_nomination(failed)
        self.client.update("pods", failed)

    def _with_condition(self, pod: Object, condition: Object, *, observed: bool = True) -> Object:
        """The Pod with a condition (PodScheduled, unless it says otherwise). Upstream: podutil.UpdatePodCondition"""
        kind = condition.get("type", "PodScheduled")
        conditions = list(at(pod, "status", "conditions", default=()))
        old = next((one for one in conditions if one["type"] == kind), None)
        same = old is not None and old["status"] == condition["status"]
        since = old["lastTransitionTime"] if old and same else timestamp(self.clock.now)
        entry = {"type": kind, "lastProbeTime": None, "lastTransitionTime": since, **condition}
        if observed and self.minor >= 34 and "generation" in pod["metadata"]:
            entry["observedGeneration"] = pod["metadata"]["generation"]
        conditions = [entry if one is old else one for one in conditions] if old else [*conditions, entry]
        return changed(pod, ("status", "conditions"), conditions)

    def _record(
        self, pod: Object, kind: str, reason: str, action: str, message: str, *, related: Object | None = None
    ) -> None:
        recorder = self._recorders.get(scheduler_of(pod))
        if recorder is None:
            recorder = next(iter(self._recorders.values()))
        recorder.act(pod, kind, reason, action, message, related=related)

    def decisions(self, namespace: str = "", name: str = "") -> list[Object]:
        """What was decided of late, the latest first: of one Pod, or of all."""
        return self._decisions.of(namespace, name)

    def explain(self, pod: Object) -> Object:
        """What each plugin says of each node for a Pod now: refusals, and scores where there is none."""
        return self._evaluator(pod).explain(self._shapes.info(pod), self.snapshot)


def scheduler_of(pod: Object) -> str:
    """By whom a Pod wants to be scheduled."""
    name: str = pod["spec"].get("schedulerName", DEFAULT_SCHEDULER)
    return name


def without_nomination(pod: Object) -> Object:
    if "nominatedNodeName" not in (pod.get("status") or {}):
        return pod
    status = {name: value for name, value in pod["status"].items() if name != "nominatedNodeName"}
    return {**pod, "status": status}
