"""Of which release each program of the control plane is: what the image of its container says.

Upstream: docs/setup/release/version-skew-policy
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.machinery.releases import Release, exists, release

if TYPE_CHECKING:
    from simulator.controlplane.processes import ControlPlane

API = "kube-apiserver"


class Releases:
    """Flags `PROGRAM release`: that of the instance that acts, where it is not the one the cluster began with."""

    def __init__(self, control_plane: "ControlPlane") -> None:
        self._control_plane = control_plane

    def of(self, program: str) -> Release:
        """The release of the instance of a program that acts; of several API servers, of the newest."""
        known = self._control_plane.flags.get(f"{program} release")
        return self._control_plane.cluster.spec.release if known is None else Release(*known)

    def note(self, program: str, node: str) -> None:
        """The instance on a node begins to act."""
        found = self.on(program, node)
        if found is not None and found != self.of(program):
            self._control_plane.flags.put(f"{program} release", tuple(found))

    def settle(self) -> None:
        """What the API serves is what the newest of the API servers serves that work."""
        control_plane = self._control_plane
        found = [self.on(API, node) for node in control_plane.instances(API)]
        newest = max((each for each in found if each is not None), default=None)
        if newest is not None and newest != self.of(API):
            control_plane.flags.put(f"{API} release", tuple(newest))
            control_plane.cluster.become(newest)

    def on(self, program: str, node: str) -> Release | None:
        """The release of the instance on a node, if it runs and its image has a tag that says so."""
        found = self._control_plane.running(program, node)
        if found is not None:
            with suppress(ValueError):
                named = release(found[0]["image"].rpartition(":")[2])
                return named if exists(named) else None
        return None
