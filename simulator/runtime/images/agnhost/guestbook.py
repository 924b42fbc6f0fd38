"""`agnhost guestbook`: a store, copies of it that it feeds, and a server before them. Upstream: guestbook.go"""

from typing import Any
from urllib.parse import quote

import orjson

from simulator.kernel.clock import SECOND
from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import AgnhostServer, Flag, klog, option, remember, subcommand
from simulator.runtime.images.web import Answer, Asked
from simulator.runtime.network import NetworkFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait

PATIENCE, PAUSE = 15 * SECOND, SECOND
MOST_KEYS, LONGEST_VALUE, MOST_REPLICAS = 1000, 4096, 64


@subcommand(
    "guestbook",
    "Creates a HTTP server with various endpoints representing a guestbook app",
    Flag("http-port", "80", "HTTP Listen Port"),
    Flag("backend-port", "6379", "Backend's HTTP Listen Port"),
    Flag("replicaof", "", "The host's name to register to"),
)
class Guestbook(AgnhostServer):
    """`state`: `kept` (what is stored), `replicas` (the addresses that changes are passed on to)."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (int(option(process, "http-port")),)

    def begin(self, process: Process) -> int | None:
        remember(process, kept={}, replicas=(), since=process.now)
        return None if option(process, "http-port").isdecimal() else 1

    def start(self, process: Process) -> Outcome:
        outcome = super().start(process)
        return self.register(process) if isinstance(outcome, Wait) and option(process, "replicaof") else outcome

    def register(self, process: Process) -> Outcome:
        """Make oneself known to the primary, and take over what it has; once a second until that works."""
        if process.now - process.state["since"] >= PATIENCE:
            klog(process, "Timed out while registering to primary.")
            return Exit(1)
        primary, port = option(process, "replicaof"), option(process, "backend-port")
        where, own = f"{primary}:{port}", process.addresses()[0]
        try:
            calls.resolved(process, primary)
            klog(process, f"Registering to primary: {where}/register?host={own}")
            answer = calls.get(process, primary, port, f"register?host={own}")
            kept = orjson.loads(answer.body)["data"]
        except NetworkFailure as failure:
            words = calls.lookup_words(process, primary, failure)
            klog(process, f"unable to get IP {where}: dial udp: {words}. Retrying in 1s.")
            return Wait("register", until=process.now + PAUSE)
        except calls.CallFailed as failure:
            klog(process, f"encountered error while registering to primary: {failure}. Retrying in 1s.")
            return Wait("register", until=process.now + failure.after + PAUSE)
        except (ValueError, KeyError, TypeError) as error:
            klog(process, f"Error while unmarshaling primary's response: {error}")
            return Exit(1)
        remember(process, kept=kept)
        klog(process, f"Registered to node: {primary}")
        return Wait("start")

    def answer(self, process: Process, asked: Asked) -> Answer:
        handler = {"/register": registered, "/get": told, "/set": stored, "/guestbook": passed_on}.get(asked.path)
        return handler(process, asked.query) if handler is not None else Answer("404 page not found\n", 404)


def registered(process: Process, query: Any) -> Answer:
    address = query.get("host", "")
    klog(process, f"GET /register?host={address}")
    replicas = process.state["replicas"]
    if address not in replicas:
        remember(process, replicas=(*replicas, address)[-MOST_REPLICAS:])
    klog(process, f"Node '{address}' registered.")
    return Answer(orjson.dumps({"data": process.state["kept"]}))


def told(process: Process, query: Any) -> Answer:
    key, kept = query.get("key", ""), process.state["kept"]
    klog(process, f"GET /get?key={key}")
    return Answer(orjson.dumps({"data": kept.get(key, "") if key else kept}))


def stored(process: Process, query: Any) -> Answer:
    key, value = query.get("key", ""), query.get("value", "")
    klog(process, f"GET /set?key={key}&value={value}")
    if not key:
        return Answer("cannot set with empty key.\n", 400)
    kept = {**process.state["kept"], key: value[:LONGEST_VALUE]}
    if len(kept) > MOST_KEYS:
        return Answer("the lab's guestbook is full\n", 507)
    remember(process, kept=kept)
    took = 0
    for replica in process.state["replicas"]:
        try:
            words = f"set?key={quote(key)}&value={quote(value)}"
            took += calls.get(process, replica, option(process, "backend-port"), words).latency
        except calls.CallFailed as failure:
            words = f"encountered error while propagating to replica '{replica}': {failure}\n"
            return Answer(words, 417, latency=took + failure.after)
    return Answer('{"message":"Updated"}', latency=took)


def passed_on(process: Process, query: Any) -> Answer:
    command, key, value = query.get("cmd", "").lower(), query.get("key", ""), query.get("value", "")
    klog(process, f"GET /guestbook?cmd={command}&key={key}&value={value}")
    if command not in ("get", "set"):
        return Answer(f"unsupported cmd: '{command}'\n", 400)
    if command == "set" and not key:
        return Answer("cannot set with empty key.\n", 400)
    host = "agnhost-replica" if command == "get" else "agnhost-primary"
    try:
        calls.resolved(process, host)
        words = f"{command}?key={quote(key)}&value={quote(value)}"
        answer = calls.get(process, host, option(process, "backend-port"), words)
    except NetworkFailure as failure:
        return Answer(f"host and/or port param are invalid. {calls.lookup_words(process, host, failure)}\n", 400)
    except calls.CallFailed as failure:
        return Answer(f"encountered error: {failure}\n", 417, latency=failure.after)
    return Answer(answer.body, latency=answer.latency)
