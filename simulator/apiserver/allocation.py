"""What the server hands out to Services: cluster addresses and node ports. Upstream: pkg/registry/core/service

What is taken is read off the Services themselves, so nothing can leak and nothing needs repair.
"""

from collections.abc import Callable
from ipaddress import IPv4Network, ip_address

from simulator.api.errors import Invalid
from simulator.etcd import Store
from simulator.kernel.random import Random
from simulator.machinery.field import invalid
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource

NODE_PORTS = range(30000, 32768)
TRIES = 32


class Allocation:
    """Gives each Service its addresses and ports, and refuses those that are taken."""

    def __init__(self, store: Store, random: Random, service_range: Callable[[], str]) -> None:
        self._store = store
        self._random = random
        self._service_range = service_range

    @property
    def _range(self) -> IPv4Network:
        return IPv4Network(self._service_range(), strict=False)

    def on_create(self, resource: Resource, obj: Object) -> Object:
        return self._allocate(obj, None) if resource.key == "services" else obj

    def on_update(self, resource: Resource, obj: Object, old: Object) -> Object:
        return self._allocate(obj, old) if resource.key == "services" else obj

    def _allocate(self, service: Object, old: Object | None) -> Object:
        spec = dict(service["spec"])
        kind = spec.get("type", "ClusterIP")
        if kind == "ExternalName":
            for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"):
                if old is not None and spec.get(field) == old["spec"].get(field):
                    spec.pop(field, None)
            return {**service, "spec": self._without_node_ports(spec)}
        self._give_address(service, spec, old)
        if kind in ("NodePort", "LoadBalancer") and not (
            kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is False
        ):
            spec["ports"] = self._with_node_ports(service, spec, old)
        elif old is not None and old["spec"].get("type") in ("NodePort", "LoadBalancer"):
            spec = self._without_node_ports(spec)
        if spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local":
            spec.setdefault("healthCheckNodePort", self._free_port(self._taken_ports(service)))
        return {**service, "spec": spec}

    def _give_address(self, service: Object, spec: Object, old: Object | None) -> None:
        self._check_families(service, spec)
        before = old["spec"] if old is not None else {}
        asked = spec.get("clusterIP") or (spec.get("clusterIPs") or [""])[0]
        if not asked and before.get("clusterIP"):
            asked = before["clusterIP"]
        if asked == "None":
            spec["clusterIP"], spec["clusterIPs"] = "None", ["None"]
        elif asked and asked == before.get("clusterIP"):
            spec["clusterIP"], spec["clusterIPs"] = asked, spec.get("clusterIPs") or [asked]
        elif asked:
            self._check_address(service, asked)
            spec["clusterIP"], spec["clusterIPs"] = asked, [asked]
        else:
            address = self._free_address()
            spec["clusterIP"], spec["clusterIPs"] = address, [address]
        spec.setdefault("ipFamilies", ["IPv4"])
        if not (spec["clusterIP"] == "None" and not spec.get("selector")):
            spec.setdefault("ipFamilyPolicy", "SingleStack")
        else:
            spec.setdefault("ipFamilyPolicy", "RequireDualStack")
            spec["ipFamilies"] = ["IPv4", "IPv6"]

    def _check_families(self, service: Object, spec: Object) -> None:
        """The cluster has IPv4 alone. Upstream: initIPFamilyFields in pkg/registry/core/service/storage/alloc.go"""
        errors = []
        if spec.get("ipFamilyPolicy") == "RequireDualStack" and spec.get("clusterIP") != "None":
            rule = "this cluster is not configured for dual-stack services"
            errors.append(invalid("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], rule))
        elif spec.get("clusterIP") != "None":
            for index, family in enumerate(spec.get("ipFamilies") or ()):
                if family == "IPv6":
                    errors.append(invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster"))
        if errors:
            raise Invalid("Service", service["metadata"]["name"], errors)

    def _check_address(self, service: Object, asked: str) -> None:
        name = service["metadata"]["name"]
        try:
            inside = ip_address(asked) in self._range
        except ValueError:
            return  # validation words this
        if not inside:
            detail = (
                f"failed to allocate IP {asked}: the provided IP ({asked}) is not in the valid range. "
                f"The range of valid IPs is {self._range}"
            )
            raise Invalid("Service", name, [invalid("spec.clusterIPs", [asked], detail)])
        if asked in self._taken_addresses():
            detail = f"failed to allocate IP {asked}: provided IP is already allocated"
            raise Invalid("Service", name, [invalid("spec.clusterIPs", [asked], detail)])

    def _taken_addresses(self) -> dict[str, None]:
        rows = self._store.table("services").rows.values()
        return {service["spec"].get("clusterIP", ""): None for service in rows}

    def _free_address(self) -> str:
        taken = self._taken_addresses()
        first = int(self._range.network_address)
        size = self._range.num_addresses - 2
        start = min(max(16, size // 16), 256)  # the lower band is for addresses chosen by hand
        for _ in range(TRIES):
            address = str(ip_address(first + 1 + start + self._random.below("clusterIP", size - start)))
            if address not in taken:
                return address
        return next(
            address for offset in range(1, size + 1) if (address := str(ip_address(first + offset))) not in taken
        )

    def _taken_ports(self, but: Object) -> dict[int, None]:
        uid = but["metadata"].get("uid")
        taken: dict[int, None] = {}
        for service in self._store.table("services").rows.values():
            if service["metadata"]["uid"] != uid:
                taken.update(
                    {port["nodePort"]: None for port in service["spec"].get("ports", ()) if "nodePort" in port}
                )
                taken[service["spec"].get("healthCheckNodePort", 0)] = None
        return taken

    def _with_node_ports(self, service: Object, spec: Object, old: Object | None) -> list[Object]:
        taken = self._taken_ports(service)
        before = {
            (port.get("protocol", "TCP"), port["port"]): port["nodePort"]
            for port in (old["spec"].get("ports", ()) if old is not None else ())
            if "nodePort" in port
        }
        ports = []
        for index, port in enumerate(spec.get("ports") or ()):
            asked = port.get("nodePort") or before.get((port.get("protocol", "TCP"), port["port"]))
            if asked:
                self._check_port(service, index, asked, taken)
            else:
                asked = self._free_port(taken)
            taken[asked] = None
            ports.append({**port, "nodePort": asked})
        return ports

    def _check_port(self, service: Object, index: int, asked: int, taken: dict[int, None]) -> None:
        name, path = service["metadata"]["name"], f"spec.ports[{index}].nodePort"
        if asked not in NODE_PORTS:
            detail = (
                f"provided port is not in the valid range. The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[-1]}"
            )
            raise Invalid("Service", name, [invalid(path, asked, detail)])
        if asked in taken:
            raise Invalid("Service", name, [invalid(path, asked, "provided port is already allocated")])

    def _free_port(self, taken: dict[int, None]) -> int:
        for _ in range(TRIES):
            port = NODE_PORTS[86 + self._random.below("nodePort", len(NODE_PORTS) - 86)]
            if port not in taken:
                return port
        return next(port for port in NODE_PORTS if port not in taken)

    @staticmethod
    def _without_node_ports(spec: Object) -> Object:
        if not spec.get("ports"):
            return spec
        ports = [{field: value for field, value in port.items() if field != "nodePort"} for port in spec["ports"]]
        return {**spec, "ports": ports}
