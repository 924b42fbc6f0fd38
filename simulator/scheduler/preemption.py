"""Makes room for important Pods by evicting less important ones.

Upstream: pkg/scheduler/framework/preemption, plugins/defaultpreemption
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulator.kernel.clock import moment
from simulator.machinery.objects import Object, at
from simulator.scheduler.diagnosis import fit_error
from simulator.scheduler.evaluation import Evaluator, Facts
from simulator.scheduler.framework import SUCCESS, Status, failure, unresolvable, unschedulable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.pod_info import PodInfo
from simulator.scheduler.selection import label_matcher
from simulator.scheduler.snapshot import Snapshot

NOT_HELPFUL = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"
NEVER = "not eligible due to preemptionPolicy=Never."
LEAST_PERCENT = 10
LEAST_NODES = 100
TERMINATING = "not eligible due to a terminating pod on the nominated node."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node, and whom it would cost to place the Pod there (most important first)."""

    node: str
    victims: tuple[PodInfo, ...]
    violations: int
    """How many victims a PodDisruptionBudget wanted to keep."""


class Preemption:
    """Finds the node where making room hurts least.

    Not all nodes are looked at in a large cluster: at least `LEAST_PERCENT` of those where it may help, and at least
    `LEAST_NODES`, from an offset on that `draw` gives (a number below its argument).
    """

    def __init__(self, evaluator: Evaluator, draw: Callable[[int], int] | None = None) -> None:
        self._evaluator = evaluator
        self._draw = draw

    def find(
        self,
        pod: PodInfo,
        snapshot: Snapshot,
        statuses: Mapping[str, Status],
        facts: Facts,
        budgets: Sequence[Object],
    ) -> Candidate | Status:
        """The best candidate, or what to tell about there being none."""
        refusal = ineligible(pod, snapshot, statuses)
        if refusal:
            return unschedulable(refusal)
        hopeful = [name for name, status in statuses.items() if status.code == "Unschedulable"]
        limit = max(len(hopeful) * LEAST_PERCENT // 100, LEAST_NODES)
        offset = self._draw(len(hopeful)) if self._draw and limit < len(hopeful) else 0
        outcomes = self.dry_run(pod, [snapshot.nodes[name] for name in hopeful], facts, budgets, offset, limit)
        candidates = [one for one in outcomes.values() if isinstance(one, Candidate)]
        if candidates:
            return min(candidates, key=cost)
        refusals = [outcome for outcome in outcomes.values() if isinstance(outcome, Status)]
        broken = list(dict.fromkeys(one.message for one in refusals if one.is_error))
        if broken:
            return failure(broken[0] if len(broken) == 1 else f"[{', '.join(broken)}]")
        counts: dict[str, int] = {}
        for one in refusals:
            for reason in one.reasons:
                counts[reason] = counts.get(reason, 0) + 1
        if len(snapshot) > len(hopeful):
            counts[NOT_HELPFUL] = len(snapshot) - len(hopeful)
        return unschedulable(fit_error(len(snapshot), counts.items()))

    def dry_run(
        self,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],
        facts: Facts,
        budgets: Sequence[Object],
        offset: int = 0,
        limit: int = LEAST_NODES,
    ) -> dict[str, Candidate | Status]:
        """What making room would take on each node, until there are `limit` candidates and one breaks no budget."""
        outcomes: dict[str, Candidate | Status] = {}
        harmful = harmless = 0
        for node in (*nodes[offset:], *nodes[:offset]):
            outcome = self.victims_on(pod, node, facts, budgets)
            if isinstance(outcome, Candidate):
                harmless += not outcome.violations
                harmful += bool(outcome.violations)
                if outcome.violations and harmful > limit:
                    continue
            outcomes[node.name] = outcome
            if harmless and harmless + min(harmful, limit) >= limit:
                break
        return outcomes

    def victims_on(self, pod: PodInfo, node: NodeInfo, known: Facts, budgets: Sequence[Object]) -> Candidate | Status:
        """The least set of less important Pods whose leaving makes room, or why there is none."""
        imagined, facts = node.copy(), self._evaluator.imagine(known)
        lower = [one for one in node.pods.values() if one.shape.priority < pod.shape.priority]
        if not lower:
            return unresolvable(NO_VICTIMS)
        for one in lower:
            status = self._evaluator.remove(facts, pod, one, imagined)
            if status is not SUCCESS:
                return status
        status = self._evaluator.filter(facts, pod, imagined)
        if status is not SUCCESS:
            return status
        lower.sort(key=importance)
        violating, others = split_by_budgets(lower, budgets)
        victims: list[PodInfo] = []
        violations = 0
        for one in (*violating, *others):
            status = self._evaluator.add(facts, pod, one, imagined)
            if status is SUCCESS and self._evaluator.filter(facts, pod, imagined) is not SUCCESS:
                status = self._evaluator.remove(facts, pod, one, imagined)
                victims.append(one)
                violations += one in violating
            if status is not SUCCESS:
                return status
        return Candidate(node.name, tuple(sorted(victims, key=importance)), violations)


