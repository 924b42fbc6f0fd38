"""kube-proxy as a program of its container; what it does to the rules of a node is `simulator.network`'s.

Upstream: cmd/kube-proxy/app/server.go, pkg/proxy/healthcheck/proxy_health.go
"""

from datetime import UTC, datetime
from typing import Any, Final

from simulator.controlplane.flags import parsed
from simulator.controlplane.programs import klog, text
from simulator.kernel.clock import SECOND
from simulator.machinery import yaml
from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program

METRICS, HEALTH = "metrics", "healthz"
DEFAULTS: Final = {METRICS: ("127.0.0.1", 10249), HEALTH: ("0.0.0.0", 10256)}
"""Where it listens: its measures are for the node alone."""


@program("kube-proxy")
class KubeProxy(Server):
    """Puts Services into the rules of a node. State: `ports`, what is served where; `bound`, at which address."""

    def start(self, process: Process) -> Outcome:
        path = parsed(process.argv[1:]).get("config", "")
        settings: Any = {}
        if path:
            try:
                settings = yaml.load(process.files.text(path))
            except OSFailure as failure:
                why = f"failed complete: open {path}: {failure.words.lower()}"
                process.error(klog("E", process.now, "run.go:72", f'"command failed" err="{why}"'))
                return Exit(1)
            except yaml.YAMLError:
                settings = {}
        ports, bound = {}, {}
        for what, default in DEFAULTS.items():
            address, port = placed(settings, f"{what}BindAddress", default)
            process.listen(port)
            ports[port], bound[port] = what, address
        process.state = {"ports": ports, "bound": bound}
        process.handle(signals.TERM)
        process.error(klog("I", process.now, "server_linux.go:53", '"Using iptables proxy"'))
        process.error(klog("I", process.now, "server.go:527", '"Starting proxier"'))
        process.machines.network.proxy_synced(process.machine)
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        path = "/" + request.url.split("/", 3)[-1].partition("?")[0] if request.url.count("/") > 2 else "/"
        if process.state["ports"].get(request.port) == HEALTH:
            return healthy(process) if path in ("/healthz", "/livez") else text(404, "404 page not found\n")
        pages = {"/healthz": "ok", "/proxyMode": "iptables", "/metrics": "# kube-proxy's measures are not simulated\n"}
        return text(200, pages[path]) if path in pages else text(404, "404 page not found\n")


def placed(settings: Any, name: str, default: tuple[str, int]) -> tuple[str, int]:
    """Address and port of a setting such as `0.0.0.0:10249`."""
    said = settings.get(name) if isinstance(settings, dict) else None
    address, colon, port = str(said or "").rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 65536:
        return default
    return address.strip("[]") or "0.0.0.0", int(port)


def healthy(process: Process) -> HttpResponse:
    """What tells load balancers that Services are reached through this node."""
    moment = datetime.fromtimestamp(process.now // SECOND, UTC)
    spent = (process.now - process.started) / SECOND
    stamp = f"{moment:%Y-%m-%d %H:%M:%S}.{process.now % SECOND:06d} +0000 UTC m=+{spent:.9f}"
    body = f'{{"lastUpdated": "{stamp}","currentTime": "{stamp}", "nodeEligible": true}}'
    return HttpResponse(200, {"content-type": "application/json", "x-content-type-options": "nosniff"}, body.encode())
