"""Which audit policy a running API server has, and where on its node the log lies.

Upstream: apiserver/pkg/server/options/audit.go
"""

from collections.abc import Mapping
from posixpath import join, normpath
from typing import Any, Final

from simulator.apiserver.audit.events import PATH
from simulator.apiserver.audit.policy import Policy, PolicyError, load
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process

POLICY_FILE, LOG_PATH = "audit-policy-file", "audit-log-path"
STDOUT: Final = "-"
SILENT: Final[Policy] = {"rules": []}
"""The policy of a server that has nowhere to write to."""


class Unusable(Exception):
    """A policy that keeps an API server from starting; the message is what it says."""


def read_policy(process: Process, given: Mapping[str, str]) -> tuple[Policy | None, list[str]]:
    """The policy that a command line names (None without one) and what is said of it. Raises `Unusable`."""
    path, log = given.get(POLICY_FILE, ""), given.get(LOG_PATH, "")
    if not path:
        useless = "No audit policy file provided, no events will be recorded for log backend"
        return None, [useless] if log else []
    try:
        policy, unknown = load(process.files.read(path))
    except OSFailure as failure:
        why = f'failed to read file path "{path}": open {path}: {failure.words.lower()}'
        raise Unusable(f"loading audit policy file: {why}") from None
    except PolicyError as error:
        raise Unusable(f"loading audit policy file: {error}: from file {path}") from None
    said: list[str] = []
    if unknown:
        fields = ", ".join(f'unknown field "{name}"' for name in unknown)
        said.append(f"Audit policy contains errors, falling back to lenient decoding: strict decoding error: {fields}")
    return (policy if log else SILENT), said


def in_use(pod: Object, container: Object, state: Mapping[str, Any]) -> Object:
    """What holds from now on, as plain data: the policy, and the place of the log on the node."""
    policy = state.get("audit policy")
    if policy is None:
        return {"policy": None, "log": PATH}
    path = str(state.get(LOG_PATH) or "")
    return {"policy": policy, "log": path if path == STDOUT else on_the_node(pod, container, path)}


def on_the_node(pod: Object, container: Object, path: str) -> str:
    """Where a container's file lies on its node; "" where it is only in the container."""
    path = normpath(path)
    places = {one["name"]: one["hostPath"]["path"] for one in pod["spec"].get("volumes") or () if "hostPath" in one}
    mounts = sorted(container.get("volumeMounts") or (), key=lambda one: -len(one["mountPath"]))
    for mount in mounts:
        root = normpath(mount["mountPath"])
        if path == root or path.startswith(f"{root}/"):
            host = places.get(mount["name"], "")
            return normpath(join(host, path[len(root) :].lstrip("/"))) if host else ""
    return ""
