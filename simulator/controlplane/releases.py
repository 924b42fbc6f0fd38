"""Of which release each program of the control plane is: what the image of its container says.

Upstream: docs/setup/release/version-skew-policy
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.machinery.releases import Release, exists, release

if TYPE_CHECKING:
    from simulator.controlplane.processes import ControlPlane

API = "kube-apiserver"


class Releases:
    """Flags `PROGRAM release`: that of the instance that acts, where it is not the one the cluster began with; and
    `mixed`: node → release of its API server, while they are not all the same, as during an upgrade.

    What is stored, and what components see of it, is that of the newest. Who asks a server is answered as that server's
    release does: at the address of a node, or by one of all behind the address of the cluster.
    """

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
        found = {node: self.on(API, node) for node in control_plane.instances(API)}
        self._note_mixture({node: each for node, each in found.items() if each is not None})
        newest = max((each for each in found.values() if each is not None), default=None)
        if newest is not None and newest != self.of(API):
            control_plane.flags.put(f"{API} release", tuple(newest))
            control_plane.cluster.become(newest)

    def _note_mixture(self, found: Mapping[str, Release]) -> None:
        """API servers of several releases work side by side, or not any more."""
        mixed = {node: tuple(each) for node, each in found.items()} if len(set(found.values())) > 1 else None
        if mixed != self._control_plane.flags.get("mixed"):
            self._control_plane.flags.put("mixed", mixed)

    def at(self, node: str) -> Release | None:
        """The release of a node's API server, while those of the others are not the same."""
        mixed = self._control_plane.flags.get("mixed") or {}
        return Release(*mixed[node]) if node in mixed else None

    def on(self, program: str, node: str) -> Release | None:
        """The release of the instance on a node, if it runs and its image has a tag that says so."""
        found = self._control_plane.running(program, node)
        if found is not None:
            with suppress(ValueError):
                named = release(found[0]["image"].rpartition(":")[2])
                return named if exists(named) else None
        return None
