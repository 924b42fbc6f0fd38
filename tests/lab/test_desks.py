"""The desks of the picture: which programs run, in which Pod, what they said last, and which are at work."""

import pytest

from lab.accounts.models import User
from lab.grading.terms import terms_of
from lab.sandboxes.cards import About
from lab.sandboxes.desks import busy, desks, lines, told, veiled
from lab.sandboxes.models import Sandbox
from lessons.running import run
from simulator.spec import lab
from simulator.world import World


def up(world: World, seconds: int = 60) -> World:
    world.clock.advance_to(world.clock.now + seconds * 1_000_000)
    return world


def states(world: World) -> dict[str, str]:
    """Program and node → state, where it is not the ordinary one."""
    return {f"{one.program} {one.node}".strip(): one.state for one in desks(world.cluster) if one.state != "runs"}


def on(world: World, node: str, command: str) -> World:
    run(world, f"ssh {node} '{command}'")
    return up(world, 20)


def test_every_program_has_a_desk_and_those_that_are_pods_say_which() -> None:
    world = up(World.boot(lab(2), seed="1"))
    found = told(desks(world.cluster), world.cluster.store.list("pods"))
    pods = {f"{one['program']} {one['node']}": one.get("pod", "").rpartition("-")[0] for one in found}
    assert pods == {
        "kube-apiserver cp-1": "kube-apiserver-cp",
        "etcd cp-1": "etcd-cp",
        "kube-scheduler cp-1": "kube-scheduler-cp",
        "kube-controller-manager cp-1": "kube-controller-manager-cp",
        "kubelet cp-1": "",
        "kube-proxy cp-1": "kube-proxy",
        "kubelet node-1": "",
        "kube-proxy node-1": "kube-proxy",
        "kubelet node-2": "",
        "kube-proxy node-2": "kube-proxy",
    }
    assert states(world) == {}


@pytest.mark.parametrize(
    ("node", "command", "expected"),
    [
        ("cp-1", "mv /etc/kubernetes/manifests/kube-scheduler.yaml /tmp", {"kube-scheduler cp-1": "stopped"}),
        (
            "cp-1",
            "mv /etc/kubernetes/manifests/etcd.yaml /tmp",
            {
                "etcd cp-1": "stopped",
                "kube-apiserver cp-1": "alone",
                "kubelet cp-1": "alone",
                "kubelet node-1": "alone",
            },
        ),
        ("node-1", "systemctl stop kubelet", {"kubelet node-1": "stopped"}),
        ("node-1", "systemctl stop containerd", {"kubelet node-1": "alone"}),
    ],
)
def test_what_does_not_run_is_seen(node: str, command: str, expected: dict[str, str]) -> None:
    assert states(on(up(World.boot(lab(1), seed="1")), node, command)).items() >= expected.items()


def test_a_proxy_that_is_gone_and_a_program_that_was_left_out() -> None:
    world = up(World.boot(lab(1, without=("scheduler",)), seed="1"))
    run(world, "kubectl delete daemonset kube-proxy -n kube-system")
    assert states(up(world, 60)) == {
        "kube-scheduler": "absent",
        "kube-proxy cp-1": "stopped",
        "kube-proxy node-1": "stopped",
    }
    bare = World.boot(lab(1, without=("kubelet",)), seed="1")
    assert [(one.program, one.node, one.state) for one in desks(bare.cluster)] == [
        ("kube-apiserver", "", "runs"),
        ("etcd", "", "runs"),
        ("kube-scheduler", "", "runs"),
        ("kube-controller-manager", "", "runs"),
    ]
    assert lines(bare.cluster, "etcd", "") == lines(bare.cluster, "etcd", "cp-1") == []


def test_one_of_several_leads() -> None:
    world = up(World.boot(lab(1, control_planes=3), seed="1"))
    leading = {(one.program, one.node) for one in desks(world.cluster) if one.leads}
    assert leading == {("kube-scheduler", "cp-1"), ("kube-controller-manager", "cp-1")}


@pytest.mark.parametrize(
    ("program", "node", "said"),
    [
        ("kube-scheduler", "cp-1", 'Attempting to acquire leader lease..." lock="kube-system/kube-scheduler"'),
        ("etcd", "cp-1", "ready to serve client requests"),
        ("kube-proxy", "node-1", '"Starting proxier"'),
        ("kubelet", "node-1", '"SyncLoop ADD"'),
    ],
)
def test_the_last_lines_of_a_program(program: str, node: str, said: str) -> None:
    found = lines(up(World.boot(lab(1), seed="1")).cluster, program, node)
    assert said in found[-1]
    assert len(found) <= 5
    assert not any("\n" in line for line in found)


@pytest.mark.parametrize("program", ["nope", "kubelet", "kube-scheduler"])
def test_nothing_is_told_of_a_node_that_is_not_there(program: str) -> None:
    assert lines(up(World.boot(lab(1), seed="1")).cluster, program, "nowhere") == []


def test_who_has_been_at_work() -> None:
    world = up(World.boot(lab(1), seed="1"))
    before = world.cluster.store.revision
    up(world, 30)
    assert busy(world.cluster.store, before) == []  # leases and heartbeats are nothing to look at
    run(world, "kubectl create deployment web --image=nginx")
    up(world, 1)
    assert busy(world.cluster.store, before) == ["kube-apiserver", "kube-controller-manager", "kube-scheduler"]


@pytest.mark.parametrize("nonsense", [None, 7, [], {}, {"kind": "pod"}, {"kind": 1, "namespace": "", "name": ""}])
def test_a_page_that_asks_for_nonsense_is_told_nothing(nonsense: object) -> None:
    assert About.asked(nonsense) == About()


def test_where_finding_out_is_the_task_the_picture_tells_nothing_of_programs() -> None:
    found = desks(on(up(World.boot(lab(1), seed="1")), "node-1", "systemctl stop kubelet").cluster)
    assert {one.state for one in veiled(found)} == {"untold"}
    assert [(one.program, one.node) for one in veiled(found)] == [(one.program, one.node) for one in found]
    assert About("desk", "kube-system", "etcd", "", "cp-1", why=True).outside() == About()
    assert About("pod", "default", "web", "7", "", why=True).outside() == About("pod", "default", "web", "7", "")


@pytest.mark.django_db
@pytest.mark.parametrize(("purpose", "inside"), [("", True), ("playground", True), ("gym", False), ("exam", False)])
def test_in_the_gym_and_in_exams_it_is(learner: User, purpose: str, inside: bool) -> None:
    sandbox = Sandbox.objects.create(owner=learner, lesson="first-pod", purpose=purpose)
    assert terms_of(sandbox).inside is inside
