"""Cluster DNS: what CoreDNS answers for Services and Pods. Upstream: kubernetes/dns/docs/specification.md"""

from simulator.api.client import Client
from simulator.machinery.objects import Object
from simulator.runtime.network import NameNotFound, Record

DOMAIN = "cluster.local"
ADDRESS = "10.96.0.10"
NODE_RESOLVER = "10.0.0.2"
SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
TTL = 30


class ClusterDNS:
    """Answers names below `cluster.local` from the Services and EndpointSlices as they are now."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def resolver_file(self, pod: Object) -> str:
        """What stands in a Pod's `/etc/resolv.conf`."""
        spec, namespace = pod["spec"], pod["metadata"]["namespace"]
        policy = spec.get("dnsPolicy", "ClusterFirst")
        if spec.get("hostNetwork") and policy == "ClusterFirst":
            policy = "Default"
        config = spec.get("dnsConfig") or {}
        searches: list[str] = []
        servers: list[str] = []
        options: list[str] = []
        if policy in ("ClusterFirst", "ClusterFirstWithHostNet"):
            searches = [f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN]
            servers, options = [ADDRESS], ["ndots:5"]
        elif policy == "Default":
            servers = [NODE_RESOLVER]
        searches += config.get("searches") or []
        servers = [*servers, *(config.get("nameservers") or [])]
        for option in config.get("options") or ():
            options.append(f"{option['name']}:{option['value']}" if "value" in option else option["name"])
        lines = [f"search {' '.join(searches)}"] if searches else []
        lines += [f"nameserver {server}" for server in servers]
        if options:
            lines.append(f"options {' '.join(options)}")
        return "\n".join(lines) + "\n"

    def answer(self, name: str, kind: str = "A") -> list[Record]:
        """The records of a full name below the cluster's domain; raises `NameNotFound`."""
        labels = name.rstrip(".").removesuffix(f".{DOMAIN}").split(".")
        if labels[-1:] == ["svc"] and len(labels) >= 3:
            return self._service(name, labels[:-1], kind)
        if labels[-1:] == ["pod"] and len(labels) == 3:
            ip = labels[0].replace("-", ".")
            return [Record(name, "A", ip, TTL)] if kind == "A" else []
        raise NameNotFound(name)

    def _service(self, name: str, labels: list[str], kind: str) -> list[Record]:
        *hosts, service_name, namespace = labels
        service = self._client.get("services", namespace, service_name)
        if service is None:
            raise NameNotFound(name)
        spec = service["spec"]
        if spec.get("type") == "ExternalName":
            return [Record(name, "CNAME", spec["externalName"], TTL)]
        if hosts and hosts[-1].startswith("_"):
            return self._ports(name, service, hosts, kind)
        if spec.get("clusterIP") != "None":
            if hosts:
                raise NameNotFound(name)
            return [Record(name, "A", spec["clusterIP"], TTL)] if kind == "A" else []
        addresses = self._headless(service, hosts[-1] if hosts else "")
        if not addresses:
            raise NameNotFound(name)
        return [Record(name, "A", ip, TTL) for ip in addresses] if kind == "A" else []

    def _ports(self, name: str, service: Object, hosts: list[str], kind: str) -> list[Record]:
        if kind != "SRV" or len(hosts) != 2:
            return []
        port_name, protocol = hosts[0].removeprefix("_"), hosts[1].removeprefix("_")
        full = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc.{DOMAIN}."
        found = []
        for port in service["spec"].get("ports") or ():
            if port.get("name") == port_name and port.get("protocol", "TCP").lower() == protocol:
                found.append(Record(name, "SRV", f"0 100 {port['port']} {full}", TTL))
        if not found:
            raise NameNotFound(name)
        return found

    def _headless(self, service: Object, host: str) -> list[str]:
        unready = service["spec"].get("publishNotReadyAddresses")
        addresses: dict[str, None] = {}
        for piece in self._client.list(SLICES, service["metadata"]["namespace"]):
            if (piece["metadata"].get("labels") or {}).get(SERVICE_NAME) != service["metadata"]["name"]:
                continue
            for endpoint in piece.get("endpoints") or ():
                ready = (endpoint.get("conditions") or {}).get("ready", True)
                if (ready or unready) and (not host or endpoint.get("hostname") == host):
                    addresses.update(dict.fromkeys(endpoint["addresses"]))
        return list(addresses)

    def reverse(self, ip: str) -> list[Record]:
        """The name behind an address."""
        for service in self._client.list("services"):
            if service["spec"].get("clusterIP") == ip:
                metadata = service["metadata"]
                full = f"{metadata['name']}.{metadata['namespace']}.svc.{DOMAIN}."
                arpa = ".".join(reversed(ip.split("."))) + ".in-addr.arpa."
                return [Record(arpa, "PTR", full, TTL)]
        raise NameNotFound(ip)
