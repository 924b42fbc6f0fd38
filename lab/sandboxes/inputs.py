"""What can be done to a world from outside. A world is its beginning and these, in order; replay is the same code."""

from dataclasses import dataclass, replace
from typing import Any

from lab.sandboxes import files
from simulator.api.requests import ADMINISTRATOR, Request, Response
from simulator.apiserver.authentication import has_credentials
from simulator.kernel.state import decode, encode

WORKSTATION = "workstation"


@dataclass(frozen=True, slots=True)
class Action:
    """One input: its kind and plain arguments. `client` and `number` tell a repeated one from a new one."""

    kind: str
    arguments: tuple[Any, ...]
    client: str = ""
    number: int = 0

    def payload(self) -> bytes:
        return encode(self.arguments)


def action(kind: str, payload: bytes) -> Action:
    """An input as it was stored."""
    return Action(kind, decode(payload))


def open_terminal(terminal: str, cols: int, rows: int, **sender: Any) -> Action:
    return Action("open", (terminal, cols, rows), **sender)


def keys(terminal: str, data: bytes, **sender: Any) -> Action:
    return Action("type", (terminal, data), **sender)


def close_terminal(terminal: str, **sender: Any) -> Action:
    return Action("close", (terminal,), **sender)


def resize(terminal: str, cols: int, rows: int, **sender: Any) -> Action:
    return Action("resize", (terminal, cols, rows), **sender)


def write_file(path: str, text: str) -> Action:
    return Action("write", (path, text))


def press(fault: str) -> Action:
    """Somebody presses the button of a fault."""
    return Action("press", (fault,))


def set_off(fault: str, arguments: dict[str, Any], cluster: str = "") -> Action:
    """An instructor lets any fault of the registry happen; the arguments may be texts of a form."""
    return Action("set_off", (fault, arguments, cluster))


def release(identity: str) -> Action:
    """An instructor undoes a fault that stands."""
    return Action("release", (identity,))


def request(asked: Request) -> Action:
    return Action("request", (asked.method, asked.path, asked.query, asked.headers, asked.body))


def send(stream: dict[str, Any], channel: int, data: bytes) -> Action:
    return Action("send", (stream, channel, data))


def perform(world: Any, asked: Action) -> Any:
    """Do one input to a world, at its present moment; an API request gives its answer."""
    match asked.kind, asked.arguments:
        case "open", (terminal, cols, rows):
            if terminal not in world.machines.terminals.rows:
                return world.machines.open_terminal(WORKSTATION, terminal, cols, rows)
            world.machines.resize(terminal, cols, rows)
            return None if world.machines.has_shell(terminal) else world.machines.log_in(terminal)
        case "close", (terminal,):  # what runs on it ends; what it has shown stays, as others may have to look at it
            if terminal in world.machines.terminals.rows:
                world.machines.hang_up(WORKSTATION, terminal)
            return None
        case "type", (terminal, data):
            if not world.machines.has_shell(terminal):  # its shell was left: the next key is for a new one
                world.machines.log_in(terminal)
                world.machines.terminal(terminal).set_echo(False)  # it shows what was typed behind its prompt
                data = data.removeprefix(b"\r")
            return world.machines.type(terminal, data)
        case "resize", (terminal, cols, rows):
            return world.machines.resize(terminal, cols, rows)
        case "write", (path, text):
            return files.write(world, path, text)
        case "press", (fault,):
            return world.faults.press(fault)
        case "set_off", (fault, arguments, cluster):
            return world.faults.set_off(fault, arguments, cluster=cluster)
        case "release", (identity,):
            return world.faults.release(identity)
        case "request", (method, path, query, headers, body):
            return answered(world, Request(method, path, tuple(map(tuple, query)), dict(headers), body))
        case "send", (stream, channel, data):
            return world.send(stream, channel, data)
    raise ValueError(f"no such input: {asked.kind}")


def answered(world: Any, asked: Request) -> Response:
    """What the world's API server says. Whoever has the sandbox's address is its administrator, unless they came with
    credentials of their own."""
    response: Response = world.request(asked if has_credentials(asked) else replace(asked, user=ADMINISTRATOR))
    return response
