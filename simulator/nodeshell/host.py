"""What programs that run on a node may ask of it, and of the cluster as far as that node sees it."""

from typing import TYPE_CHECKING, Any

from simulator.controlplane.manifests import ETCD_DATA
from simulator.etcd import snapshots
from simulator.kubelet import daemons
from simulator.kubelet.cni import FOLDER as CNI_FOLDER
from simulator.kubelet.nodes import Nodes
from simulator.kubelet.records import RUNNING
from simulator.nodeshell.files import CNI, DATABASE, LIVE
from simulator.nodeshell.layer import HOME
from simulator.runtime.files import Files
from simulator.runtime.nodes import file

if TYPE_CHECKING:
    from simulator.cluster import Cluster
    from simulator.kubelet.kubelet import Kubelet


FIRST_NUMBER = 1_000
"""From where on the processes of containers are numbered."""

SSHD_PID = 701


class Host:
    """One node, to its own programs."""

    def __init__(self, cluster: "Cluster", name: str) -> None:
        assert cluster.kubelet is not None and cluster.control_plane is not None
        self.cluster = cluster
        self.name = name
        self.kubelet: Kubelet = cluster.kubelet
        self.control_plane = cluster.control_plane

    @property
    def nodes(self) -> Nodes:
        return self.kubelet.nodes

    @property
    def row(self) -> dict[str, Any]:
        return self.kubelet.nodes.row(self.name)

    @property
    def is_control_plane(self) -> bool:
        return self.name in self.control_plane.nodes

    def open(self) -> str:
        """The node as a machine to run programs on; it comes into being when it is first needed."""
        machines, name = self.cluster.machines, self.nodes.machine(self.name)
        if machines.rows.get(name) is None:
            env = {"HOME": HOME, "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash", "LANG": "C.UTF-8"}
            layers = ("debian", "node")
            machines.create(name, layers=layers, env=env, hostname=self.name, cwd=HOME, network=name)
        machines.power_on(name)
        if not machines.pids[name][1]:
            machines.spawn(name, ["/sbin/init"], stdout="null", stderr="null")
        return name

    def release_in(self, machine: str, package: str) -> str:
        """The release of a package that is installed on the machine, if it is the node itself: `v1.37.1`."""
        if machine != self.nodes.machine(self.name):
            return ""
        return f"v{self.nodes.packages(self.name)['installed'][package]}"

    # What runs in containers on it.

    def is_static(self, machine: str) -> bool:
        """Whether a container's machine belongs to a Pod that a file on the node describes."""
        return self.kubelet.uid_of(machine) in self.kubelet.static.pods.rows

    def tag_of(self, machine: str) -> str:
        """The tag of the image that a container's machine was made from."""
        rows = self.kubelet.containers.rows.values()
        found = next((row["image"]["name"] for row in rows if row.get("machine") == machine and row.get("image")), "")
        return str(found).rpartition(":")[2]

    def write_network(self) -> None:
        """The network plugin writes its configuration, unless the very same is there."""
        path = f"{CNI_FOLDER}/10-kindnet.conflist"
        machine = self.nodes.machine(self.name)
        files, wanted = self.cluster.machines.volumes.view(machine), CNI % self.cluster.network.block(self.name)
        if not files.is_file(path) or files.text(path) != wanted:
            if not files.is_directory(CNI_FOLDER):
                files.make_directory(CNI_FOLDER, parents=True)
            files.write(path, wanted, mode=0o644)

    def configure_scheduler(self, plans: tuple[dict[str, Any], ...]) -> None:
        self.control_plane.configure_scheduler(self.name, plans)

    # Processes, as the node numbers them.

    def running(self) -> list[str]:
        """The machines of the containers that run on it."""
        kubelet = self.kubelet
        rows = kubelet.containers.rows.items()
        return [
            row["machine"]
            for (uid, _), row in rows
            if row["state"] == RUNNING and (kubelet.pods.get(uid) or {}).get("node") == self.name
        ]

    def numbers(self) -> dict[tuple[str, int], int]:
        """The number on the node of each process of a container; 0 stands for its shim."""
        found: dict[tuple[str, int], int] = {}
        number, machines = FIRST_NUMBER, self.cluster.machines
        for machine in self.running():
            found[machine, 0] = first = number
            for pid in machines.pids[machine][1]:
                row = machines.processes.get((machine, pid))
                if row is not None and row["exit"] is None:
                    number += 1
                    found[machine, pid] = number
            number = max(number, first) + 10
        return found

    def sockets(self) -> list[tuple[str, int, str, str]]:
        """On which ports the services of the node listen: protocol, port, address, `PID/PROGRAM`."""
        ports = self.kubelet.daemons.ports(self.name)
        pids = {name: SSHD_PID if name == "sshd" else self.nodes.pid(self.name, name) for name in set(ports.values())}
        return [
            ("tcp", port, "127.0.0.1" if port in daemons.LOCAL else "0.0.0.0", f"{pids[name]}/{name}")
            for port, name in ports.items()
        ]

    # etcd, as its own programs see it.

    def has_quorum(self) -> bool:
        return not self.control_plane.has_begun or self.control_plane.etcd.has_quorum()

    def etcd_trouble(self, servers: str) -> str:
        """Why the API server of this node gets no answer from the etcd it was told of; "" when it does."""
        if not self.control_plane.has_begun:
            return ""
        for server in (servers or "https://127.0.0.1:2379").split(","):
            address, _, port = server.partition("://")[2].rstrip("/").rpartition(":")
            node = self.name if address in ("127.0.0.1", "localhost") else self.nodes.named(address)
            if port == "2379" and self.control_plane.etcd.answers(node):
                return ""
        return "context deadline exceeded"

    def open_etcd(self, given: dict[str, str], files: Files) -> str:
        """An etcd member starts on a data folder; what lies there becomes what the cluster has stored.

        A folder that was live is taken up where it was left. A restored one holds a snapshot. The folder that was live
        before gets what was stored until now, so that going back to it goes back in time. Returns why it cannot start.

        Upstream: etcd/server/etcdserver/bootstrap.go, raft/log.go
        """
        folder = given.get("data-dir", ETCD_DATA)
        path = f"{folder}/{DATABASE}"
        content = files.read(path) if files.is_file(path) else b""
        if not self.control_plane.has_begun:
            return ""
        etcd, others = self.control_plane.etcd, self.control_plane.instances("etcd")
        joins, came_later = self.name in etcd.joining(), given.get("initial-cluster-state") == "existing"
        if not etcd.admit(self.name, is_empty=not content):
            return "the member has been permanently removed from the cluster"
        if not content and came_later and not others:
            return (
                "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs"
            )
        if not content and came_later and not joins:
            last = self.control_plane.cluster.store.revision
            return f"tocommit({last}) is out of range [lastIndex(0)]. Was the raft log corrupted, truncated, or lost?"
        if others:
            if not content:
                self._keep_live(files, path)
            return ""  # it follows the members that are there
        if content.startswith(LIVE):
            return etcd.take_up(content.removeprefix(LIVE).decode("ascii", "replace").strip())
        try:
            objects = snapshots.load(content).objects if content else ()
        except snapshots.Damaged as damage:
            return f"failed to open database: {damage}"
        if not content:
            etcd.begin_alone(self.name)
        etcd.begin_data(objects)
        self._keep_live(files, path)
        return ""

    def _keep_live(self, files: Files, path: str) -> None:
        """Mark a database as the one of what the cluster has stored."""
        number = self.control_plane.flags.get("data") or "0"
        files.place(path, file(LIVE + f"{number}\n".encode(), mode=0o600, modified=self.kubelet.clock.now))
