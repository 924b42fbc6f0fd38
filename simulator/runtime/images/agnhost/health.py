"""Servers whose health changes: liveness, grpc-health-checking."""

from simulator.kernel.clock import SECOND
from simulator.runtime.images.agnhost.command import (
    AgnhostServer,
    Flag,
    go_duration,
    klog,
    number,
    option,
    remember,
    subcommand,
)  # fmt: skip
from simulator.runtime.images.web import Answer, Asked
from simulator.runtime.network import Reset
from simulator.runtime.process import Process

HEALTHY_FOR = 10 * SECOND
LARGEST_BODY, LONGEST_SLEEP = 1024, 24 * 3600
"""Kilobytes and seconds that a request may ask for."""


@subcommand("liveness", "Starts a server that is alive for 10 seconds")
class Liveness(AgnhostServer):
    """Well for ten seconds; other paths fail in ways that the query describes."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return (8080,)

    def answer(self, process: Process, asked: Asked) -> Answer:
        up = process.now - process.started
        match asked.path:
            case "/started":
                return Answer(go_duration(up))
            case "/healthz":
                return Answer("ok") if up <= HEALTHY_FOR else Answer(f"error: {up / SECOND}", 500)
            case "/redirect":
                return Answer("", 302, headers={"location": asked.query.get("loc", "")})
            case "/disconnect-headers" | "/disconnect-body":
                raise Reset()
            case "/sleep-headers" | "/sleep-body" | "/slow-response":
                return self._slow(asked)
        return Answer("404 page not found\n", 404)

    @staticmethod
    def _slow(asked: Asked) -> Answer:
        """An answer that takes its time, of as many kilobytes as asked for."""
        values = {}
        for name, default in (("code", 500), ("time", 0), ("size", 0), ("interval", 0)):
            try:
                values[name] = max(number(asked.query, name, default), 0)
            except ValueError as error:
                return Answer(f"parameter '{name}' is invalid: {error}\n", 400)
        size, time = min(values["size"], LARGEST_BODY), min(values["time"], LONGEST_SLEEP)
        told, filler = f"Slept for {time} secs\n", "0" * 1024 * size
        whole = {
            "/sleep-headers": told + filler,
            "/sleep-body": f"{filler}Sleeping for {time} secs\n{told}",
            "/slow-response": filler,
        }[asked.path]
        took = time * (asked.path != "/slow-response") + size * values["interval"] * (asked.path != "/sleep-headers")
        return Answer(whole, values["code"], latency=min(took, LONGEST_SLEEP) * SECOND)


@subcommand(
    "grpc-health-checking",
    "Starts a simple grpc health checking endpoint",
    Flag("port", 5000, "Port number."),
    Flag("http-port", 8080, "Port number for the /make-serving and /make-not-serving."),
    Flag("delay-unhealthy-sec", -1, "Number of seconds before reporting NOT_SERVING, negative: never."),
    Flag("service", "", "Service name to register the health check for."),
    Flag("tls-cert-file", "", "File containing an x509 certificate for gRPC TLS."),
    Flag("tls-private-key-file", "", "File containing an x509 private key matching --tls-cert-file."),
)  # fmt: skip
class GrpcHealthChecking(AgnhostServer):
    """`state`: `forced` is what an HTTP request has made of it, None before the first."""

    def listening(self, process: Process) -> tuple[int, ...]:
        return option(process, "port"), option(process, "http-port")

    def begin(self, process: Process) -> int | None:
        remember(process, forced=None)
        klog(process, f"Http server starting to listen on :{option(process, 'http-port')}")
        klog(process, f"gRPC server starting to listen on :{option(process, 'port')}")
        return None

    def grpc_health(self, process: Process, port: int, service: str) -> str | None:
        if port != option(process, "port"):
            return None
        klog(process, "Serving the Check request for health check")
        if service != option(process, "service"):
            return "NOT_FOUND"
        delay, up = option(process, "delay-unhealthy-sec"), process.now - process.started
        forced = process.state["forced"]
        unhealthy = forced == "not-serving" or (delay >= 0 and up >= delay * SECOND)
        return "NOT_SERVING" if unhealthy else "SERVING"

    def answer(self, process: Process, asked: Asked) -> Answer:
        word = asked.path.removeprefix("/make-")
        if asked.port != option(process, "http-port") or word not in ("serving", "not-serving"):
            return Answer("404 page not found\n", 404)
        klog(process, "Mark as healthy" if word == "serving" else "Mark as unhealthy")
        remember(process, forced=word)
        return Answer(go_duration(process.now - process.started))
