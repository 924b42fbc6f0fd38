"""Workflows of kubeadm: phases that are run one after another, by themselves, or not at all.

Upstream: cmd/kubeadm/app/cmd/phases/workflow
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simulator.nodeshell.programs.kubeadm.failures import Failure, Step


class Phase(NamedTuple):
    """One phase: its own steps, then its parts."""

    name: str
    about: str = ""
    steps: tuple[Step, ...] = ()
    parts: tuple["Phase", ...] = ()


class Workflow(NamedTuple):
    """What a command does: steps that read what is asked for (`begin`), phases, and what is said at the `end`."""

    use: str
    """The command and its arguments, as help shows them."""
    begin: tuple[Step, ...]
    phases: tuple[Phase, ...]
    end: tuple[Step, ...] = ()


class Planned(NamedTuple):
    """One step of a run, and the phase that it belongs to; "" for none."""

    phase: str
    step: Step


def every(phases: Sequence[Phase], above: str = "") -> Iterator[tuple[str, Phase]]:
    """All phases with their paths, such as `certs/apiserver`, in the order in which they run."""
    for phase in phases:
        path = f"{above}{phase.name}"
        yield path, phase
        yield from every(phase.parts, f"{path}/")


def plan(workflow: Workflow, chosen: str = "") -> list[Planned]:
    """The steps of a whole run, or of one phase and its parts."""
    found = [Planned("", step) for step in workflow.begin]
    for path, phase in every(workflow.phases):
        if not chosen or path == chosen or path.startswith(f"{chosen}/"):
            found += [Planned(path, step) for step in phase.steps]
    return found if chosen else [*found, *(Planned("", step) for step in workflow.end)]


def check_names(workflow: Workflow, names: Sequence[str]) -> None:
    """Raises `Failure` for a phase that there is not."""
    known = {path for path, _ in every(workflow.phases)}
    for name in names:
        if name not in known:
            raise Failure(f"invalid phase name: {name}")


def is_skipped(path: str, names: Sequence[str]) -> bool:
    return any(path == name or path.startswith(f"{name}/") for name in names)


def listed(workflow: Workflow) -> str:
    """The phases as the help of a command shows them."""
    rows = [
        (f"{'  ' * path.count('/')}{'/' if '/' in path else ''}{phase.name}", path.count("/"), phase.about)
        for path, phase in every(workflow.phases)
    ]
    width = max(len(use) - 2 * level for use, level, _ in rows)
    lines = [f"{use}{' ' * (width - (len(use) - 2 * level))}  {about}" for use, level, about in rows]
    return "\n".join([f'The "{workflow.use}" command executes the following phases:', "```", *lines, "```"])
