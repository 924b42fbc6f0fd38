"""What differs from one version of Kubernetes to another in how a cluster behaves."""

import pytest

from simulator.machinery.releases import release
from simulator.spec import lab
from simulator.world import World
from tests.kubectl.support import MemoryTerminal

READY = ["get", "node", "node-1", "-o", 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']


@pytest.mark.parametrize(
    ("version", "grace"),
    [("1.31", 40), ("1.32", 50), ("1.37", 50)],
)
def test_how_long_a_silent_node_is_trusted(version: str, grace: int) -> None:
    """`--node-monitor-grace-period` became 50 s with 1.32."""
    terminal = MemoryTerminal(World.boot(lab(2, kubernetes=version), seed="versions"))
    world = terminal.world
    kubelet = world.cluster.kubelet
    assert kubelet is not None
    world.advance(30)
    kubelet.outages.stop("node-1")
    world.advance(grace - 11)  # its last word may be up to ten seconds old
    assert terminal.run(READY).out == "True"
    world.advance(20)
    assert terminal.run(READY).out == "Unknown"


@pytest.mark.parametrize(
    ("version", "warned"),
    [("1.31", True), ("1.35", True), ("1.36", False), ("1.37", False)],
)
def test_kubectl_warns_of_skew(version: str, warned: bool) -> None:
    ran = MemoryTerminal(World.boot(lab(1, kubernetes=version))).run(["version"])
    assert f"Server Version: v{version}." in ran.out
    assert ("exceeds the supported minor version skew of +/-1" in ran.err) is warned


@pytest.mark.parametrize(
    ("resource", "missing_in", "there_in"),
    [
        pytest.param("servicecidrs.v1.networking.k8s.io", "1.32", "1.33", id="ServiceCIDR is stable since 1.33"),
        pytest.param("deviceclasses.v1.resource.k8s.io", "1.33", "1.34", id="dynamic resource allocation since 1.34"),
        pytest.param("volumeattributesclasses.v1.storage.k8s.io", "1.33", "1.34", id="volume attributes classes since 1.34"),
        pytest.param("flowschemas.v1beta3.flowcontrol.apiserver.k8s.io", "1.32", "1.31", id="the last beta of flow control was 1.31's"),
    ],
)  # fmt: skip
def test_what_is_served(resource: str, missing_in: str, there_in: str) -> None:
    found = {
        version: MemoryTerminal(World.boot(lab(1, kubernetes=version))).run(["get", resource])
        for version in (missing_in, there_in)
    }
    name = resource.split(".")[0]
    assert found[missing_in].err.startswith(f'error: the server doesn\'t have a resource type "{name}"')
    assert found[there_in].code == 0


def test_an_upgraded_server_tells_where_addresses_come_from() -> None:
    """Older worlds have no ServiceCIDR; the API server makes it, as it makes its own Service."""
    terminal = MemoryTerminal(World.boot(lab(1, kubernetes="1.32")))
    assert terminal.run(["get", "servicecidrs"]).err == "No resources found\n"
    terminal.world.cluster.become(release("1.33"))
    columns = "-o=jsonpath={.items[*].spec.cidrs} {.items[*].status.conditions[0].message}"
    assert terminal.run(["get", "servicecidrs", columns]).out == '["10.96.0.0/12"] Kubernetes Service CIDR is ready'
