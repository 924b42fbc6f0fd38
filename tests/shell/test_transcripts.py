"""Command lines and what they print, as transcripts; each group has a machine of its own, a busybox one in busybox.txt."""

import re
from pathlib import Path

import pytest

from tests.shell.machine import Bench

FOLDER = Path(__file__).parent / "transcripts"


def groups() -> list[pytest.param]:
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"^#### ", path.read_text(), flags=re.M)[1:]:
            title, _, body = part.partition("\n")
            body = body[:-1] if body.endswith("\n\n") else body
            shell = "sh" if path.stem == "busybox" else "bash"
            found.append(pytest.param(body, shell, id=f"{path.stem}: {title}"))
    return found


def commands(body: str) -> list[str]:
    """The command lines of a transcript; continuation lines begin with `> `."""
    made: list[str] = []
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("$ "):
            made.append(line[2:])
        elif line.startswith("> ") and (lines[number - 1].startswith(("$ ", "> "))) and made:
            made[-1] += "\n" + line[2:]
    return made


def transcript(body: str, shell: str) -> str:
    """What a person sees when running the commands of a transcript."""
    layers = ("tests/tools", "tests/busybox") if shell == "sh" else ("tests/tools",)
    bench = Bench(user=1000, layers=layers)
    shown = []
    for command in commands(body):
        out, error, code = bench.finish(bench.start(shell, "-c", command))
        text = out + error
        shown.append("$ " + command.replace("\n", "\n> "))
        if text:
            shown.append(text[:-1] if text.endswith("\n") else text + "%")
        if code:
            shown.append(f"[exit {code}]")
    return "\n".join(shown) + "\n"


@pytest.mark.parametrize("body, shell", groups())
def test_transcript(body: str, shell: str) -> None:
    assert transcript(body, shell) == body
