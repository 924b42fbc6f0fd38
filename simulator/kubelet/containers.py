"""Containers as machines of the runtime: starting them, ending them, reading their logs.

Upstream: pkg/kubelet/kuberuntime, containerd
"""

from typing import TYPE_CHECKING

from simulator.kernel.state import Table
from simulator.kubelet.records import ConfigFailure, Row
from simulator.machinery.objects import Object, at, controller_of
from simulator.machinery.quantities import milli, value
from simulator.runtime import signals
from simulator.runtime.cgroups import Limits
from simulator.runtime.errors import OSFailure
from simulator.runtime.files import Mount
from simulator.runtime.images import Image, pull
from simulator.runtime.loading import ARGUMENTS
from simulator.runtime.nodes import Node, file
from simulator.runtime.sharing import LEAST

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

OCI = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: "
)
PAUSE, SANDBOX = "registry.k8s.io/pause:3.10.2", "-"
"""What keeps the processes of a Pod together, and the place of its machine among those of containers."""
UNFIT = "unfit"
"""The program that says that a file is none for this machine."""
TERMINATION_LOG = "/dev/termination-log"
MESSAGE_LIMIT = 4096
FALLBACK_LINES, FALLBACK_SIZE = 80, 2048
"""How much of the end of its log serves a container that left no message."""


class StartFailure(Exception):
    """A container that could not be started; `code` is the exit code its status shows."""

    def __init__(self, message: str, code: int = 128) -> None:
        super().__init__(message)
        self.code = code


NODE_CRITICAL = 2_000_001_000
SPARED, FIRST = -997, 1000
"""What is in `oom_score_adj` of those that go last, and of those that go first."""


