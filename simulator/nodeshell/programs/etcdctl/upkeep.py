"""Members, endpoints and upkeep: member, endpoint, snapshot save, compact, defrag, alarm. Upstream: etcd/etcdctl"""

import orjson

from simulator.etcd import snapshots
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.etcdctl.client import (
    Failure,
    Flags,
    connect,
    endpoints,
    form,
    header,
    identity,
    is_secure,
    member_at,
    show,
    version_at,
)
from simulator.nodeshell.programs.etcdctl.keys import COMPACTED, FUTURE
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process

NOT_ENOUGH = "Error: etcdserver: re-configuration failed due to not enough started members"


def member_list(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags)
    rows: list[tuple[str, ...]] = []
    for name in host.control_plane.etcd.voters():
        server, is_new = f"https://{host.nodes.address(name)}", name in host.control_plane.etcd.joining()
        told = ("unstarted", "") if is_new else ("started", name)
        rows.append((identity(name), *told, f"{server}:2380", "" if is_new else f"{server}:2379", "false"))
    if form(flags) == "json":
        members = [
            {"ID": int(row[0], 16), **({"name": row[2]} if row[2] else {}), "peerURLs": [row[3]],
             **({"clientURLs": [row[4]]} if row[4] else {})}
            for row in rows
        ]  # fmt: skip
        process.print(orjson.dumps({"header": header(host), "members": members}).decode())
        return 0
    show(process, flags, ("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"), rows)
    return 0


def member_remove(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags)
    if len(words) != 1:
        raise Failure("Error: member ID is not provided")
    control_plane = host.control_plane
    name = next((each for each in control_plane.etcd.voters() if identity(each) == words[0].lower()), None)
    if name is None:
        raise Failure("Error: etcdserver: member not found")
    left = [each for each in control_plane.etcd.voters() if each != name]
    if 2 * len([each for each in control_plane.etcd.members() if each != name]) <= len(left):
        raise Failure(NOT_ENOUGH)
    control_plane.etcd.remove(name)
    process.print(f"Member {words[0].lower()} removed from cluster {identity('cluster')}")
    return 0


def member_add(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags)
    if len(words) != 1:
        raise Failure("Error: member name not provided")
    if not flags.get("peer-urls"):
        raise Failure("Error: member peer urls not provided")
    name, control_plane = words[0], host.control_plane
    if name not in control_plane.nodes:
        raise Failure("Error: only the nodes of the control plane are simulated as members of etcd")
    if name in control_plane.etcd.voters():
        raise Failure("Error: etcdserver: Peer URLs already exists")
    if 2 * len(control_plane.etcd.members()) <= len(control_plane.etcd.voters()) + 1:
        raise Failure(NOT_ENOUGH)
    control_plane.etcd.add(name)
    peers = {each: f"https://{host.nodes.address(each)}:2380" for each in control_plane.etcd.voters()}
    process.print(f"Member {identity(name)} added to cluster {identity('cluster')}\n")
    process.print(f'ETCD_NAME="{name}"')
    process.print(f'ETCD_INITIAL_CLUSTER="{",".join(f"{each}={url}" for each, url in peers.items())}"')
    process.print(f'ETCD_INITIAL_ADVERTISE_PEER_URLS="{flags["peer-urls"]}"')
    process.print('ETCD_INITIAL_CLUSTER_STATE="existing"')
    return 0


