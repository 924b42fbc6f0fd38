"""The table of Pods: how ready, in which state, how often restarted. Upstream: printPod"""

from collections.abc import Container

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, NONE, Cells, Column, Field, Printer, moment_of, since, wide

NODE_UNREACHABLE = "NodeLost"

SUCCEEDED: list[Object] = [
    {"type": "Completed", "status": "True", "reason": "Succeeded", "message": "The pod has completed successfully."}
]
FAILED: list[Object] = [{"type": "Completed", "status": "True", "reason": "Failed", "message": "The pod failed."}]


class Restarts:
    """How often containers were restarted, and when one last was."""

    __slots__ = ("count", "last")

    def __init__(self) -> None:
        self.count = 0
        self.last: str | None = None

    def add(self, container: Object) -> None:
        self.count += container.get("restartCount") or 0
        finished = ((container.get("lastState") or {}).get("terminated") or {}).get("finishedAt")
        if finished and (self.last is None or moment_of(finished) > moment_of(self.last)):
            self.last = finished

    def shown(self, now: int) -> str:
        return f"{self.count} ({since(self.last, now)} ago)" if self.count and self.last else str(self.count)


def row(pod: Object, now: int) -> Cells:
    metadata, spec, status = pod["metadata"], pod.get("spec") or {}, pod.get("status") or {}
    ready, total, reason, restarts = summary(spec, status)
    ips = status.get("podIPs")
    return [
        metadata["name"],
        f"{ready}/{total}",
        leaving(status, reason) if "deletionTimestamp" in metadata else reason,
        restarts.shown(now),
        since(metadata.get("creationTimestamp"), now),
        ips[0].get("ip") or NONE if ips else NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        readiness_gates(spec, status),
    ]


def summary(spec: Object, status: Object) -> tuple[int, int, str, Restarts]:
    """How many containers are ready, of how many, the state in one word, and the restarts that count for it."""
    total, reason = len(spec.get("containers") or ()), first_reason(status)
    ready, initializing, restarts = 0, False, Restarts()
    init_containers = spec.get("initContainers")
    if init_containers:
        sidecars = {each["name"] for each in init_containers if each.get("restartPolicy") == "Always"}
        total += len(sidecars)
        ready, progress, all_restarts, restarts = initialization(status, sidecars, len(init_containers))
        reason = progress or reason
        initializing = bool(progress) and not is_true(status, "Initialized")
        if initializing:
            restarts = all_restarts
    if not initializing:
        reason, running = containers_state(status, reason, restarts)
        ready += running
    return ready, total, reason, restarts


def first_reason(status: Object) -> str:
    """What the Pod as a whole says of itself."""
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition.get("reason") == "SchedulingGated":
            return "SchedulingGated"
    reason: str = status.get("reason") or status.get("phase") or ""
    return reason


def initialization(status: Object, sidecars: Container[str], total: int) -> tuple[int, str, Restarts, Restarts]:
    """Ready sidecars, how far initialization has come (empty when through), all restarts and those of sidecars."""
    ready, everybody, of_sidecars = 0, Restarts(), Restarts()
    for index, container in enumerate(status.get("initContainerStatuses") or ()):
        is_sidecar = container["name"] in sidecars
        everybody.add(container)
        if is_sidecar:
            of_sidecars.add(container)
        state = container.get("state") or {}
        terminated, waiting = state.get("terminated"), state.get("waiting") or {}
        if terminated is not None and not terminated.get("exitCode"):
            continue
        if is_sidecar and container.get("started"):
            ready += bool(container.get("ready"))
            continue
        if terminated is not None:
            return ready, "Init:" + termination(terminated), everybody, of_sidecars
        if waiting.get("reason", "PodInitializing") not in ("", "PodInitializing"):
            return ready, "Init:" + waiting["reason"], everybody, of_sidecars
        return ready, f"Init:{index}/{total}", everybody, of_sidecars
    return ready, "", everybody, of_sidecars


def containers_state(status: Object, reason: str, restarts: Restarts) -> tuple[str, int]:
    """The reason that the containers give, the first container last, and how many run and are ready."""
    running = 0
    for container in reversed(status.get("containerStatuses") or ()):
        restarts.add(container)
        state = container.get("state") or {}
        waiting, terminated = state.get("waiting"), state.get("terminated")
        if waiting is not None and waiting.get("reason"):
            reason = waiting["reason"]
        elif terminated is not None:
            reason = termination(terminated)
        elif container.get("ready") and "running" in state:
            running += 1
    if reason == "Completed" and running:
        reason = "Running" if is_true(status, "Ready") else "NotReady"
    return reason, running


def termination(terminated: Object) -> str:
    """Why a container ended: its reason, else its signal or exit code."""
    if terminated.get("reason"):
        reason: str = terminated["reason"]
        return reason
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def leaving(status: Object, reason: str) -> str:
    """What a Pod that is being deleted shows."""
    if status.get("reason") == NODE_UNREACHABLE:
        return "Unknown"
    return reason if status.get("phase") in ("Succeeded", "Failed") else "Terminating"


def readiness_gates(spec: Object, status: Object) -> str:
    gates = spec.get("readinessGates")
    if not gates:
        return NONE
    return f"{sum(is_true(status, gate['conditionType']) for gate in gates)}/{len(gates)}"


def is_true(status: Object, kind: str) -> bool:
    for condition in status.get("conditions") or ():
        if condition["type"] == kind:
            return bool(condition["status"] == "True")
    return False


def conditions(pod: Object) -> list[Object] | None:
    phase = (pod.get("status") or {}).get("phase")
    return SUCCEEDED if phase == "Succeeded" else FAILED if phase == "Failed" else None


PRINTER = Printer(
    (
        NAME,
        Column("Ready", "The aggregate readiness state of this pod for accepting traffic."),
        Column("Status", "The aggregate status of the containers in this pod."),
        Column(
            "Restarts",
            "The number of times the containers in this pod have been restarted and when the last container in this "
            "pod has restarted.",
        ),
        AGE,
        wide("IP", Field("core.v1.PodStatus", "podIP")),
        wide("Node", Field("core.v1.PodSpec", "nodeName")),
        wide("Nominated Node", Field("core.v1.PodStatus", "nominatedNodeName")),
        wide("Readiness Gates", Field("core.v1.PodSpec", "readinessGates")),
    ),
    row,
    conditions,
)
