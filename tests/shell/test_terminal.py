"""The interactive shell as somebody at a terminal sees it."""

import re

import pytest

from simulator.kernel.clock import SECOND
from tests.shell.machine import Bench


class Person:
    """Types, and reads what the terminal shows (control sequences taken away)."""

    def __init__(self) -> None:
        self.bench = Bench(user=1000)
        self.bench.machines.open_terminal("m", "t", 80, 24)
        self.offset = 0
        self.read()

    def type(self, keys: str, seconds: float = 0.2) -> str:
        self.bench.machines.type("t", keys.encode())
        self.bench.clock.advance(round(seconds * SECOND))
        return self.read()

    def read(self) -> str:
        self.bench.clock.settle()
        shown, self.offset = self.bench.machines.output("t", self.offset)
        text = re.sub(r"\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
        return text.replace("\r", "")


@pytest.fixture
def person() -> Person:
    return Person()


PROMPT = "bash-5.2$ "


def test_a_command(person: Person) -> None:
    assert person.type("echo hi\r") == f"echo hi\nhi\n{PROMPT}"


def test_marks_number_commands_and_show_exit_codes(person: Person) -> None:
    person.bench.machines.type("t", b"false\r")
    person.bench.clock.settle()
    shown, _ = person.bench.machines.output("t", person.offset)
    assert re.findall(rb"\x1b\]133;([^\x07]*)\x07", shown) == [b"C", b"D;1", b"A;n=2", b"B"]


def test_marks_of_lines_that_go_on_and_of_empty_ones(person: Person) -> None:
    marks = []
    for keys in (b"\r", b"echo 'a\r", b"b'\r", b"x=\x03"):
        person.bench.machines.type("t", keys)
        person.bench.clock.settle()
        shown, person.offset = person.bench.machines.output("t", person.offset)
        marks.append(re.findall(rb"\x1b\]133;([^\x07]*)\x07", shown))
    assert marks == [[b"A;n=1", b"B"], [b"A;k=s", b"B"], [b"C", b"D;0", b"A;n=2", b"B"], [b"A;n=2", b"B"]]


def test_reading_in_the_background_stops(person: Person) -> None:
    assert "[1] " in person.type("cat &\r")
    assert "Stopped" in person.type("\r") + person.type("jobs\r")
    person.type("fg\r")
    assert person.type("back\r") == "back\nback\n"
    assert person.type("\x04").endswith(PROMPT)


def test_busybox_says_nothing_when_it_leaves(person: Person) -> None:
    person.type("sh\r")
    assert person.type("exit\r") == f"exit\n{PROMPT}"
    person.type("bash\r")
    assert person.type("exit\r") == f"exit\nexit\n{PROMPT}"


def test_several_lines(person: Person) -> None:
    assert person.type("for i in 1 2\r").endswith("\n> ")
    assert person.type("do echo $i; done\r") == f"do echo $i; done\n1\n2\n{PROMPT}"


def raw(person: Person, keys: bytes) -> str:
    """All that the terminal is sent."""
    person.bench.machines.type("t", keys)
    person.bench.clock.settle()
    shown, person.offset = person.bench.machines.output("t", person.offset)
    return shown.decode()


def test_what_is_pasted_waits_whole_and_highlighted_until_enter(person: Person) -> None:
    shown = raw(person, b"\x1b[200~echo one\recho two\r\x1b[201~")
    assert shown.endswith("bash-5.2$ \x1b[7mecho one\r\necho two\r\n\x1b[27m\r")
    assert "one\r\ntwo" not in shown
    shown = raw(person, b"\r")
    assert "\x1b[7m" not in shown
    assert shown.index("\x1b[?2004l") < shown.index("one\r\ntwo\r\n") < shown.index("\x1b[?2004h")
    assert person.type("history | tail -n 3\r").splitlines()[1:4] == [
        "    1  echo one",
        "echo two",
        "    2  history | tail -n 3",
    ]


@pytest.mark.parametrize(
    ("keys", "done"),
    [
        ("echo \x1b[200~a b\x1b[201~ c\r", "a b c"),
        ("\x1b[200~echo a\x1b[201~\x7fb\r", "b"),
        ("echo ac\x1b[D\x1b[200~b\x1b[201~\r", "abc"),
        ("\x1b[200~x=1\r\r  echo $x\t\x1b[201~\r", "1"),
        ("\x1b[200~for i in 1 2; do\recho $i\rdone\r\x1b[201~\r", "1\n2"),
        ("\x1b[200~cat <<END\ra\rEND\r\x1b[201~\r", "a"),
        ("\x1b[200~\x1b[201~echo nothing\r", "nothing"),
        ("\x1b[200~echo lost\r\x1b[201~\x03echo kept\r", "kept"),
        ("\x1b[200~echo 파드\x1b[201~\r", "파드"),
    ],
)
def test_pasting_into_a_line(person: Person, keys: str, done: str) -> None:
    shown = person.type(keys)
    assert shown.endswith(f"\n{done}\n{PROMPT}"), shown


def test_a_large_paste_arrives_whole_and_is_shown_once(person: Person) -> None:
    text = "\r".join(f"echo {number:>40} >> lines" for number in range(1500))
    shown = raw(person, f"\x1b[200~{text}\r\x1b[201~".encode())
    assert len(shown) < 3 * len(text)
    person.type("\r", seconds=20)
    assert person.type("wc -l < lines\r").splitlines()[1] == "1500"


def test_a_paste_that_comes_in_pieces(person: Person) -> None:
    for byte in "\x1b[200~echo 파드\recho 끝\x1b[201~\r".encode():
        person.bench.machines.type("t", bytes([byte]))
        person.bench.clock.settle()
    assert person.read().endswith(f"\n파드\n끝\n{PROMPT}")


def test_what_is_pasted_controls_nothing(person: Person) -> None:
    assert person.type("\x1b[200~echo a\x03\x15\x1b[A\x04b\x7f\x1b[201~\r").endswith(f"\na[Ab\n{PROMPT}")


def test_no_program_is_told_what_is_pasted_unless_it_asks(person: Person) -> None:
    person.type("cat\r")
    assert raw(person, b"hi\r\x04").count("\x1b[?2004h") == 1


def test_editing_wide_characters(person: Person) -> None:
    person.type("echo 한글")
    assert person.type("\x7f말\r").endswith(f"한말\n{PROMPT}")


def test_history_and_search(person: Person) -> None:
    person.type("echo first\r")
    person.type("echo second\r")
    assert person.type("\x1b[A\x1b[A\r").endswith(f"first\n{PROMPT}")
    assert person.type("\x12sec\r").endswith(f"second\n{PROMPT}")
    assert person.type("history | tail -n 2\r").endswith(f"    4  echo second\n    5  history | tail -n 2\n{PROMPT}")


def test_what_is_typed_ahead_waits_for_the_prompt(person: Person) -> None:
    person.type("sleep 1\r")
    assert person.type("echo ahead", seconds=0.2) == "echo ahead"
    assert person.type("", seconds=1) == f"{PROMPT}echo ahead"
    assert person.type("\r").endswith(f"ahead\n{PROMPT}")


def test_completion(person: Person) -> None:
    person.type("touch manifest.yaml\r")
    assert person.type("cat mani\t").endswith("cat manifest.yaml ")


@pytest.mark.parametrize("command", ["sleep 100", "while true; do :; done", "cat", "while true; do sleep 1; done"])
def test_interrupt(person: Person, command: str) -> None:
    person.type(command + "\r", 1)
    assert person.type("\x03") == f"^C\n{PROMPT}"
    assert person.type("echo $?\r").endswith(f"130\n{PROMPT}")


def test_stopping_and_going_on(person: Person) -> None:
    person.type("sleep 100\r")
    assert "[1]+  Stopped                 sleep 100" in person.type("\x1a")
    assert "[1]+ sleep 100 &" in person.type("bg\r")
    assert "[1]+  Running                 sleep 100 &" in person.type("jobs\r")
    assert person.type("fg\r") == "fg\nsleep 100\n"
    assert person.type("\x03").endswith(PROMPT)


def test_background_job_is_told_of(person: Person) -> None:
    assert "[1] " in person.type("sleep 1 &\r", 2)
    assert "[1]+  Done                    sleep 1" in person.type("\r")


def test_vi_edits_a_file(person: Person) -> None:
    person.type("vi web.yaml\r")
    person.type("ikind: Pod\rmetadata:\r  name: web\x1b")
    person.type("gg/web\rcwshop\x1byyp:%s/Pod/Service/\r:wq\r")
    assert person.type("cat web.yaml\r").endswith(f"kind: Service\nmetadata:\n  name: shop\n  name: shop\n{PROMPT}")


def test_vi_changes_the_last_word_of_a_line(person: Person) -> None:
    person.type("printf 'replicas: 2\\nselector:\\n' > f; vi f\r")
    person.type("wwcw3\x1b:wq\r")
    assert person.type("cat f\r").endswith(f"replicas: 3\nselector:\n{PROMPT}")


def test_vi_refuses_to_lose_changes(person: Person) -> None:
    person.type("vi a\r")
    assert "E37: No write since last change" in person.type("ix\x1b:q\r")
    assert person.type(":q!\r").endswith(PROMPT)


def test_nano_edits_a_file(person: Person) -> None:
    person.type("nano a.txt\r")
    person.type("first\rsecond")
    person.type("\x0f\r\x18")
    assert person.type("cat a.txt\r").endswith(f"first\nsecond\n{PROMPT}")


def test_less_and_watch_leave_the_screen_as_it_was(person: Person) -> None:
    person.type("seq 100 | less\r")
    assert "99" in person.type("G")
    assert person.type("q").endswith(PROMPT)
    assert "Every 1.0s: date +%s" in person.type("watch -n1 date +%s\r")
    person.type("", 3)
    assert person.type("\x03").endswith(PROMPT)


def test_reading_again_from_any_offset(person: Person) -> None:
    person.type("echo hello\r")
    everything, end = person.bench.machines.output("t", 0)
    assert person.bench.machines.output("t", 5) == (everything[5:], end)
    assert person.bench.machines.output("t", end) == (b"", end)


def test_the_shell_is_there_after_saving(person: Person) -> None:
    person.type("x=kept; sleep 3; echo $x\r", 1)
    person.bench.again()
    assert person.type("", 5).endswith(f"kept\n{PROMPT}")


def test_a_file_that_comes_later_is_waited_for(person: Person) -> None:
    person.type("(sleep 2; echo first > late; sleep 2; echo second >> late) &\r")
    shown = person.type("tail -F late\r", 1)
    assert "tail: cannot open 'late' for reading: No such file or directory\n" in shown
    assert person.type("", 1.5) == "tail: 'late' has appeared;  following new file\nfirst\n"
    assert person.type("", 3) == "second\n"
