"""Everything that an image lists as an executable is a program that there is."""

import pytest

from simulator.runtime.images import FAMILIES
from simulator.runtime.images.workstation import WORKSTATION_LAYERS
from simulator.runtime.nodes import LAYERS
from simulator.runtime.programs import PROGRAMS
from simulator.world import World

assert FAMILIES, WORKSTATION_LAYERS  # importing them registers their layers
assert World  # importing it registers every program


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_every_executable_runs_a_program(layer: str) -> None:
    executables = {path: node["program"] for path, node in LAYERS[layer].items() if node.get("program")}
    assert {path: program for path, program in executables.items() if program not in PROGRAMS} == {}


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_every_link_leads_somewhere(layer: str) -> None:
    below = {path for nodes in LAYERS.values() for path in nodes}
    targets = [node["target"] for node in LAYERS[layer].values() if node["kind"] == "link"]
    assert [
        target for target in targets if target.startswith("/") and target not in below and target != "/usr/bin"
    ] == []
