"""Every transcript of the corpus, played in our kubectl: what is shown is what the file says.

`python -m tests.kubectl.test_corpus` writes what is shown now into the files; review the difference.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.world import World
from tests.kubectl.support import MemoryTerminal
from tests.kubectl.transcripts import CORPUS, Step, read, shown, spec, steady, symbolic, written


def play(path: Path) -> Iterator[tuple[Step, str]]:
    """Each command of a transcript with what it shows."""
    steps = read(path)
    terminal = MemoryTerminal(World.boot(spec(steps), seed="corpus"))
    for step in steps:
        text = ""
        if step.file:
            terminal.write_file(step.file, step.stdin.encode())
        elif step.seconds:
            terminal.world.advance(step.seconds)
        elif step.is_command:
            ran = terminal.run(step.words, step.stdin)
            text = symbolic(shown(ran.out, ran.err, ran.code)).strip("\n")
        yield step, text


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    for step, text in play(path):
        assert not step.is_command or steady(text) == steady(step.expected), f"$ {step.line}"


def record() -> None:
    for path in sorted(CORPUS.glob("*.txt")):
        if not sys.argv[1:] or path.stem in sys.argv[1:]:
            path.write_text(written(play(path)))


if __name__ == "__main__":
    record()
