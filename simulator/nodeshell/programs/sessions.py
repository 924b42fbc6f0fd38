"""A command on another machine, with what is typed and printed carried to and fro."""

from typing import Any

from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait

FAILED = 255
"""The exit code of a connection that is lost."""


def begin_session(process: Process, machine: str, argv: tuple[str, ...], *, tty: bool, farewell: str) -> Outcome:
    """Start a command there; on a terminal, every key goes there. `farewell` names the machine left."""
    terminal = process.terminal
    session = f"shell/{machine}/{process.random(1 << 40):010x}"
    wired = tty and terminal is not None
    size = {"columns": terminal.columns, "rows": terminal.rows} if terminal is not None and wired else {}
    env = {"TERM": process.env.get("TERM", "xterm-256color")} if wired else {}
    try:
        process.machines.open_session(session, machine, argv, stdin=True, tty=wired, env=env, **size)
    except OSFailure as failure:
        process.error(f"{process.name}: {argv[0]}: {failure.words.lower()}")
        return Exit(FAILED if farewell else 1)
    if terminal is not None and wired:
        terminal.set_raw(True)
        process.handle(signals.WINCH)
    process.handle(signals.HUP)
    process.state = {"session": session, "at": (0, 0), "tty": wired, "name": farewell, "open": True}
    return relay(process)


def relay(process: Process) -> Outcome:
    """What is typed goes there, what is printed there comes here."""
    machines, state = process.machines, dict(process.state)
    session = state["session"]
    while state["open"] and (data := process.read(0)) is not None:
        machines.session_input(session, data)
        state["open"] = bool(data)
    chunks, state["at"] = machines.session_output(session, state["at"])
    for channel, data in chunks:
        process.write(channel, data)
    process.state = state
    code = machines.session_exit(session)
    if code is None or (chunks and not state["tty"]):
        soon = process.now if chunks and code is not None else None
        return Wait("relay", until=soon, readable=(0,) if state["open"] else (), stream=True)
    return _leave(process, state, code)


def _leave(process: Process, state: dict[str, Any], code: int) -> Outcome:
    process.machines.session_close(state["session"])
    lost = code == 128 + signals.KILL and bool(state["name"])
    if state["tty"] and process.terminal is not None:
        process.terminal.set_raw(False)
    if state["name"] and (state["tty"] or lost):
        process.error(f"Connection to {state['name']} closed{' by remote host' if lost else ''}.")
    return Exit(FAILED if lost else code)


def session_signal(process: Process, signal: int) -> Outcome | None:
    """The window changed, or whoever sits there hangs up."""
    if not isinstance(process.state, dict) or "session" not in process.state:
        return Exit(128 + signal)
    if signal == signals.WINCH and process.terminal is not None:
        process.machines.session_resize(process.state["session"], process.terminal.columns, process.terminal.rows)
        return None
    process.machines.session_close(process.state["session"])
    return Exit(128 + signal)
