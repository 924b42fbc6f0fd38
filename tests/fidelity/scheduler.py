"""The scheduler's plugins, judged by rows of upstream's own test tables (of Kubernetes 1.28, so at that version)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.machinery.objects import Object, at
from simulator.scheduler import registry
from simulator.scheduler.evaluation import Evaluator
from simulator.scheduler.framework import SKIP, SUCCESS, Handle, Plugin, Status, failure
from simulator.scheduler.node_info import NodeInfo
from simulator.scheduler.plugins.non_csi_limits import MOST, GCEPDLimits, most_from
from simulator.scheduler.plugins.volume_binding import capacity_score
from simulator.scheduler.pod_info import PodInfo, Shapes
from simulator.scheduler.preemption import Preemption, ineligible
from simulator.scheduler.resources import pod_requests
from simulator.scheduler.snapshot import Snapshot
from tests.fidelity import Result

NAME = "scheduler"
CASES = Path(__file__).parents[3] / "shared" / "conformance" / "scheduler_cases.json"
MINOR = 28

PLUGINS = {name.lower(): kind for name, kind in registry.known(MINOR).items()}
TEAMS = {"subteam1.team1": "team1", "subteam2.team1": "team1", "subteam1.team2": "team2", "subteam2.team2": "team2"}
"""The namespaces of the fixture around the InterPodAffinity tests, with their label `team`."""


class Fixture:
    """The objects around a row, as a plugin reads them."""

    def __init__(self, objects: dict[str, list[Object]]) -> None:
        self.objects = objects

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        for one in self.objects.get(resource, ()):
            if one["metadata"]["name"] == name and one["metadata"].get("namespace", "") in (namespace, ""):
                return one
        return None

    def list(self, resource: str, namespace: str | None = None) -> list[Object]:
        return list(self.objects.get(resource, ()))


class DifferenceError(Exception):
    """What a row expects is not what came."""


def expect(what: str, got: object, wanted: object) -> None:
    if got != wanted:
        raise DifferenceError(f"{what}: {got} instead of {wanted}")


def run() -> Result:
    rows = json.loads(CASES.read_text())
    differences = []
    for row in rows:
        try:
            judge(row)
        except DifferenceError as difference:
            differences.append(f"{row['plugin']} {row['test']} ({row['name']}): {difference}")
    return Result(NAME, len(rows) - len(differences), len(rows), differences)


def judge(row: Object) -> None:
    judges = JUDGES.get(row["test"])
    if judges is None:
        raise DifferenceError("nothing here does what the row is about")
    judges(row["case"])


# Fixtures


def plugin(name: str, arguments: Object | None = None, objects: dict[str, list[Object]] | None = None) -> Plugin:
    namespaces = [{"metadata": {"name": team, "labels": {"team": label}}} for team, label in TEAMS.items()]
    fixture = Fixture({"namespaces": namespaces, **(objects or {})})
    return PLUGINS[name.lower()](Handle(fixture, MINOR, arguments))


def flattened(pod: Object) -> Object:
    """A row's Pod, with volume sources where they belong (rows have them under an empty name)."""
    volumes = (pod.get("spec") or {}).get("volumes")
    if not volumes:
        return pod
    flat = [{**{k: v for k, v in one.items() if k}, **one.get("", {})} for one in volumes]
    return {**pod, "spec": {**pod["spec"], "volumes": flat}}


SHAPES = Shapes()


def info(pod: Object) -> PodInfo:
    return SHAPES.info(flattened(pod))


def snapshot_of(nodes: list[Object], pods: list[Object]) -> Snapshot:
    """Nodes and Pods; Pods without a name get one."""
    found = Snapshot()
    for node in nodes:
        found.put_node(node)
    for number, pod in enumerate(pods):
        metadata = {"name": f"existing-{number}", **(pod.get("metadata") or {})}
        found.place(info({**pod, "metadata": metadata}), (pod.get("spec") or {}).get("nodeName", ""))
    return found


def node_with(pods: list[Object], node: Object | None = None) -> tuple[Snapshot, NodeInfo]:
    node = node or {"metadata": {"name": "node"}, "status": {"allocatable": {"pods": "110"}}}
    here = [{**pod, "spec": {**(pod.get("spec") or {}), "nodeName": node["metadata"]["name"]}} for pod in pods]
    snapshot = snapshot_of([node], here)
    return snapshot, snapshot.nodes[node["metadata"]["name"]]


