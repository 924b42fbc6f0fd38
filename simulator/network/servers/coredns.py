"""CoreDNS as a process: it reads its Corefile, tells its health, reloads. Upstream: coremain/run.go, plugin/reload

What it answers is `simulator.network.dnsserver`.
"""

from functools import lru_cache
from hashlib import sha512
from typing import Any
from urllib.parse import urlsplit

from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object
from simulator.machinery.releases import COMPANIONS, OLDER
from simulator.network.corefile import load
from simulator.network.plugins import PATH, CorefileError, upstream
from simulator.runtime.errors import OSFailure
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import INT, TERM

VERSION = "1.13.1"
RELOAD_EVERY = 30 * SECOND
DNS_PORT = 53
PLAIN = {"content-type": "text/plain; charset=utf-8"}
SIMULATED = (
    "errors", "health", "ready", "kubernetes", "prometheus", "forward", "cache", "loop", "reload", "loadbalance",
    "hosts", "log", "rewrite", "debug", "minimal", "bufsize", "nsid", "any", "metadata", "cancel", "pprof",
)  # fmt: skip
OWN = ("127.0.0.1", "127.0.0.53")


@program("coredns")
class CoreDNS(Server):
    """`state`: `corefile` (server blocks), `text` as it was read last, `interval` between two looks at it."""

    resident = 14 << 20

    def start(self, process: Process) -> Outcome:
        try:
            text = read(process)
            blocks = load(text, process.env)
        except (CorefileError, OSFailure) as error:
            words = error if isinstance(error, CorefileError) else f"loading Caddyfile via flag: open {error}"
            process.print(f"{words}")
            return Exit(1)
        process.handle(TERM)
        process.handle(INT)
        self._use(process, text, blocks)
        for block in blocks:
            process.print(f"{block['zones'][0] or '.'}:{block['port']}".replace("..", "."))
        digest = sha512(text.encode()).hexdigest()
        if any("reload" in block["plugins"] for block in blocks):
            process.print(f"[INFO] plugin/reload: Running configuration SHA512 = {digest}")
        process.print(f"CoreDNS-{process.env.get('COREDNS_VERSION', VERSION)}\nlinux/amd64, go1.25.2, 1db4568")
        zone = looping(process, blocks)
        if zone is not None:
            process.print(
                f"[FATAL] plugin/loop: Loop (127.0.0.1:{32768 + process.random(28000)} -> :53) detected for "
                f'zone "{zone}", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO '
                f'{process.random(1 << 62)}.{process.random(1 << 62)}."'
            )
            return Exit(1)
        return self._rest(process)

    def _use(self, process: Process, text: str, blocks: list[Object]) -> None:
        """Answer as these server blocks say, on the ports that they name."""
        process.machines.stop_listening(process.machine, process.pid)
        for port in dict.fromkeys(port for block in blocks for port in ports_of(block)):
            process.listen(port)
        for port in dict.fromkeys(block["port"] for block in blocks):
            process.listen(port, "UDP")
        reloads = any("reload" in block["plugins"] for block in blocks)
        process.state = {"corefile": blocks, "text": text, "reloads": reloads}
        for name in dict.fromkeys(name for block in blocks for name in block["plugins"] if name not in SIMULATED):
            process.print(f"[WARNING] plugin/{name}: not simulated in this lab; queries pass it by")
        for stanza in (one for block in blocks for one in block["plugins"].get("rewrite", ())):
            words = [word for word in stanza["arguments"] if word not in ("stop", "continue")]
            if words[:1] != ["name"] or "regex" in words or stanza["lines"]:
                process.print("[WARNING] plugin/rewrite: only names by exact, prefix, suffix, substring in this lab")

    @staticmethod
    def _rest(process: Process) -> Outcome:
        if not process.state["reloads"]:
            return Wait("start")
        return Wait("look", until=process.now + RELOAD_EVERY + process.random(RELOAD_EVERY // 2))

    def look(self, process: Process) -> Outcome:
        """Read the Corefile again; one that is wrong changes nothing."""
        try:
            text = read(process)
        except OSFailure:
            return self._rest(process)
        if text != process.state["text"]:
            self._reload(process, text)
        return self._rest(process)

    def _reload(self, process: Process, text: str) -> None:
        process.print("[INFO] Reloading")
        try:
            blocks = load(text, process.env)
        except CorefileError as error:
            process.print(f"[ERROR] Restart failed: {error}")
            process.print(f"[ERROR] plugin/reload: Corefile changed but reload failed: {error}")
            process.state = {**process.state, "text": text}
            return
        self._use(process, text, blocks)
        process.print(f"[INFO] plugin/reload: Running configuration SHA512 = {sha512(text.encode()).hexdigest()}")
        process.print("[INFO] Reloading complete")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        process.print("[INFO] SIGTERM: Shutting down servers then terminating")
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        port, path = asked_at(request.url)
        ready = port_of(process.state["corefile"], "ready", 8181), "/ready"
        health = port_of(process.state["corefile"], "health", 8080), "/health"
        if (port, path) in (ready, health):
            return HttpResponse(200, PLAIN, b"OK")
        if path == "/metrics" and port == port_of(process.state["corefile"], "prometheus", 9153):
            info = f'coredns_build_info{{goversion="go1.25.2",revision="1db4568",version="{VERSION}"}} 1\n'
            return HttpResponse(200, PLAIN, b"# TYPE coredns_build_info gauge\n" + info.encode())
        return HttpResponse(404, PLAIN, b"404 page not found\n")


@lru_cache(maxsize=64)
def asked_at(url: str) -> tuple[int | None, str]:
    """The port and the path of a URL."""
    parts = urlsplit(url)
    return parts.port, parts.path


def read(process: Process) -> str:
    """The Corefile that the command line names."""
    words = list(process.argv)
    path = words[words.index("-conf") + 1] if "-conf" in words[:-1] else PATH
    return process.files.text(path)


def ports_of(block: Object) -> list[int]:
    """The TCP ports of a server block: the DNS one, and those of health, ready and metrics."""
    found = [block["port"]]
    for name, default in (("health", 8080), ("ready", 8181), ("prometheus", 9153)):
        if name in block["plugins"]:
            found.append(port_of([block], name, default))
    return found


def port_of(blocks: list[Object], plugin: str, default: int) -> int:
    for block in blocks:
        for stanza in block["plugins"].get(plugin, ()):
            number: Any = "".join(stanza["arguments"][:1]).rpartition(":")[2]
            return int(number) if number.isdecimal() else default
    return 0


def looping(process: Process, blocks: list[Object]) -> str | None:
    """The zone whose questions would come back to this very server, where the loop plugin watches for that."""
    own = (*OWN, process.env.get("KUBE_DNS_SERVICE_HOST", ""), *process.addresses()[:1])
    resolv = [line.split()[1] for line in process.files.text("/etc/resolv.conf").splitlines() if "nameserver" in line]
    for block in blocks:
        for stanza in block["plugins"].get("forward", ()) if "loop" in block["plugins"] else ():
            zone, *targets = stanza["arguments"]
            servers = [one for target in targets for one in (resolv if target[0] == "/" else [upstream(target)[0]])]
            if block["port"] == DNS_PORT and any(server in own for server in servers):
                return zone if zone == "." else f"{zone.strip('.')}."
    return None


repository(
    "registry.k8s.io/coredns/coredns",
    {each.coredns: each.coredns for each in (*COMPANIONS.values(), OLDER)},
    22_400_000,
    (layer("coredns", {"/coredns": executable("coredns")}),),
    entrypoint=("/coredns",),
    user=65532,
)
repository(
    "docker.io/coredns/coredns",
    {"1.13.1": "1.13.1", "1.12.1": "1.12.1", "1.11.3": "1.11.3", "1.14.6": "1.14.6", "latest": "1.14.6"},
    22_400_000,
    (layer("coredns", {"/coredns": executable("coredns")}),),
    entrypoint=("/coredns",),
    user=65532,
)
