"""An audit policy of one's own, on the command line of the API server: what the log tells then, and where it lies."""

import json
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from simulator.api.requests import Request
from simulator.machinery import yaml
from simulator.spec import lab as spec
from simulator.world import World
from tests.kubelet.support import command
from tests.nodes.support import MANIFESTS, Lab

POLICY_FILE, LOG = "/etc/kubernetes/audit-policy.yaml", "/var/log/kubernetes/audit/audit.log"
POLICY = """
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: None, users: ["system:kube-scheduler"]}
- {level: RequestResponse, resources: [{group: "", resources: [configmaps], resourceNames: [watched]}]}
- {level: Request, resources: [{group: "", resources: ["pods/*"]}, {group: apps}], namespaces: [default], omitStages: []}
- {level: Metadata, resources: [{group: "", resources: [secrets, configmaps]}]}
"""
MAPS = "/api/v1/namespaces/default/configmaps"


def configured(
    policy: str = POLICY, *, log: str = LOG, flags: tuple[str, ...] = (), seconds: float = 60, planes: int = 1
) -> Lab:
    """A cluster whose (first) API server was given a policy file and a folder for its log."""
    lab = Lab(spec(3 if planes == 1 else 1, control_planes=planes))
    files = lab.files()
    files.write(POLICY_FILE, policy)
    path = f"{MANIFESTS}/kube-apiserver.yaml"
    pod = yaml.load(files.text(path))
    container, volumes = pod["spec"]["containers"][0], pod["spec"]["volumes"]
    container["command"] += [
        f"--audit-policy-file={POLICY_FILE}",
        *([f"--audit-log-path={log}"] if log else []),
        *flags,
    ]
    container["volumeMounts"] += [
        {"name": "audit", "mountPath": POLICY_FILE, "readOnly": True},
        {"name": "audit-log", "mountPath": "/var/log/kubernetes/audit/"},
    ]
    volumes += [
        {"name": "audit", "hostPath": {"path": POLICY_FILE, "type": "File"}},
        {"name": "audit-log", "hostPath": {"path": "/var/log/kubernetes/audit/", "type": "DirectoryOrCreate"}},
    ]
    files.write(path, yaml.dump(pod))
    lab.world.advance(seconds)
    return lab


def entries(lab: Lab, world: World | None = None) -> list[dict[str, Any]]:
    files = lab.files() if world is None else world.machines.volumes.view(lab.kubelet.nodes.machine("cp-1"))
    return [json.loads(line) for line in files.text(LOG).splitlines()]


def short(entry: dict[str, Any]) -> tuple[str, str, str, str]:
    named = entry["objectRef"]
    return entry["level"], entry["stage"], entry["verb"], f"{named['resource']}/{named.get('name', '')}"


def test_each_level_tells_what_it_should() -> None:
    lab = configured()
    assert lab.cluster.is_serving and not lab.files().exists("/var/log/kubernetes/audit.log")
    for name in ("watched", "other"):
        assert lab.ask("POST", MAPS, {"metadata": {"name": name}, "data": {"a": "b"}}).status == 201
    lab.ask("PATCH", f"{MAPS}/watched", {"data": {"c": "d"}}, "application/merge-patch+json")
    lab.ask("POST", "/api/v1/namespaces", {"metadata": {"name": "unseen"}})
    lab.deploy("web")
    lab.world.advance(10)
    found = [one for one in entries(lab) if one["user"]["username"] == "kubernetes-admin"]
    assert [short(one) for one in found] == [
        ("Metadata", "ResponseComplete", "create", "configmaps/watched"),
        ("Metadata", "ResponseComplete", "create", "configmaps/other"),
        ("RequestResponse", "ResponseComplete", "patch", "configmaps/watched"),
        ("Request", "ResponseComplete", "create", "deployments/web"),
    ]
    assert "requestObject" not in found[0] and "responseObject" not in found[0]
    assert found[2]["requestObject"] == {"data": {"c": "d"}}
    assert found[2]["responseObject"]["data"] == {"a": "b", "c": "d"}
    assert found[3]["requestObject"]["spec"]["replicas"] == 1 and "responseObject" not in found[3]
    users = {one["user"]["username"] for one in entries(lab)}
    assert "system:kube-scheduler" not in users
    (replica_set,) = lab.cluster.store.list("replicasets.apps", "default")
    name = f"replicasets/{replica_set['metadata']['name']}"
    made = next(one for one in entries(lab) if short(one)[2:] == ("create", name))
    assert (made["level"], made["requestObject"]["kind"]) == ("Request", "ReplicaSet")


