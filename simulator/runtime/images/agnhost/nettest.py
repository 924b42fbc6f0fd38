"""`agnhost nettest`: every Pod of a Service calls every other and tells how far it got. Upstream: nettest.go"""

import json
from typing import Any

import orjson

from simulator.kernel.clock import MINUTE, SECOND
from simulator.runtime.images import calls, incluster
from simulator.runtime.images.agnhost.command import AgnhostServer, Flag, klog, option, remember, subcommand
from simulator.runtime.images.web import Answer, Asked
from simulator.runtime.network import HttpRequest
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait
from simulator.runtime.signals import TERM

PAUSE, LIMIT, ROUNDS = 5 * SECOND, 5 * MINUTE, 15
LONGEST_LOG = 500


@subcommand(
    "nettest",
    "Starts a tiny web server for checking networking connectivity",
    Flag("port", 8080, "Port number to serve at."),
    Flag("peers", 8, "Must find at least this many peers for the test to pass."),
    Flag("service", "nettest", "Service to find other network test pods in."),
    Flag("namespace", "default", "Namespace of this pod."),
    Flag("delay-shutdown", 0, "Number of seconds to delay shutdown when receiving SIGTERM."),
)
class Nettest(AgnhostServer):
    """`state`: `sent` and `received` count calls by host name, `log` and `errors` are lines, `round` where it is."""

    def begin(self, process: Process) -> int | None:
        trouble = incluster.trouble_inside(process) if option(process, "service") else "Must provide -service flag."
        if trouble:
            klog(process, trouble)
            return 1
        remember(process, sent={}, received={}, log=(), errors=(), round=0, since=process.now)
        return None

    def start(self, process: Process) -> Outcome:
        outcome = super().start(process)
        return Wait("gather", until=process.now) if isinstance(outcome, Wait) else outcome

    def gather(self, process: Process) -> Outcome:
        """Wait until there are as many endpoints as there must be."""
        found, wanted = endpoints(process), option(process, "peers")
        if len(found) >= wanted or process.now - process.state["since"] >= max(LIMIT, wanted * SECOND):
            return self.contact(process)
        where = f"{option(process, 'namespace')}/{option(process, 'service')}"
        told = f"{where} has {len(found)} endpoints ([{' '.join(found)}]), which is less than {wanted} as expected."
        note(process, f"{told} Waiting for all endpoints to come up.")
        return Wait("gather", until=process.now + self._pause(process))

    def contact(self, process: Process) -> Outcome:
        """Call everybody once more; then rest, and at last be done."""
        if process.state["round"] >= ROUNDS:
            return Wait("start")
        for url in endpoints(process):
            note(process, f"Attempting to contact {url}")
            self._call(process, url)
        remember(process, round=process.state["round"] + 1)
        return Wait("contact", until=process.now + self._pause(process))

    @staticmethod
    def _pause(process: Process) -> int:
        peers: int = option(process, "peers")
        return max(PAUSE, peers // 10 * SECOND)

    @staticmethod
    def _call(process: Process, url: str) -> None:
        host, _, port = url.removeprefix("http://").rpartition(":")
        body = orjson.dumps({"Source": process.hostname, "Dest": url})
        request = HttpRequest("POST", f"{url}/write", {"content-type": "application/json"}, body)
        try:
            name = orjson.loads(calls.call(process, request, host, port).body)["Hostname"]
        except calls.CallFailed as failure:
            note(process, f'Warning: unable to contact the endpoint "{url}": {failure}')
        except (ValueError, KeyError, TypeError) as error:
            note(process, f"Warning: unable to unmarshal response from '{url}': '{error}'")
        else:
            remember(process, sent=counted(process.state["sent"], name))

    def answer(self, process: Process, asked: Asked) -> Answer:
        state = process.state
        match asked.path:
            case "/quit":
                process.machines.signal(process.machine, process.pid, TERM)
                return Answer("")
            case "/read":
                return Answer(json.dumps(shown(process), indent="\t"))
            case "/status":
                wanted = option(process, "peers")
                if len(state["sent"]) >= wanted and len(state["received"]) >= wanted:
                    return Answer("pass")
                if state["round"] < ROUNDS:
                    return Answer("running")
                where = f"{option(process, 'namespace')}/{option(process, 'service')}"
                note(process, f"Declaring failure for {where} with {len(state['sent'])} sent and "
                     f"{len(state['received'])} received and {wanted} peers")  # fmt: skip
                return Answer("fail")
            case "/write":
                return self._write(process, asked)
        return Answer("404 page not found\n", 404)

    @staticmethod
    def _write(process: Process, asked: Asked) -> Answer:
        try:
            source = str(orjson.loads(asked.request.body)["Source"])[:256]
        except (ValueError, KeyError, TypeError):
            source = ""
        if source:
            remember(process, received=counted(process.state["received"], source))
        else:
            errors = (*process.state["errors"], f"{process.hostname}: Got request with no source")
            remember(process, errors=errors[-LONGEST_LOG:])
        return Answer(orjson.dumps({"Hostname": process.hostname}) + b"\n")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        delay = option(process, "delay-shutdown")
        if delay > 0 and signal == TERM:
            klog(process, f"Sleeping {delay} seconds before exit ...")
            return Wait("leave", until=process.now + delay * SECOND)
        return Exit(0)

    def leave(self, process: Process) -> Outcome:
        return Exit(0)


def note(process: Process, text: str) -> None:
    """Add a line to the log that `/read` shows."""
    remember(process, log=(*process.state["log"], text)[-LONGEST_LOG:])


def counted(counts: dict[str, int], name: str) -> dict[str, int]:
    return {**counts, name: counts.get(name, 0) + 1} if name in counts or len(counts) < LONGEST_LOG else counts


def shown(process: Process) -> dict[str, Any]:
    state = process.state
    return {
        "Hostname": process.hostname,
        "Sent": state["sent"] or None,
        "Received": state["received"] or None,
        "Errors": list(state["errors"]) or None,
        "Log": list(state["log"]) or None,
        "StillContactingPeers": state["round"] < ROUNDS,
    }


def endpoints(process: Process) -> list[str]:
    """Where the Service's Pods listen."""
    namespace, service = option(process, "namespace"), option(process, "service")
    try:
        answer = incluster.ask(process, f"/api/v1/namespaces/{namespace}/endpoints/{service}")
        found = orjson.loads(answer.body)
    except (calls.CallFailed, ValueError) as failure:
        note(process, f"Unable to read the endpoints for {namespace}/{service}: {failure}.")
        return []
    if answer.status != 200:
        note(process, f"Unable to read the endpoints for {namespace}/{service}: {found.get('message', '')}.")
        return []
    pairs = [
        (address["ip"], port["port"])
        for subset in found.get("subsets") or ()
        for address in subset.get("addresses") or ()
        for port in subset.get("ports") or ()
    ]
    return sorted({f"http://{ip}:{port}" for ip, port in pairs})
