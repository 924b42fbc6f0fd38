"""The text of `--help` and `kubectl options`, in the order and layout of the real one.

Upstream: kubectl/pkg/util/templates
"""

from collections.abc import Iterable, Sequence

from simulator.kubectl.command import Command, Examples
from simulator.kubectl.flags import Flag

type Group = tuple[str, tuple[Command, ...]]

NARROWEST = 11
"""The least width of the column of command names."""

OPTIONS_HINT = 'Use "kubectl options" for a list of global command-line options (applies to all commands).'


def help_text(path: Sequence[Command], words: str, groups: Iterable[Group] = ()) -> str:
    """What `--help` prints for the last command of a path; `words` is the path as typed: `kubectl rollout`."""
    command = path[-1]
    sections = [(command.description or f"{command.summary}.").rstrip("\n")]
    if command.aliases:
        sections.append("Aliases:\n" + ", ".join((command.name, *command.aliases)))
    if command.examples:
        sections.append("Examples:\n" + examples_text(command.examples))
    if command.commands:
        sections.append(commands_text(command, tuple(groups)))
    if flags := [flag for flag in command.flags if not flag.hidden]:
        sections.append("Options:\n" + flags_text(flags))
    sections.append(f"Usage:\n  {usage_line(command, words)}")
    hints = [OPTIONS_HINT]
    if command.commands:
        hints.insert(0, f'Use "{words} <command> --help" for more information about a given command.')
    sections.append("\n".join(hints))
    return "\n\n".join(sections) + "\n"


def usage_line(command: Command, words: str) -> str:
    parent = words.rpartition(" ")[0]
    line = f"{parent} {command.usage}".lstrip()
    return line if "[options]" in line else f"{line} [options]"


def examples_text(examples: Examples) -> str:
    blocks = []
    for purpose, line in examples:
        lines = [f"# {part}" for part in purpose.split("\n")] + line.split("\n")
        blocks.append("\n".join(f"  {part}" for part in lines))
    return "\n  \n".join(blocks)


def commands_text(command: Command, groups: Sequence[Group]) -> str:
    shown = [child for child in command.commands if not child.hidden]
    width = max(NARROWEST, *(len(child.name) for child in shown)) + 2
    listed = groups or [("Available Commands", tuple(shown))]
    return "\n\n".join(
        "\n".join(
            [f"{title}:", *(f"  {child.name:<{width}} {child.summary}" for child in children if not child.hidden)]
        )
        for title, children in listed
    )


def flags_text(flags: Iterable[Flag]) -> str:
    """Every flag in order of name: how it is written with its default, and below it what it is for."""
    blocks = []
    for flag in sorted(flags, key=lambda flag: flag.name):
        if flag.hidden:
            continue
        short = f"-{flag.short}, " if flag.short else ""
        blocks.append(f"    {short}--{flag.name}={flag.shown_default}:\n\t{flag.help}")
    return "\n\n".join(blocks)
