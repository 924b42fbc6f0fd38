"""The services of a node, as its systemd keeps them: kubelet and containerd.

Upstream: systemd.service(5), packages' kubelet.service (Restart=always, RestartSec=10), cmd/kubelet/app/server.go
"""

import re
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.kernel.clock import SECOND
from simulator.kernel.state import Table
from simulator.kubelet import validation
from simulator.kubelet.fields import schemas
from simulator.kubelet.flags import overriding, trouble
from simulator.kubelet.unitfiles import Texts, as_installed, command_line, on_disk
from simulator.machinery import yaml
from simulator.machinery.decoding import DecodeError, decode, strict_error
from simulator.machinery.golang import quoted
from simulator.machinery.objects import at
from simulator.runtime.errors import OSFailure
from simulator.runtime.files import Files

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

RESTART, RUNTIME_RESTART = 10 * SECOND, 5 * SECOND
DESCRIPTIONS = {"containerd": "containerd container runtime", "kubelet": "kubelet: The Kubernetes Node Agent"}
UNITS = tuple(DESCRIPTIONS)
API_VERSION = "kubelet.config.k8s.io/v1beta1"
CONFIG = "/var/lib/kubelet/config.yaml"
KUBECONFIG = "/etc/kubernetes/kubelet.conf"
BOOTSTRAP = "/etc/kubernetes/bootstrap-kubelet.conf"
REGISTRY_SOCKET = "/var/lib/kubelet/device-plugins/kubelet.sock"
"""What a starting kubelet makes on the disk, whatever its configuration says."""
LARGEST = 256 << 10
"""The most bytes of a configuration file."""
SOCKETS = ("unix:///run/containerd/containerd.sock", "unix:///var/run/containerd/containerd.sock")

TAINT = re.compile("([^=:]+)(?:=([^:]*))?:([A-Za-z]+)")

type Unit = dict[str, Any]


CONTAINERD_CONFIG = "/etc/containerd/config.toml"
CRI = ("cri", "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime")
"""The names of containerd's plugin that speaks to kubelets."""
UNKNOWN_SERVICE = "rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService"


class StartFailure(Exception):
    """Why a service's program ended at once: its words, under which title and where in its source it said them, and
    the exit code."""

    def __init__(self, words: str, place: str = "run.go:72", code: int = 1, title: str = "command failed") -> None:
        super().__init__(words)
        self.place = place
        self.code = code
        self.title = title


