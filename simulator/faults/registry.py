"""Every fault by its name: one line each."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.faults import control_plane, machines, network, workloads
from simulator.faults.fault import Arguments, Fault, UnknownFault

if TYPE_CHECKING:
    from simulator.cluster import Cluster

MACHINES = ("node", "control-plane node", "place")
"""Kinds of parameters that lead to a machine."""

FAULTS: Mapping[str, Fault] = {
    "api-certificate-over": control_plane.API_CERTIFICATE_OVER,
    "component-broken": control_plane.COMPONENT_BROKEN,
    "component-stopped": control_plane.COMPONENT_STOPPED,
    "dns-broken": network.DNS_BROKEN,
    "kubelet-broken": machines.KUBELET_BROKEN,
    "kubelet-certificate-over": machines.CERTIFICATE_OVER,
    "kubelet-stopped": machines.KUBELET_STOPPED,
    "link": network.LINK,
    "load": workloads.LOAD,
    "memory-leak": workloads.MEMORY_LEAK,
    "node-disk-full": machines.DISK_FULL,
    "node-partitioned": machines.PARTITION,
    "node-reboots": machines.REBOOT,
    "node-without-power": machines.POWER,
    "process-killed": workloads.PROCESS_KILLED,
    "registry-throttled": workloads.REGISTRY_THROTTLED,
    "runtime-stopped": machines.RUNTIME_STOPPED,
}


def read(name: str, arguments: Arguments) -> tuple[Fault, dict[str, Any]]:
    """A fault and all its parameters as values: those that are left out (or empty) have their defaults.

    Whether there is what they point at is not asked. Raises `UnknownFault`.
    """
    fault = FAULTS.get(name)
    if fault is None:
        names = ", ".join(FAULTS)
        raise UnknownFault(f"a fault is one of {names}: {name!r}", f"장애는 다음 중 하나입니다: {names}: {name!r}")
    known = [parameter.name for parameter in fault.parameters]
    for given in arguments:
        if given not in known:
            names = ", ".join(known)
            raise UnknownFault(
                f"{name} takes {names or 'nothing'}: {given!r}",
                f"{name}의 매개변수는 다음과 같습니다: {names or '없음'}: {given!r}",
                str(given),
            )
    complete = {}
    for parameter in fault.parameters:
        value = arguments.get(parameter.name)
        if value is None or value == "":
            if parameter.required:
                told = parameter.about
                raise UnknownFault(
                    f"{name} needs {parameter.name}: {told['en']}",
                    f"{name}에는 {parameter.name} 값이 필요합니다: {told['ko']}",
                    parameter.name,
                )
            complete[parameter.name] = parameter.default
        else:
            complete[parameter.name] = parameter.read(value)
    return fault, complete


def check(cluster: "Cluster", name: str, arguments: Arguments) -> dict[str, Any]:
    """All parameters of a fault that can happen in a cluster. Raises `UnknownFault`; nothing is changed."""
    fault, complete = read(name, arguments)
    if not fault.possible(cluster):
        raise UnknownFault(
            f"{name} cannot happen in this cluster: it has no machines of that kind",
            f"{name}: 이 클러스터에는 그런 머신이 없어 일어날 수 없습니다",
        )
    for parameter in fault.parameters:
        if complete[parameter.name] is not None:
            parameter.point(cluster, complete[parameter.name])
    return complete


def apply(cluster: "Cluster", name: str, arguments: Arguments) -> dict[str, Any]:
    """Let it happen; the parameters it happened with. Raises `UnknownFault`."""
    complete = check(cluster, name, arguments)
    FAULTS[name].do(cluster, complete)
    return complete


def mend(cluster: "Cluster", name: str, arguments: Arguments) -> None:
    """Undo it as whoever made it could; what it was pointed at may be gone by now. Raises `UnknownFault`."""
    fault, complete = read(name, arguments)
    if has_machines(cluster, fault, complete):
        fault.mend(cluster, complete)


def holds(cluster: "Cluster", name: str, arguments: Arguments) -> bool:
    """Whether it is still so; `arguments` are complete."""
    fault = FAULTS[name]
    return has_machines(cluster, fault, arguments) and fault.holds(cluster, arguments)


def has_machines(cluster: "Cluster", fault: Fault, complete: Arguments) -> bool:
    """Whether the machines that are meant belong to the cluster."""
    return fault.possible(cluster) and all(
        complete[one.name] is None or complete[one.name] in one.targets(cluster)
        for one in fault.parameters
        if one.kind in MACHINES
    )
