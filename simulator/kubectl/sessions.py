"""Terminals inside containers: bytes one way and the other until the process there has ended.

Upstream: kubectl/pkg/cmd/exec, k8s.io/client-go/tools/remotecommand
"""

from typing import Any

import orjson

from simulator.api.requests import Stream
from simulator.kernel.clock import SECOND
from simulator.kubectl.command import Outcome, step
from simulator.kubectl.errors import CommandError, Exited
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.upgrading import REMOTE_COMMAND, Socket, upgraded
from simulator.machinery.objects import Object, at

LOUD = 6
"""From this verbosity on a session says that it is still there."""
STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255

NO_TTY = "Unable to use a TTY - input is not a terminal or the right kind of file"
RECORDED = (
    "All commands and output from this session will be recorded in container logs, including credentials and "
    "sensitive information passed through the command prompt."
)
PROMPT_HINT = "If you don't see a command prompt, try pressing enter."


def wants_tty(kubectl: Kubectl) -> bool:
    """Whether a terminal is wanted and there is one; says so where there is none."""
    options = kubectl.options
    if not options.flag("tty"):
        return False
    if not kubectl.terminal.is_terminal(0) or not options.flag("stdin"):
        kubectl.complain(NO_TTY)
        return False
    return True


PING = 5 * SECOND
"""How often a client asks whether its WebSocket still works; that is only of interest where it is logged."""


def begin_session(kubectl: Kubectl, path: str, query: dict[str, Any], *, tty: bool, stdin: bool) -> Outcome:
    """Open exec or attach and carry bytes until it ends."""
    whole = {**query, "stdout": True, "stderr": None if tty else True, "stdin": stdin or None, "tty": tty or None}
    stream = upgraded(kubectl, path, whole, REMOTE_COMMAND)
    socket = Socket(kubectl)
    socket.opened()
    if tty:
        columns, rows = kubectl.terminal.size()
        size = orjson.dumps({"Width": columns, "Height": rows}) + b"\n"
        socket.wrote()
        stream = kubectl.client.feed(stream, RESIZE, size) or stream
        kubectl.terminal.raw(True)
    return carry(kubectl, stream, tty, stdin, kubectl.now + PING)


@step
def carry(kubectl: Kubectl, stream: Stream, tty: bool, stdin: bool, ping: int) -> Outcome:
    """Take what was typed to the container, and what it wrote to the terminal."""
    socket = Socket(kubectl)
    while stdin:
        typed = kubectl.terminal.read()
        if typed is None:
            break
        if typed:
            socket.wrote()
            stream = kubectl.client.feed(stream, STDIN, typed) or stream
        else:
            socket.finished()
            stream = kubectl.client.feed(stream, CLOSE, bytes([STDIN])) or stream
            stdin = False
    polled = kubectl.client.poll(stream)
    status: Object | None = None
    for channel, chunk in polled.chunks:
        if isinstance(chunk, dict):
            status = chunk
        elif channel == STDERR:
            kubectl.terminal.write_error(chunk)
        else:
            kubectl.write(chunk)
    if status is None and polled.stream is not None:
        if kubectl.now >= ping:
            socket.pinged()
            ping += PING
        until = ping if kubectl.options.number("v") >= LOUD else None
        readable = (0,) if stdin else ()
        return kubectl.wait(carry, polled.stream, tty, stdin, ping, until=until, readable=readable, stream=True)
    socket.closed()
    if tty:
        kubectl.terminal.raw(False)
    return ended(status)


def ended(status: Object | None) -> Outcome:
    """What the last word of a session means for the exit code."""
    if status is None or status.get("status") == "Success":
        return None
    for cause in at(status, "details", "causes", default=[]):
        if cause.get("reason") == "ExitCode":
            code = int(cause["message"])
            raise Exited(f"command terminated with exit code {code}", code)
    raise CommandError(str(status.get("message", "the session ended")))
