"""Two clusters in one world: nodes of the same names, control planes that fail on their own."""

from dataclasses import replace

from simulator.faults import apply, mend
from simulator.spec import WorldSpec, lab
from simulator.world import World
from tests.nodes.terminal import Operator


def test_each_has_its_own_nodes_and_control_plane() -> None:
    one = lab(1).clusters[0]
    operator = Operator(WorldSpec((replace(one, name="dev"), replace(one, name="prod"))))
    prod = operator.world.clusters["prod"]
    assert (
        operator.run("ssh node-1.prod hostname -i 2>/dev/null || ssh node-1.prod cat /etc/hosts").count("10.0.1.") >= 1
    )
    assert operator.run("ssh cp-1.dev crictl ps --name kube-scheduler -q") != operator.run(
        "ssh cp-1.prod crictl ps --name kube-scheduler -q"
    )
    apply(prod, "component-stopped", {"component": "kube-scheduler"})
    operator.world.advance(10)
    for name in ("dev", "prod"):
        operator.run(f"kubectl --context={name} create deployment web --image=nginx:1.29")
    operator.world.advance(30)
    phases = {
        name: [pod["status"]["phase"] for pod in cluster.store.list("pods", "default")]
        for name, cluster in operator.world.clusters.items()
    }
    assert phases == {"dev": ["Running"], "prod": ["Pending"]}
    apply(prod, "component-stopped", {"component": "kube-apiserver"})
    operator.world.advance(10)
    shown = operator.run("kubectl --context=prod get nodes")
    refused = "The connection to the server 10.0.1.10:6443 was refused - did you specify the right host or port?\n"
    assert shown.endswith(refused)
    assert "Ready" in operator.run("kubectl --context=dev get nodes")
    restored = World.restore(operator.world.save())
    for component in ("kube-apiserver", "kube-scheduler"):
        mend(prod, "component-stopped", {"component": component})
        mend(restored.clusters["prod"], "component-stopped", {"component": component})
    operator.world.advance(90)
    restored.advance(90)
    assert [pod["status"]["phase"] for pod in prod.store.list("pods", "default")] == ["Running"]
    assert restored.digest() == operator.world.digest()