class Services:
    """Table `units`: (node, unit) → how it is, where that is anything but running since the node's boot."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self.units: Table[tuple[str, str], Unit] = kubelet.table("units")

    def unit(self, node: str, name: str) -> Unit:
        """`state` is active, activating (to be started again), inactive or failed."""
        found = self.units.get((node, name))
        if found is not None:
            return found
        since = self._kubelet.nodes.row(node).get("booted", self._kubelet.cluster.born)
        return {"state": "active", "since": since, "code": 0, "restarts": 0, "enabled": True}

    def _put(self, node: str, name: str, **fields: Any) -> None:
        self.units.put((node, name), {**self.unit(node, name), **fields})

    def boot(self, node: str) -> None:
        """The machine comes up: systemd starts what is enabled."""
        self.reload(node)
        self._set_kernel(node)
        for name in UNITS:
            unit = self.unit(node, name)
            if unit["enabled"] and not unit.get("masked"):
                self._put(node, name, state="inactive", since=self._kubelet.clock.now, restarts=0)
                self.start(node, name)
            else:
                self._put(node, name, state="inactive", since=self._kubelet.clock.now)
                if name == "containerd":
                    self._kubelet.outages.runtime_stopped(node)

    def _set_kernel(self, node: str) -> None:
        """The kernel begins with its own settings, and what files below /etc/sysctl.d say."""
        volumes, machine = self._kubelet.cluster.machines.volumes, self._kubelet.nodes.machine(node)
        files = volumes.view(machine)
        for path, entry in list(files.walk("/proc")) if files.is_directory("/proc") else ():
            if entry["kind"] == "file":
                volumes.drop(machine, *path.rsplit("/", 1))
        folder = "/etc/sysctl.d"
        for name in sorted(files.names(folder)) if files.is_directory(folder) else ():
            for line in files.text(f"{folder}/{name}").splitlines():
                key, equals, value = (part.strip() for part in line.partition("="))
                path = f"/proc/sys/{key.replace('.', '/')}"
                if equals and files.is_file(path) and files.text(path).strip() != value:
                    files.write(path, f"{value}\n")

    def enable(self, node: str, name: str, enabled: bool) -> None:
        self._put(node, name, enabled=enabled)

    def mask(self, node: str, name: str, masked: bool) -> None:
        """Make it impossible to start a service, or possible again."""
        self._put(node, name, masked=masked)

    def stop(self, node: str, name: str) -> None:
        kubelet, now = self._kubelet, self._kubelet.clock.now
        if self.unit(node, name)["state"] in ("inactive", "failed"):
            self._put(node, name, state="inactive")
            return
        journal, words = kubelet.nodes.journal, DESCRIPTIONS[name]
        journal.systemd(node, f"Stopping {name}.service - {words}...")
        journal.systemd(node, f"{name}.service: Deactivated successfully.")
        journal.systemd(node, f"Stopped {name}.service - {words}.")
        self._put(node, name, state="inactive", since=now, restarts=0, code=0)
        if name == "kubelet":
            kubelet.outages.kubelet_stopped(node)
        else:
            kubelet.outages.runtime_stopped(node)

    def start(self, node: str, name: str) -> None:
        unit = self.unit(node, name)
        if unit["state"] != "active" and not unit.get("masked"):
            self._put(node, name, restarts=0)
            self._launch(node, name)

    def restart(self, node: str, name: str) -> None:
        self.stop(node, name)
        self.start(node, name)

    def again(self, node: str, name: str, since: int) -> None:
        """A service that ended is started again after a pause."""
        unit = self.unit(node, name)
        if unit.get("masked"):
            return
        if unit["state"] == "activating" and unit["since"] == since and self._kubelet.nodes.row(node)["power"]:
            restarts = unit["restarts"] + 1
            text = f"{name}.service: Scheduled restart job, restart counter is at {restarts}."
            self._kubelet.nodes.journal.systemd(node, text)
            self._put(node, name, restarts=restarts)
            self._launch(node, name)

    def end(self, node: str, name: str) -> None:
        """The program is over by a signal, without an error; systemd starts it again after its pause."""
        kubelet, now = self._kubelet, self._kubelet.clock.now
        kubelet.nodes.journal.systemd(node, f"{name}.service: Deactivated successfully.")
        self._put(node, name, state="activating", since=now, code=0)
        (kubelet.outages.kubelet_stopped if name == "kubelet" else kubelet.outages.runtime_stopped)(node)
        kubelet.later(RESTART, "services.again", node, name, now)

    def fail(self, node: str, name: str, failure: StartFailure) -> None:
        """The program has ended with an error; systemd will try again."""
        kubelet, now = self._kubelet, self._kubelet.clock.now
        journal = kubelet.nodes.journal
        if failure.code == 203:
            journal.systemd(node, f"{name}.service: Failed at step EXEC spawning {failure}")
        elif name == "containerd":
            journal.write(node, f"containerd[{kubelet.nodes.pid(node, name)}]", str(failure))
        else:
            journal.klog(node, "E", failure.place, f'"{failure.title}" err="{failure}"')
        status = "203/EXEC" if failure.code == 203 else f"{failure.code}/FAILURE"
        journal.systemd(node, f"{name}.service: Main process exited, code=exited, status={status}")
        journal.systemd(node, f"{name}.service: Failed with result 'exit-code'.")
        self._put(node, name, state="activating", since=now, code=failure.code)
        (kubelet.outages.kubelet_stopped if name == "kubelet" else kubelet.outages.runtime_stopped)(node)
        kubelet.later(RESTART if name == "kubelet" else RUNTIME_RESTART, "services.again", node, name, now)

    def _launch(self, node: str, name: str) -> None:
        kubelet = self._kubelet
        kubelet.nodes.journal.systemd(node, f"Started {name}.service - {DESCRIPTIONS[name]}.")
        self._put(node, name, state="active", since=kubelet.clock.now, code=0)
        if name == "containerd":
            try:
                serves = serves_kubelets(kubelet.cluster.machines.volumes.view(kubelet.nodes.machine(node)))
            except StartFailure as failure:
                self.fail(node, name, failure)
                return
            kubelet.nodes.change(node, without_cri=not serves)
            (kubelet.outages.runtime_started if serves else kubelet.outages.runtime_stopped)(node)
            return
        try:
            loaded = self.configuration(node)
        except StartFailure as failure:
            self.fail(node, name, failure)
            return
        kubelet.nodes.change(node, **loaded)
        kubelet.outages.kubelet_started(node)

    # The files of a unit.

    def loaded(self, node: str, name: str) -> Texts:
        """A unit's files as systemd has read them last."""
        known: Texts | None = self.unit(node, name).get("loaded")
        volumes = self._kubelet.cluster.machines.volumes
        return known if known is not None else as_installed(volumes, self._kubelet.nodes.machine(node), name)

    def is_changed(self, node: str, name: str) -> bool:
        """Whether the files are other ones by now."""
        files = self._kubelet.cluster.machines.volumes.view(self._kubelet.nodes.machine(node))
        return on_disk(files, name) != self.loaded(node, name)

    def reload(self, node: str) -> None:
        """systemd reads the files of all units."""
        files = self._kubelet.cluster.machines.volumes.view(self._kubelet.nodes.machine(node))
        for name in UNITS:
            if self.is_changed(node, name):
                self._put(node, name, loaded=on_disk(files, name))

    def command_line(self, node: str, name: str = "kubelet") -> dict[str, str]:
        """The flags that a service is started with; "" is the program."""
        files = self._kubelet.cluster.machines.volumes.view(self._kubelet.nodes.machine(node))
        return command_line(self.loaded(node, name), files, f"/usr/bin/{name}")

    # What a starting kubelet reads.

    def configuration(self, node: str) -> dict[str, Any]:
        """The settings and the API server's address of a kubelet that starts now. Raises `StartFailure`."""
        machines = self._kubelet.cluster.machines
        files = machines.volumes.view(self._kubelet.nodes.machine(node))
        flags = self.command_line(node)
        if not files.exists(flags[""]):
            raise StartFailure(f"{flags['']}: No such file or directory", code=203)
        wrong = trouble(flags)
        if wrong:
            raise StartFailure(wrong)
        settings, doubt = settings_in(files, flags.get("config", ""))
        if doubt:
            text = f'"Using lenient decoding as strict decoding failed" err={quoted(doubt)}'
            self._kubelet.nodes.journal.klog(node, "W", "configfiles.go:71", text)
        settings = {**settings, **overriding(flags)}
        refused = validation.trouble(settings)
        if refused:
            raise StartFailure(refused.replace('"', '\\"'))
        for signal in settings.get("evictionSoft") or ():
            if signal not in (settings.get("evictionSoftGracePeriod") or {}):
                words = f"grace period must be specified for the soft eviction threshold {signal}"
                raise StartFailure(f"failed to run Kubelet: failed to create kubelet: {words}")
        kubeconfig = flags.get("kubeconfig", "")
        if kubeconfig and not files.is_file(kubeconfig):
            bootstrap = flags.get("bootstrap-kubeconfig", BOOTSTRAP)
            if not files.is_file(bootstrap):
                words = f"unable to load bootstrap kubeconfig: stat {bootstrap}: no such file or directory"
                raise StartFailure(f"failed to run Kubelet: {words}")
        given = settings.get("containerRuntimeEndpoint") or flags.get("container-runtime-endpoint")
        endpoint = str(given or SOCKETS[0])
        if endpoint not in SOCKETS or self._kubelet.nodes.row(node)["runtime"] is not None:
            path = endpoint.removeprefix("unix://")
            if self._kubelet.nodes.row(node).get("without_cri") and endpoint in SOCKETS:
                raise StartFailure(
                    "failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint "
                    f'\\"{endpoint}\\": {UNKNOWN_SERVICE}'
                )
            raise StartFailure(
                "failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint "
                f'\\"{endpoint}\\": rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error '
                f'while dialing: dial unix {path}: connect: no such file or directory\\"'
            )
        if self._kubelet.disk.is_full(node):
            words = f"listen unix {REGISTRY_SOCKET}: bind: no space left on device"
            raise StartFailure(words, "kubelet.go:1567", title="Failed to start ContainerManager")
        version = self._kubelet.nodes.packages(node)["installed"]["kubelet"]
        loaded: dict[str, Any] = {
            "settings": settings,
            "server": server_in(files, kubeconfig),
            "version": f"v{version}",
            "flags": registering(flags),
        }
        if has_own_certificate(files, kubeconfig):
            loaded["expired"] = False  # it is newer than the one that rotated, and over
        return loaded


