"""The programs that make a cluster work, as the picture's desks: how each is, its Pod, and what it said last."""

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from simulator.controllers.registry import CONTROLLERS
from simulator.controlplane.processes import WELL
from simulator.kernel.component import Change
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.nodeshell.journals import journal_lines

CONTROL = ("kube-apiserver", "etcd", "kube-scheduler", "kube-controller-manager")
KUBELET, PROXY = "kubelet", "kube-proxy"
RUNS, STARTS, STOPPED, ABSENT = "runs", "starts", "stopped", "absent"
ALONE = "alone"
"""It runs, but what it needs does not answer: etcd, the API server, the container runtime."""
OFF, HIDDEN = "off", "untold"
PARTS = {"kube-scheduler": "scheduler"}
"""Programs whose component a cluster may be made without."""
LINES = 5
LONGEST = 240
"""How much is told of what a program said: lines, and letters of each."""
UNTOLD = ("events", "events.events.k8s.io", "leases.coordination.k8s.io")
"""What is written all the time and says nothing."""


class Desk(NamedTuple):
    """One program on one node; the node is "" where the cluster does not say where it runs."""

    program: str
    node: str
    state: str
    leads: bool = False


def desks(cluster: Any) -> list[Desk]:
    """Every program of the control plane, then kubelet and kube-proxy of each node."""
    return [*_control(cluster), *_on_nodes(cluster)]


def veiled(found: Iterable[Desk]) -> list[Desk]:
    """The same desks, without how they are: where finding that out is the task."""
    return [desk._replace(state=HIDDEN, leads=False) for desk in found]


def _control(cluster: Any) -> Iterator[Desk]:
    plane = cluster.control_plane
    for program in CONTROL:
        if program in PARTS and cluster.kernel.scope + PARTS[program] not in cluster.components:
            yield Desk(program, "", ABSENT)
        elif plane is None or plane.is_managed:
            yield Desk(program, "", RUNS)
        else:
            for node in plane.nodes:
                leads = len(plane.nodes) > 1 and plane.active.get(program) == node
                yield Desk(program, node, _state(plane, program, node), leads)


def _state(plane: Any, program: str, node: str) -> str:
    if not plane.has_begun:
        return RUNS
    if node in plane.instances(program):
        return ALONE if program == "kube-apiserver" and plane.state != WELL else RUNS
    return STARTS if plane.running(program, node) is not None else STOPPED


def _on_nodes(cluster: Any) -> Iterator[Desk]:
    if cluster.kubelet is None:
        return
    for node in cluster.kubelet.nodes.names():
        row = cluster.kubelet.nodes.row(node)
        alone = row["cut"] or row["runtime"] is not None
        state = OFF if not row["power"] else STOPPED if not row["up"] else ALONE if alone else RUNS
        yield Desk(KUBELET, node, state)
        runs = cluster.network.proxies.is_running(node)
        yield Desk(PROXY, node, RUNS if runs else OFF if not row["power"] else STOPPED)


def told(found: Iterable[Desk], pods: Iterable[Object]) -> list[dict[str, Any]]:
    """Desks as the picture needs them, each with the Pod that the API has of it."""
    where = pods_of(pods)
    return [{**desk._asdict(), **where.get((desk.program, desk.node), {})} for desk in found]


def pods_of(pods: Iterable[Object]) -> dict[tuple[str, str], dict[str, str]]:
    """Program and node → name and uid of its Pod."""
    found = {}
    for pod in pods:
        metadata = pod["metadata"]
        if metadata["namespace"] == "kube-system":
            labels = metadata.get("labels") or {}
            program = str(labels.get("component") or labels.get("k8s-app") or "")
            if program in CONTROL or program == PROXY:
                found[program, pod["spec"].get("nodeName", "")] = {"pod": metadata["name"], "uid": metadata["uid"]}
    return found


# What they said.


def lines(cluster: Any, program: str, node: str) -> list[str]:
    """The last lines of a program's log; none where nothing of it is left."""
    if cluster.kubelet is None or node not in cluster.kubelet.nodes.names():
        return []
    if program == KUBELET:
        said = journal_lines(Host(cluster, node), KUBELET)[-LINES:]
    else:
        log, machines = _log(cluster, program, node), cluster.machines
        _, end = machines.log(log, sys.maxsize)
        said = [text for _, _, text in machines.log(log, max(end - LINES, 0))[0]] if log else []
    return [line.rstrip("\n")[:LONGEST] for line in said]


def _log(cluster: Any, program: str, node: str) -> str:
    """What the log of the newest container of a program on a node is called."""
    kubelet = cluster.kubelet
    if program == PROXY:
        pods = [pod for pod in cluster.store.list("pods", "kube-system") if pod["spec"].get("nodeName") == node]
    else:
        pods = kubelet.static.on_node(node)
    for pod in pods:
        for container in pod["spec"]["containers"]:
            row = kubelet.containers.get((pod["metadata"]["uid"], container["name"]))
            if container["name"] == program and row is not None and row.get("machine"):
                return str(row["machine"])
    return ""


# Who works.


@cache
def programs() -> dict[str, str]:
    """The program as a part of which each component of the control plane writes, by the name it writes under."""
    return {kind.source or kind.name: kind.process for kind in CONTROLLERS} | {"kube-scheduler": "kube-scheduler"}


def program_of(writer: str) -> str:
    """Which desk a writer sits at; everybody from outside is seen at the API server's."""
    return KUBELET if writer == KUBELET else programs().get(writer, "kube-apiserver")


def busy(store: Any, since: int) -> list[str]:
    """The programs of the control plane that have written something of note after a revision."""
    found: dict[str, None] = {}
    change: Change
    for _, writer, change in store.trace(since):
        if change.resource not in UNTOLD:
            found[program_of(writer)] = None
    found.pop(KUBELET, None)
    return list(found)
