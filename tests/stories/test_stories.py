"""Every story goes as its file tells."""

from pathlib import Path

import pytest

from tests.stories.story import GOLDEN, play


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_story(path: Path) -> None:
    assert play(path).splitlines() == path.read_text().splitlines()
