"""Images that a cluster itself runs: pause, CoreDNS."""

from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Outcome, Program, Server, Wait, program
from simulator.runtime.signals import INT, TERM


@program("pause")
class Pause(Program):
    """Does nothing until a signal ends it."""

    def start(self, process: Process) -> Outcome:
        return Wait("start")


@program("coredns")
class CoreDNS(Server):
    """Answers health and readiness; names are answered by the cluster's network itself."""

    resident = 14 << 20

    def start(self, process: Process) -> Outcome:
        for port in (53, 8080, 8181, 9153):
            process.listen(port)
        process.listen(53, "UDP")
        process.stdout.print(".:53")
        process.stdout.print(
            "[INFO] plugin/reload: Running configuration SHA512 = 1b226df79860026c6a52e67daa10d7f0d57ec5b0"
        )
        process.stdout.print("CoreDNS-1.13.1")
        process.stdout.print("linux/amd64, go1.25.2, 1db4568")
        process.handle(TERM)
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        process.stdout.print("[INFO] SIGTERM: Shutting down servers then terminating")
        return super().on_signal(process, INT - 2)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        path = request.url.split("/", 3)[-1].split("?")[0]
        if path in ("health", "ready"):
            return HttpResponse(200, {"content-type": "text/plain; charset=utf-8"}, b"OK")
        return HttpResponse(404, {"content-type": "text/plain; charset=utf-8"}, b"404 page not found\n")


repository(
    "registry.k8s.io/pause",
    {"3.10.1": "3.10.1", "3.10": "3.10", "3.9": "3.9", "latest": "3.10.1"},
    320_448,
    (layer("pause", {"/pause": executable("pause")}),),
    entrypoint=("/pause",),
    user=65535,
)
repository(
    "registry.k8s.io/coredns/coredns",
    {"v1.13.1": "v1.13.1", "v1.12.1": "v1.12.1", "v1.11.3": "v1.11.3"},
    22_400_000,
    (layer("coredns", {"/coredns": executable("coredns")}),),
    entrypoint=("/coredns",),
    user=65532,
)
