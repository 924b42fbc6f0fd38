"""Commands in a world, at the workstation or on another machine, from beginning to end."""

from simulator.workstation import NAME
from simulator.world import World

LONGEST = 1_200_000_000
"""Microseconds of virtual time after which commands count as endless."""


def run(
    world: World,
    script: str,
    *,
    session: str = "scene",
    machine: str = NAME,
    shell: str = "bash",
    longest: int = LONGEST,
) -> tuple[int, str]:
    """Run commands as time passes; exit code and everything that was printed."""
    world.machines.open_session(session, machine, (shell, "-c", script))
    offsets, output = (0, 0), b""
    deadline = world.clock.now + longest
    while True:
        world.clock.settle()
        chunks, offsets = world.machines.session_output(session, offsets)
        output += b"".join(data for _, data in chunks)
        code = world.machines.session_exit(session)
        if code is not None and not chunks:
            world.machines.session_close(session)
            return code, output.decode("utf-8", "replace")
        due = world.clock.next_due
        if due is None or due > deadline:
            world.machines.session_close(session)
            return 124, output.decode("utf-8", "replace") + "\n(the commands do not end)"
        if not chunks:
            world.clock.step()
