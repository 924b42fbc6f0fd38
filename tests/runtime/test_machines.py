"""Machines as the kubelet and the world use them."""

from typing import Any

import pytest

from simulator.kernel.clock import SECOND
from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.files import Mount
from simulator.runtime.nodes import file
from tests.shell.machine import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def container(bench: Bench, *argv: str, **settings: Any) -> None:
    bench.machines.create("c", layers=("tests/tools",), hostname="web", **settings)
    bench.machines.spawn("c", argv)
    bench.clock.settle()


def test_process_one_writes_the_log_and_ends_the_machine(bench: Bench) -> None:
    container(bench, "sh", "-c", "echo out; echo err >&2; exit 3")
    lines, following = bench.machines.log("c")
    assert [(stream, text) for _, stream, text in lines] == [("stdout", "out\n"), ("stderr", "err\n")]
    assert bench.machines.log("c", following) == ([], following)
    assert bench.machines.machine("c")["exit"] == 3


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        pytest.param("sleep 100", signals.TERM, None, id="process 1 takes no signal that it does not handle"),
        pytest.param("trap 'exit 7' TERM; sleep 100 & wait", signals.TERM, 7, id="a trap"),
        pytest.param("sleep 100", signals.KILL, 137, id="kill"),
    ],
)
def test_signals_to_process_one(bench: Bench, command: str, number: int, code: int | None) -> None:
    container(bench, "sh", "-c", command)
    bench.machines.signal("c", 1, number)
    bench.clock.advance(SECOND)
    assert bench.machines.machine("c")["exit"] == code


def test_a_missing_program_is_refused(bench: Bench) -> None:
    bench.machines.create("c", layers=("tests/tools",))
    with pytest.raises(OSFailure, match="No such file or directory"):
        bench.machines.spawn("c", ["nope"])


def test_volumes_are_shared_and_may_be_read_only(bench: Bench) -> None:
    view = bench.machines.volumes.view("v")
    view.place("/key", file("value"))
    container(
        bench, "sh", "-c", "cat /a/key; echo x > /a/new; echo y > /b/new; cat /b/new",
        mounts=[Mount("/a", "v"), Mount("/b", "v", read_only=True)],
    )  # fmt: skip
    text = "".join(text for _, _, text in bench.machines.log("c")[0])
    assert text == "valuesh: /b/new: Read-only file system\nx\n"


def test_a_session_with_stdin(bench: Bench) -> None:
    container(bench, "sleep", "infinity")
    bench.machines.open_session("s", "c", ["cat"], stdin=True)
    bench.machines.session_input("s", b"hello\n")
    bench.clock.settle()
    assert bench.machines.session_output("s") == ([(1, b"hello\n")], (6, 0))
    assert bench.machines.session_output("s", (2, 0)) == ([(1, b"llo\n")], (6, 0))
    assert bench.machines.session_exit("s") is None
    bench.machines.session_input("s", b"")
    bench.clock.settle()
    assert bench.machines.session_output("s", (6, 0)) == ([], (6, 0))
    assert bench.machines.session_exit("s") == 0


def test_nothing_is_left_of_a_removed_machine(bench: Bench) -> None:
    before = bench.state.names()
    container(bench, "sh", "-c", "mkdir -p /x/y; echo 1 > /x/y/z; yes | sleep 100 & sleep 200")
    bench.clock.advance(SECOND)
    bench.machines.remove("c")
    bench.clock.advance(300 * SECOND)
    assert bench.state.names() == before


@pytest.mark.parametrize(
    ("command", "words"),
    [
        pytest.param("cat /dev/zero > f", "File too large", id="file"),
        pytest.param("for i in 1 2 3 4 5 6; do cat /dev/zero > f$i; done", "No space left on device", id="volume"),
        pytest.param("f() { f & f; }; f", "Resource temporarily unavailable", id="processes"),
        pytest.param("x=$(seq 40000); ls $x", "Argument list too long", id="arguments"),
        pytest.param("f() { f; }; f", "maximum nesting level exceeded", id="nesting"),
        pytest.param("cat /dev/zero | sort", "Cannot allocate memory", id="memory"),
    ],
)
def test_budgets_end_in_a_clear_error(bench: Bench, command: str, words: str) -> None:
    name = bench.start("bash", "-c", command)
    assert words in bench.finish(name, 30)[1]


def test_a_busy_loop_is_slowed_and_others_go_on(bench: Bench) -> None:
    busy = bench.start("sh", "-c", "while true; do :; done")
    bench.clock.advance(60 * SECOND)
    assert bench.machines.budgets.spending["m"][2] > 50
    assert bench.run("echo still here")[0] == "still here\n"
    assert bench.machines.session_exit(busy) is None


def test_idle_processes_ask_nothing_of_the_clock(bench: Bench) -> None:
    for number in range(200):
        bench.machines.create(f"p{number}", layers=("tests/tools",))
        bench.machines.spawn(f"p{number}", ["pause"])
    bench.clock.settle()
    assert bench.clock.pending() == []
