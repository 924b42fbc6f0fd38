"""Faults as data: declared, pressed, mended; and that each of the registry breaks something and is mended."""

import pytest

from simulator.faults import FAULTS, UnknownFault
from simulator.faults.control_plane import expire
from simulator.spec import lab
from simulator.world import World
from tests.nodes.support import Lab
from tests.nodes.terminal import Operator

ARGUMENTS = {
    "component-broken": {"component": "kube-scheduler"},
    "component-stopped": {"component": "kube-controller-manager"},
    "dns-broken": {"how": "timeout"},
    "link": {"of": "node-1", "cut": True},
    "memory-leak": {"of": "Deployment/default/web"},
    "process-killed": {"of": "Deployment/default/web"},
    "load": {"service": "Service/kube-system/kube-dns"},
}


def arguments(name: str) -> dict[str, object]:
    takes_node = any(one.name == "node" for one in FAULTS[name].parameters)
    return ARGUMENTS.get(name) or ({"node": "node-1"} if takes_node else {})


@pytest.mark.parametrize("name", list(FAULTS))
def test_each_fault_is_survived_by_fork_and_save_and_can_be_mended(name: str) -> None:
    cluster = Lab(lab(2))
    cluster.deploy("web", 2)
    cluster.world.advance(20)
    identity = cluster.world.faults.set_off(name, arguments(name))
    assert bool(identity) == FAULTS[name].lasts
    cluster.world.advance(70)
    fork, restored = cluster.world.fork(), World.restore(cluster.world.save())
    for world in (cluster.world, fork, restored):
        assert [one.fault for one in world.faults.standing()] == [name] * FAULTS[name].lasts
        if identity:
            world.faults.release(identity)
        assert not world.faults.standing()
        world.advance(400)
    assert cluster.world.digest() == fork.digest() == restored.digest()
    assert cluster.ready("web") == 2
    assert all(cluster.condition(node, "Ready") == "True" for node in cluster.cluster.store.list("nodes"))
    cluster.deploy("late")
    cluster.world.advance(30)
    assert cluster.ready("late") == 1


@pytest.mark.parametrize(
    ("name", "about", "parameter", "told"),
    [
        pytest.param("earthquake", {}, "", "a fault is one of api-certificate-over, ", id="unknown"),
        pytest.param("node-reboots", {}, "node", "node-reboots needs node: Which node", id="missing"),
        pytest.param("node-reboots", {"node": "node-9"}, "node", "node must be one of cp-1, node-1: 'node-9'", id="node"),
        pytest.param("component-stopped", {"component": "kube-proxy"}, "component",
                     "component must be one of etcd, kube-apiserver, kube-controller-manager, kube-scheduler: "
                     "'kube-proxy'", id="component"),
        pytest.param("dns-broken", {"when": "now"}, "when", "dns-broken takes how: 'when'", id="strange"),
        pytest.param("dns-broken", {"how": "loudly"}, "how", "how must be one of servfail, timeout: 'loudly'", id="choice"),
        pytest.param("node-disk-full", {"node": "node-1", "gibibytes": "1.5"}, "gibibytes",
                     "gibibytes must be a whole number: '1.5'", id="fraction"),
        pytest.param("link", {"of": "node-1", "loss": 140}, "loss", "loss must lie between 0 and 100: 140", id="range"),
        pytest.param("link", {"of": "node-1", "latency": "nan"}, "latency", "latency must be a number: 'nan'", id="nan"),
        pytest.param("link", {"of": "node-1", "cut": "maybe"}, "cut", "cut must be true or false: 'maybe'", id="switch"),
        pytest.param("link", {"of": "node-1"}, "latency",
                     "a link is slow, loses packets or is cut: give latency, loss or cut", id="as good as new"),
        pytest.param("kubelet-broken", {"node": "node-1", "path": "a\nb"}, "path",
                     "path must be a line of at most 200 characters: 'a\\nb'", id="lines"),
        pytest.param("process-killed", {"of": "Deployment/default/none"}, "of", "of must be one of Deployment/ing", id="workload"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(name: str, about: dict[str, object], parameter: str, told: str) -> None:
    world = World.boot(lab(1))
    before = world.digest()
    with pytest.raises(UnknownFault) as refused:
        world.faults.set_off(name, about)
    assert str(refused.value).startswith(told) and refused.value.told["ko"]
    assert refused.value.parameter == parameter and world.digest() == before


def test_a_form_is_understood() -> None:
    world = World.boot(lab(2))
    form = {"of": "node-1", "to": "", "latency": "250", "loss": "", "cut": "off"}
    assert world.faults.check("link", form) == {"of": "node-1", "to": "*", "latency": 250.0, "loss": 0.0, "cut": False}
    identity = world.faults.set_off("link", form)
    assert world.faults.set_off("link", {"of": "node-1", "latency": 250}) == identity, "it stands already"
    other = world.faults.set_off("link", {"of": "node-1", "latency": 100})
    assert [one.identity for one in world.faults.standing()] == [other], "a link is of one kind at a time"
    world.faults.release(other)
    assert not len(world.cluster.network.links.rows)
    with pytest.raises(UnknownFault, match=f"no fault '{other}' stands here"):
        world.faults.release(other)


def test_what_can_be_offered() -> None:
    cluster = Lab(lab(2))
    cluster.deploy("web", 1)
    cluster.world.advance(10)
    offers = {one.name: one for one in cluster.world.faults.offered()}
    assert offers.keys() == FAULTS.keys()
    assert offers["node-reboots"].targets == {"node": ("cp-1", "node-1", "node-2")} and not offers["node-reboots"].lasts
    pod = cluster.pods("web")[0]["metadata"]["name"]
    assert offers["memory-leak"].targets["of"][:2] == ("Deployment/default/web", f"Pod/default/{pod}")
    assert offers["link"].targets["to"] == ("cp-1", "node-1", "node-2", "internet", "*")
    managed = {one.name for one in World.boot(lab(1, with_control_plane=False)).faults.offered()}
    assert offers.keys() - managed == {"api-certificate-over", "component-broken", "component-stopped"}
    for offer in offers.values():
        for texts in (offer.title, offer.summary, offer.repaired, *(one.about for one in offer.parameters)):
            assert texts["en"] and texts["ko"]


def test_what_a_learner_repairs_stands_no_more() -> None:
    operator = Operator(lab(2))
    faults = operator.world.faults
    faults.set_off("kubelet-stopped", {"node": "node-1"})
    faults.set_off("component-stopped", {"component": "kube-scheduler"})
    assert [one.fault for one in faults.standing()] == ["kubelet-stopped", "component-stopped"]
    operator.log_in("node-1")
    operator.run("systemctl start kubelet")
    assert [one.fault for one in faults.standing()] == ["component-stopped"]
    faults.declare("plug", "node-without-power", {"node": "node-2"}, label={"en": "pull the plug"})
    faults.press("plug")
    assert [(one.identity, dict(one.label)) for one in faults.standing()] == [
        ("2", {}),
        ("plug", {"en": "pull the plug"}),
    ]


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
    expire(operator.cluster, {})
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
