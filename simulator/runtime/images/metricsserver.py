"""The metrics server's image. What it has scraped, the cluster's metrics API knows."""

from simulator.kernel.clock import timestamp
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import TERM

PORT = 10250
PLAIN = {"content-type": "text/plain; charset=utf-8"}


@program("metrics-server")
class MetricsServerProgram(Server):
    """Says that it is there."""

    resident = 19 << 20

    def start(self, process: Process) -> Outcome:
        process.listen(PORT)
        process.handle(TERM)
        process.error(f"I{klog_time(process.now)}       1 serving.go:380] Generated self-signed cert in-memory")
        process.error(f"I{klog_time(process.now)}       1 secure_serving.go:211] Serving securely on [::]:{PORT}")
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        if request.url.split("/", 3)[-1].split("?")[0] in ("livez", "readyz", "healthz"):
            return HttpResponse(200, PLAIN, b"ok")
        return HttpResponse(403, PLAIN, b"")


def klog_time(now: int) -> str:
    """Month, day and time as klog writes them."""
    text = timestamp(now)
    return f"{text[5:7]}{text[8:10]} {text[11:19]}.{now % 1_000_000:06d}"


repository(
    "registry.k8s.io/metrics-server/metrics-server",
    {"v0.8.0": "v0.8.0", "v0.7.2": "v0.7.2"},
    22_500_000,
    (layer("metrics-server", {"/metrics-server": executable("metrics-server")}),),
    entrypoint=("/metrics-server",),
    user=65534,
)
