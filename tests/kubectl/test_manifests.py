"""Files that mean harm, or nothing that kubectl knows."""

import pytest

from simulator.kubectl.errors import Unread
from simulator.kubectl.manifests import documents


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param('{"a":' * 100_000, "error parsing x: exceeded max depth of 10000", id="deep JSON"),
        pytest.param('{"a":', "error parsing x: unexpected EOF", id="JSON cut off"),
        pytest.param('{"kind": "A"}\n{"kind": "B"', "error parsing x: unexpected EOF", id="JSON cut off later"),
        pytest.param("{" + " " * 500_000, "error parsing x: unexpected EOF", id="blanks"),
    ],
)
def test_what_cannot_be_read_is_told(content: str, told: str) -> None:
    *_, last = documents(content.encode(), "x")
    assert isinstance(last, Unread)
    assert str(last) == told


@pytest.mark.parametrize(
    ("content", "values"),
    [
        pytest.param("{} " * 100_000, 100_000, id="many objects"),
        pytest.param('{"a": NaN}', 1, id="a word that Python alone reads as a number"),
        pytest.param('{"a": ' + "9" * 5000 + "}", 1, id="more digits than Python reads"),
    ],
)
def test_what_can_be_read_is_read(content: str, values: int) -> None:
    assert len(list(documents(content.encode(), "x"))) == values
