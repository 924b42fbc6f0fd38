"""Faults of the network: links that are slow, lossy or cut, and DNS that fails."""

from typing import TYPE_CHECKING

from simulator.faults.fault import Arguments, Fault, UnknownFault
from simulator.faults.parameters import Parameter
from simulator.kernel.clock import MILLISECOND
from simulator.network.links import ANY, pair

if TYPE_CHECKING:
    from simulator.cluster import Cluster

MODES = ("servfail", "timeout")
LONGEST = 60_000
"""Milliseconds of a round trip."""


def dial(cluster: "Cluster", arguments: Arguments) -> None:
    latency, loss, cut = quality(arguments)
    if not (latency or loss or cut):
        raise UnknownFault(
            "a link is slow, loses packets or is cut: give latency, loss or cut",
            "링크는 느리거나, 패킷을 잃거나, 끊어집니다. latency, loss, cut 가운데 하나를 주세요",
            "latency",
        )
    cluster.network.links.dial(arguments["of"], arguments["to"], latency=latency, loss=loss, cut=cut)


def restore(cluster: "Cluster", arguments: Arguments) -> None:
    cluster.network.links.dial(arguments["of"], arguments["to"])


def is_dialled(cluster: "Cluster", arguments: Arguments) -> bool:
    row = cluster.network.links.rows.get(pair(arguments["of"], arguments["to"]))
    if row is None:
        return False
    return quality(arguments) == (row["latency"], row["loss"], row["cut"])


def quality(arguments: Arguments) -> tuple[int, float, bool]:
    """Microseconds of a round trip, percent of packets that are lost, and whether nothing passes."""
    return round(arguments["latency"] * MILLISECOND), arguments["loss"], arguments["cut"]


def break_dns(cluster: "Cluster", arguments: Arguments) -> None:
    cluster.network.names.break_dns(arguments["how"])


def mend_dns(cluster: "Cluster", arguments: Arguments) -> None:
    cluster.network.names.break_dns("")


def is_dns_broken(cluster: "Cluster", arguments: Arguments) -> bool:
    return bool(cluster.network.names.faults.get("dns") == arguments["how"])


LINK = Fault(
    {"en": "Slow or broken link", "ko": "느리거나 끊긴 연결"},
    {
        "en": "The link between two machines is slow, loses packets or is cut.",
        "ko": "두 머신 사이의 연결이 느려지거나, 패킷을 잃거나, 끊어집니다.",
    },
    dial,
    {"en": "nobody in the cluster can", "ko": "클러스터 안에서는 고칠 수 없습니다"},
    (
        Parameter("of", "place", {"en": "One end", "ko": "한쪽 끝"}, required=True),
        Parameter("to", "place", {"en": "The other end (* any)", "ko": "다른 쪽 끝(*는 전부)"}, default=ANY),
        Parameter(
            "latency", "number", {"en": "Added to a round trip", "ko": "왕복에 더해지는 시간"},
            default=0.0, unit="ms", most=LONGEST,
        ),
        Parameter(
            "loss", "number", {"en": "Packets that are lost", "ko": "잃어버리는 패킷"}, default=0.0, unit="%", most=100,
        ),
        Parameter("cut", "switch", {"en": "Nothing passes", "ko": "아무것도 지나가지 못함"}, default=False),
    ),
    restore,
    is_dialled,
)  # fmt: skip
DNS_BROKEN = Fault(
    {"en": "DNS broken", "ko": "DNS 장애"},
    {
        "en": "The cluster's DNS servers fail, or say nothing.",
        "ko": "클러스터의 DNS 서버가 오류를 돌려주거나 아무 대답도 하지 않습니다.",
    },
    break_dns,
    {"en": "nobody in the cluster can", "ko": "클러스터 안에서는 고칠 수 없습니다"},
    (
        Parameter(
            "how", "choice", {"en": "An error, or no answer at all", "ko": "오류 응답 또는 무응답"},
            default=MODES[0], choices=MODES,
        ),
    ),
    mend_dns,
    is_dns_broken,
)  # fmt: skip
