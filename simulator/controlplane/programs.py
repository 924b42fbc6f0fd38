"""The programs of the control plane's containers: they check their command lines, answer probes, and say what goes on.

What the cluster's components do while these run is `simulator.controlplane.processes`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from simulator.controlplane import kubeconfigs
from simulator.controlplane.auditing import Unusable, read_policy
from simulator.controlplane.flags import READ, parsed, unknown
from simulator.kernel.clock import SECOND
from simulator.machinery.golang import quoted
from simulator.machinery.releases import COMPANIONS, NEWEST
from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.images.base import BUSYBOX
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.nodes import directory, executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program

STORAGE_PATIENCE = 20 * SECOND
"""How long a starting API server waits for etcd."""
COMPLAIN = 5 * SECOND
LOST = signals.USR1
"""The signal that says to a program that its lease could not be renewed in time."""


def klog(level: str, now: int, place: str, text: str, pid: int = 1) -> str:
    """A line as klog writes it: `I1102 09:00:00.000000       1 file.go:1] text`."""
    moment = datetime.fromtimestamp(now // SECOND, UTC)
    return f"{level}{moment:%m%d %H:%M:%S}.{now % SECOND:06d}{pid:>8} {place}] {text}"


class ComponentProgram(Server):
    """A program that ends at once when its command line is wrong, and else serves health until a signal ends it."""

    component = ""
    ports: tuple[int, ...] = ()
    greeting: tuple[tuple[str, str], ...] = ()
    """Place in the source and text of what it says when it begins."""
    lost: tuple[str, str] = ("leaderelection.go:302", '"leaderelection lost"')
    """What it says when its lease is lost, before it ends."""

    def start(self, process: Process) -> Outcome:
        wrong = unknown(self.component, process.argv[1:])
        if wrong:
            process.error(f"Error: unknown flag: --{wrong}")
            return Exit(1)
        given = parsed(process.argv[1:])
        if "version" in given:
            self.show_version(process)
            return Exit(0)
        missing = self.missing(process, given)
        if missing:
            return self.fail(process, missing)
        process.handle(signals.TERM)
        process.handle(LOST)
        for place, text in self.greeting:
            process.error(klog("I", process.now, place, text))
        try:
            astray = self.astray(process, given.get("kubeconfig", ""))
        except kubeconfigs.Unreadable as error:
            return self.fail(process, str(error).replace('"', '\\"'))
        if astray:
            self.listen(process, given)
            process.state = {"astray": astray}
            return self.complain(process)
        return self.begin(process, given)

    def astray(self, process: Process, path: str) -> str:
        """Why a static Pod's program does not get through to the API server with its kubeconfig; "" when it does."""
        node = host(process)
        if not path or node is None or not node.is_static(process.machine):
            return ""
        return kubeconfigs.trouble(node.cluster, path, process.files.text(path), self.component)

    def complain(self, process: Process) -> Outcome:
        """Ask for the lease again and again, in vain."""
        lock = f"kube-system/{self.component}"
        text = f'"Error retrieving lease lock" err={quoted(process.state["astray"])} lock="{lock}"'
        process.error(klog("E", process.now, "leaderelection.go:448", text))
        return Wait("complain", until=process.now + COMPLAIN)

    def missing(self, process: Process, given: Mapping[str, str]) -> str:
        """Why a file that a flag names cannot be read; "" when all can."""
        for name in READ[self.component]:
            path = given.get(name)
            if path:
                try:
                    process.files.read(path)
                except OSFailure as failure:
                    return f"open {path}: {failure.words.lower()}"
        return ""

    def show_version(self, process: Process) -> None:
        node = host(process)
        process.print(f"Kubernetes {node.tag_of(process.machine) if node is not None else ''}".rstrip())

    def fail(self, process: Process, why: str) -> Outcome:
        process.error(klog("E", process.now, "run.go:72", f'"command failed" err="{why}"'))
        return Exit(1)

    def begin(self, process: Process, given: Mapping[str, str]) -> Outcome:
        process.state = given
        self.listen(process, given)
        return Wait("start")

    def listen(self, process: Process, given: Mapping[str, str]) -> None:
        for port in self.ports:
            process.listen(port)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        if signal == LOST:
            lease = f"kube-system/{self.component}"
            why = f'"Failed to renew lease" lease="{lease}" err="context deadline exceeded"'
            process.error(klog("I", process.now, "leaderelection.go:298", why))
            process.error(klog("E", process.now, *self.lost))
            return Exit(1)
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        path = request.url.split("/", 3)[-1].split("?")[0] if request.url.count("/") > 2 else ""
        if path in ("healthz", "livez", "readyz", "health"):
            return self.health(process, path)
        return HttpResponse(404, {"content-type": "text/plain; charset=utf-8"}, b"404 page not found\n")

    def health(self, process: Process, path: str) -> HttpResponse:
        return text(200, "ok")


