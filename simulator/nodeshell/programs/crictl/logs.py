"""crictl logs: what a container has written, and goes on to write. Upstream: pkg/kubelet/kuberuntime/logs"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.kernel.clock import SECOND, moment
from simulator.machinery.durations import DurationError, parse_duration
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.crictl.found import Failure, before, given, one
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait


def begin(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> Outcome:
    container = one(host, words[0] if words else "")
    row = container.row
    if {"p", "previous"} & flags.keys():
        if not row["last"]:
            raise Failure(f"failed to find previous container of {container.id}")
        row = before(row)
    lines, read = process.machines.log(row["machine"])
    since = earliest(flags, process.now)
    lines = [line for line in lines if line[0] >= since]
    tail = given(flags, "tail", "n")
    if tail.isdecimal():
        lines = lines[len(lines) - min(int(tail), len(lines)) :]
    state = {"machine": row["machine"], "read": read, "stamped": bool({"t", "timestamps"} & flags.keys())}
    write(process, lines, state["stamped"])
    if not {"f", "follow"} & flags.keys():
        return Exit(0)
    process.state = state
    return Wait("more", stream=True)


def earliest(flags: Mapping[str, str], now: int) -> int:
    """What `--since` means: a time, or how long ago."""
    text = flags.get("since", "")
    if not text:
        return 0
    try:
        return now - parse_duration(text)
    except DurationError:
        pass
    try:
        return moment(text)
    except ValueError:
        raise Failure(f'failed to parse timestamp value from "since": {text}') from None


def write(process: Process, lines: list[Any], stamped: bool) -> None:
    for when, stream, text in lines:
        head = f"{datetime.fromtimestamp(when // SECOND, UTC):%Y-%m-%dT%H:%M:%S}.{when % SECOND:06d}000Z "
        content = (head if stamped else "") + text
        process.write(2 if stream == "stderr" else 1, content.encode("utf-8", "surrogateescape"))


def more(process: Process, host: Host) -> Outcome:
    """What was written since; it ends with the container."""
    state: dict[str, Any] = process.state
    lines, read = process.machines.log(state["machine"], state["read"])
    write(process, lines, state["stamped"])
    process.state = {**state, "read": read}
    if not lines and not host.kubelet.runtime.is_running(state["machine"]):
        return Exit(0)
    return Wait("more", stream=True, until=process.now + SECOND)
