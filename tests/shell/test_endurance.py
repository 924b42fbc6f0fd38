"""Long and heavy sessions: they end, or are slowed, and others go on."""

import pytest

from simulator.kernel.clock import SECOND
from simulator.runtime.spawning import MOST_PROCESSES
from tests.shell.machine import Bench
from tests.shell.test_terminal import PROMPT, Person


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.mark.parametrize(
    "command, shown",
    [
        ("yes | head -3", "y\ny\ny\n"),
        ("yes | head -c 10000000 | wc -c", "10000000\n"),
        ("seq 1 20000 | tail -1", "20000\n"),
        ("seq 1 20000 | awk '{ s += $1 } END { print s }'", "200010000\n"),
        ("seq 1 20000 | sort -rn | head -1", "20000\n"),
    ],
)
def test_much_passes_through_pipes(command: str, shown: str) -> None:
    assert Bench().run(command)[0] == shown


def test_a_megabyte_on_a_terminal_leaves_the_latest(person: Person) -> None:
    person.type("yes 0123456789 | head -c 1000000\r", 60)
    shown, end = person.bench.machines.output("t", 0)
    assert end > 1_000_000 and len(shown) <= 256 << 10
    assert person.type("\recho here\r", 5).endswith(f"here\n{PROMPT}")


def test_endless_output_is_interrupted(person: Person) -> None:
    person.type("yes\r", 3)
    assert person.type("\x03", 2).endswith(PROMPT)
    assert person.type("echo here\r").endswith(f"here\n{PROMPT}")


def test_a_fork_bomb_stays_within_its_machine(person: Person) -> None:
    assert "Resource temporarily unavailable" in person.type(":(){ :|:& };:\r", 5)
    machines = person.bench.machines
    assert len(machines.pids["m"][1]) <= MOST_PROCESSES
    machines.create("other", layers=("tests/tools",))
    machines.spawn("other", ["sh", "-c", "echo fine"])
    person.bench.clock.advance(SECOND)
    assert [text for _, _, text in machines.log("other")[0]] == ["fine\n"]


def test_a_busy_machine_does_not_hold_up_another() -> None:
    bench = Bench()
    bench.machines.create("busy", layers=("tests/tools",))
    bench.machines.spawn("busy", ["sh", "-c", "while true; do :; done"])
    bench.clock.advance(5 * SECOND)
    began = bench.clock.now
    assert bench.run("seq 1 1000 | tail -1")[0] == "1000\n"
    assert bench.clock.now - began < SECOND


def test_a_large_paste_leaves_the_shell_alive(person: Person) -> None:
    person.type("cat > pasted\r")
    person.type(("x" * 99 + "\n") * 1_000, 5)
    person.type("\x04", 5)
    assert person.type("echo here\r", 5).endswith(f"here\n{PROMPT}")
