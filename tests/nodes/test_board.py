"""Faults as data: declared, pressed, mended; and that each of the registry breaks something and is mended."""

import pytest

from simulator.faults import FAULTS, UnknownFault, apply, mend
from simulator.spec import lab
from simulator.world import World
from tests.nodes.support import Lab
from tests.nodes.terminal import Operator

ARGUMENTS = {
    "component-broken": {"component": "kube-scheduler"},
    "component-stopped": {"component": "kube-controller-manager"},
    "dns-broken": {"how": "timeout"},
    "link": {"of": "node-1", "cut": True},
    "memory-leak": {"app": "web"},
    "process-killed": {"app": "web"},
    "load": {"service": "web"},
}


def arguments(name: str) -> dict[str, object]:
    return ARGUMENTS.get(name) or ({"node": "node-1"} if "node" in FAULTS[name].parameters else {})


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_fault_is_survived_by_fork_and_save_and_can_be_mended(name: str) -> None:
    cluster = Lab(lab(2))
    cluster.deploy("web", 2)
    cluster.world.advance(20)
    apply(cluster.cluster, name, arguments(name))
    cluster.world.advance(70)
    fork, restored = cluster.world.fork(), World.restore(cluster.world.save())
    for world in (cluster.world, fork, restored):
        mend(world.cluster, name, arguments(name))
        world.advance(400)
    assert cluster.world.digest() == fork.digest() == restored.digest()
    assert cluster.ready("web") == 2
    assert all(cluster.condition(node, "Ready") == "True" for node in cluster.cluster.store.list("nodes"))
    cluster.deploy("late")
    cluster.world.advance(30)
    assert cluster.ready("late") == 1


def test_what_does_not_fit_is_refused() -> None:
    cluster = Lab(lab(1)).cluster
    for name, about in (
        ("earthquake", {}),
        ("node-without-power", {"node": "node-9"}),
        ("component-stopped", {"component": "kube-proxy"}),
        ("dns-broken", {"when": "now"}),
    ):
        with pytest.raises(UnknownFault):
            apply(cluster, name, about)


def test_a_button_at_the_workstation() -> None:
    operator = Operator(lab(2))
    operator.world.faults.declare("plug", "node-without-power", {"node": "node-2"}, label={"en": "pull the plug"})
    assert operator.run("fault") == "plug: pull the plug\n"
    assert not operator.world.faults.has_fired("plug")
    assert "no fault 'plugg' waits here" in operator.run("fault plugg")
    operator.run("fault plug")
    assert operator.world.faults.has_fired("plug") and operator.world.fork().faults.has_fired("plug")
    operator.world.advance(70)
    assert operator.condition(operator.node("node-2"), "Ready") == "Unknown"
    assert operator.run("fault") == "plug (pressed): pull the plug\n"


def test_an_api_server_that_nobody_trusts() -> None:
    operator = Operator(lab(1))
    operator.cluster.control_plane.expire_certificate("apiserver")
    operator.world.advance(5)
    shown = operator.run("kubectl get nodes")
    assert "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time" in shown
    operator.log_in("cp-1")
    assert "<invalid>" in operator.run("kubeadm certs check-expiration")
    operator.run("kubeadm certs renew apiserver")
    assert "expired" in operator.run("kubectl get nodes"), "the program still shows the old one"
    operator.run("crictl stop $(crictl ps --name kube-apiserver -q)")
    operator.world.advance(60)
    assert "Ready" in operator.run("kubectl get nodes")
