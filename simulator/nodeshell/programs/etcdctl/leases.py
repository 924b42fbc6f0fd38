"""Leases: grant, revoke, timetolive, keep-alive, list. Upstream: etcd/etcdctl/ctlv3/command/lease_command.go"""

from base64 import b64encode
from typing import Any

import orjson

from simulator.controlplane.etcdleases import MOST_LEASES
from simulator.kernel.clock import SECOND
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.etcdctl.client import (
    Failure,
    Flags,
    connect,
    form,
    header,
    header_fields,
    unsupported,
    whole,
)
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait

NOT_FOUND = "etcdserver: requested lease not found"
LONGEST = 9_000_000_000


def lease_of(text: str, what: str = "bad lease ID arg") -> int:
    """A lease's id as somebody types it. Raises `Failure`."""
    try:
        if not text.isalnum():
            raise ValueError
        return int(text, 16)
    except ValueError:
        why = f'strconv.ParseInt: parsing "{text}": invalid syntax'
        raise Failure(f"Error: {what} ({why}), expecting ID in Hex") from None


def only(words: list[str], otherwise: str) -> str:
    """The one argument of a command."""
    if len(words) != 1:
        raise Failure(f"Error: {otherwise}")
    return words[0]


def grant(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    text = only(words, "lease grant command needs TTL argument")
    try:
        asked = whole(text)
    except ValueError as error:
        raise Failure(f"Error: bad TTL ({error})") from None
    connect(process, host, flags)
    leases = host.control_plane.etcd.leases
    if asked > LONGEST or len(leases.rows) >= MOST_LEASES:
        raise Failure("Error: failed to grant lease (etcdserver: too large lease TTL)")
    identity, ttl = leases.grant(asked)
    told = {"ID": identity, "TTL": ttl}
    say(process, host, flags, f"lease {identity:016x} granted with TTL({ttl}s)", {**told, "Error": ""}, told)
    return 0


def revoke(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    identity = lease_of(only(words, "lease revoke command needs 1 argument"))
    connect(process, host, flags)
    leases = host.control_plane.etcd.leases
    if identity not in leases.rows:
        raise Failure(f"Error: failed to revoke lease ({NOT_FOUND})")
    leases.revoke(identity)
    if form(flags) == "json":
        process.print(orjson.dumps({"header": header(host)}).decode())
    else:
        say(process, host, flags, f"lease {identity:016x} revoked", {}, {})
    return 0


def time_to_live(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    identity = lease_of(only(words, "lease timetolive command needs lease ID as argument"))
    connect(process, host, flags)
    leases = host.control_plane.etcd.leases
    row = leases.rows.get(identity)
    granted, left = (row[0], leases.left(identity)) if row is not None else (0, -1)
    keys = leases.keys(identity) if "keys" in flags else []
    text = f"lease {identity:016x} granted with TTL({granted}s), remaining({left}s)"
    if "keys" in flags:
        text += f", attached keys([{' '.join(keys)}])"
    if row is None:
        text = f"lease {identity:016x} already expired"
    encoded = [b64encode(key.encode()).decode() for key in keys] or None
    body = {"id": identity, "ttl": left, "granted-ttl": granted, "keys": encoded}
    say(process, host, flags, text, body, {"ID": identity, "TTL": left, "GrantedTTL": granted}, keys)
    return 0


def every(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags)
    found = sorted(host.control_plane.etcd.leases.rows)
    text = "\n".join([f"found {len(found)} leases", *(f"{each:016x}" for each in found)])
    if form(flags) == "fields":
        header_fields(process, host)
        for each in found:
            process.print(f'"ID" : {each}')
        return 0
    say(process, host, flags, text, {"leases": [{"id": each} for each in found]}, {})
    return 0


def keep_alive(process: Process, host: Host, flags: Flags, words: list[str]) -> Outcome:
    """Renew a lease again and again, until it is revoked; with `--once` a single time."""
    identity = lease_of(only(words, "lease keep-alive command needs lease ID as argument"))
    connect(process, host, flags)
    if "once" in flags and identity not in host.control_plane.etcd.leases.rows:
        raise Failure(f"Error: {NOT_FOUND}")
    process.state = {"lease": identity, "flags": dict(flags)}
    return alive(process, host)


def alive(process: Process, host: Host) -> Outcome:
    identity, flags = process.state["lease"], process.state["flags"]
    ttl = host.control_plane.etcd.leases.renew(identity)
    if not ttl:
        process.print(f"lease {identity:016x} expired or revoked.")
        return Exit(0)
    told = {"ID": identity, "TTL": ttl}
    say(process, host, flags, f"lease {identity:016x} keepalived with TTL({ttl})", told, told)
    return Exit(0) if "once" in flags else Wait("alive", until=process.now + ttl * SECOND // 3)


def say(
    process: Process,
    host: Host,
    flags: Flags,
    simple: str,
    body: dict[str, Any],
    fields: dict[str, int],
    keys: list[str] | None = None,
) -> None:
    """An answer about a lease in the form that is asked for."""
    how = form(flags)
    if how == "table":
        raise unsupported(how)
    if how == "simple":
        process.print(simple)
    elif how == "json":
        process.print(orjson.dumps({**header(host), **body}).decode())
    else:
        header_fields(process, host)
        for name, value in fields.items():
            process.print(f'"{name}" : {value}')
        for key in keys or ():
            process.print(f'"Key" : {orjson.dumps(key).decode()}')
