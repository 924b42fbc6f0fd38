"""Why? The chain behind an object, as a person reads it: who did what."""

import zlib
from typing import Any, cast
from uuid import uuid4

import pytest

from lab.sandboxes.cards import About, card
from lab.sandboxes.deeds import differences
from lab.sandboxes.inputs import keys
from lab.sandboxes.journal import Journal, Stored
from lab.sandboxes.live import LiveWorld
from lab.sandboxes.why import FIRST, LAST, Step, why
from lessons.running import run
from simulator.spec import lab
from simulator.world import World


@pytest.fixture
def world() -> World:
    world = World.boot(lab(2), seed="1")
    run(
        world, "sleep 60; kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80; sleep 8"
    )
    return world


def told(world: World, resource: str, name: str, namespace: str = "default") -> list[str]:
    """The chain in a line each; `!` marks what was refused or leads nowhere."""
    return [line(step) for step in why(world.cluster, resource, namespace, name)]


def line(step: Step) -> str:
    words = {key: value for key, value in step.facts.items() if value and key != "way"}
    return f"{'!' if step.bad else ''}{step.who}: {step.did} {' '.join(str(word) for word in words.values())}".strip()


def pod(world: World, which: int = 0, **labels: str) -> str:
    wanted = labels or {"app": "web"}
    pods = world.cluster.store.list("pods", "default")
    found = [each for each in pods if wanted.items() <= (each["metadata"].get("labels") or {}).items()]
    return str(found[which]["metadata"]["name"])


def replica_set(world: World) -> str:
    return str(world.cluster.store.list("replicasets.apps")[-1]["metadata"]["name"])


def test_a_pod_goes_back_to_the_command_that_asked_for_it(world: World) -> None:
    (name,) = (pod(world),)
    node = world.cluster.store.get("pods", ("default", name))["spec"]["nodeName"]
    assert told(world, "pods", name) == [
        "kubectl: asked Deployment web POST",
        "API server: stored Deployment web POST",
        f"deployment-controller: made ReplicaSet {replica_set_of(world, 'web')}",
        f"replicaset-controller: made Pod {name}",
        f"kube-scheduler: bound Pod {name} {node}",
        f"kubelet: status Pod {name} ContainerCreating, 0/1",
        f"kubelet: status Pod {name} Running, 1/1",
        "endpoint-slice-controller: listed web",
    ]


def replica_set_of(world: World, deployment: str) -> str:
    sets = [each["metadata"]["name"] for each in world.cluster.store.list("replicasets.apps", "default")]
    return next(each for each in sets if each.startswith(f"{deployment}-"))


def test_a_pod_that_came_later_is_there_because_of_what_was_changed_or_lost(world: World) -> None:
    first = pod(world)
    run(world, "kubectl scale deployment web --replicas=2; sleep 5")
    second = next(name for name in (pod(world, 0), pod(world, 1)) if name != first)
    chain = told(world, "pods", second)
    above = replica_set_of(world, "web")
    asked = chain.index("kubectl: asked Deployment web spec.replicas: 1 → 2 PATCH")
    assert chain[asked + 2] == f"deployment-controller: changed ReplicaSet {above} spec.replicas: 1 → 2"
    assert chain[asked + 3] == f"replicaset-controller: made Pod {second}"
    run(world, f"kubectl delete pod {first} --wait=false; sleep 5")
    third = next(name for name in (pod(world, 0), pod(world, 1)) if name not in (first, second))
    chain = told(world, "pods", third)
    asked = chain.index(f"kubectl: asked Pod {first} DELETE")
    assert chain[asked + 2] == f"replicaset-controller: made Pod {third}"