def test_stages_and_managed_fields() -> None:
    lab = configured(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitManagedFields: true\nrules: [{level: RequestResponse}]\n"
    )
    lab.ask("POST", MAPS, {"metadata": {"name": "a"}})
    found = [one for one in entries(lab) if one["objectRef"].get("name") == "a"]
    assert [one["stage"] for one in found] == ["RequestReceived", "ResponseComplete"]
    assert found[0]["auditID"] == found[1]["auditID"] and "responseStatus" not in found[0]
    assert "managedFields" not in found[1]["responseObject"]["metadata"]


def test_the_policy_lives_on_in_forks_and_saved_worlds() -> None:
    lab = configured()
    for world in (lab.world.fork(), World.restore(lab.world.save())):
        before = len(entries(lab, world))
        cluster = world.cluster
        cluster.client("replicaset-controller").create(
            "configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "default"}}
        )
        assert len(entries(lab, world)) == before + 1
    lab.edit("kube-apiserver", f"--audit-policy-file={POLICY_FILE}", "--v=2", seconds=60)
    assert lab.files().exists("/var/log/kubernetes/audit.log")
    assert lab.cluster.server.audit.policy() is None


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        pytest.param("", "unknown group version field /, Kind= in policy", id="an empty file"),
        pytest.param("apiVersion: audit.k8s.io/v1\nkind: Policy", "loaded illegal policy with 0 rules", id="no rules"),
        pytest.param(
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Everything}]",
            'rules[0].level: Unsupported value: \\"Everything\\": supported values: \\"None\\", \\"Metadata\\", '
            '\\"Request\\", \\"RequestResponse\\"',
            id="no level",
        ),
        pytest.param(
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, users: bob}]",
            "failed decoding: json: cannot unmarshal string into Go struct field PolicyRule.rules.users of type []string",
            id="no list",
        ),
        pytest.param("a: [", "failed decoding: ", id="no YAML"),
        pytest.param(
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\nomitStages: [Never]",
            "allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic",
            id="no stage",
        ),
    ],
)
def test_a_policy_that_is_none_keeps_the_server_down(policy: str, why: str) -> None:
    lab = configured(policy, seconds=20)
    assert not lab.cluster.is_serving
    chunks = lab.world.machines.logs.chunks.rows.values()
    text = "".join(line for chunk in chunks for _, _, line in chunk if "audit policy" in line)
    assert why in text and f"from file {POLICY_FILE}" in text


def test_what_is_large_is_cut_and_what_is_much_is_forgotten() -> None:
    lab = configured("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]\n")
    lab.ask("POST", MAPS, {"metadata": {"name": "large"}, "data": {"a": "x" * 100_000}})
    last = [one for one in entries(lab) if one["objectRef"].get("name") == "large"][-1]
    assert last["annotations"]["audit.k8s.io/truncated"] == "true" and "requestObject" not in last
    for number in range(40):
        lab.ask("POST", MAPS, {"metadata": {"name": f"m{number}"}, "data": {"a": "x" * 20_000}})
    kept = [one for one in entries(lab) if one["user"]["username"] == "kubernetes-admin" and "responseObject" in one]
    assert 5 < len(kept) < 20 and kept[-1]["objectRef"]["name"] == "m39"


