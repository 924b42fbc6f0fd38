"""A shell is a value: saved, restored or forked at any step, it goes on as if nothing had happened."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.kernel.clock import SECOND, Clock
from simulator.kernel.component import Kernel
from simulator.kernel.random import Random
from simulator.runtime.machines import Machines
from tests.shell.machine import Bench

SCRIPTS = [
    "for i in 1 2 3; do echo $i; sleep 1; done",
    "i=0; while [ $i -lt 5 ]; do i=$((i+1)); echo $i | tr 1-9 a-i; done",
    "f() { local n=$1; [ $n -le 1 ] && { echo 1; return; }; echo $((n * $(f $((n-1))))); }; f 5",
    "seq 20 | while read x; do [ $((x % 3)) = 0 ] && echo $x; done | sort -rn | head -3",
    "trap 'echo bye $?' EXIT; (sleep 1; exit 3) & wait $!; echo $?; exit 4",
    "cat <<X | grep -n b\na\nb $(echo c | tr c d)\nX",
    "x=$(seq 5 | awk '{s+=$1} END {print s}'); case $x in 15) echo fifteen;; *) echo $x;; esac",
    "yes | head -3; echo ${PIPESTATUS[@]}; timeout 1 sleep 9; echo $?",
    "seq 4000 | sed -n ':a;N;$!ba;s/\\n/,/g;p' | wc; seq 12000 | sed 's/1/&&/2;$!d'; (echo a; sleep 1; echo b) | sed '1i x'",
    "seq 15000 | awk '{n[$1 % 7]++} END {for (k in n) print k, n[k]}' | sort; seq 1e9 | head -2 | paste -sd+",
    "x='echo hi;'; for i in 1 2 3 4 5 6; do x=$x$x; done; eval \"$x\" | sort | uniq -c",
    "mkdir d; cd d; for n in a b c; do echo $n > $n.txt; done; ls; find . -name '*.txt' -exec cat {} + | sort -r",
]


def steps(bench: Bench, name: str, again: set[int] | None) -> tuple[str, str, int | None]:
    """Run to the end, saving and restoring everything before the steps named (None: never)."""
    count = 0
    while bench.machines.session_exit(name) is None and bench.clock.next_due is not None and count < 5000:
        if again is not None and count in again:
            bench.again()
        bench.clock.step()
        count += 1
        if bench.machines.sessions.rows[name]["exit"] is not None:
            break
    return bench.finish(name)


@pytest.mark.parametrize("script", SCRIPTS)
def test_saved_before_every_step(script: str) -> None:
    expected = Bench().run(script)
    bench = Bench()
    assert steps(bench, bench.start("bash", "-c", script), set(range(5000))) == expected


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(SCRIPTS), min_size=1, max_size=3),
    st.sets(st.integers(min_value=0, max_value=120), max_size=6),
)
def test_saved_at_some_steps(chosen: list[str], again: set[int]) -> None:
    script = "\n".join(f"({part}\n)" for part in chosen)
    expected = Bench().run(script)
    bench = Bench()
    assert steps(bench, bench.start("bash", "-c", script), again) == expected


def test_a_fork_in_mid_loop_goes_its_own_way() -> None:
    bench = Bench()
    name = bench.start("bash", "-c", "while true; do date +%s; sleep 5; done")
    bench.clock.advance(12 * SECOND)
    state = bench.state.fork()
    twin: list[Machines] = []
    now, order, queue = bench.clock.copy()
    clock = Clock(now, lambda component, step, arguments: getattr(twin[0], step)(*arguments), queue, order)
    twin.append(Machines(Kernel(state, clock, Random("1", state)), strict=True))
    before = bench.state.dump()
    clock.advance(20 * SECOND)
    assert bench.state.dump() == before
    bench.clock.advance(20 * SECOND)
    assert twin[0].session_output(name) == bench.machines.session_output(name)


@pytest.mark.parametrize("cuts", [[30], [1] * 30, [7, 0.5, 12.5, 10]])
def test_time_in_any_split_gives_the_same(cuts: list[float]) -> None:
    script = "while true; do :; done & while true; do date +%s.%N; sleep 0.7; done"
    whole, split = Bench(), Bench()
    names = [bench.start("bash", "-c", script) for bench in (whole, split)]
    whole.clock.advance(30 * SECOND)
    for cut in cuts:
        split.clock.advance(round(cut * SECOND))
    assert split.state.dump() == whole.state.dump()
    assert split.machines.session_output(names[1]) == whole.machines.session_output(names[0])
