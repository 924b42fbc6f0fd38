"""Checks in a copy whose future we try out: what is done to it, and what is seen of it."""

from typing import Any

import pytest

from lessons.checks.actions import ACTIONS
from lessons.checks.ahead import later
from lessons.checks.run import evaluate
from lessons.checks.view import View
from simulator.spec import lab
from simulator.workstation import NAME
from simulator.world import World
from tests.lessons.test_checks import LOOK, WEB, scene

PLAIN_POD = """
apiVersion: v1
kind: Pod
metadata: {name: plain}
spec: {containers: [{name: web, image: "nginx:1.29"}]}
"""
CLOCKWORK = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: clockwork}
spec:
  schedule: 30 18 * * 1-5
  timeZone: Asia/Seoul
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1.37", command: ["true"]}]}
"""
SCALED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: busy}
spec:
  selector: {matchLabels: {app: busy}}
  template:
    metadata: {labels: {app: busy}}
    spec: {containers: [{name: c, image: "kubelab/web:1.0", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: busy}
spec: {selector: {app: busy}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: busy}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: busy}
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
"""
LOADED: list[dict[str, Any]] = [
    {"create": SCALED}, {"advance": 30}, {"load": {"service": "Service/default/busy", "requests": 30, "cost": 10}},
    {"advance": 120},
]  # fmt: skip
BUSY = "Deployment/default/busy"
CASES: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([{"delete_pods_of": WEB}, {"advance": 40}], {"ready": WEB, "equals": 2}),
    ([{"delete_pods_of": WEB}], {"ready": WEB, "equals": 0}),
    ([{"delete_one_pod_of": WEB}], {"ready": WEB, "equals": 1}),
    ([{"delete": LOOK}, {"advance": 40}], {"gone": LOOK}),
    ([{"scale": {"object": WEB, "to": 5}}, {"advance": 40}], {"ready": WEB, "equals": 5}),
    ([{"set_image": {"object": WEB, "to": "nginx:1.28"}}, {"advance": 60}], {"image": WEB, "equals": "nginx:1.28"}),
    ([{"create": PLAIN_POD}, {"advance": 30}], {"ready": "Pod/default/plain", "equals": 1}),
    ([{"cordon": "node-2"}], {"object": "Node/node-2", "path": ".spec.unschedulable", "equals": True}),
    ([{"patch": {"object": WEB, "with": {"spec": {"paused": True}}}}], {"object": WEB, "path": ".spec.paused", "equals": True}),
    ([{"create": CLOCKWORK}, {"until": {"time": "18:30", "zone": "Asia/Seoul"}}, {"advance": 5}], {"count": "Job", "equals": 1}),
    ([{"create": CLOCKWORK}, {"run_now": "CronJob/default/clockwork"}, {"advance": 20}], {"count": "Job", "where": {"path": ".status.succeeded", "equals": 1}, "equals": 1}),
    ([{"create": CLOCKWORK}, {"patch": {"object": "CronJob/default/clockwork", "with": {"spec": {"suspend": True}}}}, {"run_now": "CronJob/default/clockwork"}], {"count": "Job", "equals": 0}),
    ([{"run_now": "CronJob/default/clockwork"}], {"count": "Job", "equals": 0}),
    ([{"add_node": "node-4"}, {"cordon": "node-1"}, {"cordon": "node-2"}, {"cordon": "node-3"}, {"delete_pods_of": WEB}, {"advance": 40}], {"on": WEB, "equals": "node-4"}),
    ([{"create": CLOCKWORK}], {"starts": "CronJob/default/clockwork", "equals": "Mon 09:30, Tue 09:30, Wed 09:30, Thu 09:30, Fri 09:30"}),
    (LOADED, {"ready": BUSY, "equals": 5}),
    ([*LOADED, {"load_off": "Service/default/busy"}, {"advance": 120}], {"ready": BUSY, "equals": 1}),
    ([{"link": {"of": "node-2", "cut": True}}], {"request": f"http://{LOOK}", "from": "Node/node-1", "fails": "timeout"}),
    ([{"break_dns": "servfail"}], {"request": "http://web", "from": LOOK, "fails": "servfail"}),
    ([{"moved_tag": {"image": "nginx:1.29", "was": "nginx:1.28"}}, {"delete": LOOK}, {"create": PLAIN_POD.replace("plain", "old")}, {"advance": 30}], {"ready": "Pod/default/old", "equals": 1}),
    ([{"fault": {"kubelet-stopped": {"node": "node-2"}}}, {"advance": 90}], {"object": "Node/node-2", "path": ".status.conditions[type=Ready].status", "equals": "Unknown"}),
    ([{"fault": {"kubelet-stopped": {"node": "node-2"}}}, {"advance": 90}, {"mend": {"kubelet-stopped": {"node": "node-2"}}}, {"advance": 30}], {"object": "Node/node-2", "path": ".status.conditions[type=Ready].status", "equals": "True"}),
    ([{"stop_component": "kube-scheduler"}, {"advance": 15}, {"create": PLAIN_POD}, {"advance": 20}], {"ready": "Pod/default/plain", "equals": 0}),
    ([{"stop_component": "kube-scheduler"}, {"advance": 15}, {"start_component": "kube-scheduler"}, {"create": PLAIN_POD}, {"advance": 60}], {"ready": "Pod/default/plain", "equals": 1}),
    ([{"stop_node": "node-2"}, {"advance": 90}, {"start_node": "node-2"}, {"advance": 90}], {"object": "Node/node-2", "path": ".status.conditions[type=Ready].status", "equals": "True"}),
    ([{"drain": "node-2"}, {"advance": 60}], {"gone": LOOK}),
    ([{"stop_node": "node-2"}, {"advance": 60}], {"ready": LOOK, "equals": 0}),
    ([{"stop_node_of": LOOK}, {"advance": 60}], {"ready": LOOK, "equals": 0}),
    ([{"post": {"to": "http://Deployment/default/web/", "from": LOOK}}], {"restarts": WEB, "equals": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "check"), CASES, ids=[str(row[0]) for row in CASES])
