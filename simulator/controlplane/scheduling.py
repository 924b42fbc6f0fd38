"""The program kube-scheduler: the control plane's own, and those that Pods run beside it under other names.

Upstream: cmd/kube-scheduler, pkg/scheduler/apis/config
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson

from simulator.controlplane.programs import ComponentProgram, host, klog
from simulator.kernel.clock import SECOND, micro_timestamp, moment
from simulator.machinery.golang import quoted
from simulator.machinery.releases import release
from simulator.runtime.errors import OSFailure
from simulator.runtime.images import calls, incluster
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Wait, program
from simulator.scheduler.configuration import NEWEST, Configuration, Unusable, default_plan, read
from simulator.scheduler.plugins.non_csi_limits import MOST, WHOLE, most_from
from simulator.scheduler.registry import LAST_KNOWN

PORT = 10259
RETRY = 2 * SECOND
RENEW = 10 * SECOND
LEASE_SECONDS = 15
NEEDED = (("v1.Pod", "/api/v1/pods?limit=1"), ("v1.Node", "/api/v1/nodes?limit=1"))
"""What it has to be allowed to read, of all that it reads, before it chooses."""
LEASES = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


def minor_of(process: Process) -> int:
    """The minor version that the image of a process's container says."""
    node = host(process)
    key = (node.kubelet.uid_of(process.machine), process.machine.split("/")[-2]) if node is not None else None
    row = node.kubelet.containers.get(key) if key is not None else None
    if row is not None:
        with suppress(ValueError):
            return release(row["image"]["name"].rpartition(":")[2]).minor
    return NEWEST


