"""Stories of kubectl commands that were recorded against a real control plane, played against a served world.

Upstream's server was 1.28, ours is newer: what Kubernetes changed in between stands in `CHANGED`, each with its reason.
"""

import argparse
import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from simulator.spec import lab
from simulator.world import World
from tests.clients.served import KUBECTL, served
from tests.fidelity import Result

NAME = "golden_kubectl"
CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"
SPEED = 20.0
"""Virtual seconds a real second: stories wait for the cluster, which ought not to take long."""

CHANGED: tuple[tuple[str, str, str], ...] = ()
"""Story, command, and why its output differs between Kubernetes 1.28 and 1.37."""


def run(stories: tuple[str, ...] = ()) -> Result:
    """Play the stories (all, unless some are named); those of `CHANGED` are not counted."""
    player = load_player()
    golden = json.loads((CONFORMANCE / "golden_kubectl.json").read_text())
    chosen = [story for story in golden["stories"] if not stories or story["name"] in stories]
    differences: list[str] = []
    total = 0
    with served(World.boot(lab(3, with_control_plane=False)), speed=SPEED) as server:
        options = argparse.Namespace(server=server.url, token="", control="", kubectl=str(KUBECTL), verbose=False)
        runner = player.Runner(options)
        for story in chosen:
            played = runner.story(story)
            for wanted, got in zip(story["steps"], played["steps"], strict=True):
                if "cmd" in wanted and not is_changed(story["name"], wanted["cmd"]):
                    total += 1
                    differences += difference(player, story["name"], wanted, got)
    return Result(NAME, total - len(differences), total, differences)


def load_player() -> ModuleType:
    """The program that recorded the stories knows how to play them and which values are unstable."""
    spec = spec_from_file_location("replay_golden", CONFORMANCE / "replay_golden.py")
    if spec is None or spec.loader is None or not (CONFORMANCE / "replay_golden.py").exists():
        raise FileNotFoundError(2, "not here", str(CONFORMANCE / "replay_golden.py"))
    player = module_from_spec(spec)
    spec.loader.exec_module(player)
    return player


def is_changed(story: str, command: str) -> bool:
    return any(known == story and command.startswith(start) for known, start, _ in CHANGED)


def difference(player: ModuleType, story: str, wanted: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """One line for a command whose output, error output or exit code is another."""
    fields = [field for field in ("rc", "stdout", "stderr") if not player.alike(wanted[field], got[field])]
    if not fields:
        return []
    shown = "; ".join(f"{field}: wanted {wanted[field]!r}, got {got[field]!r}" for field in fields)
    return [f"{story}: kubectl {wanted['cmd']}: {shown}"]


if __name__ == "__main__":
    for line in run(tuple(sys.argv[1:])).differences:
        print(line)
