"""`agnhost resource-consumer`, its controller, and `stress`. Upstream: resource-consumer(-controller), vishhstress"""

from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import AgnhostServer, Flag, number, option, subcommand
from simulator.runtime.images.stress import ResourceConsumer, VishStress, form
from simulator.runtime.images.web import Answer, Asked
from simulator.runtime.network import HttpRequest
from simulator.runtime.process import Process
from simulator.runtime.programs import Outcome

MOST_REQUESTS = 50
SORTS = {
    "/ConsumeCPU": ("millicores", "requestSizeMillicores", "consume", "millicores", "Consumed {} millicores"),
    "/ConsumeMem": ("megabytes", "requestSizeMegabytes", "consume", "MB", "Consumed {} megabytes"),
}


@subcommand("stress", "Stresses CPU and memory", arguments=-1)
class Stress(VishStress):
    """The same flags as the image vish/stress."""


@subcommand("resource-consumer", "Starts a HTTP server that consumes resources", Flag("port", 8080, "Port number."))
class Consumer(ResourceConsumer):
    """As the image resource-consumer, at a port of one's choice."""

    def start(self, process: Process) -> Outcome:
        port = option(process, "port")
        outcome = super().start(process)
        if port not in self.ports:
            process.machines.stop_listening(process.machine, process.pid)
            process.listen(port)
        return outcome


@subcommand(
    "resource-consumer-controller",
    "Starts a HTTP server that spreads requests around resource consumers",
    Flag("port", 8080, "Port number."),
    Flag("consumer-port", 8080, "Port number of consumers."),
    Flag("consumer-service-name", "resource-consumer", "Name of service containing resource consumers."),
    Flag("consumer-service-namespace", "default", "Namespace of service containing resource consumers."),
)
class ConsumerController(AgnhostServer):
    """Cuts a wish into requests of a size, which a Service spreads over the consumers."""

    def answer(self, process: Process, asked: Asked) -> Answer:
        if asked.method != "POST":
            return Answer("Bad request. Not a POST request\n", 400)
        if asked.path not in SORTS:
            return Answer("unknown function\n", 404)
        kind, size_name, verb, unit, done = SORTS[asked.path]
        given = {**asked.query, **form(asked.request.body)}
        names = ("durationSec", kind, size_name)
        if not all(given.get(name) for name in names):
            return Answer("not given function argument\n", 400)
        try:
            seconds, amount, size = (number(given, name, 0) for name in names)
        except ValueError:
            return Answer("incorrect function argument\n", 400)
        if size <= 0 or amount < 0:
            return Answer("incorrect function argument\n", 400)
        count, rest = divmod(amount, size)
        if count > MOST_REQUESTS:
            return Answer(f"the lab's controller sends {MOST_REQUESTS} requests at most\n", 400)
        lines = [
            f"RC manager: sending {count} requests to {verb} {size} {unit} each and 1 request to {verb} {rest} {unit}"
        ]
        for part in [size] * count + [rest] * (rest > 0):
            lines.append(self._send(process, asked.path, kind, part, seconds) or done.format(part))
        return Answer("\n".join(lines) + "\n")

    @staticmethod
    def _send(process: Process, path: str, kind: str, amount: int, seconds: int) -> str:
        """Have a consumer use so much for so long; what went wrong."""
        service, namespace = option(process, "consumer-service-name"), option(process, "consumer-service-namespace")
        host, port = f"{service}.{namespace}.svc.cluster.local", option(process, "consumer-port")
        body = f"{kind}={amount}&durationSec={seconds}".encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        try:
            calls.call(process, HttpRequest("POST", f"http://{host}:{port}{path}", headers, body), host, port)
        except calls.CallFailed as failure:
            return f"Failed to connect to consumer: {failure}"
        return ""