def text(status: int, body: str) -> HttpResponse:
    return HttpResponse(status, {"content-type": "text/plain; charset=utf-8"}, body.encode())


def host(process: Process) -> Any:
    """The node that a container runs on, as its own programs may ask it (`simulator.nodeshell.host.Host`)."""
    return process.machines.network.host(process.machine)


@program("kube-controller-manager")
class KubeControllerManager(ComponentProgram):
    """Runs the controllers (`simulator.controllers`)."""

    component = "kube-controller-manager"
    ports = (10257,)
    greeting = (
        ("serving.go:386", "Generated self-signed cert in-memory"),
        ("controllermanager.go:189", '"Starting"'),
        ("secure_serving.go:211", "Serving securely on 127.0.0.1:10257"),
        ("leaderelection.go:257", '"Attempting to acquire leader lease..." lock="kube-system/kube-controller-manager"'),
    )


@program("kube-apiserver")
class KubeAPIServer(ComponentProgram):
    """The door to etcd; its answers are `simulator.apiserver`."""

    component = "kube-apiserver"
    ports = (6443,)
    greeting = (("options.go:263", "external host was not specified, using the advertise address"),)

    def begin(self, process: Process, given: Mapping[str, str]) -> Outcome:
        process.error(klog("I", process.now, "server.go:150", '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""'))
        try:
            policy, said = read_policy(process, given)
        except Unusable as why:
            return self.fail(process, str(why).replace('"', '\\"'))
        for text in said:
            process.error(klog("W", process.now, "audit.go:245", text))
        process.state = {"audit policy": policy}
        return Wait("look", until=process.now + SECOND)

    def look(self, process: Process) -> Outcome:
        """Serve once etcd answers; without it, give up after a while."""
        node = host(process)
        given = parsed(process.argv[1:])
        if node is None or not node.etcd_trouble(given.get("etcd-servers", "")):
            process.state = {**process.state, **given}
            self.listen(process, given)
            process.error(klog("I", process.now, "secure_serving.go:211", "Serving securely on [::]:6443"))
            return Wait("look")
        if process.now - process.started < STORAGE_PATIENCE:
            server = given.get("etcd-servers", "https://127.0.0.1:2379").removeprefix("https://").split(",")[0]
            process.error(klog("W", process.now, "logging.go:55", f'[core] [Channel #1 SubChannel #2]grpc: addrConn.'
                f'createTransport failed to connect to {{Addr: "{server}"}}. Err: connection error: desc = "transport: '
                f'Error while dialing: dial tcp {server}: connect: connection refused"'))  # fmt: skip
            return Wait("look", until=process.now + 5 * SECOND)
        why = "Error creating leases: error creating storage factory: context deadline exceeded"
        process.error(klog("F", process.now, "instance.go:226", why))
        return Exit(1)

    def listen(self, process: Process, given: Mapping[str, str]) -> None:
        port = given.get("secure-port", "6443")
        process.listen(int(port) if port.isdecimal() else 6443)

    def health(self, process: Process, path: str) -> HttpResponse:
        node = host(process)
        if node is not None and node.etcd_trouble(process.state.get("etcd-servers", "")):
            return text(500, f"[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n{path} check failed\n")
        return text(200, "ok")


