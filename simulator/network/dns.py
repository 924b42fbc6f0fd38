"""Cluster DNS: the records of Services and Pods. Upstream: kubernetes/dns/docs/specification.md, coredns kubernetes"""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.api.client import Client
from simulator.machinery.objects import Object, at, key_of
from simulator.network.resolver import is_address
from simulator.network.services import ServiceRules, ports_of
from simulator.runtime.network import NameNotFound, Record

DOMAIN = "cluster.local"
ADDRESS = "10.96.0.10"
NODE_RESOLVER = "10.0.0.2"
TTL = 30


class Endpoint(NamedTuple):
    """One address behind a headless Service, with the name that DNS gives it there."""

    ip: str
    name: str
    ports: tuple[tuple[str, str, int], ...]
    """Name, protocol and number of each."""


def resolver_file(pod: Object, own: list[str], domain: str) -> str:
    """What stands in a Pod's `/etc/resolv.conf`; `own` are the cluster's DNS servers. Upstream: pkg/kubelet/network/dns

    A kubelet that knows no server of the cluster lets its Pods ask the node's.
    """
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    policy = spec.get("dnsPolicy", "ClusterFirst")
    if spec.get("hostNetwork") and policy == "ClusterFirst":
        policy = "Default"
    config = spec.get("dnsConfig") or {}
    searches: list[str] = []
    servers: list[str] = []
    options: dict[str, str | None] = {}
    if policy in ("ClusterFirst", "ClusterFirstWithHostNet") and own:
        searches = [f"{namespace}.svc.{domain}", f"svc.{domain}", domain] if domain else []
        servers, options = own, {"ndots": "5"}
    elif policy != "None":
        servers = [NODE_RESOLVER]
    searches = list(dict.fromkeys([*searches, *(config.get("searches") or [])]))
    servers = list(dict.fromkeys([*servers, *(config.get("nameservers") or [])]))
    for option in config.get("options") or ():
        options[option["name"]] = option.get("value")
    lines = [f"search {' '.join(searches)}"] if searches else []
    lines += [f"nameserver {server}" for server in servers]
    if options:
        words = [name if value is None else f"{name}:{value}" for name, value in options.items()]
        lines.append(f"options {' '.join(words)}")
    return "\n".join(lines) + "\n"


