"""Checks of machines and of what was broken on purpose: pressed faults, boots, members of etcd."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.objects import missing
from lessons.checks.view import View
from simulator.machinery.objects import at


def fired(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{fired: plug}`: the learner has pressed that fault."""
    name = str(declared["fired"])
    if view.world.faults.has_fired(name):
        return MET
    expected = both(f"the fault {name} was set off: `fault {name}`", f"장애 {name} 발생시킴: `fault {name}`")
    return unmet(expected, both("not yet", "아직 아님"), f"fault {name}")


def same_boot(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{same_boot: node-2}`: the node was repaired, neither replaced nor booted anew."""
    reference = f"Node/{declared['same_boot']}"
    node, made = view.find(reference), view.origin(reference)
    if node is None:
        return missing(view, reference)
    if made is not None and made.get("boot") == at(node, "status", "nodeInfo", "bootID"):
        return MET
    expected = both("the machine runs since the scene began", "처음부터 켜져 있던 그 머신")
    return unmet(expected, both("it was booted anew or replaced", "다시 켜졌거나 교체됨"), reference)


def etcd_members(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{etcd_members: true, at_least: 2}`: how many members of etcd work and talk to each other."""
    control_plane = view.cluster.control_plane
    number = len(control_plane.etcd.members()) if control_plane is not None else 0
    holds, wanted = compare(number, declared)
    if holds:
        return MET
    return unmet(
        both(f"etcd members that work: {wanted['en']}", f"작동하는 etcd 멤버: {wanted['ko']}"), plain(number), "etcd"
    )