def same_status(what: str, got: Any, wanted: Object | None) -> None:
    found = got if isinstance(got, Status) else SUCCESS
    if wanted is None:
        expect(what, found.code, "Success")
    else:
        expect(what, (found.code, sorted(found.reasons)), (wanted["code"], sorted(wanted["reasons"])))


def filtered(one: Plugin, pod: PodInfo, snapshot: Snapshot, node: NodeInfo) -> Status:
    facts = one.pre_filter(pod, snapshot)
    if isinstance(facts, Status):
        return SUCCESS if facts is SKIP else facts
    return one.filter(facts, pod, node)


def scores(one: Plugin, pod: PodInfo, snapshot: Snapshot, names: list[str]) -> dict[str, int] | Status:
    nodes = [snapshot.nodes[name] for name in names]
    facts = one.pre_score(pod, snapshot, nodes)
    if facts is SKIP:
        return SKIP
    return one.normalize(facts, {node.name: one.score(facts, pod, node) for node in nodes})


def listed(expected: list[Object]) -> dict[str, int]:
    return {one["Name"]: one["Score"] for one in expected}


# Filters


def on_node(name: str, pods: str = "nodeInfo", status: str = "wantStatus") -> Callable[[Object], None]:
    """A row with one Pod and one node."""

    def judged(case: Object) -> None:
        node = case.get("node")
        if node is not None:
            node = {**node, "metadata": {"name": "node", **(node.get("metadata") or {})}}
        snapshot, found = node_with(at(case, pods, "pods", default=[]), node)
        same_status("filter", filtered(plugin(name), info(case["pod"]), snapshot, found), case.get(status))

    return judged


