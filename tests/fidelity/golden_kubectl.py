"""The real kubectl before a served world: stories of commands, recorded before a real control plane (1.28).

What Kubernetes changed between 1.28 and 1.37 stands in `golden_changes`, each change with its reason.
"""

import argparse
import json
import logging
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from simulator.api.requests import Request
from simulator.spec import VERSION, lab
from simulator.world import World
from tests.clients.served import KUBECTL, served
from tests.fidelity import Result
from tests.fidelity.golden_changes import comparable, today

NAME = "golden_kubectl"
CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"
RECORDED = "1.28"
"""The version before which the stories were recorded. What only tells of the API's own texts is played on it."""
FIELDS = ("rc", "stdout", "stderr")
SPEED = 20.0
"""Virtual seconds a real second: stories wait for the cluster, which ought not to take long."""


def run(stories: tuple[str, ...] = ()) -> Result:
    """Play the stories (all, unless some are named)."""
    tools = recorder()
    differences: list[str] = []
    total = 0
    for version in (VERSION, RECORDED):
        count, found = play(
            tools, tuple(s["name"] for s in chosen(stories) if version_of(s["name"]) == version), version
        )
        total, differences = total + count, differences + found
    return Result(NAME, total - len(differences), total, differences)


def play(tools: ModuleType, stories: tuple[str, ...], version: str) -> tuple[int, list[str]]:
    """How many commands some stories have, and what differs, on a cluster of one version."""
    differences: list[str] = []
    total = 0
    with served(cluster(NAME, version), speed=SPEED) as server:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # the recorder leaves its watches open
        options = argparse.Namespace(server=server.url, token="", control="", kubectl=str(KUBECTL), verbose=False)
        runner = tools.Runner(options)
        for story in chosen(stories) if stories else ():
            played = runner.story(story)
            for wanted, got in zip(story["steps"], played["steps"], strict=True):
                if "cmd" in wanted:
                    total += 1
                    differences += difference(tools, story["name"], wanted, got)
    return total, differences


def cluster(seed: str, kubernetes: str = VERSION) -> World:
    """A world like the one of the recordings: three nodes for Pods, no storage classes, no metrics."""
    spec = lab(3, kubernetes=kubernetes, with_control_plane=False, without=("metrics-server",))
    world = World.boot(spec, seed=seed)
    world.request(Request("DELETE", "/apis/storage.k8s.io/v1/storageclasses"))
    return world


def version_of(story: str) -> str:
    return RECORDED if story == "explain" else VERSION


def recorder() -> ModuleType:
    """The program that recorded the stories: it knows how to play them and which values are unstable."""
    path = CONFORMANCE / "replay_golden.py"
    if not path.exists():
        raise FileNotFoundError(2, "not here", str(path))
    spec = spec_from_file_location("replay_golden", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chosen(stories: tuple[str, ...]) -> list[dict[str, Any]]:
    found = json.loads((CONFORMANCE / "golden_kubectl.json").read_bytes())["stories"]
    return [story for story in found if not stories or story["name"] in stories]


def difference(tools: ModuleType, story: str, wanted: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """What is another in a command's output, error output or exit code: one text, or none."""
    wanted = today(story, wanted)
    wrong = [field for field in FIELDS if not alike(tools, wanted["cmd"], wanted[field], got[field])]
    shown = [f"--- {field} wanted\n{wanted[field]}\n--- got\n{got[field]}" for field in wrong]
    return ["\n".join((f"{story}: $ {wanted['cmd']}", *shown))] if shown else []


def alike(tools: ModuleType, command: str, wanted: Any, got: Any) -> bool:
    if isinstance(wanted, str):
        wanted, got = comparable(command, wanted), comparable(command, got)
    return bool(tools.alike(wanted, got))


if __name__ == "__main__":
    result = run(tuple(sys.argv[1:]))
    print("\n".join(result.differences))
    print(f"{result.name} {result.equal}/{result.total}")
