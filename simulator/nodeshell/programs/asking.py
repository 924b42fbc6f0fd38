"""How a program of a node finds the node it runs on."""

from simulator.nodeshell.host import Host
from simulator.runtime.process import Process


def host_of(process: Process) -> Host | None:
    """The node of a process; None on the workstation and on machines that are no node."""
    found = process.machines.network.host(process.machine)
    return found if isinstance(found, Host) else None