def registering(flags: Mapping[str, str]) -> dict[str, Any]:
    """The labels and taints with which a kubelet makes its Node."""
    found: dict[str, Any] = {}
    labels = [part.partition("=") for part in flags.get("node-labels", "").split(",") if part]
    if labels:
        found["labels"] = {name: value for name, _, value in labels}
    taints = [TAINT.fullmatch(part) for part in flags.get("register-with-taints", "").split(",") if part]
    if taints:
        found["taints"] = [
            {"key": each[1], **({"value": each[2]} if each[2] else {}), "effect": each[3]} for each in taints if each
        ]
    return found


def serves_kubelets(files: Files) -> bool:
    """Whether a containerd that starts now speaks to kubelets. Raises `StartFailure` for a file that is no TOML."""
    text = files.text(CONTAINERD_CONFIG)[:LARGEST] if files.is_file(CONTAINERD_CONFIG) else ""
    try:
        disabled = tomllib.loads(text).get("disabled_plugins") or ()
    except (tomllib.TOMLDecodeError, RecursionError) as mistake:
        raise StartFailure(f"containerd: failed to load TOML: {CONTAINERD_CONFIG}: toml: {mistake}") from None
    return not (isinstance(disabled, list) and set(CRI) & {each for each in disabled if isinstance(each, str)})


