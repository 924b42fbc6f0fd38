"""Programs that never end or never stop growing: each is stopped in its own words, and the world goes on."""

from time import process_time

import pytest

from simulator.spec import lab
from simulator.workstation import NAME
from simulator.world import World

SECONDS = 3
CPU = 4.0
"""The most real seconds of CPU that the few virtual seconds may take."""


def told(command: str) -> tuple[str, int | None]:
    world = World.boot(lab(), seed="hostile")
    world.machines.open_session("s", NAME, ("bash", "-c", command))
    began = process_time()
    for _ in range(SECONDS * 10):
        world.advance(0.1)
    assert process_time() - began < CPU
    assert len(world.machines.processes.rows) < 300
    shown = b"".join(data for _, data in world.machines.session_output("s", (0, 0))[0])
    return shown.decode(errors="replace"), world.machines.session_exit("s")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (":(){ :|:& };:", "fork: Resource temporarily unavailable"),
        ("f(){ f; }; f", "maximum nesting level exceeded"),
        ("x=$(cat /dev/zero)", "too large"),
        ("read x < /dev/zero", "Cannot allocate memory"),
        ("read -N 999999999 x < /dev/zero", "Cannot allocate memory"),
        ('a=(1 2); while :; do a=("${a[@]}" "${a[@]}"); done', "too many words"),
        ("head -c 10G /dev/zero > file", "File too large"),
        ("yes | sort", "Cannot allocate memory"),
        ("while mkdir d && cd d; do :; done", "File name too long"),
        ("echo $((2**999999999)) {1..999999999}", "0 {1..999999999}"),
    ],
)
def test_what_grows_without_end_is_stopped(command: str, words: str) -> None:
    assert words in told(command)[0]


@pytest.mark.parametrize("command", ["while :; do :; done", "yes > /dev/null", "while :; do sleep 0; done"])
def test_what_runs_without_end_runs_slowly(command: str) -> None:
    assert told(command)[1] is None


def test_a_shell_that_ends_itself_in_a_trap_ends() -> None:
    assert told('trap "kill \\$\\$" TERM; kill $$; sleep 1')[1] is not None


def test_nothing_of_the_host_is_there() -> None:
    shown, _ = told("cat /etc/shadow /proc/1/environ; ls /work /root /var/run/docker.sock; env; ps")
    assert "Permission denied" in shown
    assert "KUBELAB" not in shown and "python" not in shown