@program("kube-scheduler")
class KubeScheduler(ComponentProgram):
    """Chooses nodes; the choosing itself is `simulator.scheduler`.

    The state of one that a Pod runs: `plans`, `lease` (namespace and name, "" without leader election), `own` (its
    name in that), `told` (the last trouble, which is not told again).
    """

    component = "kube-scheduler"
    ports = (PORT,)
    lost = ("server.go:306", '"Leaderelection lost"')
    greeting = (
        ("serving.go:386", "Generated self-signed cert in-memory"),
        ("server.go:175", '"Starting Kubernetes Scheduler"'),
        ("secure_serving.go:211", "Serving securely on 127.0.0.1:10259"),
    )

    def begin(self, process: Process, given: Mapping[str, str]) -> Outcome:
        try:
            minor = minor_of(process)
            configuration = self._configuration(process, given, minor)
        except (Unusable, OSFailure) as error:
            return self.fail(process, str(error))
        most = process.env.get(MOST, "")
        if most and minor <= LAST_KNOWN:
            self._limit(process, configuration, most)
        for note in configuration.notes:
            process.error(klog("W", process.now, "configfile.go:68", f"{note} here"))
        process.state = dict(given)
        self.listen(process, given)
        node = host(process)
        if node is None or node.is_static(process.machine):
            text = '"Attempting to acquire leader lease..." lock="kube-system/kube-scheduler"'
            process.error(klog("I", process.now, "leaderelection.go:257", text))
            if node is not None:
                node.configure_scheduler(configuration.plans if given.get("config") or most else ())
            return Wait("start")
        trouble = incluster.trouble_inside(process)
        if trouble or given.get("kubeconfig"):
            return self.fail(
                process, trouble or "the lab's schedulers in Pods use the Pod's own account: leave out --kubeconfig"
            )
        lease = self._lease(configuration, given)
        own = f"{process.hostname}_{process.random(1 << 32):08x}"
        process.state = {"plans": configuration.plans, "lease": lease, "own": own, "told": ""}
        return self.connect(process)

    @staticmethod
    def _configuration(process: Process, given: Mapping[str, str], minor: int) -> Configuration:
        path = given.get("config")
        return read(process.files.text(path), minor) if path else Configuration((default_plan(minor=minor),))

    @staticmethod
    def _limit(process: Process, configuration: Configuration, most: str) -> None:
        """Have its plugins know the limit of disks that the environment sets."""
        for plan in configuration.plans:
            plan["environment"] = {MOST: most}
        if most_from({MOST: most}) < 0:
            why = (
                "maximum PD volumes is negative"
                if WHOLE.fullmatch(most)
                else (f"strconv.Atoi: parsing {quoted(most)}: invalid syntax")
            )
            text = f'"Unable to parse maximum PD volumes value, using default" err={quoted(why)}'
            process.error(klog("E", process.now, "non_csi.go:512", text))

    @staticmethod
    def _lease(configuration: Configuration, given: Mapping[str, str]) -> tuple[str, str]:
        """Where it wants to be elected; empty where it does not."""
        said = configuration.leader_election
        elects = given.get("leader-elect", "true" if said.get("leaderElect", True) else "false")
        if elects in ("false", "0"):
            return "", ""
        namespace = given.get("leader-elect-resource-namespace", said.get("resourceNamespace") or "kube-system")
        return str(namespace), str(
            given.get("leader-elect-resource-name", said.get("resourceName") or "kube-scheduler")
        )

    # In a Pod.

    def connect(self, process: Process) -> Outcome:
        """See whether its account may do what choosing nodes takes; again and again where it may not."""
        trouble = self._trouble(process)
        if trouble:
            if trouble != process.state["told"]:
                process.error(klog("E", process.now, "reflector.go:205", trouble))
            process.state = {**process.state, "told": trouble}
            return Wait("connect", until=process.now + 5 * SECOND)
        namespace, name = process.state["lease"]
        if not name:
            return self._open(process)
        text = f'"Attempting to acquire leader lease..." lock="{namespace}/{name}"'
        process.error(klog("I", process.now, "leaderelection.go:257", text))
        return self.elect(process)

    @staticmethod
    def _trouble(process: Process) -> str:
        """Why it cannot work; "" where it can."""
        try:
            for kind, path in NEEDED:
                answer = incluster.ask(process, path)
                if answer.status != 200:
                    why = orjson.loads(answer.body).get("message", "")
                    return f'"Failed to watch" err={quoted(f"failed to list *{kind}: {why}")} type="*{kind}"'
            attributes = {"verb": "create", "resource": "pods", "subresource": "binding"}
            head = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
            review = orjson.dumps({**head, "spec": {"resourceAttributes": attributes}})
            found = orjson.loads(incluster.ask(process, REVIEWS, "POST", review).body)
        except calls.CallFailed as failure:
            return f'"Failed to watch" err={quoted(str(failure))}'
        if not (found.get("status") or {}).get("allowed"):
            return '"Error binding pod" err="pods is forbidden: cannot create resource \\"pods/binding\\""'
        return ""

    def elect(self, process: Process) -> Outcome:
        """Take the lease when it is free, and then work; look again while somebody else has it."""
        if not self._take(process):
            return Wait("elect", until=process.now + RETRY)
        text = "successfully acquired lease {}/{}".format(*process.state["lease"])
        process.error(klog("I", process.now, "leaderelection.go:271", text))
        self._open(process)
        return Wait("renew", until=process.now + RENEW)

    def renew(self, process: Process) -> Outcome:
        if self._take(process):
            return Wait("renew", until=process.now + RENEW)
        process.error(klog("E", process.now, *self.lost))
        return Exit(1)

    @staticmethod
    def _take(process: Process) -> bool:
        """Write oneself into the lease; whether that is allowed, and nobody else holds it."""
        namespace, name = process.state["lease"]
        folder, own, now = LEASES.format(namespace=namespace), process.state["own"], micro_timestamp(process.now)
        wanted: dict[str, Any] = {"holderIdentity": own, "leaseDurationSeconds": LEASE_SECONDS, "renewTime": now}
        try:
            answer = incluster.ask(process, f"{folder}/{name}")
            if answer.status == 404:
                body = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}}
                spec = {**wanted, "acquireTime": now, "leaseTransitions": 0}
                return incluster.ask(process, folder, "POST", orjson.dumps({**body, "spec": spec})).status == 201
            if answer.status != 200:
                return False
            lease = orjson.loads(answer.body)
            spec = lease.get("spec") or {}
            ends = moment(spec["renewTime"]) + LEASE_SECONDS * SECOND if spec.get("renewTime") else 0
            if spec.get("holderIdentity") not in (own, "", None) and ends > process.now:
                return False
            if spec.get("holderIdentity") != own:
                wanted |= {"acquireTime": now, "leaseTransitions": spec.get("leaseTransitions", 0) + 1}
            changed = orjson.dumps({**lease, "spec": {**spec, **wanted}})
            return incluster.ask(process, f"{folder}/{name}", "PUT", changed).status == 200
        except calls.CallFailed:
            return False

    @staticmethod
    def _open(process: Process) -> Outcome:
        """Choose nodes from now on, as long as it runs."""
        host(process).cluster.open_scheduler(process.machine, process.state["plans"])
        return Wait("start")
