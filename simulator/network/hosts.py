"""Servers that belong to no cluster: machines beside it, with an address that everybody in the building can call."""

from collections.abc import Mapping

from simulator.runtime.images import pull
from simulator.runtime.machines import Machines

RANGE = "192.0.2."
"""Where their addresses are (TEST-NET-1)."""
PREFIX = "host/"


def machine_of(address: str) -> str:
    return PREFIX + address


def start(machines: Machines, name: str, address: str, image: str, env: Mapping[str, str]) -> None:
    """Have a server run what an image runs. Raises `PullError` for an image that no registry has."""
    found = pull(image)
    machines.create(
        machine_of(address),
        layers=found.layers,
        env={**found.env, **env},
        hostname=name,
        user=found.user,
        groups=(found.user,),
        cwd=found.cwd,
    )
    machines.spawn(machine_of(address), (*found.entrypoint, *found.command))
