"""One cluster of a world: its store, its API server and its components, wired together."""

from simulator.api.client import Client
from simulator.apiserver.server import APIServer
from simulator.bootstrap import bootstrap
from simulator.components import COMPONENTS
from simulator.etcd import Store
from simulator.kernel.component import Component, Kernel
from simulator.network.cluster import ClusterNetwork
from simulator.runtime.machines import Machines
from simulator.spec import ClusterSpec


class Cluster:
    """Wiring only: all that changes is in tables, so a fork makes this anew over the forked tables."""

    def __init__(self, kernel: Kernel, spec: ClusterSpec, machines: Machines) -> None:
        self.kernel = kernel
        self.spec = spec
        self.store = Store(kernel.state, kernel.clock, f"{kernel.scope}etcd")
        self.server = APIServer(kernel, self.store, version=spec.kubernetes)
        self.network = ClusterNetwork(kernel, self.client("network"), machines)
        self.components: dict[str, Component] = {}
        for name, make in COMPONENTS.items():
            if name not in spec.without:
                self._add(make(self))
        self.machines = machines

    def client(self, agent: str) -> Client:
        """A component's way to this cluster's API server."""
        return Client(self.server, agent)

    def _add(self, component: Component) -> None:
        self.components[component.address] = component
        if component.watches:
            self.store.subscribe(component.watches, component.observe)

    def boot(self) -> None:
        """Fill the empty store with what every cluster has, and let the components begin."""
        bootstrap(self.client("kube-apiserver"), self.spec)
        for component in self.components.values():
            component.start()
