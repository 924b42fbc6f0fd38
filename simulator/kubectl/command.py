"""What a command is: help and flags as data, one function that begins it, and named steps it goes on with.

    @command("cordon NODE", summary="Mark node as unschedulable", flags=(SELECTOR,), examples=(…))
    def cordon(kubectl: Kubectl) -> Outcome: ...

A command function returns None when it is done (or an exit code), or what it waits for:

    return kubectl.wait(gone, "pods/web", until=deadline)

    @step
    def gone(kubectl: Kubectl, target: str) -> Outcome: ...

The arguments are plain values and the step is kept by its name, so the wait can be forked and saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate

from simulator.kubectl.dialects import UNSTRUCTURED, Dialect
from simulator.kubectl.flags import Flag

if TYPE_CHECKING:
    from simulator.kubectl.kubectl import Kubectl


@dataclass(frozen=True, slots=True)
class Waiting:
    """The command goes on with a step: at a moment, on input, when a child has ended, or when a stream has news."""

    step: str
    arguments: tuple[Any, ...] = ()
    until: int | None = None
    readable: tuple[int, ...] = ()
    children: bool = False
    stream: bool = False


type Outcome = Waiting | int | None
type Run = Callable[["Kubectl"], Outcome]
type Examples = tuple[tuple[str, str], ...]
"""What for, and the command line (several lines are allowed)."""


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the command line, such as `rollout`, or `status` below it."""

    usage: str
    """The usage line after the parent's words: `status (TYPE NAME | TYPE/NAME) [flags]`."""
    summary: str
    run: Run | None = None
    description: str = ""
    """What `--help` opens with, where that is more than the summary."""
    examples: Examples = ()
    flags: tuple[Flag, ...] = ()
    commands: tuple["Command", ...] = ()
    aliases: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    """Flags that must be given."""
    exclusive: tuple[tuple[str, ...], ...] = ()
    """Groups of flags of which at most one may be given."""
    completes: tuple[str, ...] = ()
    """What Tab offers for the arguments: `resource`, `object`, `pod`, `node`, `context`, `cluster`, `user`, …"""
    hidden: bool = False
    dialect: Dialect = UNSTRUCTURED
    """How it speaks to the server where it does not say more."""
    help_to_output: bool = False
    """A command that only holds others: whether its help, shown for want of a word, goes to standard output."""

    @property
    def name(self) -> str:
        return self.usage.split()[0]

    def child(self, word: str) -> "Command | None":
        """The subcommand of that name or alias."""
        for candidate in self.commands:
            if word == candidate.name or word in candidate.aliases:
                return candidate
        return None


def command(
    usage: str,
    *,
    summary: str,
    description: str = "",
    examples: Examples = (),
    flags: tuple[Flag, ...] = (),
    commands: tuple[Command, ...] = (),
    aliases: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    exclusive: tuple[tuple[str, ...], ...] = (),
    completes: tuple[str, ...] = (),
    hidden: bool = False,
    dialect: Dialect = UNSTRUCTURED,
) -> Callable[[Run], Command]:
    """Turn the function that begins a command into the command."""

    def made(run: Run) -> Command:
        return Command(
            usage,
            summary,
            run,
            description,
            examples,
            flags,
            commands,
            aliases,
            required,
            exclusive,
            completes,
            hidden,
            dialect,
        )

    return made


type Step[**P] = Callable[Concatenate["Kubectl", P], Outcome]

STEPS: dict[str, Callable[..., Outcome]] = {}


def step_name(function: Callable[..., Outcome]) -> str:
    return f"{function.__module__.removeprefix('simulator.kubectl.')}.{function.__name__}"


def step[**P](function: Step[P]) -> Step[P]:
    """Let a function be waited for by its name."""
    STEPS[step_name(function)] = function
    return function