def endpoint_health(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    rows: list[tuple[str, ...]] = []
    for seen, place in enumerate(endpoints(process, host, flags)):
        name = member_at(host, place)
        well = name is not None and is_secure(process, flags) and host.control_plane.etcd.answers(name)
        rows.append((place, "true" if well else "false", f"9.8{seen}1ms", "" if well else "context deadline exceeded"))
    for place, healthy, took, trouble in rows if form(flags) == "simple" else ():
        if healthy == "true":
            process.print(f"{place} is healthy: successfully committed proposal: took = {took}")
        else:
            process.error(f"{place} is unhealthy: failed to commit proposal: {trouble}")
    if form(flags) == "json":
        told = [{"endpoint": row[0], "health": row[1] == "true", "took": row[2]} for row in rows]
        process.print(orjson.dumps(told).decode())
    elif form(flags) == "table":
        show(process, flags, ("ENDPOINT", "HEALTH", "TOOK", "ERROR"), rows)
    unhealthy = any(row[1] == "false" for row in rows)
    if unhealthy:
        process.error("Error: unhealthy cluster")
    return 1 if unhealthy else 0


def endpoint_status(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    store, places = host.cluster.store, endpoints(process, host, flags)
    rows: list[tuple[str, ...]] = []
    term = str(host.control_plane.etcd.term)
    leader = host.control_plane.etcd.leader()
    for place in places:
        name = member_at(host, place)
        if name is None or not is_secure(process, flags):
            process.error(f"Failed to get the status of endpoint {place} (context deadline exceeded)")
            continue
        has, version = host.has_quorum(), version_at(host, name)
        megabytes = f"{max(store.size / 1e6, 0.1):.1f} MB"
        storage = f"{version.rpartition('.')[0]}.0"
        rows.append((place, identity(name), version, storage, megabytes, megabytes, "0%", "0 B",
                     "true" if name == leader and has else "false", "false", term, str(store.revision + 120),
                     str(store.revision + 120), "" if has else "etcdserver: no leader"))  # fmt: skip
    if form(flags) == "json":
        process.print(orjson.dumps([status_of(host, row) for row in rows]).decode())
        return 0 if len(rows) == len(places) else 1
    heads = ("ENDPOINT", "ID", "VERSION", "STORAGE VERSION", "DB SIZE", "IN USE", "PERCENTAGE NOT IN USE", "QUOTA",
             "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX", "RAFT APPLIED INDEX", "ERRORS")  # fmt: skip
    show(process, flags, heads, rows)
    return 0 if len(rows) == len(places) else 1


def status_of(host: Host, row: tuple[str, ...]) -> dict[str, object]:
    leader = host.control_plane.etcd.leader()
    status = {
        "header": {**header(host), "member_id": int(row[1], 16)}, "version": row[2], "dbSize": host.cluster.store.size,
        "leader": int(identity(leader), 16), "raftIndex": int(row[11]), "raftTerm": int(row[10]),
        "raftAppliedIndex": int(row[12]), "dbSizeInUse": host.cluster.store.size, "storageVersion": row[3],
    }  # fmt: skip
    return {"Endpoint": row[0], "Status": status}


def snapshot_save(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags, quorum=False)
    if not words:
        raise Failure("Error: snapshot save expects one argument")
    content = snapshots.save(host.cluster.store)
    try:
        process.files.write(words[0], content, mode=0o600)
    except OSFailure as failure:
        raise Failure(f"Error: could not open {words[0]}.part ({failure.words.lower()})") from None
    process.error(orjson.dumps({"level": "info", "msg": "saved", "path": words[0]}).decode())
    process.print(f"Snapshot saved at {words[0]}")
    process.print(f"Server version {version_at(host, host.name)}")
    return 0


def compact(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """Forget the writes before a revision: who wants to go on watching from one of them has to begin anew."""
    connect(process, host, flags)
    if len(words) != 1 or not words[0].isdecimal():
        raise Failure("Error: compaction command needs 1 argument")
    revision, store = int(words[0]), host.cluster.store
    if revision <= store.oldest:
        raise Failure(COMPACTED)
    if revision > store.revision:
        raise Failure(FUTURE)
    store.compact_to(revision)
    process.print(f"compacted revision {revision}")
    return 0


def defrag(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """Give back the space that compaction has freed; here nothing is left lying about."""
    connect(process, host, flags, quorum=False)
    failed = 0
    for place in endpoints(process, host, flags):
        if member_at(host, place) is None:
            process.error(f"Failed to defragment etcd member[{place}] (context deadline exceeded)")
            failed = 1
        else:
            process.print(f"Finished defragmenting etcd member[{place}]. took 38.1ms")
    return failed


def alarm_list(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    connect(process, host, flags)
    if host.cluster.store.is_full("configmaps"):
        for name in host.control_plane.etcd.members():
            process.print(f"memberID:{int(identity(name), 16)} alarm:NOSPACE ")
    return 0


def alarm_disarm(process: Process, host: Host, flags: Flags, words: list[str]) -> int:
    """An alarm is over once there is room again; it rings for as long as there is none."""
    return alarm_list(process, host, flags, words)
