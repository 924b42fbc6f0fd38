"""What members hold and who leads them: endpoint hashkv, move-leader.

Upstream: etcd/etcdctl/ctlv3/command/{ep,move_leader}_command.go
"""

from zlib import crc32

import orjson

from simulator.kernel.clock import SECOND
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.etcdctl.client import (
    Failure,
    Flags,
    connect,
    endpoints,
    form,
    header,
    header_fields,
    identity,
    is_secure,
    member_at,
    show,
)
from simulator.nodeshell.programs.etcdctl.keys import Range, held, number
from simulator.runtime.process import Process

EVERYTHING = Range({"from-key": ""}, ["\0"], "get")


def hash_at(host: Host, revision: int) -> int:
    """A digest of all keys and values as they were at a revision. Raises `Failure`."""
    known = {entry.key: entry.value for entry in held(host, EVERYTHING, revision)}
    known |= host.control_plane.etcd.own_keys.rows  # which of these there were at a revision is not kept
    found = 0
    for key in sorted(known):
        found = crc32(f"{key}\0{known[key]}\0".encode(), found)
    return found


def endpoint_hashkv(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """The hash of each member's history up to a revision."""
    store, revision, places = host.cluster.store, number(flags, "rev"), endpoints(process, host, flags)
    rows: list[tuple[str, ...]] = []
    for place in places:
        name = member_at(host, place)
        try:
            if name is None or not is_secure(process, flags):
                raise Failure("context deadline exceeded")
            rows.append((place, str(hash_at(host, revision)), str(revision or store.revision)))
        except Failure as failure:
            process.error(f"Failed to get the hash of endpoint {place} ({str(failure).removeprefix('Error: ')})")
    how = form(flags)
    if how == "json":
        told = [
            {"Endpoint": row[0], "HashKV": {"header": header(host, member_at(host, row[0]) or ""), "hash": int(row[1]),
             "compact_revision": store.oldest, "hash_revision": int(row[2])}}
            for row in rows
        ]  # fmt: skip
        process.print(orjson.dumps(told).decode())
    elif how == "fields":
        for place, digest, at in rows:
            header_fields(process, host)
            process.print(f'"Endpoint" : "{place}"\n"Hash" : {digest}\n"HashRevision" : {at}')
    else:
        show(process, flags, ("ENDPOINT", "HASH", "HASH REVISION"), rows)
    return 0 if len(rows) == len(places) else 1


def move_leader(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """Have another member lead; the one that leads now has to be among the endpoints."""
    if len(words) != 1:
        raise Failure("Error: move-leader command needs 1 argument")
    try:
        target = f"{int(words[0], 16):016x}"
    except ValueError:
        raise Failure(f'Error: strconv.ParseUint: parsing "{words[0]}": invalid syntax') from None
    connect(process, host, flags)
    etcd, places = host.control_plane.etcd, endpoints(process, host, flags)
    leader = etcd.leader()
    if leader not in [member_at(host, place) for place in places]:
        raise Failure(f"Error: no leader endpoint given at [{' '.join(places)}]")
    node = next((name for name in etcd.voters() if identity(name) == target), "")
    if not node:
        raise Failure("Error: etcdserver: bad leader transferee")
    if node not in etcd.members():
        raise Failure("Error: etcdserver: request timed out, leader transfer took too long", 5 * SECOND)
    etcd.lead(node)
    if form(flags) == "json":
        process.print(orjson.dumps({"header": header(host, leader)}).decode())
        return 0
    if form(flags) == "fields":
        header_fields(process, host)
        return 0
    process.print(f"Leadership transferred from {identity(leader).lstrip('0')} to {target.lstrip('0')}")
    return 0