class Containers:
    """The container runtime of every node, as the kubelet uses it."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._machines = kubelet.cluster.machines
        self._job_starts: Table[str, int] = kubelet.table("job-starts")
        """How often containers of a Job have been started; its programs may ask (`attempt` of their machine)."""

    def start(self, pod: Object, container: Object, identity: str, attempt: int, env: dict[str, str]) -> str:
        """Create a machine for the container and start its first process; returns the machine's name."""
        image = self._kubelet.images.local(pod["spec"]["nodeName"], container["image"])
        machine = self.machine_of(pod, container["name"], attempt)
        self.remove_machine(self.machine_of(pod, container["name"], attempt - 2))
        user, groups = self._user(pod, container, image)
        full = {**image.env, "HOSTNAME": hostname(pod), **env}
        mounts = self._kubelet.volumes.mounts(pod, container)
        self._machines.create(
            machine,
            layers=image.layers,
            files={
                path: node
                for path, node in self._files(pod, container).items()
                if not any(hides(one, path) for one in mounts)
            },
            env=full,
            hostname=hostname(pod),
            user=user,
            groups=groups,
            cwd=container.get("workingDir") or image.cwd,
            mounts=mounts,
            network=self.network_of(pod),
            log=machine,
            on_exit=(self._kubelet.address, "lifecycle.exited"),
            read_only=bool(at(container, "securityContext", "readOnlyRootFilesystem")),
            limits=self.limits(pod, container),
            on_memory=(self._kubelet.address, "eviction.memory_changed"),
            family=self._family(pod, container),
        )
        self._machines.change(
            machine, devices=self._kubelet.volumes.devices(pod, container), oom=self._oom_score(pod, container)
        )
        job = controller_of(pod)
        if job is not None and job["kind"] == "Job":
            starts = (self._job_starts.get(job["uid"]) or 0) + 1
            self._job_starts.put(job["uid"], starts)
            self._machines.change(machine, attempt=starts)
        argv = command_line(container, image, full)
        try:
            if not argv:
                raise StartFailure("no command specified")
            self._run(machine, container, tuple(argv))
        except OSFailure as failure:
            raise StartFailure(f"{OCI}{exec_failure(argv[0], failure)}: unknown") from None
        return machine

    def _oom_score(self, pod: Object, container: Object) -> int:
        """How gladly the kernel kills it when the node has no memory left. Upstream: pkg/kubelet/qos/policy.go"""
        if pod["spec"].get("priority", 0) >= NODE_CRITICAL:
            return SPARED
        match at(pod, "status", "qosClass"):
            case "Guaranteed":
                return SPARED
            case "BestEffort":
                return FIRST
        node = self._kubelet.client.get("nodes", "", pod["spec"]["nodeName"])
        whole = value(at(node, "status", "capacity", "memory", default="0")) or 1
        asked = value(at(container, "resources", "requests", "memory", default="0"))
        return min(max(FIRST - FIRST * asked // whole, FIRST + SPARED), FIRST - 1)

    def _family(self, pod: Object, container: Object) -> str:
        """With whose processes a container numbers its own; "" for nobody's. Upstream: PidNamespaceForPod"""
        target = container.get("targetContainerName")
        if pod["spec"].get("shareProcessNamespace"):
            return self._open_sandbox(pod)
        row = self._kubelet.containers.get((pod["metadata"]["uid"], target)) if target else None
        if row is None or not self.is_running(row.get("machine") or ""):
            return ""
        family: str = row["machine"]
        if family not in self._machines.families:
            self._machines.join(family, family)
        return family

    def _open_sandbox(self, pod: Object) -> str:
        """Have the process run that all containers of a Pod see as number 1."""
        sandbox = self._sandbox_of(pod["metadata"]["uid"])
        if not self.is_running(sandbox):
            self.remove_machine(sandbox)
            self._machines.part(sandbox)
            image = pull(PAUSE)
            self._machines.create(sandbox, layers=image.layers, user=image.user, groups=(image.user,), family=sandbox)
            self._machines.spawn(sandbox, image.entrypoint)
        return sandbox

    def _sandbox_of(self, uid: str) -> str:
        return f"{self._kubelet.kernel.scope}pod/{uid}/{SANDBOX}/0"

    def close_sandbox(self, uid: str) -> None:
        """A Pod is over."""
        self.remove_machine(self._sandbox_of(uid))

    def _run(self, machine: str, container: Object, argv: tuple[str, ...]) -> None:
        """Start the first process: on a terminal, with a pipe to type into, or with nothing to read."""
        machines = self._machines
        if container.get("tty"):
            machines.terminals.open(machine, machine, 80, 24)
            end = ("terminal", machine)
            typed = end if container.get("stdin") else "null"
            pid = machines.spawn(machine, argv, stdin=typed, stdout=end, stderr=end, unfit=UNFIT)
            machines.terminal(machine).set_foreground(pid)
        elif container.get("stdin"):
            descriptors = machines.descriptors
            reader, writer = descriptors.open_pipe(machine)
            logs = [descriptors.open(machine, kind="log", log=machine, stream=name) for name in ("stdout", "stderr")]
            machines.begin(machine, argv, fds={0: reader, 1: logs[0], 2: logs[1]}, unfit=UNFIT)
            machines.change(machine, stdin=writer)
        else:
            machines.spawn(machine, argv, unfit=UNFIT)

    def type(self, machine: str, data: bytes) -> None:
        """Bytes for the first process's stdin; b"" closes it."""
        row = self._machines.rows.get(machine) or {}
        writer = row.get("stdin")
        if machine in self._machines.terminals.rows:
            self._machines.type(machine, data)
        elif writer is not None and row["exit"] is None:
            if data:
                self._machines.descriptors.push(machine, writer, data)
            else:
                self._machines.descriptors.release(machine, writer)
                self._machines.change(machine, stdin=None)

    def _files(self, pod: Object, container: Object) -> dict[str, Node]:
        row, network = self._kubelet.pods.get(pod["metadata"]["uid"]) or {}, self._kubelet.cluster.network
        return {
            "/etc/hosts": file(hosts(pod, row.get("ip", ""), network.naming(pod["spec"]["nodeName"])[1])),
            "/etc/resolv.conf": file(network.resolver_file(pod)),
            container.get("terminationMessagePath") or TERMINATION_LOG: file("", mode=0o666),
        }

    def limits(self, pod: Object, container: Object) -> Limits:
        """What a container may use: the limits it was allocated, or else its Pod's, or else all that the node has."""
        row = self._kubelet.pods.get(pod["metadata"]["uid"]) or {}
        resources = at(row, "allocated", container["name"], default=container.get("resources"))
        own = at(resources, "limits", default={})
        whole = at(pod, "spec", "resources", "limits", default={})
        node = self._kubelet.client.get("nodes", "", pod["spec"]["nodeName"])
        memory, cpu = (own.get(name) or whole.get(name) or "0" for name in ("memory", "cpu"))
        cores = at(node, "status", "capacity", "cpu", default="4")
        request = at(resources, "requests", "cpu", default="0")
        node_name = pod["spec"]["nodeName"]
        group = f"{self._kubelet.kernel.scope}node/{node_name}"
        return Limits(value(memory), milli(cpu), milli(cores), group, max(milli(request), LEAST))

    def reason_of_end(self, machine: str) -> str:
        """Why a container ended that did not end well."""
        row = self._machines.rows.get(machine) or {}
        return "OOMKilled" if row.get("out_of_memory") else "Error"

    def verify_user(self, pod: Object, container: Object) -> None:
        """Refuse root where the Pod forbids it. Upstream: kuberuntime/security_context.go verifyRunAsNonRoot"""
        own = container.get("securityContext") or {}
        whole = pod["spec"].get("securityContext") or {}
        if not own.get("runAsNonRoot", whole.get("runAsNonRoot")):
            return
        user = own.get("runAsUser", whole.get("runAsUser"))
        metadata = pod["metadata"]
        about = (
            f'(pod: "{metadata["name"]}_{metadata["namespace"]}({metadata["uid"]})", container: {container["name"]})'
        )
        if user == 0:
            raise ConfigFailure(f"container's runAsUser breaks non-root policy {about}")
        if user is None and pull(container["image"]).user == 0:
            raise ConfigFailure(f"container has runAsNonRoot and image will run as root {about}")

    @staticmethod
    def _user(pod: Object, container: Object, image: Image) -> tuple[int, tuple[int, ...]]:
        own = container.get("securityContext") or {}
        whole = pod["spec"].get("securityContext") or {}
        user = own.get("runAsUser", whole.get("runAsUser", image.user))
        group = own.get("runAsGroup", whole.get("runAsGroup", image.user))
        extra = whole.get("supplementalGroups") or []
        if "fsGroup" in whole:
            extra = [*extra, whole["fsGroup"]]
        return user, tuple(dict.fromkeys((group, *extra)))

    def machine_of(self, pod: Object, container: str, attempt: int) -> str:
        return f"{self._kubelet.kernel.scope}pod/{pod['metadata']['uid']}/{container}/{attempt}"

    def network_of(self, pod: Object) -> str:
        """Containers of a Pod share their ports, on the host's network with all others of their node."""
        if pod["spec"].get("hostNetwork"):
            return self._kubelet.cluster.network.space_of_node(pod["spec"]["nodeName"])
        return f"{self._kubelet.kernel.scope}pod/{pod['metadata']['uid']}"

    def is_running(self, machine: str) -> bool:
        row = self._machines.rows.get(machine)
        return row is not None and row["exit"] is None

    def signal(self, machine: str, number: int) -> None:
        """Send a signal to a container's first process."""
        if self.is_running(machine):
            self._machines.signal(machine, self._machines.first(machine), number)

    def kill(self, machine: str) -> None:
        self.signal(machine, signals.KILL)

    def remove(self, row: Row) -> None:
        """Forget a container's machines, the one before the last as well."""
        machine = row.get("machine")
        if machine is None:
            return
        base, _, attempt = machine.rpartition("/")
        for number in (int(attempt), int(attempt) - 1):
            self.remove_machine(f"{base}/{number}")

    def remove_machine(self, machine: str) -> None:
        if self._machines.rows.get(machine) is not None:
            self._machines.remove(machine)
            self._machines.terminals.remove(machine)

    def termination_message(self, row: Row, container: Object, code: int) -> str:
        """What a container left in its termination log, or the end of its log where that is asked for."""
        machine = row.get("machine")
        if machine is None or self._machines.rows.get(machine) is None:
            return ""
        node = self._machines.files(machine).find(container.get("terminationMessagePath") or TERMINATION_LOG)
        content: bytes = node["content"] if node is not None else b""
        if not content and code and container.get("terminationMessagePolicy") == "FallbackToLogsOnError":
            lines = self._machines.log(machine)[0][-FALLBACK_LINES:]
            content = "".join(text for _, _, text in lines).encode()[-FALLBACK_SIZE:]
        return content[:MESSAGE_LIMIT].decode("utf-8", "replace")


def hides(mount: Mount, path: str) -> bool:
    """Whether a mount shows something else at a path, or lets nothing be put there."""
    return path == mount.path or (mount.read_only and path.startswith(f"{mount.path.rstrip('/')}/"))


def hostname(pod: Object) -> str:
    spec = pod["spec"]
    if spec.get("hostNetwork"):
        return str(spec.get("nodeName", ""))
    return str(spec.get("hostname") or pod["metadata"]["name"])[:63].rstrip("-.")


def hosts(pod: Object, ip: str, domain: str) -> str:
    """`/etc/hosts` as the kubelet writes it. Upstream: pkg/kubelet/kubelet_pods.go managedHostsFileContent"""
    lines = [
        "# Kubernetes-managed hosts file.",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::\tip6-localnet",
        "fe00::\tip6-mcastprefix",
        "fe00::1\tip6-allnodes",
        "fe00::2\tip6-allrouters",
    ]
    name, spec = hostname(pod), pod["spec"]
    if spec.get("subdomain"):
        full = f"{name}.{spec['subdomain']}.{pod['metadata']['namespace']}.svc.{domain}"
        lines.append(f"{ip}\t{full}\t{name}")
    else:
        lines.append(f"{ip}\t{name}")
    if spec.get("hostAliases"):
        lines += ["", "# Entries added by HostAliases."]
        lines += [f"{alias['ip']}\t" + "\t".join(alias.get("hostnames") or ()) for alias in spec["hostAliases"]]
    return "\n".join(lines) + "\n"


def command_line(container: Object, image: Image, env: dict[str, str]) -> list[str]:
    """What a container runs: its command and args over the image's, with `$(NAME)` filled in."""
    if container.get("command"):
        words = [*container["command"], *(container.get("args") or ())]
    else:
        words = [*image.entrypoint, *(container.get("args") or image.command)]
    return [expand(word, env) for word in words]


def expand(text: str, env: dict[str, str]) -> str:
    """`$(NAME)` becomes its value, `$$` a dollar; what is not known stays.

    What grows longer than any program takes is left short but too long still, so that starting it fails.
    Upstream: third_party/forked/golang/expansion
    """
    out, position, size = [], 0, 0
    while position < len(text) and size <= ARGUMENTS:
        if text[position] == "$" and position + 1 < len(text):
            following = text[position + 1]
            if following == "$":
                out.append("$")
                position += 2
                continue
            end = text.find(")", position)
            if following == "(" and end > 0:
                name = text[position + 2 : end]
                out.append(env.get(name, text[position : end + 1]))
                size += len(out[-1])
                position = end + 1
                continue
        out.append(text[position])
        size += 1
        position += 1
    return "".join(out)


def exec_failure(word: str, failure: OSFailure) -> str:
    """What runc says of a program that cannot be started."""
    if failure.name == "ENOENT" and "/" not in word:
        return f'exec: "{word}": executable file not found in $PATH'
    if failure.name == "ENOENT":
        return f'exec: "{word}": stat {word}: no such file or directory'
    if failure.name == "EACCES":
        return f'exec: "{word}": permission denied'
    return f'exec: "{word}": {failure.words.lower()}'
