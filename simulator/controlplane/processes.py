"""Which programs of the control plane run, and what the cluster does with and without them.

Upstream: client-go/tools/leaderelection, apiserver/pkg/storage/etcd3, etcd's raft
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.api.errors import APIError
from simulator.apiserver.audit.events import PATH, lines
from simulator.apiserver.audit.policy import Policy
from simulator.apiserver.audit.trail import Noted
from simulator.controllers.events import Recorder
from simulator.controlplane.auditing import STDOUT, in_use
from simulator.controlplane.etcd import Etcd
from simulator.controlplane.flags import gates, parsed
from simulator.controlplane.manifests import PROGRAMS
from simulator.controlplane.programs import LOST
from simulator.controlplane.releases import Releases
from simulator.kernel.clock import HOUR, MILLISECOND, SECOND, micro_timestamp, timestamp
from simulator.kernel.component import Component
from simulator.kernel.state import Table
from simulator.kubelet.records import RUNNING, Row
from simulator.machinery.objects import Object
from simulator.network.resolver import from_hosts, is_address
from simulator.pki import end_of, is_trusted, names_in
from simulator.scheduler.configuration import Plan

if TYPE_CHECKING:
    from simulator.cluster import Cluster

NOTICE = 5 * MILLISECOND
READY_AFTER = {
    "etcd": SECOND,
    "kube-apiserver": 3 * SECOND,
    "kube-controller-manager": 2 * SECOND,
    "kube-scheduler": 2 * SECOND,
}
"""How long a program takes from its start until it works."""
LEASES = "leases.coordination.k8s.io"
ELECTED = ("kube-controller-manager", "kube-scheduler")
OTHERS = ("kube-apiserver", "cloud-controller-manager")
RENEW = 10 * SECOND
"""How often a lease is renewed where no audit log tells of it. Upstream does so every two seconds, whoever looks; each
renewal is kept for as long as others can watch it, and would be most of what an idle world holds."""
LEASE = 15 * SECOND
RENEW_DEADLINE = 10 * SECOND
RETRY = 2 * SECOND
PORTS = {"etcd": 2379, "kube-apiserver": 6443, "kube-controller-manager": 10257, "kube-scheduler": 10259}
FIRST_LOOK = 45 * SECOND
"""When a new cluster's static Pods run; until then everything acts as if they did."""
YEAR = 365 * 24 * HOUR
WELL, SICK, DOWN = "well", "sick", "down"
REQUEST_TIMED_OUT = "etcdserver: request timed out"


def trouble_with(pem: str, address: str, now: int) -> str:
    """What is wrong with a certificate in the eyes of one who asks for an address. Upstream: crypto/x509/verify.go"""
    ends = end_of(pem)
    if ends is None or not is_trusted(pem):
        return "certificate signed by unknown authority"
    if ends <= now:
        when = f"current time {timestamp(now)} is after {timestamp(ends)}"
        return f"certificate has expired or is not yet valid: {when}"
    names = names_in(pem)
    if address.lower() in names:
        return ""
    if not is_address(address):
        known = [name for name in names if not is_address(name)]
        return f"certificate is valid for {', '.join(known)}, not {address}"
    addresses = [name for name in names if is_address(name)]
    if not addresses:
        return f"cannot validate certificate for {address} because it doesn't contain any IP SANs"
    return f"certificate is valid for {', '.join(addresses)}, not {address}"


