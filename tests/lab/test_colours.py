"""The colour tokens hold against WCAG 2.2: text 4.5, borders and shapes 3, in both themes."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "lab/frontend/css/tokens.css").read_text()
HUES = ("act", "ok", "wait", "bad", "our")
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    *((ink, ground, TEXT) for ground in ("paper", "surface", "sunk") for ink in ("ink", "ink-2", "ink-3", *HUES)),
    *((line, ground, SHAPE) for ground in ("paper", "surface", "sunk") for line in ("edge", "wall")),
    *((ink, f"{hue}-soft", TEXT) for hue in HUES for ink in (hue, "ink", "ink-2")),
    *(("edge", f"{hue}-soft", SHAPE) for hue in HUES),
    ("on-act", "act", TEXT),
    ("on-fill", "ok-fill", TEXT),
    *((f"term-{ink}", "term-bg", TEXT) for ink in ("fg", "dim", "red", "green", "yellow", "blue", "magenta", "cyan")),
    *((f"term-{ink}", "term-bar", TEXT) for ink in ("fg", "dim")),
]


def tokens(theme: int) -> dict[str, str]:
    """Each token's colour in the light (0) or dark (1) theme."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+): (light-dark\([^)]*\)|#\w{6})", CSS):
        colours = re.findall(r"#\w{6}", value)
        found.setdefault(name, colours[theme if len(colours) > 1 else 0])
    return found


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_pair_can_be_read(theme: int) -> None:
    colours = tokens(theme)
    short = {
        (front, ground): round(ratio(colours[front], colours[ground]), 2)
        for front, ground, least in PAIRS
        if ratio(colours[front], colours[ground]) < least
    }
    assert short == {}
