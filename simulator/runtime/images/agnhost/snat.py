"""`agnhost no-snat-test` and its proxy: is a Pod's address seen as it is? Upstream: no-snat-test, no-snat-test-proxy"""

from simulator.machinery.golang import quoted
from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import AgnhostServer, Flag, option, subcommand
from simulator.runtime.images.web import Answer, Asked
from simulator.runtime.process import Process

MOST = 100


class PortServer(AgnhostServer):
    def listening(self, process: Process) -> tuple[int, ...]:
        return (int(option(process, "port")),)

    def begin(self, process: Process) -> int | None:
        port = option(process, "port")
        if not port.isdecimal() or int(port) > 65535:
            process.error(f"listen tcp: lookup tcp/{port}: unknown port")
            return 1
        return None


@subcommand(
    "no-snat-test",
    "Creates the /checknosnat and /whoami endpoints",
    Flag("port", "8080", "The port to serve /checknosnat and /whoami endpoints on."),
)
class NoSnatTest(PortServer):
    """Asks others who it is to them, and compares with what it knows of itself."""

    def begin(self, process: Process) -> int | None:
        for name in ("POD_IP", "NODE_IP"):
            value = process.env.get(name)
            if value is None:
                process.error(f"{name} env var was not present in the environment")
                return 1
            if not calls.is_address(value):
                process.error(f"{name} env var contained {quoted(value)}, which is not an IP address")
                return 1
        return super().begin(process)

    def answer(self, process: Process, asked: Asked) -> Answer:
        if asked.path == "/whoami":
            return Answer(f"{asked.request.source}:43210")
        if asked.path != "/checknosnat":
            return Answer("404 page not found\n", 404)
        errors, took = [], 0
        for target in asked.query.get("ips", "").split(",")[:MOST]:
            trouble, latency = self._check(process, target)
            took += latency
            errors += [trouble] if trouble else []
        return Answer(", ".join(errors), 500 if errors else 200, latency=took)

    @staticmethod
    def _check(process: Process, target: str) -> tuple[str, int]:
        """What is wrong with the address that a target sees, and how long it took to answer."""
        host, _, port = target.partition(":")
        try:
            answer = calls.get(process, host, port, "whoami")
        except calls.CallFailed as failure:
            return str(failure), failure.after
        seen, own, node = (
            answer.body.decode("utf-8", "replace").split(":")[0],
            process.env["POD_IP"],
            process.env["NODE_IP"],
        )
        if seen == own:
            return "", answer.latency
        if seen == node:
            return f'Returned ip "{seen}" != my Pod ip "{own}", == my Node ip "{node}" - SNAT', answer.latency
        return (
            f'Returned ip "{seen}" != my Pod ip "{own}" or my Node ip "{node}" - SNAT to unexpected ip '
            "(possible SNAT through unexpected interface on the way into another node)"
        ), answer.latency


@subcommand(
    "no-snat-test-proxy",
    "Creates a proxy for the /checknosnat endpoint",
    Flag("port", "31235", "The port to serve /checknosnat endpoint on."),
)
class NoSnatTestProxy(PortServer):
    """Passes the question on to a target, and its answer back."""

    def answer(self, process: Process, asked: Asked) -> Answer:
        if asked.path != "/checknosnat":
            return Answer("404 page not found\n", 404)
        host, _, port = asked.query.get("target", "").partition(":")
        target = f"checknosnat?ips={asked.query.get('ips', '')}"
        try:
            answer = calls.get(process, host, port, target)
        except calls.CallFailed as failure:
            where = f"http://{asked.query.get('target', '')}/{target}"
            return Answer(f'error querying "{where}", err: {failure}', 500, latency=failure.after)
        return Answer(answer.body, answer.status, latency=answer.latency)
