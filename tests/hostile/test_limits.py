"""The table of limits and the code agree: each number is the code's, each command shows the words."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from simulator.spec import lab
from simulator.workstation import NAME
from simulator.world import World

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20}
SECONDS = 30


def rows() -> list[tuple[str, ...]]:
    """What, number, name, command, words of every row."""
    found = []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 5 and cells[2].startswith("`"):
            found.append(tuple(cell.strip("`") for cell in cells))
    return found


def named(name: str) -> Any:
    """The value of a dotted name."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        try:
            value: Any = import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            value = getattr(value, part)
        return value
    raise AssertionError(f"no module in {name}")


def test_there_are_limits() -> None:
    assert len(rows()) > 35


@pytest.mark.parametrize("row", rows(), ids=[row[2] for row in rows()])
def test_the_number_is_the_one_in_the_code(row: tuple[str, ...]) -> None:
    number, _, unit = row[1].partition(" ")
    value = named(row[2])
    if unit == "ms":
        assert value == float(number) * 1000 if isinstance(value, int) else value == float(number) / 1000
    else:
        assert value == float(number.replace(",", "")) * UNITS[unit]


@pytest.mark.parametrize("row", [row for row in rows() if row[3]], ids=[row[2] for row in rows() if row[3]])
def test_the_words_are_what_a_learner_sees(row: tuple[str, ...]) -> None:
    world = World.boot(lab(), seed="limits")
    world.machines.open_session("s", NAME, ("bash", "-c", row[3]))
    for _ in range(SECONDS):
        world.advance(1)
        shown = b"".join(data for _, data in world.machines.session_output("s", (0, 0))[0]).decode(errors="replace")
        if row[4] in shown:
            return
    raise AssertionError(shown[-500:])


@pytest.mark.parametrize("package", ["runtime", "shell"])
def test_no_limit_of_the_machines_is_missing_there(package: str) -> None:
    known = {row[2] for row in rows()}
    root = PAGE.parents[1]
    missing = []
    for path in sorted((root / "simulator" / package).glob("*.py")):
        for name in re.findall(r"^((?:MOST|LARGEST|LONGEST)[A-Z_]*) = ", path.read_text(), re.M):
            dotted = ".".join(path.relative_to(root).with_suffix("").parts) + f".{name}"
            if dotted not in known | INNER:
                missing.append(dotted)
    assert missing == []


INNER = {
    "simulator.runtime.logs.LONGEST",
    "simulator.runtime.process.LARGEST_GATHERED",
    "simulator.shell.interpreter.LONGEST_PAUSE",
}
"""Numbers that nobody can run into, or that upstream has as well."""
