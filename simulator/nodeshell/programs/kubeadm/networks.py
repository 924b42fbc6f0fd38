"""The networks and the domain that a ClusterConfiguration asks for, checked.

Upstream: cmd/kubeadm/app/apis/kubeadm/validation ValidateNetworking
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, ip_network
from typing import Any

from simulator.machinery.field import FieldError, invalid
from simulator.machinery.names import dns_subdomain
from simulator.network.ranges import MASK

PAIR = "expected one (IPv4 or IPv6) CIDR or two CIDRs from each family for dual-stack networking"
FEWEST = {"serviceSubnet": 10, "podSubnet": 14}
MOST_BITS, MOST_DIFFERENCE = 20, 16


def problems(cluster: Mapping[str, Any]) -> Iterator[FieldError]:
    """What is wrong with the section `networking`."""
    networking = cluster["networking"]
    for why in dns_subdomain(networking["dnsDomain"]):
        yield invalid("networking.dnsDomain", networking["dnsDomain"], why)
    arguments = extra(cluster)
    for field in ("serviceSubnet", "podSubnet"):
        found = list(wrong(field, networking[field]))
        yield from found
        if found:
            continue
        for network in map(parsed, networking[field].split(",")):
            bits = network.max_prefixlen
            if field == "serviceSubnet" and bits - network.prefixlen > MOST_BITS:
                why = f"specified service subnet is too large; for {bits}-bit addresses, the mask must be >= "
                yield invalid("networking.serviceSubnet", str(network), why + str(bits - MOST_BITS))
            elif field == "podSubnet" and network.version == 4 and arguments.get("allocate-node-cidrs") != "false":
                yield from unfit(network, arguments.get("node-cidr-mask-size-ipv4", str(MASK)))


def extra(cluster: Mapping[str, Any]) -> dict[str, str]:
    """What the configuration adds to the command line of the controller manager."""
    given = (cluster.get("controllerManager") or {}).get("extraArgs") or ()
    return {str(each.get("name")): str(each.get("value", "")) for each in given}


def parsed(text: str) -> Any:
    return ip_network(text.strip(), strict=False)


def wrong(field: str, text: str) -> Iterator[FieldError]:
    path = f"networking.{field}"
    try:
        networks = [parsed(each) if "/" in each else ip_network("") for each in text.split(",")]
    except ValueError:
        yield invalid(path, text, "couldn't parse subnet")
        return
    if len(networks) > 2 or (len(networks) == 2 and networks[0].version == networks[1].version):
        yield invalid(path, text, PAIR)
    for network in networks:
        if network.num_addresses < FEWEST[field]:
            why = f"subnet with {network.num_addresses} address(es) is too small, the minimum is {FEWEST[field]}"
            yield invalid(path, str(network), why)


def unfit(network: IPv4Network, mask: str) -> Iterator[FieldError]:
    """A network of Pods out of which nodes cannot get their pieces."""
    path, size = "networking.podSubnet", network.prefixlen
    if not mask.isdecimal():
        flag = "the value of the kube-controller-manager flag node-cidr-mask-size-ipv4"
        why = f'strconv.Atoi: parsing "{mask}": invalid syntax'
        yield invalid(path, str(network), f"could not parse {flag} as an integer: {why}")
    elif size > int(mask):
        why = f"the size of pod subnet with mask {size} is smaller than the size of node subnet with mask {mask}"
        yield invalid(path, str(network), why)
    elif int(mask) - size > MOST_DIFFERENCE:
        why = f"pod subnet mask ({size}) and node-mask ({mask}) difference is greater than {MOST_DIFFERENCE}"
        yield invalid(path, str(network), why)


def further_families(cluster: Mapping[str, Any]) -> str:
    """The field that asks for addresses of IPv6; "" where none does."""
    networking = cluster["networking"]
    return next((f"networking.{field}" for field in FEWEST if ":" in networking[field]), "")