def node_affinity(case: Object) -> None:
    arguments = {}
    if "args" in case:
        field = {"key": "metadata.name", "operator": "In", "values": ["node2"]}
        terms = {"nodeSelectorTerms": [{"matchFields": [field]}]}
        arguments = {"addedAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    node = {"metadata": {"name": case.get("nodeName", "node"), "labels": case.get("labels") or {}}}
    snapshot, found = node_with([], node)
    same_status(
        "filter",
        filtered(plugin("NodeAffinity", arguments), info(case["pod"]), snapshot, found),
        case.get("wantStatus"),
    )


def fit(case: Object) -> None:
    allocatable = {"cpu": "10m", "memory": "20", "pods": "32", "example.com/aaa": "5", "ephemeral-storage": "20"}
    node = {"metadata": {"name": "node"}, "status": {"allocatable": {**allocatable, "hugepages-2Mi": "5"}}}
    snapshot, found = node_with(at(case, "nodeInfo", "pods", default=[]), node)
    arguments = {name: case["args"][name] for name in case.get("args") or {} if not name.startswith("$")}
    same_status(
        "filter",
        filtered(plugin("NodeResourcesFit", arguments), info(case["pod"]), snapshot, found),
        case.get("wantStatus"),
    )


def many_nodes(name: str, wanted: str) -> Callable[[Object], None]:
    """A row with several nodes and the expected status of each, in order."""

    def judged(case: Object) -> None:
        one, pod = plugin(name), info(case["pod"])
        snapshot = snapshot_of(case["nodes"], case.get("pods") or [])
        for node, status in zip(case["nodes"], case[wanted], strict=True):
            found = snapshot.nodes[node["metadata"]["name"]]
            same_status(found.name, filtered(one, pod, snapshot, found), status)

    return judged


def one_node_affinity(case: Object) -> None:
    snapshot = snapshot_of([case["node"]], case.get("pods") or [])
    one, pod = plugin("InterPodAffinity"), info(case["pod"])
    facts = one.pre_filter(pod, snapshot)
    same_status("pre-filter", facts, case.get("wantPreFilterStatus"))
    if not isinstance(facts, Status):
        found = snapshot.nodes[case["node"]["metadata"]["name"]]
        same_status("filter", one.filter(facts, pod, found), case.get("wantFilterStatus"))


def spread_filter(case: Object) -> None:
    one, pod = plugin("PodTopologySpread"), info(case["pod"])
    snapshot = snapshot_of(case["nodes"], case.get("existingPods") or [])
    for name, code in case["wantStatusCode"].items():
        expect(name, filtered(one, pod, snapshot, snapshot.nodes[name]).code, code)


def spread_counts(case: Object) -> None:
    one, pod = plugin("PodTopologySpread"), info(case["preemptor"])
    snapshot = snapshot_of(case["nodes"], case.get("existingPods") or [])
    counts = one.pre_filter(pod, snapshot)
    node = snapshot.nodes[case["nodes"][case["nodeIdx"]]["metadata"]["name"]]
    if "addedPod" in case:
        one.add_pod(counts, pod, info(case["addedPod"]), node)
    elif case.get("deletedPodIdx", -1) >= 0:
        one.remove_pod(counts, pod, info(case["existingPods"][case["deletedPodIdx"]]), node)
    elif "deletedPod" in case:
        one.remove_pod(counts, pod, info(case["deletedPod"]), node)
    got = {
        str({"key": constraint.topology_key, "value": value}): number
        for constraint, domains in zip(counts.constraints, counts.domains, strict=True)
        for value, number in domains.items()
    }
    expect("counts", got, case["want"]["TpPairToMatchNum"])


def affinity_counts(case: Object) -> None:
    one, pod = plugin("InterPodAffinity"), info(case["pendingPod"])
    snapshot = snapshot_of(case["nodes"], case["existingPods"])
    facts = one.pre_filter(pod, snapshot)
    added = info(case["addedPod"])
    before = one.copy_facts(facts)
    node = snapshot.nodes[case["addedPod"]["spec"]["nodeName"]]
    one.add_pod(facts, pod, added, node)
    expect("affinity", _pairs(facts.affinity), case["expectedAffinity"])
    expect("anti-affinity", _pairs(facts.anti_affinity), dict(case["expectedAntiAffinity"]))
    one.remove_pod(facts, pod, added, node)
    expect("after removal", facts, before)


def matching_pods(case: Object) -> None:
    """The row lost the label of its Pod and the node's name; both follow from what it expects."""
    existing = [
        {**one, "metadata": {"labels": {"aaa": ""}}, "spec": {**one["spec"], "nodeName": "nodeA"}}
        for one in case["existingPods"]
    ]
    facts = plugin("InterPodAffinity").pre_filter(info(case["pod"]), snapshot_of(case["nodes"], existing))
    expect("affinity", _pairs(facts.affinity), case["wantAffinityPodsMap"])
    expect("anti-affinity", _pairs(facts.anti_affinity), case["wantAntiAffinityPodsMap"])


def _pairs(pairs: dict[tuple[str, str], int]) -> dict[str, int]:
    return {str({"key": key, "value": value}): number for (key, value), number in pairs.items()}


def container_ports(case: Object) -> None:
    found = [port for name in ("pod1", "pod2") for port in info(case[name]).shape.ports]
    expect("ports", found, [("0.0.0.0", one["protocol"], one["hostPort"]) for one in case["expected"]])


def disks(case: Object) -> None:
    objects = {"persistentvolumeclaims": case.get("existingPVCs") or []}
    one, pod = plugin("VolumeRestrictions", objects=objects), info(case["pod"])
    snapshot, node = node_with(at(case, "nodeInfo", "pods", default=[]))
    facts = one.pre_filter(pod, snapshot)
    same_status("pre-filter", facts, case.get("preFilterWantStatus"))
    if not isinstance(facts, Status):
        same_status("filter", one.filter(facts, pod, node), case.get("wantStatus"))


def zone(case: Object) -> None:
    snapshot, node = node_with([], case["Node"])
    one, pod = plugin("VolumeZone"), info(case["Pod"])
    facts = one.pre_filter(pod, snapshot)
    same_status("pre-filter", facts, case.get("wantPreFilterStatus"))
    if not isinstance(facts, Status):
        same_status("filter", one.filter(facts, pod, node), case.get("wantFilterStatus"))


def attached(name: str) -> Callable[[Object], None]:
    """Disks of a kind once built in, on a node that says how many it takes."""

    def judged(case: Object) -> None:
        one = plugin(name)
        allocatable = {"pods": "110", one.resource: str(case["maxVols"])}
        node = {"metadata": {"name": "node"}, "status": {"allocatable": allocatable}}
        snapshot, found = node_with(case["existingPods"], node)
        same_status("filter", filtered(one, info(case["newPod"]), snapshot, found), case.get("wantStatus"))

    return judged


def limit_of_the_environment(case: Object) -> None:
    """What the variable says; where that is nothing (-1), the plugin goes by the kind of disk."""
    environment = {MOST: case["rawMaxVols"]}
    expect("limit", most_from(environment), case["expected"])
    node = {"metadata": {"name": "node"}, "status": {"allocatable": {"pods": "110"}}}
    limit = case["expected"] if case["expected"] > 0 else GCEPDLimits.most
    for number, code in ((limit - 1, "Success"), (limit, "Unschedulable")):
        one = GCEPDLimits(Handle(Fixture({}), MINOR, None, environment))
        disks = [{"name": f"v{n}", "gcePersistentDisk": {"pdName": f"d{n}"}} for n in range(number + 1)]
        snapshot, found = node_with([{"spec": {"volumes": disks[:-1]}}], node)
        expect(f"{number} and one", filtered(one, info({"spec": {"volumes": disks[-1:]}}), snapshot, found).code, code)


def gates(case: Object) -> None:
    if case["enablePodSchedulingReadiness"]:
        same_status("pre-enqueue", plugin("SchedulingGates").pre_enqueue(case["pod"]), case["want"])


# Scores


def scored(name: str, pod: str = "pod", pods: str = "pods", expected: str = "expectedList") -> Callable[[Object], None]:
    def judged(case: Object) -> None:
        arguments = strategy(name, case)
        wanted = listed(case.get(expected) or [])
        snapshot = snapshot_of([*case["nodes"], *(case.get("failedNodes") or [])], case.get(pods) or [])
        names = [node["metadata"]["name"] for node in case["nodes"]]
        services = [{"metadata": {"name": "s"}, **one} for one in case.get("objs") or ()]
        got = scores(plugin(name, arguments, {"services": services}), info(known(case, pod)), snapshot, names)
        if case.get("wantStatus"):
            expect("status", got, SKIP)
        elif got is SKIP and len(set(wanted.values())) <= 1:
            return  # a plugin that skips prefers no node; upstream came to skip more over the years
        else:
            expect("scores", got, wanted)

    return judged


def known(case: Object, field: str) -> Object:
    """The row's Pod as a server stores it: one without matchLabelKeys drops that field."""
    pod = case[field]
    if case.get("enableMatchLabelKeys", "disabled" not in case.get("name", "")):
        return pod
    constraints = [
        {name: value for name, value in one.items() if name != "matchLabelKeys"}
        for one in at(pod, "spec", "topologySpreadConstraints", default=())
    ]
    return {**pod, "spec": {**pod["spec"], "topologySpreadConstraints": constraints}}


def strategy(name: str, case: Object) -> Object:
    """The arguments of a row's plugin, which is Go in the row where it is not data."""
    arguments: Object = {}
    for field in ("hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods"):
        if field in case:
            arguments[field] = case[field]
    resources = [{"name": one["Name"], "weight": one["Weight"]} for one in case.get("resources") or ()]
    if name == "NodeResourcesFit":
        arguments["scoringStrategy"] = {"type": case["strategy"], "resources": resources}
        points = [{"utilization": one["Utilization"], "score": one["Score"]} for one in case.get("shape") or ()]
        arguments["scoringStrategy"]["requestedToCapacityRatio"] = {"shape": points}
    if (
        name == "NodeResourcesBalancedAllocation"
        and "$go" in (case.get("args") or {})
        and "nvidia" in str(case["args"])
    ):
        arguments["resources"] = [{"name": "cpu"}, {"name": "memory"}, {"name": "nvidia.com/gpu"}]
    if name == "NodeAffinity" and "args" in case:
        arguments["addedAffinity"] = added_affinity(case["args"]["$go"])
    return arguments


def added_affinity(text: str) -> Object:
    """The preferred term of the row, which the row has as Go."""
    key, value, weight = ("foo", "bar", 2) if "affinity1" in text else ("key", "value", 3)
    term = {"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]}
    return {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": weight, "preference": term}]}


def allocation(kind: str) -> Callable[[Object], None]:
    def judged(case: Object) -> None:
        fields = ("requestedPod", "existingPods") if "requestedPod" in case else ("pod", "pods")
        scored("NodeResourcesFit", *fields, "expectedScores")({**case, "strategy": kind})

    return judged


def bin_packing(*resources: str) -> Callable[[Object], None]:
    def judged(case: Object) -> None:
        weights = [{"Name": name, "Weight": weight} for name, weight in zip(resources, (3, 5), strict=False)]
        shape = [{"Utilization": 0, "Score": 0}, {"Utilization": 100, "Score": 1}]
        allocation("RequestedToCapacityRatio")({**case, "resources": weights, "shape": shape})

    return judged


def requests(case: Object) -> None:
    got = pod_requests(case["pod"]["spec"], scoring=True)
    expect("requests", got, case["expected"])


def pre_score_skip(case: Object) -> None:
    one = plugin("PodTopologySpread", {"defaultingType": case["config"]["DefaultingType"]})
    snapshot = snapshot_of(case["nodes"], [])
    expect("pre-score", one.pre_score(info(case["pod"]), snapshot, list(snapshot.nodes.values())), SKIP)


def volume_scores(case: Object) -> None:
    curve = [(point["Utilization"], point["Score"]) for point in case["shape"]]
    for classes, wanted in case["cases"]:
        used = {name: (one["Requested"], one["Capacity"]) for name, one in classes.items()}
        expect(str(classes), capacity_score(used, curve), wanted)


# Preemption


def dry_run(case: Object) -> None:
    text = case["registerPlugins"]["$go"]
    kinds = [
        kind
        for kind, _ in registry.DEFAULT_PROFILE
        if kind.__module__.rpartition(".")[2].replace("_", "") in text.lower()
    ]
    if "noderesources.Name" in text:
        kinds.append(PLUGINS["noderesourcesfit"])
    nodes = [large_node(name, case) for name in case["nodeNames"]]
    snapshot = snapshot_of(nodes, case["initPods"])
    evaluator = Evaluator([(kind, 0) for kind in kinds], Fixture({}), minor=MINOR)
    if case.get("fakeFilterRC"):
        evaluator._local.append(Refuses(Handle(Fixture({}))))
    for pod, expected in zip(case["testPods"], case["expected"], strict=True):
        found = info(pod)
        facts = evaluator._pre_filter(found, snapshot, evaluator._answers_for(found.shape, snapshot))
        wanted = {
            one["name"]: (
                [victim["metadata"]["name"] for victim in one["victims"]["Pods"]],
                one["victims"].get("NumPDBViolations", 0),
            )
            for one in expected
        }
        infos = list(snapshot.nodes.values())
        # Where the row limits the candidates, its offset comes from Go's random numbers: any may be meant.
        offsets = range(len(infos)) if "args" in case else [0]
        limit = 2 if "args" in case else 100
        outcomes = [
            victims(Preemption(evaluator).dry_run(found, infos, facts, case.get("pdbs") or [], offset, limit))
            for offset in offsets
        ]
        expect("victims", next((one for one in outcomes if one == wanted), outcomes[0]), wanted)


class Refuses(Plugin):
    """The fixture's filter that refuses every node."""

    name = "FakeFilter"

    def filter(self, facts: Any, pod: PodInfo, node: NodeInfo) -> Status:
        return Status("Unschedulable", ("injecting failure for pod",))


def victims(outcomes: Any) -> dict[str, tuple[list[str], int]]:
    return {
        name: ([victim.key[1] for victim in one.victims], one.violations)
        for name, one in outcomes.items()
        if not isinstance(one, Status) and one.victims
    }


def large_node(name: str, case: Object) -> Object:
    """The fixture's node: five times 100 thousandths of a core and 100 bytes, with `name/zone/region` as labels."""
    labels = dict(zip(("hostname", "zone", "region"), name.split("/"), strict=False))
    name = labels["hostname"]
    capacity = {"cpu": "500m", "memory": "500", "pods": "100"}
    return {"metadata": {"name": name, "labels": labels}, "status": {"allocatable": capacity}}


class FailsToRemove(Plugin):
    """The fixture's plugin that cannot imagine a Pod gone from a node labelled `error`."""

    name = "test-plugin"

    def pre_filter(self, pod: PodInfo, snapshot: Snapshot) -> Any:
        return {}

    def remove_pod(self, facts: Any, pod: PodInfo, removed: PodInfo, node: NodeInfo) -> Status:
        return failure(f"failed to remove pod: {pod.key[1]}") if node.labels.get("error") == "true" else SUCCESS


def after_filters(case: Object) -> None:
    """What preemption says once the filters have refused the nodes."""
    pod, snapshot = info(case["pod"]), snapshot_of(case["nodes"], case["pods"])
    evaluator = Evaluator([*registry.default_profile(MINOR), (FailsToRemove, 0)], Fixture({}), minor=MINOR)
    statuses = {name: Status(one["code"], tuple(one["reasons"])) for name, one in case["filteredNodesStatuses"].items()}
    facts = evaluator.evaluate(pod, snapshot, {}).facts
    found = Preemption(evaluator).find(pod, snapshot, statuses, facts, ())
    if isinstance(found, Status):
        found = Status(found.code, (f"preemption: {found.message}",))
    same_status("status", found, case.get("wantStatus"))
    expect("node", getattr(found, "node", None), at(case, "wantResult", "NominatingInfo", "NominatedNodeName"))


def eligible(case: Object) -> None:
    nodes = [{"metadata": {"name": name}} for name in case["nodes"]]
    leaving = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler"}
    pods = []
    for pod in case["pods"]:
        uses_conditions = "EnablePodDisruptionConditions: true" in str(case.get("fts"))
        if not uses_conditions:  # before 1.26 every Pod on its way out counted as preempted
            pod = {**pod, "status": {**(pod.get("status") or {}), "conditions": [leaving]}}
        pods.append(pod)
    statuses = {}
    status = case.get("nominatedNodeStatus")
    if status:
        statuses[case["pod"]["status"]["nominatedNodeName"]] = Status(status["code"], tuple(status["reasons"]))
    got = not ineligible(info(case["pod"]), snapshot_of(nodes, pods), statuses)
    expect("eligible", got, case["expected"])


JUDGES: dict[str, Callable[[Object], None]] = {
    "TestNodeName": on_node("NodeName"),
    "TestNodePorts": on_node("NodePorts", status="wantFilterStatus"),
    "TestGetContainerPorts": container_ports,
    "TestNodeUnschedulable": on_node("NodeUnschedulable"),
    "TestTaintTolerationFilter": on_node("TaintToleration"),
    "TestNodeAffinity": node_affinity,
    "TestEnoughRequests": fit,
    "TestStorageRequests": fit,
    "TestRequiredAffinitySingleNode": one_node_affinity,
    "TestRequiredAffinityMultipleNodes": many_nodes("InterPodAffinity", "wantFilterStatuses"),
    "TestPreFilterStateAddRemovePod": affinity_counts,
    "TestGetTPMapMatchingIncomingAffinityAntiAffinity": matching_pods,
    "TestSingleConstraint": spread_filter,
    "TestMultipleConstraints": spread_filter,
    "TestPreFilterStateAddPod": spread_counts,
    "TestPreFilterStateRemovePod": spread_counts,
    "TestGCEDiskConflicts": disks,
    "TestAWSDiskConflicts": disks,
    "TestRBDDiskConflicts": disks,
    "TestISCSIDiskConflicts": disks,
    "TestAccessModeConflicts": disks,
    "TestSingleZone": zone,
    "TestAzureDiskLimits": attached("AzureDiskLimits"),
    "TestGCEPDLimits": attached("GCEPDLimits"),
    "TestGetMaxVols": limit_of_the_environment,
    "TestPreEnqueue": gates,
    "TestTaintTolerationScore": scored("TaintToleration"),
    "TestNodeAffinityPriority": scored("NodeAffinity"),
    "TestImageLocalityPriority": scored("ImageLocality"),
    "TestPreferredAffinity": scored("InterPodAffinity"),
    "TestPreferredAffinityWithHardPodAffinitySymmetricWeight": scored("InterPodAffinity"),
    "TestPodTopologySpreadScore": scored("PodTopologySpread", pods="existingPods", expected="want"),
    "TestPreScoreSkip": pre_score_skip,
    "TestNodeResourcesBalancedAllocation": scored("NodeResourcesBalancedAllocation"),
    "TestLeastAllocatedScoringStrategy": allocation("LeastAllocated"),
    "TestMostAllocatedScoringStrategy": allocation("MostAllocated"),
    "TestRequestedToCapacityRatioScoringStrategy": allocation("RequestedToCapacityRatio"),
    "TestResourceBinPackingSingleExtended": bin_packing("intel.com/foo"),
    "TestResourceBinPackingMultipleExtended": bin_packing("intel.com/foo", "intel.com/bar"),
    "TestResourceAllocationScorerCalculateRequests": requests,
    "TestScore": volume_scores,
    "TestDryRunPreemption": dry_run,
    "TestPostFilter": after_filters,
    "TestPodEligibleToPreemptOthers": eligible,
}
"""How each of upstream's tests is asked here; a test that is missing counts as different."""