class ControlPlane(Component):
    """Looks at what runs whenever that changes, and starts and stops the cluster's components accordingly."""

    name = "control-plane"
    process = ""

    def __init__(self, cluster: "Cluster") -> None:
        super().__init__(cluster.kernel)
        self.cluster = cluster
        self.serving: Table[tuple[str, str], str] = self.table("serving")
        self.active: Table[str, str] = self.table("active")
        self.leases: Table[str, int] = self.table("leases")
        self.flags: Table[str, Any] = self.table("flags")
        self.is_managed = not any(spec.control_plane for spec in cluster.spec.nodes)
        self.nodes = [spec.name for spec in cluster.spec.nodes if spec.control_plane]
        self.releases = Releases(self)
        self.etcd = Etcd(self)

    def start(self) -> None:
        """Take it that everything runs, and look for the first time when it should."""
        self.flags.put("state", WELL)
        if self.is_managed:
            return
        first = self.nodes[0]
        for program in ELECTED:
            self.active.put(program, first)
            self.later(2 * SECOND, "renew", program, 0)
        self.later(FIRST_LOOK, "look")

    # What others ask.

    @property
    def state(self) -> str:
        """Whether the API is `well`, answers that etcd does not (`sick`), or refuses connections (`down`)."""
        return str(self.flags.get("state") or WELL)

    @property
    def audit_policy(self) -> Policy | None:
        """The policy of the API server that works; None where it has been given none."""
        found = self.flags.get("audit")
        return None if found is None else found["policy"]

    @property
    def audit_log(self) -> str:
        """Where the audit log lies on its node; "" for nowhere."""
        found = self.flags.get("audit")
        log = PATH if found is None else str(found["log"])
        return "" if log == STDOUT else log

    def audited(self, number: int, noted: Noted) -> None:
        """Write what the API server has noted to its standard output, where its log is to be there."""
        found = self.flags.get("audit")
        if found is None or found["log"] != STDOUT:
            return
        for line in lines(number, noted, self.cluster.release):
            self.cluster.machines.logs.write(found["machine"], "stdout", line)

    def is_stopped(self, program: str) -> bool:
        """Whether the components of a program rest now."""
        if program in ELECTED:
            return self._is_resting(program)
        return bool(program) and self.state != WELL

    def instances(self, program: str) -> list[str]:
        """The nodes on which a program works."""
        return [node for node in self.nodes if (program, node) in self.serving]

    @property
    def has_begun(self) -> bool:
        """Whether its first look is behind it; until then everything is taken to run."""
        return bool(self.flags.get("begun"))

    # How the scheduler is configured.

    def configure_scheduler(self, node: str, plans: tuple[Plan, ...]) -> None:
        """The scheduler of a node has begun with the profiles of a file (or without one)."""
        known = {name: kept for name, kept in (self.flags.get("scheduler plans") or {}).items() if name != node}
        if plans or known or self.flags.get("scheduler plans"):
            self.flags.put("scheduler plans", {**known, **({node: plans} if plans else {})})

    def scheduler_plans(self) -> dict[str, Plan] | None:
        """The profiles of the scheduler that works; None for those that it has without a file."""
        plans = (self.flags.get("scheduler plans") or {}).get(self.active.get("kube-scheduler"))
        return {plan["name"]: plan for plan in plans} if plans else None

    # Certificates of the API servers.

    def show_certificate(self, node: str, pem: str) -> None:
        """The API server of a node shows this certificate from now on."""
        self.flags.put("certificates", {**(self.flags.get("certificates") or {}), node: pem})
        self.note()

    def certificate_trouble(self, address: str = "", name: str = "") -> str:
        """Why a client does not trust the API server at an address, which it knows by a name; "" when it does. Several
        stand behind the address of the cluster, and one that is trusted will do."""
        address = address or self.cluster.api_address
        found: list[str] = []
        for node, pem in (self.flags.get("certificates") or {}).items():
            if node in self.reached(address):
                found.append(trouble_with(pem, name or address, self.clock.now))
        return "" if "" in found else next(iter(found), "")

    def reached(self, address: str) -> list[str]:
        """The nodes whose API servers stand behind an address."""
        kubelet = self.cluster.kubelet
        node = "" if kubelet is None or address == self.cluster.api_address else kubelet.nodes.named(address)
        return [node] if node in self.nodes else self.nodes

    def answering(self, address: str) -> str | None:
        """The node whose API server answers at an address: one of all behind the load balancer. None where none does,
        and "" where nobody can tell them apart."""
        if self.is_managed or not self.has_begun:
            return ""
        links, up = self.cluster.nodes, self.instances("kube-apiserver")
        found = [node for node in self.reached(address) if node in up and (links is None or links.is_reachable(node))]
        if not found:
            return None
        spread = len(found) > 1 and self.flags.get("mixed")
        return found[self.random.below("load balancer", len(found))] if spread else found[0]

    # Looking.

    def note(self) -> None:
        """Something that concerns the control plane changed: look soon."""
        due = self.flags.get("due") or 0
        if not self.has_begun and not self.is_managed:
            return  # the first look comes by itself
        if due <= self.clock.now or due > self.clock.now + NOTICE:
            self.flags.put("due", self.clock.now + NOTICE)
            self.later(NOTICE, "look")

    def look(self) -> None:
        """See what runs and reaches what; start and stop accordingly."""
        self.flags.put("begun", True)
        for program in PROGRAMS if not self.is_managed else ():
            for node in self.nodes:
                self._look_at(program, node)
        if not self.is_managed:
            self.releases.settle()
        state = self._api_state()
        before = self.state
        self.flags.put("state", state)
        if state == WELL and not len(self.cluster.store.table("namespaces")):
            self.cluster.found()  # an etcd that begins with nothing
        self._tell_kubelets()
        if state != before:
            self._api_changed(before, state)
        if not self.is_managed:
            for program in ELECTED:
                self._elect(program)

    def _look_at(self, program: str, node: str) -> None:
        """Note whether the instance on a node works; one that has just begun is looked at again."""
        key = program, node
        found = self.running(program, node)
        if found is None:
            self.serving.delete(key)
            return
        identity, began = found[1]["id"], found[1]["began"]
        if self.serving.get(key) == identity:
            return
        self.serving.delete(key)
        self.cluster.network.ranges.heed(program, parsed(tuple(found[0].get("command") or ())))
        ready = began + READY_AFTER[program]
        if ready > self.clock.now:
            self._look_again(ready - self.clock.now)
        elif self._is_astray(found[1]):
            return
        elif self._listens(program, node):
            self.serving.put(key, identity)
            if program == "kube-apiserver":
                self._audit(node)
                self.flags.put("gates", gates(parsed(tuple(found[0]["command"])).get("feature-gates", "")))
                self._read_certificate(node, found[0])
        elif program == "kube-apiserver":
            self._look_again(SECOND)  # it waits for etcd, for a while

    def gate(self, name: str, default: bool) -> bool:
        """Whether the API server that began last has a feature, by its flags or the default of its release."""
        return bool((self.flags.get("gates") or {}).get(name, default))

    def _audit(self, node: str) -> None:
        """Note by which audit policy the API server of a node goes that works now."""
        for pod, container, row in self._containers("kube-apiserver", node):
            process = self.cluster.machines.processes.get((row["machine"], 1))
            if process is not None:
                used = in_use(pod, container, process["state"] or {})
                self.flags.put("audit", {**used, "machine": row["machine"]})
                if self.cluster.reads is not None:
                    self.cluster.reads.begin()

    def _read_certificate(self, node: str, container: Object) -> None:
        """Note the certificate that an API server has begun with."""
        path = parsed(tuple(container.get("command") or ())).get("tls-cert-file", "")
        kubelet = self.cluster.kubelet
        assert kubelet is not None
        files = self.cluster.machines.volumes.view(kubelet.nodes.machine(node))
        pem = files.text(path) if path and files.is_file(path) else ""
        self.flags.put("certificates", {**(self.flags.get("certificates") or {}), node: pem})

    def _is_astray(self, row: Row) -> bool:
        """Whether a program runs and does not get through to the API server."""
        process = self.cluster.machines.processes.get((row["machine"], 1))
        state = process["state"] if process is not None else None
        return isinstance(state, dict) and bool(state.get("astray"))

    def _look_again(self, delay: int) -> None:
        """Look after a while; one look serves all that want one until then."""
        due = self.clock.now + delay
        planned = self.flags.get("again") or 0
        if not self.clock.now < planned <= due:
            self.flags.put("again", due)
            self.later(delay, "look")

    def _listens(self, program: str, node: str) -> bool:
        cluster = self.cluster
        network = f"{self.kernel.scope}node/{node}"
        return cluster.machines.listener(network, PORTS[program]) is not None

    def running(self, program: str, node: str) -> tuple[Object, Row] | None:
        """The container of a program that runs on a node: its spec, and what the kubelet knows of it."""
        return next(((container, row) for _, container, row in self._containers(program, node)), None)

    def _containers(self, program: str, node: str) -> Iterator[tuple[Object, Object, Row]]:
        """The Pods and containers of a program that run on a node."""
        kubelet = self.cluster.kubelet
        if kubelet is None or not kubelet.nodes.row(node)["power"]:
            return
        for pod in kubelet.static.on_node(node):
            for container in pod["spec"]["containers"]:
                words = container.get("command") or ()
                row = kubelet.containers.get((pod["metadata"]["uid"], container["name"]))
                if not words or str(words[0]).rpartition("/")[2] != program or row is None:
                    continue
                if row["state"] == RUNNING and kubelet.runtime.is_running(row["machine"]):
                    yield pod, container, row

    def _leads_here(self, node: str, server: str) -> bool:
        """Whether a node finds an API server of the cluster at a URL, and trusts it."""
        found, kubelet = urlsplit(server), self.cluster.kubelet
        name = found.hostname or ""
        assert kubelet is not None
        files = self.cluster.machines.volumes.view(kubelet.nodes.machine(node))
        address = name if is_address(name) else next((each.value for each in from_hosts(files, name)), "")
        known = address in (self.cluster.api_address, *self.cluster.api_addresses)
        return known and found.netloc.endswith(":6443") and not self.certificate_trouble(address, name)

    def _api_state(self) -> str:
        if self.is_managed:
            return WELL
        if self.certificate_trouble():
            return DOWN  # nobody trusts it, so that nobody talks to it
        nodes = self.cluster.nodes
        up = [node for node in self.instances("kube-apiserver") if nodes is None or nodes.is_reachable(node)]
        if any(self.etcd.answers(node) for node in up):
            return WELL
        return SICK if up else DOWN

    def _tell_kubelets(self) -> None:
        """Each kubelet learns whether it reaches an API server that knows it."""
        kubelet = self.cluster.kubelet
        for name in kubelet.nodes.names() if kubelet is not None else ():
            assert kubelet is not None
            row = kubelet.nodes.row(name)
            linked = row["linked"] or (name in self.nodes and self.etcd.answers(name))
            right = row["server"] in ("", self.cluster.url) or self._leads_here(name, row["server"])
            kubelet.outages.set_cut(name, self.state != WELL or not linked or row["expired"] or not right)

    def _api_changed(self, before: str, state: str) -> None:
        for program in OTHERS:
            self.cluster.set_running(program, running=state == WELL)
        for program in ELECTED:
            if state != WELL and before == WELL:
                self._rest(program)
                self.later(RENEW_DEADLINE, "lose", program, self.leases.get(program) or 0)
            elif state == WELL and self.is_managed:
                self._go_on(program)
        self.cluster.machines.poke()

    # Leader election.

    def _elect(self, program: str) -> None:
        """Whose instance acts: the one that holds the lease, or once that has run out, another that works."""
        nodes = self.cluster.nodes
        candidates = [node for node in self.instances(program) if nodes is None or nodes.is_reachable(node)]
        holder = self.active.get(program)
        if holder is not None and holder in candidates and self._same(program, holder):
            if self.state == WELL:
                self._go_on(program)
            return
        if holder is not None and self.flags.get(f"{program} began") is not None:
            self._rest(program)
            self.active.delete(program)
            self.flags.delete(f"{program} began")
        if not candidates or self.state != WELL:
            return
        if holder is not None and self.active.get(program) == holder:  # the first look at a cluster that just came up
            self.flags.put(f"{program} began", self.serving.get((program, candidates[0])))
            self.active.put(program, candidates[0])
            self._heed(program, candidates[0])
            return
        free = (self.leases.get(program) or 0) + LEASE + RETRY
        if free > self.clock.now:
            self.later(free - self.clock.now, "look")
            return
        self._take_over(program, candidates[0])

    def _same(self, program: str, holder: str) -> bool:
        """Whether the holder is the process that took the lease, not one that was started since."""
        return bool(self.flags.get(f"{program} began") == self.serving.get((program, holder)))

    def _is_resting(self, program: str) -> bool:
        return bool(self.flags.get(f"{program} stopped"))

    def _rest(self, program: str) -> None:
        if not self._is_resting(program):
            self.flags.put(f"{program} stopped", True)
            self.cluster.set_running(program, running=False)

    def _go_on(self, program: str) -> None:
        if self._is_resting(program):
            self.flags.delete(f"{program} stopped")
            self.cluster.set_running(program, running=True)

    def _take_over(self, program: str, node: str) -> None:
        self.active.put(program, node)
        self.flags.put(f"{program} began", self.serving.get((program, node)))
        self.releases.note(program, node)
        lease = self._write_lease(program, node, taken=True)
        if lease is not None:
            recorder = Recorder(self.cluster.client(program), self.kernel, program)
            text = f"{lease['spec']['holderIdentity']} became leader"
            recorder.normal(lease, "LeaderElection", text)
        self._go_on(program)
        self._heed(program, node)
        term = (self.flags.get(f"{program} term") or 0) + 1
        self.flags.put(f"{program} term", term)
        self.later(self._renewing(program, node), "renew", program, term)

    def _heed(self, program: str, node: str) -> None:
        """Tell the components of a program with which flags the instance runs that acts from now on."""
        found = self.running(program, node)
        flags = parsed(tuple(found[0].get("command") or ())) if found is not None else {}
        for component in list(self.cluster.components.values()):
            if component.process == program:
                component.heed(flags)

    def lose(self, program: str, renewed: int) -> None:
        """A lease could not be renewed in time: its holder gives up."""
        kubelet, node = self.cluster.kubelet, self.active.get(program)
        if self.state == WELL or (self.leases.get(program) or 0) != renewed or kubelet is None or node is None:
            return
        for pod in kubelet.static.on_node(node):
            row = kubelet.containers.get((pod["metadata"]["uid"], program))
            if row is not None and row["state"] == RUNNING:
                kubelet.runtime.signal(row["machine"], LOST)

    def renew(self, program: str, term: int) -> None:
        """The holder of a lease renews it, for as long as it holds it."""
        node = self.active.get(program)
        if node is None or term != (self.flags.get(f"{program} term") or 0):
            return
        if self.state == WELL and not self._is_resting(program):
            self._write_lease(program, node, taken=False)
        self.later(self._renewing(program, node), "renew", program, term)

    def _renewing(self, program: str, node: str) -> int:
        """How long until the holder of a lease renews it again."""
        reads = self.cluster.reads
        return RETRY if reads is not None and reads.tells_of_renewals(program, node) else RENEW

    def _write_lease(self, program: str, node: str, *, taken: bool) -> Object | None:
        client = self.cluster.client(program)
        now = micro_timestamp(self.clock.now)
        lease = client.get(LEASES, "kube-system", program)
        fresh = {"acquireTime": now, "leaseDurationSeconds": LEASE // SECOND, "leaseTransitions": 0, "renewTime": now}
        self.leases.put(program, self.clock.now)
        if taken and self.cluster.reads is not None:
            self.cluster.reads.take_over(program, node, there=lease is not None)
        try:
            if lease is None:
                metadata = {"name": program, "namespace": "kube-system"}
                spec = {"holderIdentity": f"{node}_{self.random.uuid('leader')}", **fresh}
                body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}
                return client.create(LEASES, body)
            spec = {**lease["spec"], "renewTime": now}
            if taken:
                transitions = lease["spec"].get("leaseTransitions", 0) + 1
                spec |= {"holderIdentity": f"{node}_{self.random.uuid('leader')}", "acquireTime": now}
                spec["leaseTransitions"] = transitions
            return client.update(LEASES, {**lease, "spec": spec})
        except APIError:
            return None
