"""Writes what happens now into the golden files."""

import sys

from tests.stories.story import GOLDEN, play

for path in sorted(GOLDEN.glob("*.txt")):
    if not sys.argv[1:] or path.stem in sys.argv[1:]:
        path.write_text(play(path))
