"""Tab after kubectl offers what may come next."""

import pytest

from simulator.kubectl.completing import candidates
from simulator.world import World
from tests.kubectl.support import MemoryTerminal


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        pytest.param("", "get", id="commands"),
        pytest.param("rollout ", "undo", id="commands below"),
        pytest.param("get ", "pods", id="types"),
        pytest.param("get nodes ", "node-1", id="names"),
        pytest.param("describe node/", "node/node-2", id="names after a slash"),
        pytest.param("get pods --", "--show-labels", id="flags"),
        pytest.param("get pods -n ", "kube-system", id="namespaces"),
        pytest.param("get pods -o ", "yaml", id="values of a flag"),
        pytest.param("config use-context ", "lab", id="contexts"),
        pytest.param("-n kube-system logs ", "deployments/", id="what has logs"),
        pytest.param("get dep", "deployments.apps", id="types with their groups"),
        pytest.param("get pods,s", "pods,statefulsets.apps", id="several types"),
        pytest.param("rollout pause ", "deployment", id="types that a verb is for"),
        pytest.param("-n kube-system rollout restart ds ", "kube-proxy", id="names of such a type"),
        pytest.param("scale ", "--replicas", id="a flag that is needed"),
        pytest.param("cp ", "kube-system/", id="places of files"),
        pytest.param("completion ", "zsh", id="shells"),
    ],
)
def test_candidates(line: str, offered: str) -> None:
    assert offered in candidates(MemoryTerminal(World.boot()), line.split(" "))
