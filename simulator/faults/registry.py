"""Every fault by its name: one line each."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.faults import control_plane, machines, network, workloads
from simulator.faults.fault import Arguments, Fault, UnknownFault

if TYPE_CHECKING:
    from simulator.cluster import Cluster

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


def found(name: str, arguments: Arguments) -> Fault:
    """A fault that takes these arguments. Raises `UnknownFault`."""
    fault = FAULTS.get(name)
    if fault is None:
        raise UnknownFault(f"a fault is one of {', '.join(FAULTS)}: {name!r}")
    strange = [key for key in arguments if key not in fault.parameters]
    if strange:
        raise UnknownFault(f"{name} takes {', '.join(fault.parameters) or 'nothing'}: {strange[0]!r}")
    return fault


def apply(cluster: "Cluster", name: str, arguments: Arguments) -> None:
    """Let it happen. Raises `UnknownFault`."""
    found(name, arguments).do(cluster, arguments)


def mend(cluster: "Cluster", name: str, arguments: Arguments) -> None:
    """Undo it as whoever made it could; raises `UnknownFault`."""
    found(name, arguments).mend(cluster, arguments)
