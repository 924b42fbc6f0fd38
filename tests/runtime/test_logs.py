"""What is kept of a log."""

import pytest

from simulator.kernel.clock import Clock
from simulator.kernel.state import State
from simulator.runtime.logs import CHUNK, LARGEST, LONGEST, Logs


@pytest.fixture
def logs() -> Logs:
    return Logs(State(), Clock(0, lambda *_: None))


def kept(logs: Logs) -> list[str]:
    return [text for _, _, text in logs.read("c")[0]]


@pytest.mark.parametrize("length, count", [(80, 20_000), (LONGEST - 1, 100), (10, 20_000)])
def test_the_oldest_lines_go_first(logs: Logs, length: int, count: int) -> None:
    for number in range(count):
        logs.write("c", "stdout", f"{number:0{length}}"[-length:] + "\n")
    lines = kept(logs)
    size = sum(map(len, lines))
    assert LARGEST - (length + 1) * CHUNK <= size <= LARGEST + (length + 1) * CHUNK
    assert lines[-1] == f"{count - 1:0{length}}"[-length:] + "\n"
    assert logs.read("c")[1] >= count


def test_who_follows_goes_on_where_lines_are_kept(logs: Logs) -> None:
    logs.write("c", "stdout", "first\n")
    _, position = logs.read("c")
    logs.write("c", "stdout", "".join(f"{number}\n" for number in range(100_000)))
    lines, following = logs.read("c", position)
    assert lines[-1][2] == "99999\n" and following == 100_001
    assert [int(text) for _, _, text in lines] == list(range(100_000 - len(lines), 100_000))