class ClusterDNS:
    """What the names below a cluster's domain stand for, from Services and EndpointSlices as they are now."""

    def __init__(self, client: Client, rules: ServiceRules) -> None:
        self._client = client
        self._rules = rules

    def answer(
        self, name: str, kind: str, *, zone: str = DOMAIN, ttl: int = TTL, pods: str = "insecure"
    ) -> list[Record]:
        """The records of a full name below a zone; raises `NameNotFound`."""
        labels = name.rstrip(".").removesuffix(zone).rstrip(".").split(".")
        match labels:
            case [""] | ["svc"] | ["dns-version"]:
                return []
            case ["pod"] if pods != "disabled":
                return []
            case [namespace, "svc" | "pod"] if self._has_namespace(namespace):
                return []
            case [*hosts, service, namespace, "svc"]:
                return self._service(name, hosts, service, namespace, kind, zone, ttl)
            case [dashed, namespace, "pod"] if pods != "disabled" and self._has_namespace(namespace):
                ip = dashed.replace("-", ".")
                if is_address(ip) and (pods != "verified" or self._is_pod(ip, namespace)):
                    return [Record(name, "A", ip, ttl)] if kind == "A" else []
        raise NameNotFound(name)

    def _has_namespace(self, name: str) -> bool:
        return self._client.get("namespaces", "", name) is not None

    def _is_pod(self, ip: str, namespace: str) -> bool:
        return any(at(pod, "status", "podIP") == ip for pod in self._client.list("pods", namespace))

    def _service(
        self, name: str, hosts: list[str], service_name: str, namespace: str, kind: str, zone: str, ttl: int
    ) -> list[Record]:
        service = self._client.get("services", namespace, service_name)
        if service is None:
            raise NameNotFound(name)
        spec = service["spec"]
        base = f"{service_name}.{namespace}.svc.{zone}"
        if spec.get("type") == "ExternalName":
            return [Record(name, "CNAME", spec["externalName"].rstrip(".") + ".", ttl)]
        port = None
        if len(hosts) == 2 and all(host.startswith("_") for host in hosts):
            port, hosts = (hosts[0][1:], hosts[1][1:]), []
        if hosts or spec.get("clusterIP") == "None":
            endpoints = [one for one in self.endpoints(service) if not hosts or one.name == hosts[-1]]
            if not endpoints or len(hosts) > 1:
                raise NameNotFound(name)
            return self._of_endpoints(name, endpoints, port, kind, base, ttl)
        return self._of_cluster_ip(name, service, port, kind, base, ttl)

    @staticmethod
    def _of_cluster_ip(
        name: str, service: Object, port: tuple[str, str] | None, kind: str, base: str, ttl: int
    ) -> list[Record]:
        entries = [
            entry
            for entry in ports_of(service)
            if port is None or (entry.get("name", ""), entry.get("protocol", "TCP").lower()) == port
        ]
        if not entries:
            raise NameNotFound(name)
        if kind == "SRV":
            weight = max(100 // len(entries), 1)
            return [Record(name, "SRV", f"0 {weight} {entry['port']} {base}.", ttl) for entry in entries]
        return [Record(name, "A", service["spec"]["clusterIP"], ttl)] if kind == "A" else []

    @staticmethod
    def _of_endpoints(
        name: str, endpoints: list[Endpoint], port: tuple[str, str] | None, kind: str, base: str, ttl: int
    ) -> list[Record]:
        chosen = [
            (one, number)
            for one in endpoints
            for title, protocol, number in one.ports or (("", "", 0),)
            if port is None or (title, protocol.lower()) == port
        ]
        if not chosen:
            raise NameNotFound(name)
        if kind == "SRV":
            weight = max(100 // len(chosen), 1)
            return [Record(name, "SRV", f"0 {weight} {number} {one.name}.{base}.", ttl) for one, number in chosen]
        addresses = dict.fromkeys(one.ip for one, _ in chosen)
        return [Record(name, "A", ip, ttl) for ip in addresses] if kind == "A" else []

    def endpoints(self, service: Object) -> Iterator[Endpoint]:
        """The ready addresses of a Service's slices, each by its hostname or its address with dashes."""
        for piece in self._rules.slices(key_of(service)):
            ports = tuple(
                (port.get("name") or "", port.get("protocol", "TCP"), port.get("port") or 0)
                for port in piece.get("ports") or ()
            )
            for endpoint in piece.get("endpoints") or ():
                if (endpoint.get("conditions") or {}).get("ready", True):
                    for ip in endpoint["addresses"]:
                        yield Endpoint(ip, endpoint.get("hostname") or ip.replace(".", "-"), ports)

    def reverse(self, ip: str, zone: str = DOMAIN, ttl: int = TTL) -> list[Record]:
        """The names behind an address: a Service's own, or those that endpoints have; raises `NameNotFound`."""
        arpa = ".".join(reversed(ip.split("."))) + ".in-addr.arpa"
        service = self._rules.service_at(ip)
        if service is not None and ip in (service["spec"].get("clusterIPs") or ()):
            metadata = service["metadata"]
            full = f"{metadata['name']}.{metadata['namespace']}.svc.{zone}."
            return [Record(arpa, "PTR", full, ttl)]
        found = []
        for key, one in sorted(self._client.rows("services").items()):
            for endpoint in self.endpoints(one):
                if endpoint.ip == ip:
                    found.append(Record(arpa, "PTR", f"{endpoint.name}.{key[1]}.{key[0]}.svc.{zone}.", ttl))
        if not found:
            raise NameNotFound(ip)
        return found
