"""A Pod's status from what its node knows: phase, conditions, container statuses.

Upstream: pkg/kubelet/kubelet_pods.go (getPhase, generateAPIPodStatus), pkg/kubelet/status/generate.go
"""

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.kernel.clock import timestamp
from simulator.kubelet.records import CREATING, PULLING, RUNNING, TERMINATED, Row, new_container, terminated_state
from simulator.machinery.objects import Object, at

ORDER = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")

DISRUPTED = "DisruptionTarget"
OVER = ("Succeeded", "Failed")

UNTRIED = new_container()


def is_sidecar(container: Object) -> bool:
    """An init container that goes on running beside the others."""
    return container.get("restartPolicy") == "Always"


def default_reason(pod: Object) -> str:
    """Why a container waits that has never been tried."""
    return "PodInitializing" if pod["spec"].get("initContainers") else "ContainerCreating"


def states(row: Row, default: str) -> tuple[Object, Object, int]:
    """State, last state and restart count. While a container is made anew, what was to be seen before stays."""
    if row["state"] in (PULLING, CREATING) and row["shown"] is not None:
        shown: tuple[Object, Object, int] = row["shown"]
        return shown
    state: Object
    if row["state"] == RUNNING:
        state = {"running": {"startedAt": timestamp(row["began"])}}
    elif row["state"] == TERMINATED:
        state = {"terminated": terminated_state(row)}
    else:
        waiting = {"reason": row["reason"] or default}
        state = {"waiting": {"message": row["message"], **waiting} if row["message"] else waiting}
    return state, {"terminated": row["last"]} if row["last"] else {}, row["restarts"]


def container_status(
    container: Object, row: Row | None, default: str, allocated: Mapping[str, Object], sort: str = "ordinary"
) -> Object:
    """The status of one container; `sort` is ordinary, init (one that runs to its end) or ephemeral."""
    if row is None:
        row = UNTRIED
    state, last, restarts = states(row, default)
    image = row.get("image") or {}
    identity = at(state, "terminated", "containerID") or (f"containerd://{row['id']}" if row["id"] else "")
    status: Object = {
        "state": state,
        "lastState": last,
        "name": container["name"],
        "ready": bool(row.get("ready")),
        "restartCount": restarts,
        "image": image.get("name") or container["image"],
        "imageID": image.get("id", ""),
    }
    if identity:
        status["containerID"] = identity
    if sort == "init":
        status["ready"] = row["state"] == TERMINATED and row["exit"] == 0
    elif sort == "ephemeral":
        status["ready"] = False
    if sort != "ephemeral":
        status["started"] = bool(row.get("started"))
    status.update(resources_of(container, row, allocated))
    status.update(mounts_of(container))
    if row["state"] == RUNNING and "user" in image:
        status["user"] = {"linux": image["user"]}
    return status


def resources_of(container: Object, row: Row, allocated: Mapping[str, Object]) -> Object:
    """What a container was allocated, and what it has."""
    given = allocated.get(container["name"], container.get("resources") or {})
    applied = row.get("applied", given)
    status: Object = {}
    if given.get("requests"):
        status["allocatedResources"] = given["requests"]
    if row["id"]:
        status["resources"] = {field: applied[field] for field in ("limits", "requests") if applied.get(field)}
    return status


def mounts_of(container: Object) -> Object:
    mounts = container.get("volumeMounts")
    if not mounts:
        return {}
    shown = []
    for mount in mounts:
        entry = {"mountPath": mount["mountPath"], "name": mount["name"]}
        if mount.get("readOnly"):
            entry |= {"readOnly": True, "recursiveReadOnly": "Disabled"}
        shown.append(entry)
    return {"volumeMounts": shown}


