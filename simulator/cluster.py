"""One cluster of a world: its store, its API server and its components, wired together."""

from collections.abc import Callable
from dataclasses import replace

from simulator.api.client import Client
from simulator.api.requests import ADMINISTRATOR, Request, User
from simulator.apiserver.audit.policy import Policy
from simulator.apiserver.authentication import has_credentials
from simulator.apiserver.server import APIServer
from simulator.bootstrap import INSTALLER, bootstrap, furnish, keep_service_range, serve_groups
from simulator.chronicle import Chronicle
from simulator.components import COMPONENTS
from simulator.controlplane.addons import addons, pulled
from simulator.controlplane.configuration import configuration
from simulator.controlplane.processes import DOWN, REQUEST_TIMED_OUT, WELL, ControlPlane
from simulator.controlplane.reads import Reads
from simulator.etcd import Store
from simulator.kernel.clock import moment, timestamp
from simulator.kernel.component import Change, Component, Kernel
from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.load import LoadGenerator
from simulator.kubelet.metrics import MetricsServer
from simulator.kubelet.nodes import Nodes
from simulator.kubelet.streams import KubeletStreams
from simulator.machinery.releases import Release
from simulator.network.cluster import API_PORT, ClusterNetwork
from simulator.nodeshell.disk import bases
from simulator.runtime.machines import Machines
from simulator.scheduler.configuration import Plan
from simulator.scheduler.others import OtherSchedulers
from simulator.spec import FIRST_ADDRESS, ClusterSpec, node_address

BALANCER = 9
"""The last number of the address of a load balancer in front of several API servers."""


def api_address(spec: ClusterSpec, number: int) -> str:
    """Where the API server is: the control-plane node itself, or a load balancer in front of several."""
    several = sum(node.control_plane for node in spec.nodes) > 1
    return f"10.0.{number}.{BALANCER if several else FIRST_ADDRESS}"


class _Deaf:
    """Stands in a component's place among those who hear of changes while its program does not run."""

    def __call__(self, change: Change) -> None:
        return


