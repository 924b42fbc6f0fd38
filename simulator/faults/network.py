"""Faults of the network: links that are slow, lossy or cut, and DNS that fails."""

from typing import TYPE_CHECKING

from simulator.faults.fault import Arguments, Fault, UnknownFault
from simulator.network.links import ANY

if TYPE_CHECKING:
    from simulator.cluster import Cluster

MODES = ("servfail", "timeout")


def ends(arguments: Arguments) -> tuple[str, str]:
    one, *others = [str(name) for name in arguments.get("between") or [arguments.get("of", ANY)]]
    return one, others[0] if others else ANY


def dial(cluster: "Cluster", arguments: Arguments) -> None:
    latency, loss = round(float(arguments.get("latency", 0)) * 1000), float(arguments.get("loss", 0))
    cluster.network.links.dial(*ends(arguments), latency=latency, loss=loss, cut=bool(arguments.get("cut")))


def restore(cluster: "Cluster", arguments: Arguments) -> None:
    cluster.network.links.dial(*ends(arguments))


def break_dns(cluster: "Cluster", arguments: Arguments) -> None:
    how = str(arguments.get("how") or MODES[0])
    if how not in MODES:
        raise UnknownFault(f"DNS breaks by {' or '.join(MODES)}: {how!r}")
    cluster.network.names.break_dns(how)


def mend_dns(cluster: "Cluster", arguments: Arguments) -> None:
    cluster.network.names.break_dns("")


LINK = Fault(
    "A way between machines is slow, loses packets or is cut.",
    dial,
    restore,
    "nobody in the cluster can",
    {
        "between": "two nodes, or a node and internet",
        "of": "one node: every way of it",
        "latency": "milliseconds of a round trip",
        "loss": "percent of packets",
        "cut": "true: nothing passes",
    },
)
DNS_BROKEN = Fault(
    "The cluster's DNS servers fail, or say nothing.",
    break_dns,
    mend_dns,
    "nobody in the cluster can",
    {"how": "servfail (default) or timeout"},
)