def ineligible(pod: PodInfo, snapshot: Snapshot, statuses: Mapping[str, Status]) -> str:
    """Why the Pod may not preempt others; empty where it may. Upstream: PodEligibleToPreemptOthers"""
    if pod.shape.spec.get("preemptionPolicy") == "Never":
        return NEVER
    nominated = at(pod.pod, "status", "nominatedNodeName", default="")
    node = snapshot.nodes.get(nominated)
    if node is None:
        return ""
    status = statuses.get(nominated)
    if status is not None and status.code == "UnschedulableAndUnresolvable":
        return ""
    leaving = (one for one in node.pods.values() if one.terminating and one.shape.priority < pod.shape.priority)
    return TERMINATING if any(was_preempted(one.pod) for one in leaving) else ""


def was_preempted(pod: Object) -> bool:
    """Whether a Pod leaves because the scheduler made room."""
    return any(
        one["type"] == "DisruptionTarget" and one["status"] == "True" and one.get("reason") == "PreemptionByScheduler"
        for one in at(pod, "status", "conditions", default=())
    )


def started(pod: PodInfo) -> int:
    text = at(pod.pod, "status", "startTime") or at(pod.pod, "metadata", "creationTimestamp")
    return moment(text) if text else 0


def importance(pod: PodInfo) -> tuple[int, int, tuple[str, str]]:
    """Sort key, most important first: by priority, then by how long it has run. Upstream: util.MoreImportantPod"""
    return -pod.shape.priority, started(pod), pod.key


def split_by_budgets(pods: Sequence[PodInfo], budgets: Sequence[Object]) -> tuple[list[PodInfo], list[PodInfo]]:
    """Those whose eviction breaks a PodDisruptionBudget, and the others. Upstream: filterPodsWithPDBViolation"""
    allowed = [at(budget, "status", "disruptionsAllowed", default=0) for budget in budgets]
    violating: list[PodInfo] = []
    others: list[PodInfo] = []
    for pod in pods:
        broken = False
        for index, budget in enumerate(budgets):
            if not pod.shape.labels or not _covers(budget, pod):
                continue
            if pod.key[1] not in (at(budget, "status", "disruptedPods") or {}):
                allowed[index] -= 1
                broken = broken or allowed[index] < 0
        (violating if broken else others).append(pod)
    return violating, others


def _covers(budget: Object, pod: PodInfo) -> bool:
    selector = budget["spec"].get("selector")
    if at(budget, "metadata", "namespace", default="") != pod.shape.namespace or not selector:
        return False
    return label_matcher(selector)(pod.shape.labels)


def cost(candidate: Candidate) -> tuple[int, int, int, int, int]:
    """What is least: budget violations, highest priority, sum of priorities, number, and youth of the important.

    Upstream: preemption.go pickOneNodeForPreemption
    """
    victims = candidate.victims
    if not victims:
        return 0, -(2**31), 0, 0, 0
    highest = victims[0].shape.priority
    earliest = min(started(one) for one in victims if one.shape.priority == highest)
    total = sum(one.shape.priority + 2**31 for one in victims)
    return candidate.violations, highest, total, len(victims), -earliest
