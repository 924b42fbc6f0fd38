"""txn: requests that are carried out together, as conditions decide.

Upstream: etcd/etcdctl/ctlv3/command/txn_command.go
"""

import re
import shlex
from collections.abc import Callable
from json import loads
from typing import Any, NamedTuple

from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.etcdctl import keys
from simulator.nodeshell.programs.etcdctl.client import GLOBAL, Failure, Flags, connect, form
from simulator.nodeshell.programs.etcdctl.leases import lease_of
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait

PROMPTS = ("compares:", "success requests (get, put, del):", "failure requests (get, put, del):")
TEXT = r'"(?:[^"\\]|\\.)*"'
COMPARISON = re.compile(rf"([^(]*)\(({TEXT})\)\s+(\S+)\s+({TEXT})")
TARGETS = {
    "ver": "version", "version": "version", "c": "created", "create": "created", "m": "modified", "mod": "modified",
    "val": "value", "value": "value", "lease": "lease",
}  # fmt: skip
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: bool(one == other),
    "!=": lambda one, other: bool(one != other),
    "<": lambda one, other: bool(one < other),
    ">": lambda one, other: bool(one > other),
}
RUNS = {"put": keys.put_one, "get": keys.get, "del": keys.delete}
LARGEST = 64 << 10


class Comparison(NamedTuple):
    """What is to hold of a key."""

    key: str
    target: str
    sign: str
    value: str


def begin(process: Process, host: Host, flags: Flags, words: list[str]) -> Outcome:
    if words:
        raise Failure("Error: txn command does not accept argument")
    if form(flags) != "simple":
        raise Failure("Error: txn is simulated with the output format simple only")
    connect(process, host, flags)
    process.state = {"flags": dict(flags), "text": "", "sections": [[]]}
    ask(process)
    return read(process, host)


def ask(process: Process) -> None:
    place = len(process.state["sections"]) - 1
    if {"i", "interactive"} & process.state["flags"].keys() and place < len(PROMPTS):
        process.print(PROMPTS[place])


def read(process: Process, host: Host) -> Outcome:
    """Take one line after another; an empty one ends a section."""
    while len(process.state["sections"]) <= len(PROMPTS):
        line, newline, rest = process.state["text"].partition("\n")
        if not newline:
            data = process.read(0)
            if data is None:
                return Wait("transact", readable=(0,))
            if not data or len(process.state["text"]) > LARGEST:
                raise Failure("Error: EOF")
            process.state = {**process.state, "text": process.state["text"] + data.decode("utf-8", "replace")}
            continue
        take(process, line.strip(), rest)
    carry_out(process, host)
    return Exit(0)


def take(process: Process, line: str, rest: str) -> None:
    *before, current = process.state["sections"]
    check = request if before else comparison
    if line:
        check(line)
    sections = [*before, [*current, line]] if line else [*before, current, []]
    process.state = {**process.state, "text": rest, "sections": sections}
    if not line:
        ask(process)


def comparison(line: str) -> Comparison:
    """Upstream: ParseCompare"""
    found = COMPARISON.match(line)
    if found is None or found[3] not in COMPARED:
        raise Failure(f"Error: malformed comparison: {line}")
    target = TARGETS.get(found[1])
    if target is None:
        raise Failure(f"Error: malformed comparison: {line} (unknown target {found[1]})")
    try:
        key, value = (str(loads(text)) for text in (found[2], found[4]))
    except ValueError:
        raise Failure(f"Error: malformed comparison: {line}") from None
    if target not in ("value", "lease") and not value.removeprefix("-").isdecimal():
        why = f'strconv.ParseInt: parsing "{value}": invalid syntax'
        raise Failure(f"Error: invalid txn compare request: {line} ({why})")
    return Comparison(key, target, found[3], value)


def request(line: str) -> tuple[str, dict[str, str], list[str]]:
    """A put, get or del with its flags and arguments."""
    try:
        words = shlex.split(line)
        name = words[0] if len(words) > 1 else ""
        if not name:
            raise Failure(f"Error: invalid txn compare request: {line}")
        values, switches = keys.FLAGS[name]
        flags, rest = parsed(words[1:], (*GLOBAL, *values.split()), switches.split())
    except (ValueError, KeyError, UnknownFlag):
        raise Failure(f"Error: invalid txn request: {line}") from None
    if name == "put" and len(rest) != 2:
        raise Failure("Error: put command needs 1 argument and input from stdin or 2 arguments")
    return name, flags, rest


def carry_out(process: Process, host: Host) -> None:
    compares, well, otherwise = process.state["sections"][:3]
    flags = process.state["flags"]
    is_so = all(holds(host, comparison(line)) for line in compares)
    chosen = [request(line) for line in (well if is_so else otherwise)]
    for name, own, words in chosen:
        if name == "put":
            keys.may_put(host, own, words)
    process.print("SUCCESS" if is_so else "FAILURE")
    for name, own, words in chosen:
        process.print("")
        RUNS[name](process, host, {**flags, **own}, words)


def holds(host: Host, wanted: Comparison) -> bool:
    found = keys.with_history(host, keys.held(host, keys.Range({}, [wanted.key], "get")))
    compare = COMPARED[wanted.sign]
    if wanted.target == "value":
        return bool(found) and compare(found[0].value, wanted.value)
    if wanted.target == "lease":
        return compare(host.control_plane.etcd.leases.of(wanted.key), lease_of(wanted.value))
    return compare(getattr(found[0], wanted.target) if found else 0, int(wanted.value))