class Cluster:
    """Wiring only: all that changes is in tables, so a fork makes this anew over the forked tables."""

    def __init__(self, kernel: Kernel, spec: ClusterSpec, machines: Machines, number: int) -> None:
        self.kernel: Kernel = kernel
        self.spec = spec
        self.machines = machines
        self.number = number
        self.api_address = api_address(spec, number)
        serving = [place for place, node in enumerate(spec.nodes) if node.control_plane]
        self.api_addresses = [node_address(number, place) for place in serving] or [self.api_address]
        """Where its API servers listen themselves."""
        self.store = Store(kernel.state, kernel.clock, f"{kernel.scope}etcd")
        self.server: APIServer = APIServer(kernel, self.store, version=spec.kubernetes)
        self.network = ClusterNetwork(kernel, self.client("network"), machines, enforces=spec.network_policies)
        self.server.service_range = lambda: self.network.ranges.services
        self.network.api = (self.api_address, *self.api_addresses)
        self.store.subscribe(self.network.watches, self.network.observe)
        self.chronicle = Chronicle(kernel, self.store)
        self.store.subscribe(self.chronicle.watches, self.chronicle.observe)
        self.adopt: Callable[[Component], None] = lambda component: None
        """Told of a component that was made anew."""
        self.components: dict[str, Component] = {}
        self.control_plane: ControlPlane | None = None
        self._deaf: dict[str, _Deaf] = {}
        """Those whose program does not run, by address."""
        if "kubelet" not in spec.without:
            self.control_plane = ControlPlane(self)
            self.server.become(self.release)
            self.server.trouble = self._storage_trouble
            self.server.gate = self.control_plane.gate
            self.server.audit.policy = self._audit_policy
            self.server.audit.told = self.control_plane.audited
            self.server.is_down = lambda: not self.is_serving
        for name, make in COMPONENTS.items():
            if name not in spec.without:
                self._add(make(self))
        if self.control_plane is not None:
            self._add(self.control_plane)
        others = self.components.get(f"{kernel.scope}{OtherSchedulers.name}")
        self._others = others if isinstance(others, OtherSchedulers) else None
        kubelet = self.components.get(f"{kernel.scope}kubelet")
        self.kubelet = kubelet if isinstance(kubelet, Kubelet) else None
        self.reads: Reads | None = None
        reads = self.components.get(f"{kernel.scope}{Reads.name}")
        self.reads = reads if isinstance(reads, Reads) else None
        load = self.components.get(f"{kernel.scope}{LoadGenerator.name}")
        self.load = load if isinstance(load, LoadGenerator) else None
        if self.kubelet is not None:
            machines.volumes.bases.append(bases(self.kubelet))
            self.network.kubelet = self.kubelet
            if self._others is not None:
                self._others.is_running = self.kubelet.runtime.is_running
                self._others.is_connected = lambda: not self._storage_trouble()
            self.server.nodes = KubeletStreams(self, self.kubelet)
            self.server.metrics = MetricsServer(self.kubelet)
        for name, component in self.components.items():
            if self.control_plane is not None and self.control_plane.is_stopped(component.process):
                self._silence(name, component)

    def client(self, agent: str) -> Client:
        """A component's way to this cluster's API server."""
        return Client(self.server, agent)

    @property
    def url(self) -> str:
        """Where clients inside the world find the API server."""
        return f"https://{self.api_address}:{API_PORT}"

    @property
    def is_serving(self) -> bool:
        """Whether the API server answers at all."""
        return self.control_plane is None or self.control_plane.state != DOWN

    @property
    def born(self) -> int:
        """When its machines were switched on."""
        found = self.store.get("namespaces", ("", "kube-system"))
        return moment(found["metadata"]["creationTimestamp"]) if found is not None else self.kernel.clock.now

    @property
    def nodes(self) -> Nodes | None:
        """The machines of the cluster, if it has any."""
        return None if self.kubelet is None else self.kubelet.nodes

    @property
    def release(self) -> Release:
        """The release of its API server: what a client takes for the version of the cluster."""
        return self.release_of("kube-apiserver")

    def release_of(self, program: str) -> Release:
        """The release of a program of its control plane."""
        return self.spec.release if self.control_plane is None else self.control_plane.releases.of(program)

    def become(self, release: Release) -> None:
        """Its API server is of another release now."""
        self.server.become(release)
        if len(self.store.table("namespaces")):  # or else it founds the cluster first
            client, now = self.client("kube-apiserver"), timestamp(self.kernel.clock.now)
            serve_groups(client, release.series, now)
            keep_service_range(client, release, self.network.ranges.services, now)

    def images(self, *, control_plane: bool) -> list[str]:
        """What kubeadm and the Pod network have pulled on a node of it when it came up."""
        if self.control_plane is None or self.control_plane.is_managed:
            return []
        return pulled(self.spec.release, control_plane=control_plane)

    def _audit_policy(self) -> Policy | None:
        return None if self.control_plane is None else self.control_plane.audit_policy

    def _storage_trouble(self) -> str:
        """Why nothing can be read or written now; "" when all is well."""
        if self.control_plane is None or self.control_plane.state == WELL:
            return ""
        return REQUEST_TIMED_OUT

    def authenticate(self, request: Request, *, otherwise: User = ADMINISTRATOR) -> Request:
        """A request that says who asks: without credentials `otherwise`; credentials are for the server to judge."""
        if request.user is not None or has_credentials(request):
            return request
        return replace(request, user=otherwise)

    def _add(self, component: Component) -> None:
        self.components[component.address] = component
        if component.watches:
            self.store.subscribe(component.watches, component.observe)

    def open_scheduler(self, machine: str, plans: tuple[Plan, ...]) -> None:
        """A scheduler that a container's machine runs begins to work."""
        if self._others is not None:
            had = self._others.watches
            self._others.open(machine, plans)
            if not had:
                self.store.subscribe(self._others.watches, self._others.observe)

    # Programs of the control plane end and begin.

    def watched_by(self, program: str) -> frozenset[str]:
        """The resources that the components of a program watch while it runs; some watch everything."""
        running = (one for name, one in self.components.items() if one.process == program and name not in self._deaf)
        found = {resource for one in running for resource in one.watches}
        return frozenset(one.key for one in self.server.resources()) if "*" in found else frozenset(found)

    def set_running(self, program: str, *, running: bool) -> None:
        """End or begin the components of a program; one that begins reads everything it watches."""
        for name, component in list(self.components.items()):
            if component.process == program and running is (name in self._deaf):
                if running:
                    self._begin(name)
                else:
                    self._silence(name, component)
                    self._forget(component)

    def _silence(self, name: str, component: Component) -> None:
        deaf = self._deaf[name] = _Deaf()
        self.store.replace(component.watches, component.observe, deaf)

    def _forget(self, component: Component) -> None:
        """What a program had planned and remembered ends with it."""
        self.kernel.clock.forget(component.address)
        self.kernel.state.forget(f"{component.address}/", component.kept)

    def _begin(self, name: str) -> None:
        new = COMPONENTS[name.removeprefix(self.kernel.scope)](self)
        self.store.replace(new.watches, self._deaf.pop(name), new.observe)
        self.components[name] = new
        self.adopt(new)
        new.start()
        for resource in new.watches:
            for obj in self.store.list(resource):
                new.observe(Change("ADDED", resource, obj, None))

    def boot(self) -> None:
        """Fill the empty store with what every cluster has, and let the components begin."""
        self.found()
        furnish(self.client("kube-apiserver"), self.spec)
        if self.control_plane is not None and not self.control_plane.is_managed:
            endpoint = f"{self.api_address}:{API_PORT}" if len(self.api_addresses) > 1 else ""
            kubeadm = self.client("kube-apiserver").on_behalf_of("kubeadm")
            for obj in configuration(self.release, self.url, endpoint):
                kubeadm.create("configmaps", obj)
            for resource, obj in addons(self.release, self.url):
                is_own = obj["metadata"]["name"].startswith("kube-")
                (kubeadm if is_own else kubeadm.on_behalf_of(INSTALLER)).create(resource, obj)
        for component in list(self.components.values()):
            component.start()

    def found(self) -> None:
        """What an API server puts into an empty store by itself."""
        now, services = timestamp(self.kernel.clock.now), self.network.ranges.services
        bootstrap(self.client("kube-apiserver"), self.release, self.api_addresses, services, now)
