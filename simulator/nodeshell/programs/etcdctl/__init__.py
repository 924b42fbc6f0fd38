"""etcdctl against the cluster's own etcd. Upstream: etcd/etcdctl"""

from collections.abc import Callable, Mapping

from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.etcdctl import keys, leading, leases, transactions, upkeep
from simulator.nodeshell.programs.etcdctl.client import (
    DEFAULT_ENDPOINT,
    GLOBAL,
    VERSION,
    Failure,
    Flags,
    named,
    plain_words,
    retried,
)
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

type Run = Callable[[Process, Host, Flags, list[str]], int | Outcome]

COMMANDS: Mapping[tuple[str, ...], tuple[Run, str, str]] = {
    ("alarm", "disarm"): (upkeep.alarm_disarm, "", ""),
    ("alarm", "list"): (upkeep.alarm_list, "", ""),
    ("compact",): (upkeep.compact, "", "physical"),
    ("compaction",): (upkeep.compact, "", "physical"),
    ("defrag",): (upkeep.defrag, "", "cluster"),
    ("del",): (keys.delete, *keys.FLAGS["del"]),
    ("endpoint", "hashkv"): (leading.endpoint_hashkv, "rev", "cluster"),
    ("endpoint", "health"): (upkeep.endpoint_health, "", "cluster"),
    ("endpoint", "status"): (upkeep.endpoint_status, "", "cluster"),
    ("get",): (keys.get, *keys.FLAGS["get"]),
    ("lease", "grant"): (leases.grant, "", ""),
    ("lease", "keep-alive"): (leases.keep_alive, "", "once"),
    ("lease", "list"): (leases.every, "", ""),
    ("lease", "revoke"): (leases.revoke, "", ""),
    ("lease", "timetolive"): (leases.time_to_live, "", "keys"),
    ("member", "add"): (upkeep.member_add, "peer-urls", ""),
    ("member", "list"): (upkeep.member_list, "", ""),
    ("member", "remove"): (upkeep.member_remove, "", ""),
    ("move-leader",): (leading.move_leader, "", ""),
    ("put",): (keys.put, *keys.FLAGS["put"]),
    ("snapshot", "save"): (upkeep.snapshot_save, "", ""),
    ("txn",): (transactions.begin, "", "i interactive"),
    ("watch",): (keys.watch, "rev", "prefix from-key prev-kv"),
}
"""Each command with its own flags: those with a value, and the others."""
OFFLINE = (("snapshot", "restore"), ("snapshot", "status"))
"""What etcdutl does, since it needs no server."""


@program("etcdctl")
class Etcdctl(Program):
    """One request to etcd, with the certificates that it is given."""

    def start(self, process: Process) -> Outcome:
        words = plain_words(process.argv[1:])
        if words[:1] == ["version"]:
            process.print(f"etcdctl version: {VERSION}\nAPI version: {VERSION.rpartition('.')[0]}")
            return Exit(0)
        if named(words, OFFLINE):
            known = f'unknown command "{words[1]}" for "etcdctl snapshot"'
            process.error(f"Error: {known}; use etcdutl snapshot {words[1]}")
            return Exit(1)
        command_name, host = named(words, COMMANDS), host_of(process)
        if not command_name:
            process.error(f'Error: unknown command "{" ".join(words[:2])}" for "etcdctl", or one that is not simulated')
            return Exit(1)
        if host is None or not host.is_control_plane:
            process.error(retried(DEFAULT_ENDPOINT, "connection error: connection refused"))
            return Exit(1)
        run, values, switches = COMMANDS[command_name]
        try:
            flags, words = parsed(process.argv[1:], (*GLOBAL, *values.split()), switches.split())
            done = run(process, host, flags, words[len(command_name) :])
            return Exit(done) if isinstance(done, int) else done
        except UnknownFlag as flag:
            process.error(f"Error: unknown flag, or one that is not simulated: {flag}")
            return Exit(1)
        except Failure as failure:
            process.state = str(failure)
            return Wait("say", until=process.now + failure.wait)

    def more(self, process: Process) -> Outcome:
        return go_on(process, keys.more)

    def take(self, process: Process) -> Outcome:
        return go_on(process, keys.take)

    def transact(self, process: Process) -> Outcome:
        return go_on(process, transactions.read)

    def alive(self, process: Process) -> Outcome:
        return go_on(process, leases.alive)

    def say(self, process: Process) -> Outcome:
        process.error(process.state)
        return Exit(1)


def go_on(process: Process, run: Callable[[Process, Host], Outcome]) -> Outcome:
    """Take the next step of a command that waits for something."""
    host = host_of(process)
    try:
        return Exit(1) if host is None else run(process, host)
    except Failure as failure:
        process.error(str(failure))
        return Exit(1)
