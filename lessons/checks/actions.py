"""What a check may do to its copy of a world. An action is a function here and a line in `ACTIONS`."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lessons.checks.asking import JSON, call, path_of
from lessons.checks.paths import follow
from lessons.checks.requests import TIMEOUT, machine_of, resolved
from lessons.checks.view import View, resource_of
from simulator.faults import apply, mend
from simulator.kernel.clock import MILLISECOND, SECOND
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.network.links import ANY
from simulator.runtime.network import HttpRequest, NetworkFailure
from simulator.spec import worker
from simulator.workstation import NAME as WORKSTATION

SATURDAY = 5
MERGE = {"content-type": "application/merge-patch+json"}
STRATEGIC = {"content-type": "application/strategic-merge-patch+json"}


def advance(view: View, seconds: float) -> None:
    view.world.advance(float(seconds))


def until(view: View, about: Mapping[str, Any]) -> None:
    """`{until: {time: "07:31", zone: Asia/Seoul}}`: to the next time a clock there says so on a working day."""
    now = datetime.fromtimestamp(view.world.clock.now / SECOND, ZoneInfo(about["zone"]))
    moment = datetime.combine(now.date(), time.fromisoformat(about["time"]), now.tzinfo)
    while moment <= now or moment.weekday() >= SATURDAY:
        moment += timedelta(days=1)
    view.world.advance((moment - now).total_seconds())


def delete_pods_of(view: View, reference: str) -> None:
    """Delete every Pod that belongs to a workload or stands behind a Service."""
    for pod in view.pods_of(reference):
        delete(view, f"Pod/{pod['metadata']['namespace']}/{pod['metadata']['name']}")


def delete_one_pod_of(view: View, reference: str) -> None:
    for pod in view.pods_of(reference)[:1]:
        delete(view, f"Pod/{pod['metadata']['namespace']}/{pod['metadata']['name']}")


def delete(view: View, reference: str) -> None:
    """Delete an object that is there."""
    if view.find(reference) is not None:
        send(view, "DELETE", reference)


def create(view: View, manifest: str) -> None:
    """Create the objects of a manifest."""
    for obj in yaml.load_all(manifest):
        resource = resource_of(obj["kind"])
        namespace = obj["metadata"].setdefault("namespace", "default") if resource.namespaced else ""
        call(view, "POST", path_of(resource, namespace), obj, JSON)


def patch(view: View, about: Mapping[str, Any]) -> None:
    """`{patch: {object: Node/node-1, with: {spec: {unschedulable: true}}}}`: a merge patch."""
    send(view, "PATCH", about["object"], about["with"], MERGE)


def scale(view: View, about: Mapping[str, Any]) -> None:
    """`{scale: {object: Deployment/ns/web, to: 6}}`."""
    send(view, "PATCH", about["object"], {"spec": {"replicas": about["to"]}}, MERGE)


def set_image(view: View, about: Mapping[str, Any]) -> None:
    """`{set_image: {object: Deployment/ns/web, to: "nginx:1.30"}}`: of the first container, whatever it is called."""
    name = follow(view.find(about["object"]), ".spec.template.spec.containers[0].name")
    container = {"name": name, "image": about["to"]}
    template = {"spec": {"template": {"spec": {"containers": [container]}}}}
    send(view, "PATCH", about["object"], template, STRATEGIC)


def cordon(view: View, node: str) -> None:
    send(view, "PATCH", f"Node/{node}", {"spec": {"unschedulable": True}}, MERGE)


def load(view: View, about: Mapping[str, Any]) -> None:
    """`{load: {service: Service/ns/web, requests: 50, cost: 20}}`: requests a second, and milliseconds of CPU each."""
    if view.cluster.load is not None:
        _, namespace, name = view.split(about["service"])
        view.cluster.load.on((namespace, name), int(about["requests"]), int(about.get("cost", 10)) * MILLISECOND)


def load_off(view: View, reference: str) -> None:
    """`{load_off: Service/ns/web}`."""
    if view.cluster.load is not None:
        _, namespace, name = view.split(reference)
        view.cluster.load.off((namespace, name))


def drain(view: View, node: str) -> None:
    """Begin to drain a node, as an administrator types it; it goes on while time passes."""
    context = f"--context={view.cluster.spec.name}" if len(view.world.clusters) > 1 else ""
    flags = "--ignore-daemonsets --delete-emptydir-data --force --timeout=600s"
    view.world.machines.open_session(
        f"drain-{node}", WORKSTATION, ("bash", "-c", f"kubectl drain {node} {flags} {context}")
    )


def stop_node(view: View, name: str) -> None:
    """Cut a node's power."""
    apply(view.cluster, "node-without-power", {"node": name})


def stop_node_of(view: View, reference: str) -> None:
    """Cut the power of the node on which a Pod of it runs."""
    for pod in view.pods_of(reference)[:1]:
        stop_node(view, pod["spec"]["nodeName"])


def start_node(view: View, name: str) -> None:
    """Switch a node on again."""
    mend(view.cluster, "node-without-power", {"node": name})


