"""What a kubelet remembers of its Pods and containers, as plain rows.

A container's row says in which `state` it is: `waiting` (with a reason, perhaps until a moment), `pulling`,
`creating`, `running` or `terminated`.
"""

from typing import Any

from simulator.kernel.clock import timestamp
from simulator.machinery.objects import Object

type Row = dict[str, Any]
type ContainerKey = tuple[str, str]
"""Pod uid and container name."""

NEVER = "1970-01-01T00:00:00Z"
"""When a container started that never did."""

WAITING, PULLING, CREATING, RUNNING, TERMINATED = "waiting", "pulling", "creating", "running", "terminated"


class ConfigFailure(Exception):
    """Something the container needs is not there or not allowed: CreateContainerConfigError."""


def new_container() -> Row:
    return {
        "state": WAITING, "reason": "", "message": "", "until": None, "restarts": 0, "id": "", "last": None,
        "shown": None,
    }  # fmt: skip


def changed(row: Row, **fields: Any) -> Row:
    return {**row, **fields}


def waiting(row: Row, reason: str, message: str = "", *, until: int | None = None) -> Row:
    """Not running, and why; with `until`, not tried again before then."""
    return changed(row, state=WAITING, reason=reason, message=message, until=until, shown=None)


def running(row: Row, *, machine: str, identity: str, image: Row, now: int) -> Row:
    return {
        **row,
        "state": RUNNING,
        "machine": machine,
        "id": identity,
        "image": image,
        "began": now,
        "ready": False,
        "started": False,
        "shown": None,
        "leaving": False,
    }


def terminated(row: Row, *, code: int, reason: str, now: int, message: str = "", signal: int = 0) -> Row:
    return {
        **row,
        "state": TERMINATED,
        "exit": code,
        "reason": reason,
        "message": message,
        "signal": signal,
        "ended": now,
        "shown": None,
        "ready": False,
        "started": False,
    }


def terminated_state(row: Row) -> Object:
    """The `terminated` state of a container as its status shows it."""
    state: Object = {"exitCode": row["exit"]}
    if row.get("signal"):
        state["signal"] = row["signal"]
    if row["reason"]:
        state["reason"] = row["reason"]
    if row["message"]:
        state["message"] = row["message"]
    state["startedAt"] = timestamp(row["began"]) if row.get("began") else NEVER
    state["finishedAt"] = timestamp(row["ended"])
    if row["id"]:
        state["containerID"] = f"containerd://{row['id']}"
    return state


def container_of(pod: Object, name: str) -> Object | None:
    """A container of any sort by its name."""
    for field in ("containers", "initContainers", "ephemeralContainers"):
        for container in pod["spec"].get(field) or ():
            if container["name"] == name:
                return dict(container)
    return None
