"""Whether a cluster is well enough to be upgraded. Upstream: cmd/kubeadm/app/phases/upgrade/health.go"""

from simulator.controlplane.manifests import FOLDER, PROGRAMS
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object, condition
from simulator.machinery.releases import companions
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.asking import again, note, request
from simulator.nodeshell.programs.kubeadm.effects import is_dry
from simulator.nodeshell.programs.kubeadm.failures import preflight
from simulator.runtime.process import Process
from simulator.runtime.programs import Wait

PREFIX = "upgrade-health-check"
JOBS = "/apis/batch/v1/namespaces/kube-system/jobs"
PATIENCE = 15 * SECOND
ROLE = "node-role.kubernetes.io/control-plane"


def begin(process: Process, host: Host) -> Wait | None:
    """Create a Job, if there is a node that could take its Pod."""
    process.print("[upgrade] Running cluster health checks")
    if is_dry(process):
        process.print("[dryrun] Would create the Job with the prefix \"upgrade-health-check\" in namespace "
                      '"kube-system" and wait until it completes')  # fmt: skip
        note(process, job="")
        return None
    nodes = host.cluster.store.list("nodes")
    if all(node["spec"].get("unschedulable") for node in nodes):
        process.error(
            'The preflight check "CreateJob" was skipped because there are no schedulable Nodes in the cluster.'
        )
        note(process, job="")
        return None
    made = request(host, "POST", JOBS, job(host))
    note(process, job=made["metadata"]["name"] if made is not None else None, since=process.now)
    return None


def end(process: Process, host: Host) -> Wait | None:
    """Wait for the Job, and see to the rest."""
    name, problems = process.state["job"], []
    if name is None:
        problems = [f'CreateJob: could not create a Job with the prefix "{PREFIX}" in the namespace "kube-system"']
    elif name:
        found = request(host, "GET", f"{JOBS}/{name}")
        done = condition(found, "Complete") if found is not None else None
        if (done is None or done["status"] != "True") and process.now - process.state["since"] < PATIENCE:
            return again(process)
        if done is None or done["status"] != "True":
            about = f'Job "{name}" in the namespace "kube-system" did not complete in 15s'
            problems = [f"CreateJob: {about}: no condition of type Complete"]
    lost = [node["metadata"]["name"] for node in host.cluster.store.list("nodes") if is_lost(node)]
    if lost:
        names = " ".join(lost)
        problems.append(f"ControlPlaneNodesReady: there are NotReady control-planes in the cluster: [{names}]")
    files = [f"{FOLDER}/{program}.yaml" for program in PROGRAMS if program != "etcd"]
    missing = [path for path in files if not process.files.is_file(path)]
    if missing:
        problems.append(
            "StaticPodManifest: The control plane seems to be Static Pod-hosted, but some of the manifests don't seem "
            "to exist on disk. This probably means you're running 'kubeadm upgrade' on a remote machine, which is not "
            f"supported for a Static Pod-hosted cluster. Manifest files not found: [{' '.join(missing)}]"
        )
    preflight(problems, process.state["ignore"])
    return None


def is_lost(node: Object) -> bool:
    """Whether a node of the control plane is not ready."""
    ready = condition(node, "Ready")
    return ROLE in (node["metadata"].get("labels") or {}) and (ready is None or ready["status"] != "True")


def job(host: Host) -> Object:
    container = {
        "name": PREFIX,
        "image": f"registry.k8s.io/pause:{companions(host.cluster.release).pause}",
        "args": ["-v"],
    }
    spec = {
        "restartPolicy": "Never",
        "securityContext": {"runAsUser": 999, "runAsGroup": 999, "runAsNonRoot": True},
        "tolerations": [{"key": ROLE, "effect": "NoSchedule"}],
        "containers": [container],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"generateName": f"{PREFIX}-", "namespace": "kube-system"},
        "spec": {"backoffLimit": 0, "ttlSecondsAfterFinished": 20, "template": {"spec": spec}},
    }
