"""Programs that never end or never stop growing: each is stopped in its own words, and the world goes on."""

from time import process_time

import pytest

from simulator.spec import lab
from simulator.workstation import NAME
from simulator.world import World

SECONDS = 3
CPU = 4.0
"""The most real seconds of CPU that the few virtual seconds may take."""


def told(command: str, seconds: int = SECONDS) -> tuple[str, int | None]:
    world = World.boot(lab(), seed="hostile")
    world.machines.open_session("s", NAME, ("bash", "-c", command))
    began = process_time()
    for _ in range(seconds * 10):
        world.advance(0.1)
    assert process_time() - began < CPU
    assert len(world.machines.processes.rows) < 300
    shown = b"".join(data for _, data in world.machines.session_output("s", (0, 0))[0])
    return shown.decode(errors="replace"), world.machines.session_exit("s")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (":(){ :|:& };:", "bash: fork: retry: Resource temporarily unavailable"),
        ("sh -c ':(){ :|:& };:'", "sh: can't fork: Resource temporarily unavailable"),
        ("f(){ f; }; f", "maximum nesting level exceeded"),
        ("x=$(cat /dev/zero)", "too large"),
        ("read x < /dev/zero", "Cannot allocate memory"),
        ("read -N 999999999 x < /dev/zero", "Cannot allocate memory"),
        ('a=(1 2); while :; do a=("${a[@]}" "${a[@]}"); done', "too many words"),
        ("head -c 10G /dev/zero > file", "File too large"),
        ("yes | sort", "Cannot allocate memory"),
        ("while mkdir d && cd d; do :; done", "File name too long"),
        ("mkdir -p $(printf 'a/%.0s' {1..1500})", "File name too long"),
        (
            "mkdir -p $(printf 'a/%.0s' {1..250}); tree a | tail -1; find a | wc -l; rm -r a; ls",
            "250 directories, 0 files\n250\n",
        ),
        ("echo $((2**999999999)) {1..999999999}", "0 {1..999999999}"),
        ("date -d 'now + 99999999999999 days'", "date: invalid date ‘now + 99999999999999 days’"),
        ("date -d @999999999999999999999", "date: invalid date ‘@999999999999999999999’"),
    ],
)
def test_what_grows_without_end_is_stopped(command: str, words: str) -> None:
    assert words in told(command)[0]


@pytest.mark.parametrize(
    "command",
    [
        "awk 'BEGIN{while(1);}'",
        "awk 'BEGIN{while(1)x=x \"aaaaaaaaaa\"}'",
        "sed ':a;s/o/oo/g;ta' /etc/passwd",
        "seq 200000 | sort -k1,1n -k1,1r -k1,1n -k1,1r",
    ],
)
def test_what_computes_for_too_long_in_one_step_is_killed_by_the_kernel(command: str) -> None:
    assert "CPU time limit exceeded" in told(f"{command}; echo $?", 60)[0]


@pytest.mark.parametrize("command", ["while :; do :; done", "yes > /dev/null", "while :; do sleep 0; done"])
def test_what_runs_without_end_runs_slowly(command: str) -> None:
    assert told(command)[1] is None


def test_a_shell_that_ends_itself_in_a_trap_ends() -> None:
    assert told('trap "kill \\$\\$" TERM; kill $$; sleep 1')[1] is not None


def typed(world: World, keys: str, seconds: float) -> str:
    _, end = world.machines.output("1", 0)
    world.machines.type("1", keys.encode())
    world.advance(seconds)
    return world.machines.output("1", end)[0].decode(errors="replace")


def at_the_prompt() -> World:
    world = World.boot(lab(), seed="hostile")
    world.machines.open_terminal(NAME, "1")
    world.advance(1)
    return world


def test_a_fork_bomb_leaves_the_prompt_to_its_owner() -> None:
    world = at_the_prompt()
    began = process_time()
    typed(world, ":(){ :|:& };:\r", 3)
    assert len(world.machines.pids[NAME][1]) == 256
    assert "bash: fork: retry: Resource temporarily unavailable" in typed(world, "ls\r", 2)
    assert "you@lab" in typed(world, "\x03", 0.2)
    assert "\x07still here" in typed(world, "echo still here\r", 1)
    world.advance(60)
    assert process_time() - began < CPU
    typed(world, "kill -9 -1\r", 1)
    assert "etc" in typed(world, "ls /\r", 1)


@pytest.mark.parametrize(
    "loop", ["while :; do :; done", "yes > /dev/null", "sed ':a;ba' /etc/passwd", "seq 1e12 > /dev/null"]
)
def test_ctrl_c_gives_the_prompt_back_at_once(loop: str) -> None:
    world = at_the_prompt()
    typed(world, f"{loop}\r", 30)
    assert "you@lab" in typed(world, "\x03", 0.1)
    assert "hi" in typed(world, "echo hi\r", 0.1).split("\x1b]133;C")[-1]


LINES = "".join(f"key{number}: value\r" for number in range(6_000))


@pytest.mark.parametrize(
    ("before", "pasted", "after"),
    [
        ("cat > f\r", LINES, "\x04"),
        ("", f"cat > f <<'EOF'\r{LINES}EOF\r", ""),
        ("", f"echo '{LINES}' > f\r", ""),
        ("bash\r", f"cat > f <<EOF\r{LINES}EOF\r", ""),
    ],
    ids=["cat", "here-document", "quotes", "a shell in the shell"],
)
def test_what_is_pasted_arrives_whole_and_soon(before: str, pasted: str, after: str) -> None:
    world = at_the_prompt()
    began = process_time()
    for keys in filter(None, (before, pasted, after)):
        typed(world, keys, 10)
    assert process_time() - began < CPU
    written = world.machines.files(NAME).text("/home/you/f")
    assert written.strip() == LINES.replace("\r", "\n").strip()


def test_a_line_that_is_too_long_is_cut_with_a_bell() -> None:
    world = at_the_prompt()
    began = process_time()
    assert "\a" in typed(world, "echo " + "x" * 250_000, 5)
    assert process_time() - began < CPU
    assert "x" * 1000 in typed(world, "\r", 1)


def test_nothing_of_the_host_is_there() -> None:
    shown, _ = told("cat /etc/shadow /proc/1/environ; ls /work /root /var/run/docker.sock; env; ps")
    assert "Permission denied" in shown
    assert "KUBELAB" not in shown and "python" not in shown