@program("etcd")
class Etcd(ComponentProgram):
    """One member; what the cluster has stored is `simulator.etcd`."""

    component = "etcd"
    ports = (2379, 2380, 2381)

    def start(self, process: Process) -> Outcome:
        wrong = unknown(self.component, process.argv[1:])
        if "version" in parsed(process.argv[1:]) and not wrong:
            node = host(process)
            tag = (node.tag_of(process.machine) if node is not None else "").partition("-")[0]
            process.print(f"etcd Version: {tag}\nGit SHA: Not provided (use ./build instead of go build)\nGo Version: "
                          "go1.25.4\nGo OS/Arch: linux/amd64")  # fmt: skip
            return Exit(0)
        if wrong:
            process.error(f"flag provided but not defined: -{wrong}")
            process.error("Usage:\n\n  etcd [flags]\n    Start an etcd server.\n")
            return Exit(2)
        return super().start(process)

    def fail(self, process: Process, why: str) -> Outcome:
        self.say(process, "fatal", "failed to start etcd", error=why)
        return Exit(1)

    def begin(self, process: Process, given: Mapping[str, str]) -> Outcome:
        node = host(process)
        self.say(process, "info", "Running: ", args=list(process.argv))
        if node is not None:
            trouble = node.open_etcd(given, process.files)
            if trouble:
                return self.fail(process, trouble)
        self.listen(process, given)
        self.say(
            process, "info", "published local member to cluster through raft", **{"cluster-id": "b5d9f8e1c4a70236"}
        )
        self.say(process, "info", "ready to serve client requests")
        return Wait("start")

    @staticmethod
    def say(process: Process, level: str, message: str, **fields: Any) -> None:
        moment = datetime.fromtimestamp(process.now // SECOND, UTC)
        stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{process.now % SECOND:06d}Z"
        line = {"level": level, "ts": stamp, "caller": "embed/etcd.go:140", "msg": message, **fields}
        process.error(orjson.dumps(line).decode())

    def health(self, process: Process, path: str) -> HttpResponse:
        node = host(process)
        if path == "readyz" and node is not None and not node.has_quorum():
            return text(503, "[-]linearizable_read failed: etcdserver: request timed out\nreadyz check failed\n")
        return text(200, "ok")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        self.say(process, "info", "received signal; shutting down", signal="terminated")
        return Exit(0)


@program("kindnetd")
class Kindnetd(Server):
    """Gives Pods their network, which is `simulator.network`, and writes their node's routes when it starts."""

    def start(self, process: Process) -> Outcome:
        process.handle(signals.TERM)
        process.error(klog("I", process.now, "main.go:139", f"hostIP = {(process.addresses() or [''])[0]}"))
        process.error(klog("I", process.now, "main.go:148", "setting mtu 1500 for CNI"))
        process.machines.network.routes_written(process.machine)
        node = host(process)
        if node is not None:
            node.write_network()
        return Wait("start")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(0)

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        return text(404, "404 page not found\n")


RELEASES = {f"v{series}.{patch}": f"v{series}.{patch}" for series, last in NEWEST.items() for patch in range(last + 1)}
SIZES = {
    "kube-apiserver": 27_100_000,
    "kube-controller-manager": 22_800_000,
    "kube-scheduler": 17_400_000,
    "kube-proxy": 25_900_000,
}
for name, size in SIZES.items():
    repository(
        f"registry.k8s.io/{name}",
        RELEASES,
        size,
        (layer(name, {f"/usr/local/bin/{name}": executable(name)}),),
        entrypoint=(f"/usr/local/bin/{name}",),
    )
repository(
    "registry.k8s.io/etcd",
    {each.etcd: each.etcd for each in COMPANIONS.values()},
    22_900_000,
    (
        layer(
            "etcd",
            {
                **{f"/usr/local/bin/{name}": executable(name) for name in ("etcd", "etcdctl", "etcdutl")},
                "/bin/sh": executable("sh"),
                "/var/etcd": directory(),
            },
        ),
    ),
    entrypoint=("etcd",),
)
repository(
    "docker.io/kindest/kindnetd",
    {"v20251212-v0.29.0-alpha-105-g20ccfc88": "v20251212"},
    44_000_000,
    (BUSYBOX, layer("kindnetd", {"/bin/kindnetd": executable("kindnetd")})),
    entrypoint=("/bin/kindnetd",),
)
