"""Devices of the machine as files of objects: `-f /dev/stdin` and `-f /dev/null`."""

import pytest

from simulator.world import World
from tests.kubelet.support import command


@pytest.fixture(scope="module")
def world() -> World:
    return World.boot(seed="devices")


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("kubectl create ns foo -o yaml --dry-run=client | kubectl apply -f /dev/stdin", "namespace/foo created\n"),
        (
            "kubectl apply -f /dev/stdin <<E\nkind: Pod\nE",
            'error: error validating "/dev/stdin": error validating data: ',
        ),
        ("kubectl create -f /dev/null", "error: no objects passed to create\n"),
        ("kubectl get -f /dev/null", "No resources found in default namespace.\n"),
    ],
)
def test_devices(world: World, script: str, shown: str) -> None:
    said, _ = command(world.fork(), "workstation", "sh", "-c", script, seconds=30)
    assert said.startswith(shown)
