"""One step of a chain, and how a write, a Pod's status and a node's condition become one."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from lab.sandboxes.deeds import Deed, Memory
from lab.sandboxes.desks import KUBELET, program_of
from lab.sandboxes.picture import state
from simulator.machinery.objects import Object
from simulator.resources.pods.table import row

LONGEST = 300
"""The most letters of what somebody else has said (a reason, a message)."""
API, SERVER = "kube-apiserver", "API server"


class Step(NamedTuple):
    """One step: who did what, about which object of the picture, with which revision."""

    at: int
    who: str
    did: str
    facts: dict[str, Any]
    program: str = API
    node: str = ""
    uid: str = ""
    revision: int = 0
    bad: bool = False
    typed: bool = False


def steps_of(memory: Memory, deed: Deed) -> Iterator[Step]:
    """A write as its step; what somebody asked for is followed by the API server's answer."""
    facts = {"object": f"{deed.kind} {deed.object['metadata']['name']}", "what": deed.what, "verb": deed.asked}
    uid = deed.object["metadata"]["uid"]
    if not deed.asked:
        node = (deed.object.get("spec") or {}).get("nodeName", "") if deed.who == KUBELET else ""
        yield Step(deed.at, deed.who, deed.did, facts, program_of(deed.who), node, uid, deed.revision)
        return
    yield Step(deed.at, deed.who, "asked", facts, API, uid=uid, typed=deed.typed)
    if deed.did == "refused":
        yield Step(deed.at, SERVER, "refused", facts, API, uid=uid, bad=True)
    else:
        yield Step(deed.at, SERVER, "stored", facts, API, uid=uid, revision=deed.revision)


def seen(pod: Object, at: int) -> tuple[str, str]:
    """Readiness and status as `kubectl get pods` has them."""
    ready, status = row(pod, at)[1:3]
    return str(ready), str(status)


def status_step(pod: Object, at: int, who: str) -> Step:
    (ready, status), metadata = seen(pod, at), pod["metadata"]
    have, _, want = ready.partition("/")
    facts = {"object": f"Pod {metadata['name']}", "status": f"{status}, {ready}"}
    bad = state(pod, status, have == want) in ("bad", "lost")
    return Step(at, who, "status", facts, program_of(who), pod["spec"].get("nodeName", ""), metadata["uid"], bad=bad)


def readiness(node: Object) -> Object:
    conditions = (node.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each.get("type") == "Ready"), {})


def condition_step(node: Object, ready: Object, at: int, who: str) -> Step:
    metadata = node["metadata"]
    facts = {
        "object": f"Node {metadata['name']}",
        "status": f"Ready={ready.get('status', 'Unknown')}",
        "reason": f"{ready.get('reason', '')}: {str(ready.get('message', ''))[:LONGEST]}",
    }
    bad = ready.get("status") != "True"
    return Step(at, who, "condition", facts, program_of(who), metadata["name"], metadata["uid"], bad=bad)