def settings_in(files: Files, path: str) -> tuple[dict[str, Any], str]:
    """A kubelet's configuration file, and what a strict reader says of it. Raises `StartFailure` in the kubelet's
    words."""
    if not path:
        return {}, ""
    head = f"failed to load kubelet config file, path: {path}, error: failed to load Kubelet config file {path}, error "
    try:
        text = files.text(path)
    except OSFailure as failure:
        why = f"open {path}: {failure.words.lower()}"
        raise StartFailure(f'{head}failed to read kubelet config file \\"{path}\\", error: {why}') from None
    try:
        body = yaml.load(text) if len(text) <= LARGEST else None
    except ValueError as mistake:
        raise StartFailure(f"{head}failed to decode: {mistake}") from None
    version = body.get("apiVersion", "") if isinstance(body, dict) else ""
    if not isinstance(body, dict) or body.get("kind") != "KubeletConfiguration" or version != API_VERSION:
        raise StartFailure(f"{head}failed to decode: {unknown_kind(body)}")
    try:
        read = decode(body, schemas().type("v1beta1.KubeletConfiguration"))
    except DecodeError as mistake:
        raise StartFailure(f"{head}failed to decode: {mistake}") from None
    authority = at(body, "authentication", "x509", "clientCAFile", default="")
    if authority and not files.is_file(str(authority)):
        words = f"unable to load client CA file {authority}: open {authority}: no such file or directory"
        raise StartFailure(f"failed to construct kubelet dependencies: {words}")
    return read.object, strict_error(read.objections) if read.objections else ""


def unknown_kind(body: Any) -> str:
    """Why a document is no configuration of a kubelet."""
    kind, version = (str(body.get(name, "")) for name in ("kind", "apiVersion")) if isinstance(body, dict) else ("", "")
    if not kind:
        return "Object 'Kind' is missing"
    if not version:
        return "Object 'apiVersion' is missing"
    return (
        f'no kind \\"{kind}\\" is registered for version \\"{version}\\" in scheme \\"pkg/kubelet/apis/config/scheme\\"'
    )


def has_own_certificate(files: Files, path: str) -> bool:
    """Whether a kubeconfig carries a client certificate itself, rather than name the one that the kubelet rotates."""
    try:
        body = yaml.load(files.text(path)[:LARGEST]) if path else None
    except (OSFailure, ValueError):
        return False
    users = body.get("users") if isinstance(body, dict) else None
    first = users[0] if isinstance(users, list) and users else None
    return isinstance(first, dict) and bool(at(first, "user", "client-certificate-data"))


def server_in(files: Files, path: str) -> str:
    """The API server that a kubeconfig leads to; "" where it cannot be read."""
    try:
        body = yaml.load(files.text(path)[:LARGEST]) if path else None
    except (OSFailure, ValueError):
        return ""
    clusters = body.get("clusters") if isinstance(body, dict) else None
    if not isinstance(clusters, list) or not clusters or not isinstance(clusters[0], dict):
        return ""
    return str(at(clusters[0], "cluster", "server", default=""))
