"""What file descriptors stand for: open files with their offsets, pipes with their back-pressure, terminals, logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.kernel.state import State
from simulator.runtime.errors import OSFailure
from simulator.runtime.files import LARGEST_FILE, READ, WRITE
from simulator.runtime.nodes import Node

if TYPE_CHECKING:
    from simulator.runtime.machines import Machines
    from simulator.runtime.process import Process

PIPE_CAPACITY = 64 << 10
OPEN_COST = 40
"""What it costs to open a file."""

type Open = Mapping[str, Any]
"""An open file description, shared by those who inherited it: `kind`, `refs`, and what the kind needs."""


class Descriptors:
    """The open files (`runtime/opens`) and pipes (`runtime/pipes`) of a world, each by (machine, number)."""

    def __init__(self, state: State, machines: Machines) -> None:
        self.machines = machines
        self.opens = state.table("runtime/opens")
        self.pipes = state.table("runtime/pipes")
        self.numbers = state.table("runtime/open-numbers")

    # opening

    def open(self, machine: str, **what: Any) -> int:
        number = (self.numbers.get(machine) or 0) + 1
        self.numbers.put(machine, number)
        self.opens.put((machine, number), {"refs": 1, **what})
        return number

    def open_bytes(self, machine: str, content: bytes) -> int:
        return self.open(machine, kind="bytes", content=content, offset=0)

    def open_pipe(self, machine: str, *, outside: bool = False) -> tuple[int, int]:
        """A pipe's two ends; `outside` when one of them is held by the world and not by a process."""
        number = (self.numbers.get(machine) or 0) + 1
        self.numbers.put(machine, number)
        self.pipes.put((machine, number), {"content": b"", "readers": 1, "writers": 1, "outside": outside})
        return (
            self.open(machine, kind="pipe", pipe=number, end="read"),
            self.open(machine, kind="pipe", pipe=number, end="write"),
        )

    def open_path(self, process: Process, path: str, mode: str, permissions: int) -> int:
        files, machine = process.files, process.machine
        process.spend(OPEN_COST)
        node = files.find(path)
        if node is not None and node["kind"] == "device":
            return self._open_device(process, node["device"], path)
        if mode == "r":
            node = files.stat(path)
        if node is not None and node["kind"] == "socket":
            raise OSFailure("ENXIO", path)
        if node is not None:
            wanted = READ if mode == "r" else READ | WRITE if mode == "r+" else WRITE
            if node["kind"] == "directory" and mode != "r":
                raise OSFailure("EISDIR", path)
            if not files.allows(path, wanted):
                raise OSFailure("EACCES", path)
        if mode == "w" or node is None:
            files.write(path, b"", mode=permissions)
        place = files.resolve(path)
        return self.open(machine, kind="file", path=place, offset=0, append=mode == "a", mode=mode)

    def _open_device(self, process: Process, device: str, path: str) -> int:
        if device.startswith("fd/"):
            opened = process.fds.get(int(device[3:]))
            if opened is None:
                raise OSFailure("ENOENT", path)
            self.hold(process.machine, opened)
            return opened
        if device.startswith("cgroup/"):
            return self.open_bytes(process.machine, self.machines.cgroups.file(process.machine, device[7:]).encode())
        if device == "tty":
            if process.tty is None:
                raise OSFailure("ENOENT", path)
            return self.open(process.machine, kind="terminal", terminal=process.tty)
        return self.open(process.machine, kind=device)

    # sharing

    def kind(self, machine: str, number: int) -> str:
        kind: str = self.opens[(machine, number)]["kind"]
        return kind

    def hold(self, machine: str, number: int) -> None:
        opened = self.opens[(machine, number)]
        self.opens.put((machine, number), {**opened, "refs": opened["refs"] + 1})

    def release(self, machine: str, number: int) -> None:
        """Let go of an open file; the last one to do so closes it, which a pipe's other end notices."""
        opened = self.opens.get((machine, number))
        if opened is None:
            return
        if opened["refs"] > 1:
            self.opens.put((machine, number), {**opened, "refs": opened["refs"] - 1})
            return
        self.opens.delete((machine, number))
        if opened["kind"] == "pipe":
            self._close_end(machine, opened["pipe"], "readers" if opened["end"] == "read" else "writers")

    def _close_end(self, machine: str, number: int, side: str) -> None:
        pipe = self.pipes[(machine, number)]
        pipe = {**pipe, side: pipe[side] - 1}
        if pipe["readers"] or pipe["writers"]:
            self.pipes.put((machine, number), pipe)
            self._stir(machine, number, pipe)
        else:
            self.pipes.delete((machine, number))

    def _stir(self, machine: str, number: int, pipe: Mapping[str, Any]) -> None:
        self.machines.stir(("pipe", machine, number))
        if pipe["outside"]:
            self.machines.poke()

    # reading and writing

    def ready(self, machine: str, number: int) -> bool:
        """Whether a read would give something (or the end)."""
        opened = self.opens.get((machine, number))
        if opened is None:
            return True
        if opened["kind"] == "pipe":
            pipe = self.pipes.get((machine, opened["pipe"]))
            return pipe is None or bool(pipe["content"]) or not pipe["writers"]
        if opened["kind"] == "terminal":
            return self.machines.terminal(opened["terminal"]).is_ready()
        return True

    def is_own_output(self, machine: str, number: int, output: int) -> bool:
        """Whether what is still to be read from a file is what goes out to it."""
        opened, other = self.opens.get((machine, number)), self.opens.get((machine, output))
        if opened is None or other is None or opened["kind"] != "file" or other["kind"] != "file":
            return False
        node = self.machines.files(machine).find(opened["path"])
        same = opened["path"] == other["path"] and "unlinked" not in opened and "unlinked" not in other
        return same and node is not None and opened["offset"] < len(node.get("content", b""))

    def filled(self, machine: str, number: int) -> bool:
        """Whether a pipe still holds bytes that nobody has read."""
        pipe = self.pipes.get((machine, self.opens[(machine, number)]["pipe"]))
        return pipe is not None and bool(pipe["content"])

    def push(self, machine: str, number: int, data: bytes) -> None:
        """Write to a pipe from outside, where nobody could wait for room."""
        opened = self.opens[(machine, number)]
        pipe = self.pipes[(machine, opened["pipe"])]
        if pipe["readers"]:
            self.pipes.put((machine, opened["pipe"]), {**pipe, "content": pipe["content"] + data})
            self._stir(machine, opened["pipe"], pipe)

    def forget(self, machine: str) -> None:
        """The machine is gone, with all that was open on it."""
        for number in range(1, (self.numbers.get(machine) or 0) + 1):
            self.opens.delete((machine, number))
            self.pipes.delete((machine, number))
        self.numbers.delete(machine)

    def source(self, machine: str, number: int) -> tuple[Any, ...] | None:
        """What those who wait for a descriptor are waiting for."""
        opened = self.opens.get((machine, number))
        if opened is None:
            return None
        if opened["kind"] == "pipe":
            return ("pipe", machine, opened["pipe"])
        return ("terminal", opened["terminal"]) if opened["kind"] == "terminal" else None

    def read(self, machine: str, number: int, size: int) -> bytes | None:
        opened = self.opens[(machine, number)]
        kind = opened["kind"]
        if kind == "pipe":
            return self._read_pipe(machine, opened, size)
        if kind == "terminal":
            return self.machines.terminal(opened["terminal"]).read(size)
        if kind in ("zero", "full"):
            return bytes(size)
        if kind == "random":
            return self.machines.random.bits("runtime/device").to_bytes(16) * (-(-size // 16))
        if kind in ("file", "bytes"):
            return self._read_file(machine, number, opened, size)
        if kind == "null":
            return b""
        raise OSFailure("EBADF")

    def _read_file(self, machine: str, number: int, opened: Open, size: int) -> bytes:
        if opened["kind"] == "bytes":
            content = opened["content"]
        elif opened["mode"] in ("w", "a"):
            raise OSFailure("EBADF")
        elif "unlinked" in opened:
            content = opened["unlinked"]
        else:
            node = self.machines.files(machine).find(opened["path"])
            if node is not None and node["kind"] == "directory":
                raise OSFailure("EISDIR")
            content = b"" if node is None else node.get("content", b"")
            if node is not None and node.get("hole") and opened["offset"] >= len(content):
                zeros = min(len(content) + node["hole"] - opened["offset"], size)
                self.opens.put((machine, number), {**opened, "offset": opened["offset"] + zeros})
                return bytes(max(zeros, 0))
        part: bytes = content[opened["offset"] : opened["offset"] + size]
        if part:
            self.opens.put((machine, number), {**opened, "offset": opened["offset"] + len(part)})
        return part

    def _read_pipe(self, machine: str, opened: Open, size: int) -> bytes | None:
        if opened["end"] != "read":
            raise OSFailure("EBADF")
        key = (machine, opened["pipe"])
        pipe = self.pipes[key]
        if not pipe["content"]:
            return None if pipe["writers"] else b""
        part: bytes = pipe["content"][:size]
        pipe = {**pipe, "content": pipe["content"][size:]}
        self.pipes.put(key, pipe)
        self._stir(machine, opened["pipe"], {**pipe, "outside": False})
        return part

    def unread(self, machine: str, number: int, data: bytes) -> None:
        opened = self.opens[(machine, number)]
        if not data:
            return
        if opened["kind"] == "pipe":
            pipe = self.pipes[(machine, opened["pipe"])]
            self.pipes.put((machine, opened["pipe"]), {**pipe, "content": data + pipe["content"]})
        elif opened["kind"] == "terminal":
            self.machines.terminal(opened["terminal"]).unread(data)
        elif "offset" in opened:
            self.opens.put((machine, number), {**opened, "offset": opened["offset"] - len(data)})

    def write(self, machine: str, number: int, data: bytes) -> bytes:
        """Write what fits; what is left over has to wait until a reader made room."""
        opened = self.opens[(machine, number)]
        kind = opened["kind"]
        if kind == "pipe":
            return self._write_pipe(machine, opened, data)
        if kind == "terminal":
            self.machines.terminal(opened["terminal"]).write(data)
        elif kind == "log":
            self.machines.logs.write(opened["log"], opened["stream"], data.decode("utf-8", "replace"))
            self.machines.poke()
        elif kind == "file":
            self._write_file(machine, number, opened, data)
        elif kind == "full":
            raise OSFailure("ENOSPC")
        elif kind == "bytes":
            raise OSFailure("EBADF")
        return b""

    def _write_file(self, machine: str, number: int, opened: Open, data: bytes) -> None:
        if opened["mode"] == "r":
            raise OSFailure("EBADF")
        files = self.machines.files(machine)
        node = files.find(opened["path"]) if "unlinked" not in opened else None
        if node is None:
            self._write_unlinked(machine, number, opened, data)
            return
        content = node.get("content", b"")
        self.machines.budgets.spend(machine, len(content) // 8000)
        offset = len(content) if opened["append"] else opened["offset"]
        if offset == len(content):
            files.write(opened["path"], data, append=True)
        else:
            padded = content[:offset].ljust(offset, b"\0")
            files.write(opened["path"], padded + data + content[offset + len(data) :])
        self.opens.put((machine, number), {**opened, "offset": offset + len(data)})

    def _write_unlinked(self, machine: str, number: int, opened: Open, data: bytes) -> None:
        """Write to a file that has been removed: only those who hold it open can read it."""
        content = opened.get("unlinked", b"")
        offset = len(content) if opened["append"] else opened["offset"]
        whole = content[:offset].ljust(offset, b"\0") + data + content[offset + len(data) :]
        if len(whole) > LARGEST_FILE:
            raise OSFailure("EFBIG", opened["path"])
        self.opens.put((machine, number), {**opened, "unlinked": whole, "offset": offset + len(data)})

    def moved(self, machine: str, place: str, node: Node, target: str) -> None:
        """A file got another path, or none (`target` empty): those who hold it open go on with it."""
        if node["kind"] != "file" or machine not in self.machines.pids:
            return
        for pid in self.machines.pids[machine][1]:
            for number in self.machines.processes[(machine, pid)]["fds"].values():
                opened = self.opens.get((machine, number))
                if opened is not None and opened["kind"] == "file" and opened["path"] == place:
                    change = {"path": target} if target else {"unlinked": node["content"]}
                    if "unlinked" not in opened:
                        self.opens.put((machine, number), {**opened, **change})

    def _write_pipe(self, machine: str, opened: Open, data: bytes) -> bytes:
        if opened["end"] != "write":
            raise OSFailure("EBADF")
        key = (machine, opened["pipe"])
        pipe = self.pipes[key]
        if not pipe["readers"]:
            raise OSFailure("EPIPE")
        room = PIPE_CAPACITY - len(pipe["content"])
        if room <= 0:
            return data
        self.pipes.put(key, {**pipe, "content": pipe["content"] + data[:room]})
        self._stir(machine, opened["pipe"], pipe)
        return data[room:]