def add_node(view: View, name: str) -> None:
    """`{add_node: node-4}`: a worker of that number joins, in the zone that is its turn."""
    if view.cluster.nodes is not None:
        view.cluster.nodes.add(worker(int(name.removeprefix("node-"))), view.cluster.nodes.count)


def run_now(view: View, reference: str) -> None:
    """`{run_now: CronJob/ns/nightly}`: a Job of its template, as `kubectl create job --from` makes it; none where the
    CronJob is gone or suspended, for then its time brings none either."""
    cron_job = view.find(reference)
    if cron_job is None or cron_job["spec"].get("suspend"):
        return
    template, (_, namespace, name) = cron_job["spec"]["jobTemplate"], view.split(reference)
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": name, "uid": cron_job["metadata"]["uid"]}
    metadata = {
        **(template.get("metadata") or {}),
        "name": f"{name}-now",
        "ownerReferences": [{**owner, "controller": True}],
    }
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
    call(view, "POST", path_of(resource_of("Job"), namespace), job)


def fault(view: View, about: Mapping[str, Any]) -> None:
    """`{fault: {kubelet-stopped: {node: node-1}}}`: any fault of the registry, with its parameters."""
    for name, arguments in about.items():
        apply(view.cluster, name, arguments or {})


def mend_fault(view: View, about: Mapping[str, Any]) -> None:
    """`{mend: {kubelet-stopped: {node: node-1}}}`: undo it."""
    for name, arguments in about.items():
        mend(view.cluster, name, arguments or {})


def stop_component(view: View, about: str | Mapping[str, Any]) -> None:
    """`{stop_component: kube-scheduler}`, on one node: `{stop_component: {component: etcd, node: cp-2}}`."""
    apply(view.cluster, "component-stopped", {"component": about} if isinstance(about, str) else about)


def start_component(view: View, about: str | Mapping[str, Any]) -> None:
    mend(view.cluster, "component-stopped", {"component": about} if isinstance(about, str) else about)


def press(view: View, name: str) -> None:
    """`{press: plug}`: a fault that the scene has declared."""
    view.world.faults.press(name)


def link(view: View, about: Mapping[str, Any]) -> None:
    """`{link: {between: [node-1, node-2], latency: 200, loss: 10}}`: milliseconds of a round trip and percent of
    packets on the way between two nodes; `{link: {of: node-1, cut: true}}` on every way of one; `internet` is the
    way out. Without any of the three it is as good as new."""
    one, *others = about.get("between") or [about["of"]]
    latency = round(float(about.get("latency", 0)) * 1000)
    other = others[0] if others else ANY
    view.cluster.network.links.dial(
        one, other, latency=latency, loss=float(about.get("loss", 0)), cut=bool(about.get("cut"))
    )


def break_dns(view: View, how: str) -> None:
    """`{break_dns: servfail}` or `timeout`: every DNS server of the cluster fails, or says nothing; `ok` mends them."""
    if how not in ("servfail", "timeout", "ok"):
        raise ValueError(f"DNS breaks by servfail or timeout, or is ok: {how}")
    view.cluster.network.names.break_dns("" if how == "ok" else how)


def moved_tag(view: View, about: Mapping[str, Any]) -> None:
    """`{moved_tag: {image: "kubelab/web:stable", was: "kubelab/web:1.0"}}`: all nodes pulled the image while its tag
    still led to the other one."""
    if view.cluster.kubelet is not None:
        for node in view.objects("Node", ""):
            view.cluster.kubelet.images.pulled_before(node["metadata"]["name"], about["image"], about["was"])


def post(view: View, about: Mapping[str, Any]) -> None:
    """`{post: {to: "http://Deployment/ns/web:8080/break?what=ready", from: Pod/ns/shell}}`: ask one Pod to do it."""
    source = about.get("from", WORKSTATION)
    machine = machine_of(view, source)
    if machine is None:
        return
    try:
        view.world.network.request(machine, HttpRequest("POST", resolved(view, about["to"], source), timeout=TIMEOUT))
    except NetworkFailure:
        return  # what was to break may be broken already


def send(view: View, method: str, reference: str, body: Object | None = None, headers: Any = None) -> None:
    kind, namespace, name = view.split(reference)
    call(view, method, f"{path_of(resource_of(kind), namespace)}/{name}", body, headers or JSON)


ACTIONS: dict[str, Callable[[View, Any], None]] = {
    "add_node": add_node,
    "advance": advance,
    "break_dns": break_dns,
    "cordon": cordon,
    "create": create,
    "delete": delete,
    "delete_one_pod_of": delete_one_pod_of,
    "delete_pods_of": delete_pods_of,
    "drain": drain,
    "fault": fault,
    "link": link,
    "load": load,
    "load_off": load_off,
    "mend": mend_fault,
    "moved_tag": moved_tag,
    "patch": patch,
    "post": post,
    "press": press,
    "run_now": run_now,
    "scale": scale,
    "set_image": set_image,
    "start_component": start_component,
    "start_node": start_node,
    "stop_component": stop_component,
    "stop_node": stop_node,
    "stop_node_of": stop_node_of,
    "until": until,
}