def phase(pod: Object, rows: Mapping[str, Row]) -> str:
    """Where a Pod stands in its life. Upstream: getPhase"""
    spec = pod["spec"]
    pending_init = failed_init = 0
    for container in spec.get("initContainers") or ():
        row = rows.get(container["name"])
        if is_sidecar(container):
            if row is None or not row.get("started"):
                pending_init += 1
        elif row is not None and row["state"] == TERMINATED:
            failed_init += row["exit"] != 0
        elif row is not None and row["last"] and row["state"] != RUNNING:
            failed_init += row["last"]["exitCode"] != 0
        else:
            pending_init += 1
    policy = spec.get("restartPolicy", "Always")
    states = [rows.get(container["name"]) for container in spec["containers"]]
    if failed_init and policy == "Never":
        return "Failed"
    begun = [row for row in states if row is not None and (row["state"] in (RUNNING, TERMINATED) or row["last"])]
    if (pending_init or failed_init) and not begun:
        return "Pending"
    if any(row is None or (row["state"] not in (RUNNING, TERMINATED) and not row["last"]) for row in states):
        return "Pending"
    if any(row is not None and row["state"] == RUNNING for row in states):
        return "Running"
    if policy == "Always":
        return "Running"
    codes = [exit_code(row) for row in states if row is not None]
    pairs = [(container, rows.get(container["name"])) for container in spec["containers"]]
    if any(
        row is not None and own_rules(container) and restarts(pod, container, exit_code(row))
        for container, row in pairs
    ):
        return "Running"
    if all(code == 0 for code in codes) and all(is_over(row) for row in states):
        return "Succeeded"
    if policy == "Never" and all(is_over(row) for row in states):
        return "Failed"
    return "Running"


def restarts(pod: Object, container: Object, code: int) -> bool:
    """Whether a container that ended with this code starts again: its own rules, its own policy, or its Pod's.

    Upstream: pkg/kubelet/container/helpers.go ShouldContainerBeRestarted, ContainerRestartRules
    """
    for rule in container.get("restartPolicyRules") or ():
        codes = rule.get("exitCodes") or {}
        if (code in (codes.get("values") or ())) == (codes.get("operator") == "In"):
            return bool(rule.get("action") == "Restart")
    policy = container.get("restartPolicy") or pod["spec"].get("restartPolicy", "Always")
    return bool(policy == "Always" or (policy == "OnFailure" and code != 0))


def last_phase(pod: Object, rows: Mapping[str, Row]) -> str:
    """How a Pod that was stopped ends, whatever its restart policy. Upstream: getPhase, TerminatePod"""
    ends = [rows.get(container["name"]) for container in pod["spec"]["containers"]]
    return "Succeeded" if all(row is not None and is_over(row) and row["exit"] == 0 for row in ends) else "Failed"


def own_rules(container: Object) -> bool:
    """Whether a container says for itself when it starts again."""
    return bool(container.get("restartPolicy") or container.get("restartPolicyRules"))


def is_over(row: Row | None) -> bool:
    return row is not None and row["state"] == TERMINATED


def exit_code(row: Row) -> int:
    if row["state"] == TERMINATED:
        return int(row["exit"])
    return int(row["last"]["exitCode"]) if row["last"] else 0


def pod_status(pod: Object, rows: Mapping[str, Row], pod_row: Row, node: Row, now: int) -> Object:
    """The whole status, with transition times kept where a condition did not change."""
    spec, before = pod["spec"], pod.get("status") or {}
    status = {key: value for key, value in before.items() if key not in ("reason", "message")}
    status["phase"] = pod_row.get("phase") or phase(pod, rows)
    if pod_row.get("stopped") and status["phase"] not in OVER:
        status["phase"] = last_phase(pod, rows)
    for field in ("reason", "message"):
        if pod_row.get(field):
            status[field] = pod_row[field]
    inits = spec.get("initContainers") or ()
    default, allocated = default_reason(pod), pod_row.get("allocated", {})
    if inits:
        status["initContainerStatuses"] = [
            container_status(c, rows.get(c["name"]), default, allocated, "ordinary" if is_sidecar(c) else "init")
            for c in inits
        ]
    status["containerStatuses"] = [
        container_status(container, rows.get(container["name"]), default, allocated)
        for container in sorted(spec["containers"], key=lambda c: str(c["name"]))
    ]
    if spec.get("ephemeralContainers"):
        status["ephemeralContainerStatuses"] = [
            container_status(container, rows.get(container["name"]), "ContainerCreating", {}, "ephemeral")
            for container in spec["ephemeralContainers"]
        ]
    status["conditions"] = conditions(pod, status, rows, pod_row, now)
    if status["phase"] in OVER and any(row["state"] == RUNNING for row in rows.values()):
        status["phase"] = before.get("phase", "Running")  # what has ended may still have company
    status["startTime"] = timestamp(pod_row["began"])
    status["hostIP"] = node["ip"]
    status["hostIPs"] = [{"ip": node["ip"]}]
    if (pod_row.get("ip") and status["phase"] not in ("Failed", "Succeeded")) or before.get("podIP"):
        status["podIP"] = pod_row["ip"]
        status["podIPs"] = [{"ip": pod_row["ip"]}]
    if "observedGeneration" not in status or pod["metadata"].get("generation"):
        status["observedGeneration"] = pod["metadata"].get("generation", 1)
    return status


