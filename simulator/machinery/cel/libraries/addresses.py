"""IP addresses and networks. Upstream: apiserver/pkg/cel/library/{ip,cidr}.go"""

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address
from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import NAMES, CELError
from simulator.machinery.golang import quoted

type Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class IP:
    address: Address

    def __str__(self) -> str:
        return str(self.address)


@dataclass(frozen=True, slots=True)
class CIDR:
    address: Address
    bits: int

    @property
    def network(self) -> int:
        return int(self.address) >> (self.address.max_prefixlen - self.bits)

    def holds(self, address: Address) -> bool:
        same = address.version == self.address.version
        return same and int(address) >> (address.max_prefixlen - self.bits) == self.network

    def __str__(self) -> str:
        return f"{self.address}/{self.bits}"


NAMES[IP] = "net.IP"
NAMES[CIDR] = "net.CIDR"


def parse_address(text: str) -> Address:
    if "%" in text:
        raise CELError(f"IP address {quoted(text)} with zone value is not allowed")
    try:
        address = ip_address(text)
    except (ValueError, AddressValueError):
        rule = f"ParseAddr({quoted(text)}): unable to parse IP"
        raise CELError(f"IP Address {quoted(text)} parse error during conversion from string: {rule}") from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        raise CELError(f"IPv4-mapped IPv6 address {quoted(text)} is not allowed")
    return address


def parse_network(text: str) -> CIDR:
    head, slash, bits = text.rpartition("/")
    wrong = "network address parse error during conversion from string: "
    if not slash:
        raise CELError(f"{wrong}{wrong}netip.ParsePrefix({quoted(text)}): no '/'")
    try:
        address = parse_address(head)
    except CELError as error:
        if "IPv4-mapped" in str(error):
            raise CELError(f"{wrong}IPv4-mapped IPv6 address {quoted(text)} is not allowed") from None
        raise CELError(f"{wrong}{wrong}netip.ParsePrefix({quoted(text)}): unable to parse IP") from None
    if not (bits.isascii() and bits.isdigit()) or (len(bits) > 1 and bits[0] == "0") or len(bits) > 3:
        raise CELError(f"{wrong}{wrong}netip.ParsePrefix({quoted(text)}): bad bits after slash: {quoted(bits)}")
    if int(bits) > address.max_prefixlen:
        raise CELError(f"{wrong}{wrong}netip.ParsePrefix({quoted(text)}): prefix length out of range")
    return CIDR(address, int(bits))


def is_right(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except CELError:
        return False
    return True


@function("ip(string) -> net.IP")
def ip(text: str) -> IP:
    return IP(parse_address(text))


@function("isIP(string) -> bool")
def is_ip(text: str) -> bool:
    return is_right(parse_address, text)


@function("ip.isCanonical(string) -> bool")
def is_canonical(text: str) -> bool:
    return str(parse_address(text)) == text


@function("string(net.IP) -> string", "string(net.CIDR) -> string")
def to_text(value: IP | CIDR) -> str:
    return str(value)


@function("net.IP#family() -> int")
def family(value: IP) -> int:
    return value.address.version


@function("net.IP#isUnspecified() -> bool")
def is_unspecified(value: IP) -> bool:
    return value.address.is_unspecified


@function("net.IP#isLoopback() -> bool")
def is_loopback(value: IP) -> bool:
    return value.address.is_loopback


@function("net.IP#isLinkLocalMulticast() -> bool")
def is_link_local_multicast(value: IP) -> bool:
    within = "224.0.0.0/24" if value.address.version == 4 else "ff02::/16"
    return parse_network(within).holds(value.address)


@function("net.IP#isLinkLocalUnicast() -> bool")
def is_link_local_unicast(value: IP) -> bool:
    return value.address.is_link_local


@function("net.IP#isGlobalUnicast() -> bool")
def is_global_unicast(value: IP) -> bool:
    one = value.address
    aside = one.is_unspecified or one.is_loopback or one.is_multicast or one.is_link_local
    return not aside and str(one) != "255.255.255.255"


@function("cidr(string) -> net.CIDR")
def cidr(text: str) -> CIDR:
    return parse_network(text)


@function("isCIDR(string) -> bool")
def is_cidr(text: str) -> bool:
    return is_right(parse_network, text)


@function("net.CIDR#containsIP(string) -> bool", "net.CIDR#containsIP(net.IP) -> bool")
def contains_ip(value: CIDR, other: Any) -> bool:
    return value.holds(parse_address(other) if isinstance(other, str) else other.address)


@function("net.CIDR#containsCIDR(string) -> bool", "net.CIDR#containsCIDR(net.CIDR) -> bool")
def contains_cidr(value: CIDR, other: Any) -> bool:
    within = parse_network(other) if isinstance(other, str) else other
    return value.bits <= within.bits and value.holds(within.address)


@function("net.CIDR#ip() -> net.IP")
def ip_of(value: CIDR) -> IP:
    return IP(value.address)


@function("net.CIDR#prefixLength() -> int")
def prefix_length(value: CIDR) -> int:
    return value.bits


@function("net.CIDR#masked() -> net.CIDR")
def masked(value: CIDR) -> CIDR:
    shift = value.address.max_prefixlen - value.bits
    return CIDR(type(value.address)(int(value.address) >> shift << shift), value.bits)
