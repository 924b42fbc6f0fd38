"""Servers beside the cluster: who reaches them, under which address, and what stands in the way."""

import pytest

from simulator.network import hosts
from simulator.runtime.images import PullError
from simulator.world import World
from tests.kubelet.support import command

BY_NAME = """
apiVersion: v1
kind: Service
metadata: {name: legacy}
spec: {ports: [{port: 80, targetPort: 9001}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: legacy, labels: {kubernetes.io/service-name: legacy}}
addressType: IPv4
ports: [{port: 9001}]
endpoints: [{addresses: [192.0.2.7]}]
"""
CLOSED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nobody-leaves}
spec: {podSelector: {}, policyTypes: [Egress]}
"""


@pytest.fixture(scope="module")
def world() -> World:
    made = World.boot(seed="hosts")
    hosts.start(made.machines, "mainframe", "192.0.2.7", "kubelab/web:1.0", {"APP": "mainframe", "PORT": "9001"})
    said(made, "kubectl run shell --image=kubelab/shell:1.0 && kubectl wait --for=condition=Ready pod/shell")
    return made


def said(world: World, line: str) -> str:
    out, _ = command(world, "workstation", "bash", "-c", f"cd /home/you; {line} 2>&1", seconds=60)
    return out


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("curl -s 192.0.2.7:9001", '"app":"mainframe"'),
        ("kubectl exec shell -- curl -s 192.0.2.7:9001", '"app":"mainframe"'),
        ("kubectl exec shell -- curl -s http://legacy", '"app":"mainframe"'),
        ("kubectl exec shell -- nc -zv 192.0.2.7 9001", "open"),
        ("kubectl exec shell -- ping -c1 192.0.2.7", "1 packets received"),
        ("kubectl exec shell -- curl -sS 192.0.2.7:9002", "curl: (7) Failed to connect to 192.0.2.7 port 9002"),
        ("kubectl exec shell -- curl -sS -m2 192.0.2.8:9001", "curl: (28)"),
        ("kubectl get pods -A -o wide | grep -c 192.0.2.7", "0"),
    ],
)
def test_who_reaches_it(world: World, line: str, shown: str) -> None:
    here = world.fork()
    here.machines.files("workstation").write("/home/you/legacy.yaml", BY_NAME)
    said(here, "kubectl apply -f legacy.yaml; sleep 2")
    assert shown in said(here, line)


def test_a_policy_closes_the_way_out(world: World) -> None:
    here = world.fork()
    here.machines.files("workstation").write("/home/you/closed.yaml", CLOSED)
    said(here, "kubectl apply -f closed.yaml; sleep 2")
    assert "(28)" in said(here, "kubectl exec shell -- curl -sS -m2 192.0.2.7:9001")


def test_it_is_part_of_the_world(world: World) -> None:
    again = World.restore(world.fork().save())
    assert '"app":"mainframe"' in said(again, "kubectl exec shell -- curl -s 192.0.2.7:9001")


def test_its_image_must_be_there() -> None:
    with pytest.raises(PullError, match="kubelab/wbe"):
        hosts.start(World.boot(seed="hosts").machines, "typo", "192.0.2.9", "kubelab/wbe:1.0", {})
