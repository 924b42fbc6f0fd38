"""Scenes with faults, clusters of three control-plane nodes, files on nodes; and that docs/scenes.md tells of everything."""

from pathlib import Path

import pytest
import yaml

from lessons.checks.actions import ACTIONS
from lessons.checks.run import evaluate
from lessons.checks.view import View
from lessons.checks.words import WORDS
from lessons.draws import draw
from lessons.exercises import everything
from lessons.running import run
from lessons.scenes import WORLDS, SceneError, boot
from lessons.shown import FENCE
from simulator.faults import FAULTS
from simulator.world import World
from tests.lessons.support import tiny

SCENE = """
world: ha3
files:
  node-2:/etc/motd: |
    Mind the gap.
faults:
  second:
    fault: component-stopped
    with: {component: etcd, node: cp-3}
    label: {en: stop a second member, ko: 두 번째 멤버를 멈춘다}
  first: {fault: component-stopped, with: {component: etcd, node: cp-2}, from_start: true}
  path: {fault: kubelet-broken, with: {node: node-2}, from_start: true}
settle: 90
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return boot(tiny(tmp_path, {"01-tiny/scene.yaml": SCENE}), "seed")


def holds(world: World, check: dict[str, object]) -> bool:
    return evaluate(View(world.fork()), check).is_met


def test_what_the_scene_says_is_so(world: World) -> None:
    assert holds(world, {"etcd_members": True, "equals": 2})
    assert holds(world, {"object": "Node/node-2", "path": ".status.conditions[type=Ready].status", "equals": "Unknown"})
    assert run(world, "ssh node-2 cat /etc/motd") == (0, "Mind the gap.\n")
    assert not holds(world, {"fired": "second"})


def test_pressing_and_repairing(world: World) -> None:
    assert run(world, "fault second")[0] == 0
    world.advance(60)
    assert holds(world, {"fired": "second"}) and not holds(world, {"etcd_members": True, "at_least": 2})
    assert "etcdserver: request timed out" in run(world, "kubectl create configmap after")[1]
    run(world, "ssh cp-3 mv /etc/kubernetes/off/etcd.yaml /etc/kubernetes/manifests/")
    world.advance(120)
    assert holds(world, {"etcd_members": True, "at_least": 2})
    assert run(world, "kubectl create configmap after")[0] == 0
    run(world, "ssh node-2 'sed -i s/WRONG-// /var/lib/kubelet/config.yaml; systemctl restart kubelet'")
    world.advance(30)
    assert holds(world, {"object": "Node/node-2", "path": ".status.conditions[type=Ready].status", "equals": "True"})
    assert holds(world, {"same_boot": "node-2"})
    run(world, "ssh node-1 reboot")
    world.advance(90)
    assert not holds(world, {"same_boot": "node-1"})


def test_what_works_without_the_workers_of_a_node_is_as_its_lesson_says() -> None:
    """Every cell of the table that lesson 4.4 asks for, each row on a node of its own."""
    lesson = next(each for each in everything() if each.id == "on-the-node")
    asked = next(body for kind, _, body in FENCE.findall(lesson.text["en"]) if kind == "predict" and "rows:" in body)
    world, places = boot(lesson, "1"), draw(lesson, "1")
    kubelet, proxy = places["lame"], places["mute"]
    (runtime,) = {"node-1", "node-2", "node-3"} - {kubelet, proxy}
    mend = f"sed -i s#pki/{places['path']}#pki/ca.crt# /var/lib/kubelet/config.yaml; systemctl restart kubelet"
    run(world, f"ssh {kubelet} '{mend}'; sleep 30; ssh {kubelet} systemctl stop kubelet")
    run(world, f"ssh {runtime} systemctl stop containerd")
    run(world, "kubectl expose deployment web --name=newest --port=80 --target-port=8080")
    world.advance(10)  # nobody has missed the kubelet yet: its Pods are taken for ready, and can be asked from
    told = run(world, "kubectl get pods -l app=web -o custom-columns=A:.spec.nodeName,B:.metadata.name,C:.status.podIP")
    pods = {node: (f"Pod/node/{name}", ip) for node, name, ip in (line.split() for line in told[1].splitlines()[1:])}
    seen = []
    for node in (runtime, kubelet, proxy):
        mine, (_, other) = pods[node][0], next(pods[each] for each in pods if each != node)
        again = {"request": f"http://{mine}:8080/", "from": "Node/cp-1"}
        checks = (
            {"request": f"http://{other}:8080/", "from": mine},
            {"request": "http://Service/node/newest", "from": mine},
            {"after": [{"fault": {"process-killed": {"of": mine}}}, {"advance": 60}], "all": [again]},
        )
        seen.append(["works" if holds(world, check) else "fails" for check in checks])
    assert [row["is"] for row in yaml.safe_load(asked)["rows"]] == seen


def test_the_data_plane_goes_on_without_the_control_plane(world: World) -> None:
    run(world, "kubectl create deployment web --image=nginx:1.29 --replicas=2; kubectl expose deployment web --port=80")
    run(world, "kubectl run ask --image=kubelab/shell:1.0")
    world.advance(60)
    stop = [{"stop_component": name} for name in ("kube-apiserver", "kube-scheduler", "kube-controller-manager")]
    assert holds(world, {"during": stop, "advance": 60, "request": "http://web", "from": "Pod/default/ask"})
    later = [
        {"stop_component": "kube-scheduler"},
        {"advance": 10},
        {"scale": {"object": "Deployment/default/web", "to": 4}},
    ]
    still = {"ready": "Deployment/default/web", "equals": 2}
    assert holds(world, {"after": [*later, {"advance": 40}], "all": [still]})
    back = [*later, {"start_component": "kube-scheduler"}, {"advance": 60}]
    assert holds(world, {"after": back, "all": [{"ready": "Deployment/default/web", "equals": 4}]})


def test_a_fault_that_is_none_is_told(tmp_path: Path) -> None:
    wrong = "world: lab1\nfaults: {x: {fault: meteor}}\n"
    with pytest.raises(SceneError, match="the fault x: a fault is one of"):
        boot(tiny(tmp_path, {"01-tiny/scene.yaml": wrong}), "seed")


@pytest.mark.parametrize("name", [*WORLDS, *WORDS, *ACTIONS, *FAULTS])
def test_the_guide_tells_of_it(name: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "scenes.md").read_text(encoding="utf-8")
    assert f"`{name}" in guide
