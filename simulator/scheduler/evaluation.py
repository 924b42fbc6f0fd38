"""Asks the plugins of a profile about every node, and asks again only where something changed.

Upstream: pkg/scheduler/schedule_one.go, framework/runtime/framework.go
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.kernel.state import EMPTY
from simulator.machinery.objects import Object
from simulator.scheduler.framework import SKIP, SUCCESS, Handle, Plugin, Reader, Status, failure, has, unresolvable
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.plugins.node_affinity import named_nodes
from simulator.scheduler.pod_info import PodInfo, Shape
from simulator.scheduler.snapshot import Snapshot

type Profile = Sequence[tuple[type[Plugin], int]]
type Facts = dict[str, Any]
"""What `pre_filter` (or `pre_score`) of each active plugin found, by plugin."""

ANSWERS_KEPT = 256


@dataclass(slots=True)
class Answers:
    """What local plugins said of nodes for one shape of Pod; true for a node until it is touched."""

    revision: int
    touches: int = -1
    """How far the changes of nodes were followed; -1: not at all yet."""
    filtered: dict[str, Status] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    scoring_facts: Facts | None = None
    raw: dict[str, dict[str, int]] = field(default_factory=dict)
    """What each plugin said of each node that could be chosen so far."""
    fixed: dict[str, int] = field(default_factory=dict)
    """Weighted sum of the scores that are not normalized."""
    stale: dict[str, None] = field(default_factory=dict)
    """The nodes that changed since they were scored."""
    feasible: list[str] = field(default_factory=list)
    """For which nodes the sums hold."""
    nodes: list[NodeInfo] = field(default_factory=list)
    normalized: dict[str, int] = field(default_factory=dict)
    """Weighted sum of the scores that are."""
    total: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Verdict:
    """Where a Pod may run and how good each place is; or why nowhere."""

    statuses: dict[str, Status]
    """What each node was refused by, or SUCCESS; empty where a plugin refused all nodes at once."""
    rejection: Status | None = None
    facts: Facts = field(default_factory=dict)
    feasible: list[str] = field(default_factory=list)
    """The nodes that nobody refused."""
    scores: dict[str, int] = field(default_factory=dict)

    def rejecting_plugins(self) -> list[str]:
        if self.rejection is not None:
            return [self.rejection.plugin]
        return sorted({status.plugin for status in self.statuses.values() if status is not SUCCESS})


class Evaluator:
    """The plugins of one profile, and what they said before."""

    def __init__(
        self,
        profile: Profile,
        reader: Reader,
        *,
        minor: int = 37,
        arguments: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] = EMPTY,
    ):
        plain = Handle(reader, minor, None, environment)
        handles = {name: Handle(reader, minor, one, environment) for name, one in (arguments or {}).items()}
        self.plugins = [(kind(handles.get(kind.name, plain)), weight) for kind, weight in profile]
        self._pre_filters = [plugin for plugin, _ in self.plugins if has(plugin, "pre_filter")]
        self._local = [plugin for plugin, _ in self.plugins if has(plugin, "filter") and plugin.local]
        self._global = [plugin for plugin, _ in self.plugins if has(plugin, "filter") and not plugin.local]
        scoring = [(plugin, weight) for plugin, weight in self.plugins if has(plugin, "score") and weight]
        self._local_scores = [(plugin, weight) for plugin, weight in scoring if plugin.local]
        self._global_scores = [(plugin, weight) for plugin, weight in scoring if not plugin.local]
        self._answers: dict[Shape, Answers] = {}

    def pre_enqueue(self, pod: Object) -> Status:
        for plugin, _ in self.plugins:
            status = plugin.pre_enqueue(pod)
            if status is not SUCCESS:
                return status.by(plugin.name)
        return SUCCESS

    def evaluate(self, pod: PodInfo, snapshot: Snapshot, nominated: Mapping[str, list[PodInfo]]) -> Verdict:
        """Filter and score all nodes. `nominated`: Pods that are promised a place on a node by preemption."""
        answers = self._answers_for(pod.shape, snapshot)
        facts = self._pre_filter(pod, snapshot, answers)
        if isinstance(facts, Status):
            return Verdict({}, facts)
        self._filter_locally(pod, snapshot, answers)
        verdict = Verdict(self._statuses(pod, snapshot, answers, facts), facts=facts)
        self._exclude_unnamed(pod, verdict)
        if nominated:
            self._respect_nominated(pod, snapshot, nominated, verdict)
        verdict.feasible = [name for name, status in verdict.statuses.items() if status is SUCCESS]
        if len(verdict.feasible) > 1:
            verdict.scores = self._score(pod, snapshot, answers, verdict.feasible)
        return verdict

    def _answers_for(self, shape: Shape, snapshot: Snapshot) -> Answers:
        answers = self._answers.get(shape)
        if answers is None or answers.revision != snapshot.revision:
            if len(self._answers) >= ANSWERS_KEPT:
                self._answers.clear()
            answers = self._answers[shape] = Answers(snapshot.revision)
        return answers

    def _pre_filter(self, pod: PodInfo, snapshot: Snapshot, answers: Answers) -> Facts | Status:
        facts: Facts = {}
        for plugin in self._pre_filters:
            found = answers.facts.get(plugin.name) if plugin.local else None
            if found is None:
                found = plugin.pre_filter(pod, snapshot)
                if plugin.local:
                    answers.facts[plugin.name] = found
            if found is SKIP:
                continue
            if isinstance(found, Status):
                return found.by(plugin.name)
            facts[plugin.name] = found
        return facts

    def _filter_locally(self, pod: PodInfo, snapshot: Snapshot, answers: Answers) -> None:
        """Ask local plugins about the nodes that changed."""
        active = [
            (plugin, answers.facts.get(plugin.name))
            for plugin in self._local
            if answers.facts.get(plugin.name) is not SKIP
        ]
        touched = snapshot.nodes if answers.touches < 0 else dict.fromkeys(snapshot.touched(answers.touches))
        answers.touches = snapshot.touches
        for name in touched:
            if name in snapshot.nodes:
                answers.filtered[name] = _ask(active, pod, snapshot.nodes[name])
                answers.fixed.pop(name, None)
                answers.stale[name] = None

    def _statuses(self, pod: PodInfo, snapshot: Snapshot, answers: Answers, facts: Facts) -> dict[str, Status]:
        active = [(plugin, facts[plugin.name]) for plugin in self._global if plugin.name in facts]
        filtered = answers.filtered
        if not active:
            return dict(filtered)
        return {
            name: filtered[name] if filtered[name] is not SUCCESS else _ask(active, pod, node)
            for name, node in snapshot.nodes.items()
        }

    def _exclude_unnamed(self, pod: PodInfo, verdict: Verdict) -> None:
        """A Pod that names its nodes by field is not even tried on the others."""
        named = named_nodes(pod.shape.spec)
        if named is not None:
            refusal = unresolvable("node(s) didn't satisfy plugin(s) [NodeAffinity]").by("NodeAffinity")
            for name in verdict.statuses:
                if name not in named:
                    verdict.statuses[name] = refusal

    def _respect_nominated(
        self, pod: PodInfo, snapshot: Snapshot, nominated: Mapping[str, list[PodInfo]], verdict: Verdict
    ) -> None:
        """A place promised to a Pod of at least the same priority is not free."""
        for name, promised in nominated.items():
            others = [one for one in promised if one.key != pod.key and one.shape.priority >= pod.shape.priority]
            if others and verdict.statuses.get(name) is SUCCESS:
                node = snapshot.nodes[name].copy()
                facts = self.imagine(verdict.facts)
                for other in others:
                    self.add(facts, pod, other, node)
                verdict.statuses[name] = self.filter(facts, pod, node)

    def _score(self, pod: PodInfo, snapshot: Snapshot, answers: Answers, feasible: list[str]) -> dict[str, int]:
        self._score_locally(pod, snapshot, answers, feasible)
        scores: Mapping[str, int] = answers.total
        for plugin, weight in self._global_scores:
            facts = plugin.pre_score(pod, snapshot, answers.nodes)
            if facts is not SKIP:
                given = plugin.normalize(facts, plugin.score_all(facts, pod, answers.nodes))
                scores = {name: score + weight * given[name] for name, score in scores.items()}
        return dict(scores)

    def _score_locally(self, pod: PodInfo, snapshot: Snapshot, answers: Answers, feasible: list[str]) -> None:
        """Have local plugins score the nodes that changed, and those that can be chosen only now."""
        others = feasible != answers.feasible
        if others:
            answers.feasible, answers.nodes = feasible, [snapshot.nodes[name] for name in feasible]
        facts = answers.scoring_facts
        if facts is None:
            facts = answers.scoring_facts = {
                plugin.name: plugin.pre_score(pod, snapshot, answers.nodes) for plugin, _ in self._local_scores
            }
        names = feasible if others else [name for name in answers.stale if name in answers.total]
        answers.stale.clear()
        moved = others
        for name in names:
            if name not in answers.fixed:
                moved = self._score_node(pod, snapshot.nodes[name], facts, answers) or moved
        if moved:
            names = feasible
            self._normalize(names, facts, answers)
        for name in names:
            answers.total[name] = answers.fixed[name] + answers.normalized[name]

    def _score_node(self, pod: PodInfo, node: NodeInfo, facts: Facts, answers: Answers) -> bool:
        """Whether there is something to normalize anew."""
        fixed, moved = 0, False
        for plugin, weight in self._local_scores:
            if facts[plugin.name] is SKIP:
                continue
            score = plugin.score(facts[plugin.name], pod, node)
            raw = answers.raw.setdefault(plugin.name, {})
            if not has(plugin, "normalize"):
                fixed += weight * score
            elif raw.get(node.name) != score:
                moved = True
            raw[node.name] = score
        answers.fixed[node.name] = fixed
        return moved

    def _normalize(self, names: list[str], facts: Facts, answers: Answers) -> None:
        answers.normalized, answers.total = dict.fromkeys(names, 0), {}
        for plugin, weight in self._local_scores:
            raw = answers.raw.get(plugin.name)
            if raw is not None and has(plugin, "normalize"):
                scores = plugin.normalize(facts[plugin.name], {name: raw[name] for name in names})
                for name, score in scores.items():
                    answers.normalized[name] += weight * score

    # For preemption and explanations: the same questions about imagined nodes, nothing kept.

    def imagine(self, facts: Facts) -> Facts:
        """A copy of what the filters know, to move Pods in."""
        return {
            plugin.name: plugin.copy_facts(facts[plugin.name]) for plugin in self._pre_filters if plugin.name in facts
        }

    def add(self, facts: Facts, pod: PodInfo, added: PodInfo, node: NodeInfo) -> Status:
        node.add(added)
        for plugin in self._pre_filters:
            if plugin.name in facts:
                status = plugin.add_pod(facts[plugin.name], pod, added, node)
                if status is not SUCCESS:
                    return failure(f'running AddPod on PreFilter plugin "{plugin.name}": {status.message}')
        return SUCCESS

    def remove(self, facts: Facts, pod: PodInfo, removed: PodInfo, node: NodeInfo) -> Status:
        node.remove(removed.key)
        for plugin in self._pre_filters:
            if plugin.name in facts:
                status = plugin.remove_pod(facts[plugin.name], pod, removed, node)
                if status is not SUCCESS:
                    return failure(f'running RemovePod on PreFilter plugin "{plugin.name}": {status.message}')
        return SUCCESS

    def filter(self, facts: Facts, pod: PodInfo, node: NodeInfo) -> Status:
        """The first refusal of a node, or SUCCESS."""
        asked = [*self._local, *self._global]
        skipped = [plugin for plugin in self._pre_filters if plugin.name not in facts]
        return _ask([(one, facts.get(one.name)) for one in asked if one not in skipped], pod, node)

    def explain(self, pod: PodInfo, snapshot: Snapshot) -> Object:
        """Everything every plugin says of every node, with raw and weighted scores."""
        answers = self._answers_for(pod.shape, snapshot)
        facts = self._pre_filter(pod, snapshot, answers)
        if isinstance(facts, Status):
            return {"rejected": {"plugin": facts.plugin, "reasons": list(facts.reasons)}, "nodes": {}}
        self._filter_locally(pod, snapshot, answers)
        nodes: dict[str, Object] = {}
        for name, node in snapshot.nodes.items():
            nodes[name] = {"refused": self._refusals(facts, pod, node, answers), "scores": {}, "total": 0}
        feasible = [name for name, said in nodes.items() if not said["refused"]]
        if feasible:
            self._score_locally(pod, snapshot, answers, feasible)
        for plugin, weight in [*self._local_scores, *self._global_scores] if feasible else ():
            scoring, raw = self._raw(plugin, pod, snapshot, answers)
            for name, score in plugin.normalize(scoring, raw).items() if raw else ():
                nodes[name]["scores"][plugin.name] = {"raw": raw[name], "score": score, "weight": weight}
                nodes[name]["total"] += weight * score
        return {"rejected": None, "nodes": nodes}

    def _raw(self, plugin: Plugin, pod: PodInfo, snapshot: Snapshot, answers: Answers) -> tuple[Any, dict[str, int]]:
        """What a plugin says of the nodes that can be chosen, before it is normalized, and by what facts."""
        if plugin.local:
            scoring, known = (answers.scoring_facts or {})[plugin.name], answers.raw.get(plugin.name)
            return scoring, {name: known[name] for name in answers.feasible} if known else {}
        scoring = plugin.pre_score(pod, snapshot, answers.nodes)
        return scoring, {} if scoring is SKIP else plugin.score_all(scoring, pod, answers.nodes)

    def _refusals(self, facts: Facts, pod: PodInfo, node: NodeInfo, answers: Answers) -> list[Object]:
        asked = [*(() if answers.filtered[node.name] is SUCCESS else self._local), *self._global]
        skipped = [plugin for plugin in self._pre_filters if plugin.name not in facts]
        statuses = [
            (plugin.name, plugin.filter(facts.get(plugin.name), pod, node)) for plugin in asked if plugin not in skipped
        ]
        return [{"plugin": name, "reasons": list(one.reasons)} for name, one in statuses if one is not SUCCESS]


def _ask(active: Sequence[tuple[Plugin, Any]], pod: PodInfo, node: NodeInfo) -> Status:
    for plugin, facts in active:
        status = plugin.filter(facts, pod, node)
        if status is not SUCCESS:
            return status.by(plugin.name)
    return SUCCESS
