"""One cluster of a world: its store, its API server and its components, wired together."""

from dataclasses import replace

from simulator.api.client import Client
from simulator.api.requests import ADMINISTRATOR, Request, User
from simulator.apiserver.authentication import has_credentials
from simulator.apiserver.server import APIServer
from simulator.bootstrap import bootstrap
from simulator.components import COMPONENTS
from simulator.etcd import Store
from simulator.kernel.clock import timestamp
from simulator.kernel.component import Component, Kernel
from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.load import LoadGenerator
from simulator.kubelet.metrics import MetricsServer
from simulator.kubelet.streams import KubeletStreams
from simulator.network.cluster import API_PORT, ClusterNetwork
from simulator.runtime.machines import Machines
from simulator.spec import ClusterSpec


class Cluster:
    """Wiring only: all that changes is in tables, so a fork makes this anew over the forked tables."""

    def __init__(self, kernel: Kernel, spec: ClusterSpec, machines: Machines, number: int) -> None:
        self.kernel: Kernel = kernel
        self.spec = spec
        self.machines = machines
        self.api_address = f"10.0.{number}.10"
        self.store = Store(kernel.state, kernel.clock, f"{kernel.scope}etcd")
        self.server: APIServer = APIServer(kernel, self.store, version=spec.kubernetes)
        self.network = ClusterNetwork(kernel, self.client("network"), machines, enforces=spec.network_policies)
        self.network.api = (self.api_address, API_PORT)
        self.store.subscribe(self.network.watches, self.network.observe)
        self.components: dict[str, Component] = {}
        for name, make in COMPONENTS.items():
            if name not in spec.without:
                self._add(make(self))
        kubelet = self.components.get(f"{kernel.scope}kubelet")
        self.kubelet = kubelet if isinstance(kubelet, Kubelet) else None
        load = self.components.get(f"{kernel.scope}{LoadGenerator.name}")
        self.load = load if isinstance(load, LoadGenerator) else None
        if self.kubelet is not None:
            self.network.kubelet = self.kubelet
            self.server.nodes = KubeletStreams(self, self.kubelet)
            self.server.metrics = MetricsServer(self.kubelet)

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
        return True

    def authenticate(self, request: Request, *, otherwise: User = ADMINISTRATOR) -> Request:
        """A request that says who asks: without credentials `otherwise`; credentials are for the server to judge."""
        if request.user is not None or has_credentials(request):
            return request
        return replace(request, user=otherwise)

    def _add(self, component: Component) -> None:
        self.components[component.address] = component
        if component.watches:
            self.store.subscribe(component.watches, component.observe)

    def boot(self) -> None:
        """Fill the empty store with what every cluster has, and let the components begin."""
        now = timestamp(self.kernel.clock.now)
        bootstrap(self.client("kube-apiserver"), self.spec, self.api_address, now)
        for component in self.components.values():
            component.start()