def test_what_a_pod_waits_for_and_what_was_refused(world: World) -> None:
    run(world, 'kubectl run big --image=nginx --overrides=\'{"spec":{"nodeSelector":{"disk":"ssd"}}}\'')
    run(world, 'sleep 3; kubectl patch pod big -p \'{"spec":{"nodeName":"node-1","hostNetwork":true}}\'')
    run(world, "kubectl delete pod big --as=bob; sleep 1")
    chain = told(world, "pods", "big")
    assert chain[:2] == ["kubectl: asked Pod big POST", "API server: stored Pod big POST"]
    assert chain[2].startswith("!kube-scheduler: event FailedScheduling 0/3 nodes are available:")
    assert chain[3:] == [
        "kubectl: asked Pod big 422 Invalid PATCH",
        "!API server: refused Pod big 422 Invalid PATCH",
        "kubectl, bob: asked Pod big 403 Forbidden DELETE",
        "!API server: refused Pod big 403 Forbidden DELETE",
        "API server: status Pod big Pending, 0/1",
    ]


def test_a_pod_that_crashes_tells_each_state_once(world: World) -> None:
    run(world, "kubectl run crash --image=busybox -- sh -c 'exit 3'; sleep 90")
    chain = told(world, "pods", "crash")
    states = [each.rpartition("crash ")[2] for each in chain if ": status" in each]
    assert len(states) == len(set(states))
    assert "CrashLoopBackOff, 0/1" in states
    assert any(each.startswith("!kubelet: event BackOff Back-off restarting failed container") for each in chain)


def test_a_service_that_reaches_nobody_and_whom_that_stops(world: World) -> None:
    run(world, "kubectl run shell --image=kubelab/shell; sleep 3")
    run(world, 'kubectl patch service web -p \'{"spec":{"selector":{"app":"wbe"}}}\'; sleep 2')
    run(world, "kubectl exec shell -- curl -s -m 2 http://web/")
    chain = told(world, "services", "web")
    ip = world.cluster.store.get("services", ("default", "web"))["spec"]["clusterIP"]
    assert chain[2:4] == [
        "kubectl: asked Service web spec.selector.app: web → wbe PATCH",
        "API server: stored Service web spec.selector.app: web → wbe PATCH",
    ]
    assert chain[4] == "!endpoint-slice-controller: looked app=wbe 2"
    assert chain[5].startswith("!endpoint-slice-controller: slice web-")
    assert chain[6:] == [f"!kube-proxy: refuses 3 {ip}", "network: call"]
    call = why(world.cluster, "services", "default", "web")[-1].facts["way"]
    assert (call["from"], call["outcome"], call["stopped"]) == ("Pod/default/shell", "refused", "rejected")


def test_a_service_whose_rules_are_old(world: World) -> None:
    run(world, "kubectl delete daemonset kube-proxy -n kube-system; sleep 40")
    assert told(world, "services", "web")[-1] == "!kube-proxy: stale cp-1, node-1, node-2"


def test_a_headless_service(world: World) -> None:
    run(world, "kubectl create service clusterip bare --clusterip=None; sleep 2")
    assert told(world, "services", "bare")[-1] == "!CoreDNS: headless"


def test_a_node(world: World) -> None:
    assert told(world, "nodes", "node-1", "")[0] == "kubelet: before Node node-1 2026-11-02T09:00:00Z"
    run(world, "kubectl cordon node-1; ssh node-1 systemctl stop kubelet; sleep 60")
    chain = told(world, "nodes", "node-1", "")
    assert "kubectl: asked Node node-1 spec.unschedulable: – → true PATCH" in chain
    assert any(
        each.startswith("!node-controller: condition Node node-1 Ready=Unknown NodeStatusUnknown") for each in chain
    )


def test_a_static_pod_and_what_is_not_there(world: World) -> None:
    assert "kubelet: mirrored Pod etcd-cp-1" in told(world, "pods", "etcd-cp-1", "kube-system")[1]
    assert told(world, "pods", "nobody") == []
    assert told(world, "secrets", "web") == []


def test_a_long_story_keeps_its_beginning_and_its_end(world: World) -> None:
    run(world, "for i in $(seq 30); do kubectl label node node-1 a=$i --overwrite; done")
    chain = told(world, "nodes", "node-1", "")
    assert len(chain) == FIRST + LAST
    assert chain[0].startswith("kubelet: before")
    assert any("metadata.labels.a: 29 → 30" in each for each in chain)


