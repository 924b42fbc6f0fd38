"""The audit trail: what people, programs and components did, as the API server's log tells it."""

import json
from typing import Any

import pytest

from lessons.checks.run import evaluate
from lessons.checks.view import View
from simulator.apiserver.audit import trail
from simulator.apiserver.audit.events import PATH, log
from simulator.world import World
from tests.kubelet.support import command
from tests.nodes.support import Lab

CREATE = "kubectl create deployment web --image=nginx:1.29 --replicas=2"


def lines(world: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log(world.cluster.server.audit, world.cluster.release).splitlines()]


def shell(world: World, script: str, machine: str = "workstation") -> str:
    said, code = command(world, machine, "sh", "-c", script, seconds=30)
    assert code == 0, said
    return said


def who(entry: dict[str, Any]) -> tuple[str, str, str]:
    named = entry["objectRef"]
    below = f"/{named['subresource']}" if "subresource" in named else ""
    return entry["verb"], named["resource"] + below, entry.get("userAgent", "").partition(" ")[0].partition("/")[0]


def test_a_deployment_from_the_command_to_the_nodes() -> None:
    world = World.boot()
    shell(world, CREATE)
    world.advance(20)
    entries = lines(world)
    kinds = [who(entry) for entry in entries if entry["verb"] != "get"]
    assert kinds.index(("create", "deployments", "kubectl")) < kinds.index(
        ("create", "replicasets", "kube-controller-manager")
    )
    assert kinds.count(("create", "pods", "kube-controller-manager")) == 2
    assert kinds.count(("create", "pods/binding", "kube-scheduler")) == 2
    made = next(entry for entry in entries if who(entry)[:2] == ("create", "pods"))
    assert made["user"]["username"] == "system:serviceaccount:kube-system:replicaset-controller"
    assert made["userAgent"].endswith("/system:serviceaccount:kube-system:replicaset-controller")
    asked = next(entry for entry in entries if who(entry)[:2] == ("create", "deployments"))
    assert (asked["user"]["username"], asked["responseStatus"]["code"]) == ("kubernetes-admin", 201)
    assert asked["objectRef"] == {
        "resource": "deployments",
        "namespace": "default",
        "name": "web",
        "apiGroup": "apps",
        "apiVersion": "v1",
    }
    assert (asked["stage"], asked["level"], asked["kind"]) == ("ResponseComplete", "Metadata", "Event")


def test_who_read_the_secret() -> None:
    world = World.boot()
    shell(
        world,
        "kubectl create secret generic s --from-literal=a=b; kubectl get secret s; ! kubectl get secret s --as jane",
    )
    seen = [
        (entry["user"]["username"], entry.get("impersonatedUser"), entry["responseStatus"]["code"], entry["sourceIPs"])
        for entry in lines(world)
        if entry["verb"] == "get" and entry["objectRef"].get("name") == "s"
    ]
    assert seen == [
        ("kubernetes-admin", None, 200, ["10.0.0.5"]),
        ("kubernetes-admin", {"username": "jane"}, 403, ["10.0.0.5"]),
    ]


def test_whoever_only_looks_from_outside_leaves_no_trace() -> None:
    lab = Lab()
    before = lab.world.digest()
    lab.ask("GET", "/api/v1/namespaces/default/pods")
    assert lab.world.digest() == before


def test_policies_leave_their_notes() -> None:
    lab = Lab()
    group = "/apis/admissionregistration.k8s.io/v1"
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}
    spec = {
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": "object.spec.replicas > 1", "message": "two at least"}],
        "auditAnnotations": [{"key": "replicas", "valueExpression": "string(object.spec.replicas)"}],
    }
    policy = {"metadata": {"name": "p"}, "spec": spec}
    binding = {"metadata": {"name": "b"}, "spec": {"policyName": "p", "validationActions": ["Audit"]}}
    assert lab.ask("POST", f"{group}/validatingadmissionpolicies", policy).status == 201
    assert lab.ask("POST", f"{group}/validatingadmissionpolicybindings", binding).status == 201
    lab.deploy("web")
    (entry,) = [entry for entry in lines(lab.world) if who(entry)[:2] == ("create", "deployments")]
    assert entry["annotations"]["p/replicas"] == "1"
    assert json.loads(entry["annotations"]["validation.policy.admission.k8s.io/validation_failure"]) == [
        {
            "message": "two at least",
            "policy": "p",
            "binding": "b",
            "expressionIndex": 0,
            "validationActions": ["Audit"],
        }
    ]


def test_the_log_lies_on_the_control_plane() -> None:
    lab = Lab()
    lab.deploy("web")
    last = lab.files().text(PATH).splitlines()
    assert any(json.loads(line)["objectRef"].get("name") == "web" for line in last)
    assert not lab.files("node-1").exists(PATH)


def test_the_trail_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "WRITES_KEPT", 20)
    monkeypatch.setattr(trail, "REQUESTS_KEPT", 5)
    lab = Lab()
    lab.deploy("web", 20)
    for number in range(9):
        lab.ask("POST", "/api/v1/namespaces", {"metadata": {"name": f"n{number}"}})
    lab.world.advance(30)
    entries = lines(lab.world)
    assert len(entries) == 25
    assert [entry["objectRef"]["name"] for entry in entries if "kube" not in entry.get("userAgent", "")] == [
        f"n{number}" for number in range(4, 9)
    ]


@pytest.mark.parametrize(
    ("wanted", "count", "holds"),
    [
        ({"verb": "create", "resource": "pods", "user": "*:replicaset-controller"}, {"equals": 2}, True),
        ({"verb": "create", "resource": "pods/binding", "agent": "kube-scheduler/*"}, {"at_least": 1}, True),
        ({"verb": "create", "resource": "deployments", "name": "web", "code": 201}, {"equals": 1}, True),
        ({"verb": "delete", "resource": "pods"}, {"at_least": 1}, False),
    ],
)
def test_checks_ask_the_trail(wanted: dict[str, Any], count: dict[str, int], holds: bool) -> None:
    lab = Lab()
    lab.deploy("web", 2)
    lab.world.advance(10)
    finding = evaluate(View(lab.world.fork()), {"audit": wanted, **count})
    assert finding.is_met is holds
    if not holds:
        assert finding.expected["en"] == "entries with verb delete, resource pods: at least 1"