def test_it_holds_afterwards_and_only_in_the_copy(actions: list[dict[str, Any]], check: dict[str, Any]) -> None:
    world = scene().fork()
    before = world.digest()
    finding = evaluate(View(world), {"after": actions, "all": [check]})
    assert finding.is_met, finding
    assert world.digest() == before


def test_every_action_has_an_example_here() -> None:
    assert {name for actions, _ in CASES for action in actions for name in action} == ACTIONS.keys() - {"press"}, (
        "only a scene declares faults to press"
    )


def test_what_the_server_refuses_is_told() -> None:
    check = {"after": [{"scale": {"object": "Deployment/default/none", "to": 2}}], "all": []}
    finding = evaluate(View(scene().fork()), check)
    assert finding.expected["ko"] == "API 서버가 변경을 받아들임"
    assert finding.seen["en"] == 'deployments.apps "none" not found'


def test_traffic_goes_on_while_pods_change() -> None:
    view = View(scene().fork())
    calm = {"during": [], "advance": 10, "request": "http://web", "from": LOOK}
    assert evaluate(view, calm).is_met
    gone = {**calm, "during": [{"delete": "Service/default/web"}]}
    finding = evaluate(view, gone)
    assert finding.expected["en"] == "requests that fail: at most 0"
    assert (finding.seen["en"], finding.seen["ko"]) == ("50 fail", "50개 실패")
    assert evaluate(view, {**gone, "most_failures": 50}).is_met
    assert evaluate(view, {**gone, "every": 0.02}).seen["en"] == "500 fail"


def test_what_must_hold_all_the_while_is_looked_at_all_the_while() -> None:
    view = View(scene().fork())
    always = {
        "throughout": [{"delete_one_pod_of": WEB}],
        "advance": 20,
        "every": 0.2,
        "all": [{"ready": WEB, "at_least": 1}],
    }
    assert evaluate(view, always).is_met
    finding = evaluate(view, {**always, "all": [{"ready": WEB, "at_least": 2}]})
    assert finding.seen["en"].startswith("1 of ")
    refused = evaluate(view, {**always, "throughout": [{"scale": {"object": "Deployment/default/none", "to": 2}}]})
    assert refused.seen["en"] == 'deployments.apps "none" not found'


def test_futures_go_on_from_earlier_ones_and_are_those_of_the_world_as_it_is() -> None:
    world = World.boot(lab(), seed="ahead")

    def alone(seconds: float) -> str:
        twin = world.fork()
        twin.advance(seconds)
        return twin.digest()

    def said(line: str) -> None:
        world.machines.open_session(line, NAME, ("bash", "-c", line))

    for change in ("true", "kubectl create deployment web --image=nginx", "echo note > ~/note"):
        said(change)
        before = world.digest()
        assert [later(world, seconds).digest() for seconds in (30, 5, 60, 30)] == [
            alone(seconds) for seconds in (30, 5, 60, 30)
        ]
        spent = later(world, 30)
        spent.advance(600)
        assert later(world, 30).digest() == alone(30)
        assert world.digest() == before
        world.advance(2)


def test_a_copy_that_was_only_looked_at_serves_again() -> None:
    world = scene().fork()
    first = later(world, 60)
    assert evaluate(View(first), {"ready": WEB, "equals": 2}).is_met
    assert later(world, 60) is first, "nothing has happened in it"
    assert evaluate(View(first), {"after": [{"delete": LOOK}], "all": []}).is_met
    assert later(world, 60) is first, "a copy of its own was spent"
    assert evaluate(View(first), {"request": "http://web", "from": LOOK, "status": 200}) is not None
    first.advance(1)
    spent = later(world, 60)
    assert spent is not first and spent.clock.now == world.clock.now + 60_000_000


def test_a_copy_of_another_moment_is_another_copy() -> None:
    world = scene().fork()
    now = later(world, 0)
    world.advance(1)
    assert later(world, 0) is not now and later(world, 0).clock.now == world.clock.now
