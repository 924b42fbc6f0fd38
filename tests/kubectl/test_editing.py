"""kubectl edit with an editor that replaces one text by another, as the real program answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import pytest

from simulator.world import World
from tests.kubectl.support import MemoryTerminal


@dataclass
class EditedTerminal(MemoryTerminal):
    """A terminal whose editor makes one replacement whenever it is opened."""

    replacement: tuple[str, str] = ("", "")
    opened: list[str] = field(default_factory=list)

    def spawn(self, words: Sequence[str]) -> None:
        text = self.read_file(words[-1]).decode()
        self.opened.append(text)
        self.write_file(
            words[-1], text.replace(*self.replacement, 1).encode() if self.replacement[0] else text.encode()
        )

    def ended(self) -> int | None:
        return 0


@pytest.fixture(scope="module")
def world() -> World:
    world = World.boot()
    MemoryTerminal(world).run(["create", "deployment", "web", "--image=nginx"])
    return world


KEPT = 'A copy of your changes has been stored to "/tmp/kubectl-edit-'
CANCELLED = "error: Edit cancelled, no valid changes were saved.\n"
ROWS: Mapping[str, tuple[str, tuple[str, str], str, str]] = {
    "no change": ("web", ("", ""), "", "Edit cancelled, no changes made.\n"),
    "a change": ("web", ("  replicas: 1", "  replicas: 2"), "deployment.apps/web edited\n", ""),
    "its patch": (
        "web --output-patch",
        ("  replicas: 1", "  replicas: 3"),
        'Patch: {"spec":{"replicas":3}}\ndeployment.apps/web edited\n',
        "",
    ),
    "all of a kind": ("", ("  replicas: 1", "  replicas: 2"), "deployment.apps/web edited\n", ""),
    "a form that is none": (
        "web -o name",
        ("", ""),
        "",
        'error: unable to match a printer suitable for the output format "name", allowed formats are: json,kyaml,yaml\n',
    ),
    "another name": (
        "web",
        ("  name: web\n", "  name: other\n"),
        "",
        f'{KEPT}N.yaml"\nerror: At least one of apiVersion, kind and name was changed\n',
    ),
    "another kind": ("web", ("kind: Deployment", "kind: Foo"), "", f'{KEPT}N.yaml"\n{CANCELLED}'),
    "what is refused": (
        "web",
        ("  replicas: 1", "  replicas: -1"),
        "",
        f'error: deployments.apps "web" is invalid\n{KEPT}N.yaml"\n{CANCELLED}',
    ),
    "no such subresource": (
        "web --subresource=foo",
        ("", ""),
        "",
        "Error from server (NotFound): the server could not find the requested resource\n",
    ),
}


@pytest.mark.parametrize(("given", "replacement", "out", "err"), ROWS.values(), ids=ROWS)
def test_editing(world: World, given: str, replacement: tuple[str, str], out: str, err: str) -> None:
    terminal = EditedTerminal(world.fork(), replacement=replacement)
    ran = terminal.run(["edit", "deployment", *given.split()])
    kept = [PurePath(name).stem for name in terminal.files if "kubectl-edit-" in name]
    shown = ran.err.replace(f"{kept[0]}.yaml", "kubectl-edit-N.yaml") if kept else ran.err
    assert (ran.out, shown) == (out, err)
    assert ran.code == (0 if not err or err.startswith("Edit cancelled") else 1)