def test_what_components_read_and_report_where_a_policy_asks() -> None:
    lab = configured(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\n"
        'rules: [{level: Metadata, userGroups: ["system:nodes"]}, {level: Metadata, verbs: [watch]}, '
        '{level: Metadata, resources: [{group: apps, resources: ["*/status"]}]}]\n',
        seconds=120,
    )
    ensured = ("system:node:node-1", "get", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1")
    assert ensured in {
        (one["user"]["username"], one["verb"], one["requestURI"].partition("?")[0]) for one in entries(lab)
    }
    lab.deploy("web")
    lab.world.advance(700)
    told = {(one["user"]["username"], one["verb"], one["requestURI"].partition("?")[0]) for one in entries(lab)}
    assert told >= {
        ("system:node:node-1", "get", "/api/v1/nodes/node-1"),
        ("system:node:node-1", "watch", "/api/v1/pods"),
        ("system:kube-scheduler", "watch", "/api/v1/nodes"),
        ("system:kube-controller-manager", "watch", "/apis/apps/v1/replicasets"),
        ("system:serviceaccount:kube-system:kube-proxy", "watch", "/apis/discovery.k8s.io/v1/endpointslices"),
    }
    status = "/apis/apps/v1/namespaces/default/deployments/web/status"
    assert ("system:serviceaccount:kube-system:deployment-controller", "update", status) in told
    stages: dict[str, list[str]] = {}
    for one in entries(lab):
        if one["verb"] == "watch":
            stages.setdefault(one["auditID"], []).append(one["stage"])
    assert ["ResponseStarted", "ResponseComplete"] in stages.values() and ["ResponseStarted"] in stages.values()
    copy = World.restore(lab.world.save())
    for world in (lab.world, copy):
        world.advance(60)
    assert entries(lab) == entries(lab, copy)


def test_who_looks_at_the_leases() -> None:
    """Whoever acts renews its lease unseen; who waits looks again and again, and once more before it takes over."""
    lab = configured(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\n"
        "rules: [{level: Metadata, resources: [{group: coordination.k8s.io}], namespaces: [kube-system]}]\n",
        planes=3,
    )
    addresses = {lab.kubelet.nodes.address(name): name for name in ("cp-1", "cp-2", "cp-3")}
    plane, lease = (
        lab.cluster.control_plane,
        "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler",
    )
    assert plane is not None
    leader = plane.active["kube-scheduler"]

    def looks() -> list[str]:
        found = [one for one in entries(lab) if one["requestURI"] == f"{lease}?timeout=5s" and one["verb"] == "get"]
        assert all(one["userAgent"].endswith("/leader-election") for one in found)
        return [addresses[one["sourceIPs"][0]] for one in found]

    lab.world.advance(20)
    assert 8 <= len(looks()) < 60 and set(looks()) == set(addresses.values()) - {leader}
    renewed = [one for one in entries(lab) if one["verb"] == "update" and one["objectRef"]["name"] == "kube-scheduler"]
    assert {(one["user"]["username"], one["userAgent"].rpartition("/")[2]) for one in renewed} == {
        ("system:kube-scheduler", "leader-election")
    }
    moments = [datetime.fromisoformat(one["stageTimestamp"]).timestamp() for one in renewed[-5:]]
    assert [round(after - before, 1) for before, after in pairwise(moments)] == [2.0] * 4


def test_nothing_is_read_where_nobody_wants_to_know() -> None:
    lab = configured(seconds=120)
    assert not {"get", "list", "watch"} & {one["verb"] for one in entries(lab)}
    assert not [entry for entry in lab.world.clock.pending() if entry[2] == "audit-reads"]


def test_the_end_of_a_watch() -> None:
    lab = configured(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, users: [kubernetes-admin]}]\n"
    )
    lab.world.advance(1)
    watch = "kubectl get --raw '/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=3'; sleep 1"
    command(lab.world, "workstation", "sh", "-c", watch)
    found = [one for one in entries(lab) if one["verb"] == "watch"]
    assert [one["stage"] for one in found] == ["RequestReceived", "ResponseStarted", "ResponseComplete"]
    assert len({one["auditID"] for one in found}) == 1
    assert found[2]["stageTimestamp"] > found[2]["requestReceivedTimestamp"] == found[0]["requestReceivedTimestamp"]


def test_a_watch_that_is_left() -> None:
    """By an interrupt, and by a program that has seen enough."""
    lab = configured(
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, verbs: [watch], users: [kubernetes-admin]}]\n"
    )
    lab.world.advance(1)
    left = "kubectl get cm -w >/dev/null & sleep 2; kill -INT $!; kubectl delete pod -n kube-system -l k8s-app=kube-dns"
    said, code = command(lab.world, "workstation", "sh", "-c", left, seconds=60)
    assert code == 0, said
    stages: dict[str, list[str]] = {}
    for one in entries(lab):
        if one["verb"] == "watch":
            stages.setdefault(one["auditID"], []).append(one["stage"])
    assert len(stages) > 1
    assert all(each == ["RequestReceived", "ResponseStarted", "ResponseComplete"] for each in stages.values())


def test_a_log_on_standard_output() -> None:
    lab = configured(log="-")
    lab.ask("POST", MAPS, {"metadata": {"name": "watched"}, "data": {"a": "b"}})
    lab.ask("PATCH", f"{MAPS}/watched", {"data": {"c": "d"}}, "application/merge-patch+json")
    script = "kubectl logs -n kube-system kube-apiserver-cp-1 | grep '^{'"
    said, _ = command(lab.world, "workstation", "sh", "-c", script)
    told = {short(one): one for line in said.splitlines() if "objectRef" in (one := json.loads(line))}
    assert told[("Metadata", "ResponseComplete", "create", "configmaps/watched")]["responseStatus"]["code"] == 201
    assert told[("RequestResponse", "ResponseComplete", "patch", "configmaps/watched")]["requestObject"] == {
        "data": {"c": "d"}
    }
    assert not lab.files().exists(LOG) and not lab.files().exists("/var/log/kubernetes/audit.log")


def test_feature_gates_of_the_server() -> None:
    """Without WatchList nobody is sent what there is."""
    watch = (
        "/api/v1/configmaps?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    )
    lab = configured(flags=("--feature-gates=WatchList=false,Other=true",))
    answer = World.restore(lab.world.save()).request(Request.to("GET", watch))
    assert isinstance(answer.body, dict) and "unless the WatchList feature gate is enabled" in answer.body["message"]