def test_what_is_forgotten_is_said_to_be(world: World) -> None:
    run(world, "sleep 400; for i in $(seq 300); do kubectl label pod -l app=web a=$i --overwrite; done")
    run(world, "sleep 400; kubectl get pods")
    chain = told(world, "pods", pod(world))
    assert chain[0].startswith(("API server: before Deployment web", "kubectl-create: before Deployment web"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"spec": {"a": 1}}, {"spec": {"a": 2}}, "spec.a: 1 → 2"),
        ({"spec": {"a": [1, {"b": True}]}}, {"spec": {"a": [1, {"b": False}]}}, "spec.a[1].b: true → false"),
        ({"spec": {"a": [1]}}, {"spec": {"a": [1, 2]}}, "spec.a: (1) → (2)"),
        ({"data": {"k": "x"}}, {"data": {"k": "y" * 60}}, f"data.k: x → {'y' * 40}…"),
        ({"status": {"a": 1}}, {"status": {"a": 2}}, ""),
        ({"spec": dict.fromkeys("abcde", 1)}, {"spec": dict.fromkeys("abcde", 2)}, "spec.a: 1 → 2, spec.b: 1 → 2, spec.c: 1 → 2"),
    ],
)  # fmt: skip
def test_a_change_in_a_few_words(old: dict[str, Any], new: dict[str, Any], told: str) -> None:
    assert differences({"metadata": {}, **old}, {"metadata": {}, **new}) == told


def test_a_step_names_the_command_that_was_typed() -> None:
    stored = Stored(
        lesson="first-pod", seed="1", snapshot=b"", order=0, reached=0, inputs=[], numbers={}, closes_at=None
    )
    live = LiveWorld(uuid4(), cast(Journal, None), stored)
    live.world = World.boot(lab(1), seed="1")
    live.world.machines.open_terminal("workstation", "t1", 80, 24)
    run(live.world, "sleep 2")
    for text in ("kubectl run a --image=nginx\r", "kubectl label pod a x=y\r"):
        live.commands.find(live.world)
        live.world.machines.type("t1", text.encode())
        run(live.world, "sleep 3")
    live.commands.find(live.world)
    assert numbered(live) == {"POST": ("t1", 1), "PATCH": ("t1", 2)}


@pytest.mark.asyncio
async def test_a_step_names_no_other_command_after_a_restart(settings: Any) -> None:
    settings.RESTORE = "simulator.world.World.restore"
    world = World.boot(lab(1), seed="1")
    world.machines.open_terminal("workstation", "t1", 80, 24)
    run(world, "sleep 2")
    for text in ("kubectl run a --image=nginx\r", "date\r"):
        world.machines.type("t1", text.encode())
        run(world, "sleep 3")
    saved, moment = zlib.compress(world.save()), world.clock.now
    typed = [
        (moment + at * 3_000_000, keys("t1", text)) for at, text in enumerate((b"kubectl label pod a x=y\r", b"date\r"))
    ]
    stored = Stored(
        lesson="first-pod", seed="1", snapshot=saved, order=0, reached=moment + 9_000_000, inputs=typed, numbers={}
    )
    live = LiveWorld(uuid4(), cast(Journal, None), stored)
    await live.recover()
    assert live.commands.find(live.world) == ("t1", 4)
    assert numbered(live) == {"POST": ("", 0), "PATCH": ("t1", 3)}, "the first was typed before what is remembered"


def numbered(live: LiveWorld) -> dict[str, tuple[str, int]]:
    """What was asked of the Pod `a`, each with the terminal and the number of its command."""
    found = card(live, live.world.cluster, About("pod", "default", "a", "", "", why=True))["chain"]
    return {step["facts"]["verb"]: (step["terminal"], step["command"]) for step in found if step["did"] == "asked"}
