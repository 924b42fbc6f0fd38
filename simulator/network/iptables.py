"""A node's rules for Services as `iptables-save` writes them. Upstream: pkg/proxy/iptables/proxier.go"""

from base64 import b32encode
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from simulator.machinery.objects import Object, at, key_of
from simulator.network.proxies import AFFINITY_SECONDS
from simulator.network.services import Backend, ServiceRules, balancer_addresses, cluster_addresses, ports_of

LAST = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
HEAD = {
    "nat": (
        '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
        "-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000",
        "-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN",
        "-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000",
        '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" '
        "-j MASQUERADE --random-fully",
    ),
    "filter": (
        '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    ),
}


class Port(NamedTuple):
    """One port of a Service, as its chains name it."""

    service: Object
    entry: Object
    title: str
    protocol: str
    usable: tuple[Backend, ...]

    @property
    def chain(self) -> str:
        return f"KUBE-SVC-{hashed(self.title + self.protocol)}"

    def endpoint(self, backend: Backend) -> str:
        return f"KUBE-SEP-{hashed(f'{self.title}{self.protocol}{backend.ip}:{backend.port}')}"

    @property
    def matched(self) -> str:
        return f"-m {self.protocol} --dport {self.entry['port']}"


def hashed(text: str) -> str:
    """The end of a chain's name. Upstream: portProtoHash"""
    return b32encode(sha256(text.encode()).digest()).decode()[:16]


def ports(rules: ServiceRules) -> Iterator[Port]:
    """Every port that has a cluster address, in order of namespace and name."""
    for service in rules.services():
        key = key_of(service)
        for entry in ports_of(service) if cluster_addresses(service) else ():
            name = entry.get("name", "")
            found = rules.backends(key, name)
            title = f"{key[0]}/{key[1]}" + (f":{name}" if name else "")
            protocol = entry.get("protocol", "TCP").lower()
            yield Port(service, entry, title, protocol, found.ready or found.ending)


def saved(rules: ServiceRules | None, table: str, pods: str) -> list[str]:
    """The rules of a table, in the order in which `iptables-save` writes them; `pods` is the network of Pods."""
    if rules is None:
        return []
    known = list(ports(rules))
    lines = [*HEAD[table]]
    if table == "filter":
        lines += [line for port in known if not port.usable for line in rejected(port)]
        return lines
    lines += [line for port in known if port.usable for line in led_on(port)]
    lines.append(f'-A KUBE-SERVICES -m comment --comment "{LAST}" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS')
    lines += [line for port in known if port.usable for line in spread(port, pods)]
    return lines


def rejected(port: Port) -> Iterator[str]:
    why = f'-m comment --comment "{port.title} has no endpoints" {port.matched}'
    for address in cluster_addresses(port.service):
        yield f"-A KUBE-SERVICES -d {address}/32 -p {port.protocol} {why} -j REJECT --reject-with icmp-port-unreachable"


def led_on(port: Port) -> Iterator[str]:
    """From the addresses of a Service to its chain."""
    spec = port.service["spec"]
    for address in cluster_addresses(port.service):
        yield (
            f'-A KUBE-SERVICES -d {address}/32 -p {port.protocol} -m comment --comment "{port.title} cluster IP" '
            f"{port.matched} -j {port.chain}"
        )
    outer = f"KUBE-EXT-{hashed(port.title + port.protocol)}"
    outside = [(one, "external IP") for one in spec.get("externalIPs") or ()]
    outside += [(one, "loadbalancer IP") for one in balancer_addresses(port.service)]
    for address, what in outside:
        yield (
            f'-A KUBE-SERVICES -d {address}/32 -p {port.protocol} -m comment --comment "{port.title} {what}" '
            f"{port.matched} -j {outer}"
        )
    number = port.entry.get("nodePort")
    if number:
        yield (
            f'-A KUBE-NODEPORTS -p {port.protocol} -m comment --comment "{port.title}" '
            f"-m {port.protocol} --dport {number} -j {outer}"
        )
    if number or outside:
        why = f"masquerade traffic for {port.title} external destinations"
        if spec.get("externalTrafficPolicy") != "Local":
            yield f'-A {outer} -m comment --comment "{why}" -j KUBE-MARK-MASQ'
        yield f"-A {outer} -j {port.chain}"


def spread(port: Port, pods: str) -> Iterator[str]:
    """From a Service's chain to its endpoints, each with its share of the chance."""
    for address in cluster_addresses(port.service):
        yield (
            f"-A {port.chain} ! -s {pods} -d {address}/32 -p {port.protocol} "
            f'-m comment --comment "{port.title} cluster IP" {port.matched} -j KUBE-MARK-MASQ'
        )
    spec = port.service["spec"]
    sticky = spec.get("sessionAffinity") == "ClientIP"
    seconds = at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds", default=AFFINITY_SECONDS)
    chance = list(enumerate(port.usable))
    for _, backend in chance if sticky else ():
        chain = port.endpoint(backend)
        yield (
            f'-A {port.chain} -m comment --comment "{port.title} -> {backend.ip}:{backend.port}" '
            f"-m recent --rcheck --seconds {seconds} --reap --name {chain} --rsource -j {chain}"
        )
    for index, backend in chance:
        left = len(port.usable) - index
        draw = f"-m statistic --mode random --probability {1 / left:.11f} " if left > 1 else ""
        yield (
            f'-A {port.chain} -m comment --comment "{port.title} -> {backend.ip}:{backend.port}" '
            f"{draw}-j {port.endpoint(backend)}"
        )
    for backend in port.usable:
        chain, about = port.endpoint(backend), f'-m comment --comment "{port.title}"'
        recent = f"-m recent --set --name {chain} --rsource " if sticky else ""
        yield f"-A {chain} -s {backend.ip}/32 {about} -j KUBE-MARK-MASQ"
        yield (
            f"-A {chain} -p {port.protocol} {about} {recent}-m {port.protocol} -j DNAT "
            f"--to-destination {backend.ip}:{backend.port}"
        )