def is_initialized(container: Object, row: Row | None) -> bool:
    if row is None:
        return False
    if is_sidecar(container):
        return bool(row.get("started"))
    return bool(row["state"] == TERMINATED and row["exit"] == 0)


def conditions(pod: Object, status: Object, rows: Mapping[str, Row], pod_row: Row, now: int) -> list[Object]:
    """The kubelet's conditions in upstream's order, others' after them."""
    spec = pod["spec"]
    phase_now = status["phase"]
    ready = containers_ready(pod, rows, phase_now)
    found = {
        "PodReadyToStartContainers": (bool(pod_row["ip"]) and not pod_row.get("stopped"), "", ""),
        "Initialized": initialized_condition(pod, rows, phase_now),
        "Ready": gated(pod, status, ready),
        "ContainersReady": ready,
        "PodScheduled": (True, "", ""),
    }
    before = {entry["type"]: entry for entry in at(pod, "status", "conditions", default=())}
    generation = pod["metadata"].get("generation")
    entries = []
    for kind in ORDER:
        value, reason, message = found[kind]
        entries.append(condition_entry(kind, value, reason, message, before.get(kind), generation, now))
    for gate in spec.get("readinessGates") or ():
        if gate["conditionType"] in before:
            entries.append(before[gate["conditionType"]])
    for kind, (reason, message) in pod_row.get("resize", {}).items():
        entries.append(condition_entry(kind, True, reason, message, before.get(kind), generation, now))
    verdict = pod_row.get("verdict")
    if verdict and verdict["disruption"]:
        old = before.get(DISRUPTED)
        why = verdict["disruption"], verdict["message"]
        entries.append(condition_entry(DISRUPTED, True, *why, old, generation, now))
    known = {"PodResizePending", "PodResizeInProgress", *(entry["type"] for entry in entries)}
    entries.extend(entry for kind, entry in before.items() if kind not in known)
    return entries


def condition_entry(
    kind: str, value: bool, reason: str, message: str, before: Object | None, generation: int | None, now: int
) -> Object:
    word = "True" if value else "False"
    moment = timestamp(now)
    if before is not None and before["status"] == word:
        moment = before["lastTransitionTime"]
    entry: Object = {"type": kind, "status": word, "lastProbeTime": None, "lastTransitionTime": moment}
    if generation:
        entry["observedGeneration"] = generation
    if reason:
        entry["reason"] = reason
    if message:
        entry["message"] = message
    return entry


def containers_ready(pod: Object, rows: Mapping[str, Row], phase_now: str) -> tuple[bool, str, str]:
    if phase_now == "Succeeded":
        return False, "PodCompleted", ""
    if phase_now == "Failed":
        return False, "PodFailed", ""
    spec = pod["spec"]
    watched = [c for c in spec.get("initContainers") or () if is_sidecar(c)] + list(spec["containers"])
    unready = [c["name"] for c in watched if not (rows.get(c["name"]) or {}).get("ready")]
    if unready:
        return False, "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]"
    return True, "", ""


def initialized_condition(pod: Object, rows: Mapping[str, Row], phase_now: str) -> tuple[bool, str, str]:
    spec = pod["spec"]
    if phase_now == "Succeeded":
        return True, "PodCompleted", ""
    if any((rows.get(c["name"]) or {}).get("began") for c in spec["containers"]):
        return True, "", ""
    incomplete = [c["name"] for c in spec.get("initContainers") or () if not is_initialized(c, rows.get(c["name"]))]
    if incomplete:
        message = f"containers with incomplete status: [{' '.join(incomplete)}]"
        return False, "ContainersNotInitialized", message
    return True, "", ""


def gated(pod: Object, status: Object, ready: tuple[bool, str, str]) -> tuple[bool, str, str]:
    """The Ready condition: the containers', and every readiness gate's."""
    if not ready[0]:
        return ready
    present: dict[str, Any] = {entry["type"]: entry for entry in at(pod, "status", "conditions", default=())}
    messages = list(gate_messages(pod["spec"].get("readinessGates") or (), present))
    if messages:
        return False, "ReadinessGatesNotReady", ", ".join(messages)
    return ready


def gate_messages(gates: Iterable[Object], present: Mapping[str, Object]) -> Iterable[str]:
    for gate in gates:
        kind = gate["conditionType"]
        if kind not in present:
            yield f'corresponding condition of pod readiness gate "{kind}" does not exist.'
        elif present[kind]["status"] != "True":
            yield f'the status of pod readiness gate "{kind}" is not "True", but {present[kind]["status"]}'
