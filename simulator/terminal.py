"""`python -m simulator shell`: the workstation of a world in one's own terminal, or a file of commands run in it."""

import argparse
import os
import select
import shutil
import sys
import termios
import time
import tty
from pathlib import Path
from typing import Any

from simulator.kernel.clock import MINUTE, SECOND
from simulator.spec import VERSION, lab
from simulator.workstation import NAME
from simulator.world import World

TERMINAL = "console"
TICK = 0.02
LONGEST_COMMAND = 30 * MINUTE
"""Virtual time that one command of a script may take."""


def add_command(commands: Any) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("shell", help="open the workstation", description=__doc__)
    parser.add_argument("--script", type=Path, metavar="FILE", help="run a file of commands and print what is shown")
    parser.add_argument("--nodes", type=int, default=3, metavar="N", help="worker nodes (default 3)")
    parser.add_argument("--kubernetes", default=VERSION, metavar="VERSION")
    parser.add_argument("--seed", default="0", metavar="S")
    parser.set_defaults(run=shell)


def shell(options: argparse.Namespace) -> int:
    """Open the workstation, or run a script in it."""
    world = World.boot(lab(options.nodes, kubernetes=options.kubernetes), seed=options.seed)
    if options.script is None:
        return interact(world)
    try:
        text = options.script.read_text()
    except OSError as error:
        print(f"error: cannot read {options.script}: {error.strerror}", file=sys.stderr)
        return 1
    return run_script(world, text)


def run_script(world: World, text: str) -> int:
    """Run a script as `bash` would; time passes as fast as it can. Returns the script's exit code."""
    session = "script"
    world.machines.open_session(session, NAME, ("bash", "-c", text))
    offsets = (0, 0)
    deadline = world.clock.now + LONGEST_COMMAND
    while True:
        world.clock.settle()
        chunks, offsets = world.machines.session_output(session, offsets)
        for channel, data in chunks:
            stream = sys.stdout if channel == 1 else sys.stderr
            stream.buffer.write(data)
            stream.flush()
        code = world.machines.session_exit(session)
        if code is not None and not chunks:
            return code
        due = world.clock.next_due
        if due is None or due > deadline:
            print("error: the script does not end", file=sys.stderr)
            return 124
        if not chunks:
            world.clock.step()


def interact(world: World) -> int:
    """Connect the world's terminal with the one this process runs in, in real time."""
    if not sys.stdin.isatty():
        print("error: the shell needs a terminal; use --script FILE without one", file=sys.stderr)
        return 2
    columns, rows = shutil.get_terminal_size()
    world.machines.open_terminal(NAME, TERMINAL, columns, rows)
    before = termios.tcgetattr(sys.stdin)
    tty.setraw(sys.stdin)
    try:
        return converse(world, (columns, rows))
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        print()


def converse(world: World, size: tuple[int, int]) -> int:
    offset, last = 0, time.monotonic()
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], TICK)
        now = time.monotonic()
        world.clock.advance(round((now - last) * SECOND))
        last = now
        if (now_size := shutil.get_terminal_size()) != size:
            size = (now_size.columns, now_size.lines)
            world.machines.resize(TERMINAL, *size)
        if ready:
            typed = os.read(sys.stdin.fileno(), 4096)
            if not typed:
                return 0
            world.machines.type(TERMINAL, typed)
            world.clock.settle()
        shown, offset = world.machines.output(TERMINAL, offset)
        if shown:
            sys.stdout.buffer.write(shown)
            sys.stdout.flush()
        if not is_in_use(world):
            return 0


def is_in_use(world: World) -> bool:
    """Whether a program still has the terminal: the login shell has not ended."""
    return any(row["tty"] == TERMINAL and row["exit"] is None for row in world.machines.processes.rows.values())
