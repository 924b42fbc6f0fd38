"""A node's journal: what was written down, and what follows from how things are.

Upstream: journalctl(1), pkg/kubelet
"""

from datetime import UTC, datetime

from simulator.kernel.clock import SECOND, moment
from simulator.kubelet.journal import Entry
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host

WITHOUT_EFFECT = ("cpuManagerPolicy", "memoryManagerPolicy", "topologyManagerPolicy")
"""Settings that are checked, and that nothing follows from."""


def entries(host: Host, unit: str = "") -> list[Entry]:
    """Everything the journal holds, oldest first; of one unit, if one is named."""
    written = list(host.nodes.journal.rows.get(host.name) or ())
    found = [*written, *_kubelet_lines(host), *_containerd_lines(host)]
    if unit:
        found = [one for one in found if is_of(one, unit)]
    return sorted(found, key=lambda one: one[0])


def journal_lines(host: Host, unit: str = "") -> list[str]:
    return [shown(host.name, one) for one in entries(host, unit)]


def shown(node: str, entry: Entry) -> str:
    """As journalctl prints it: `Nov 02 09:00:00 node-1 kubelet[812]: text`."""
    when, who, text = entry
    return f"{datetime.fromtimestamp(when // SECOND, UTC):%b %d %H:%M:%S} {node} {who}: {text}"


def is_of(entry: Entry, unit: str) -> bool:
    """Whether a service wrote an entry, or systemd wrote it of that service."""
    _, who, text = entry
    return who.startswith(f"{unit}[") or (who.startswith("systemd[") and f"{unit}.service" in text)


def _klog(host: Host, when: int, level: str, place: str, text: str) -> Entry:
    pid = host.nodes.pid(host.name, "kubelet")
    stamp = f"{datetime.fromtimestamp(when // SECOND, UTC):%m%d %H:%M:%S}.{when % SECOND:06d}"
    return when, f"kubelet[{pid}]", f"{level}{stamp} {pid:>7} {place}] {text}"


def _kubelet_lines(host: Host) -> list[Entry]:
    """What the kubelet says of its start and its Pods."""
    kubelet, row = host.kubelet, host.row
    since = int(row["since"])
    found: list[Entry] = []
    if ("kubelet", host.name) not in kubelet.services.units and since <= host.cluster.born:
        started = "Started kubelet.service - kubelet: The Kubernetes Node Agent."
        found.append((since, "systemd[1]", started))
    if row["up"]:
        lines = (
            ("I", "server.go:530", f'"Kubelet version" kubeletVersion="{row["version"]}"'),
            ("I", "kubelet.go:475", '"Attempting to sync node with API server"'),
            ("I", "kubelet.go:376", f'"Adding static pod path" path="{row["settings"].get("staticPodPath", "")}"'),
            ("I", "kubelet_node_status.go:75", f'"Attempting to register node" node="{host.name}"'),
            ("I", "kubelet_node_status.go:78", f'"Successfully registered node" node="{host.name}"'),
        )
        for number, (level, place, text) in enumerate(lines if not row["cut"] else lines[:4]):
            found.append(_klog(host, since + number, level, place, text))
        idle = [
            f"{field}: {row['settings'][field]}" for field in WITHOUT_EFFECT if is_asked(row["settings"].get(field))
        ]
        if idle:
            text = f"This lab reads {', '.join(idle)}, and nothing follows: CPUs and memory are not pinned here"
            found.append(_klog(host, since, "W", "server.go:530", quoted(text)))
    for pod in kubelet.pods.rows.values():
        if pod["node"] == host.name:
            where = f"{pod['namespace']}/{pod['name']}"
            source = "file" if f"-{host.name}" in pod["name"] and pod["namespace"] == "kube-system" else "api"
            text = f'"SyncLoop ADD" source="{source}" pods=["{where}"]'
            found.append(_klog(host, int(pod["began"]), "I", "kubelet.go:2537", text))
    return found + _trouble_with_pods(host)


def is_asked(policy: object) -> bool:
    return str(policy or "none").lower() != "none"


def _trouble_with_pods(host: Host) -> list[Entry]:
    """Each Warning about a Pod is an error of its sync as well."""
    found = []
    for event in host.cluster.store.list("events"):
        source = event.get("source") or {}
        about = event["involvedObject"]
        if source.get("host") != host.name or event["type"] != "Warning" or about["kind"] != "Pod":
            continue
        pod = f"{about.get('namespace', '')}/{about['name']}"
        when = moment(event.get("lastTimestamp") or event["metadata"]["creationTimestamp"])
        container = str(about.get("fieldPath", "")).partition("{")[2].rstrip("}")
        why = reason_of(event, container)
        if not why:
            continue
        text = f'"Error syncing pod, skipping" err={quoted(why)} pod="{pod}" podUID="{about.get("uid", "")}"'
        if event["reason"] == "Unhealthy":
            kind = event["message"].partition(" ")[0]
            output = event["message"]
            text = (
                f'"Probe failed" probeType="{kind}" pod="{pod}" podUID="{about.get("uid", "")}" output={quoted(output)}'
            )
        place = "prober.go:107" if event["reason"] == "Unhealthy" else "pod_workers.go:1324"
        found.append(_klog(host, when, "E" if place.startswith("pod") else "I", place, text))
    return found


def reason_of(event: Object, container: str) -> str:
    """Why a Pod's sync came to nothing, as the kubelet puts it. Upstream: pkg/kubelet/container/sync_result.go"""
    message: str = event["message"]
    if not container:
        return message
    if message.startswith("Error: "):
        return ""  # said at more length by the one beside it
    if event["reason"] == "BackOff" and message.startswith("Back-off restarting"):
        return f'failed to "StartContainer" for "{container}" with CrashLoopBackOff: {quoted(message)}'
    if message.startswith("Failed to pull image "):
        return f'failed to "StartContainer" for "{container}" with ErrImagePull: {quoted(message.partition(": ")[2])}'
    return f'failed to "StartContainer" for "{container}" with {event["reason"]}: {quoted(message)}'


def _containerd_lines(host: Host) -> list[Entry]:
    """What the container runtime says of the containers it has started."""
    born = host.cluster.born
    found: list[Entry] = []
    if (host.name, "containerd") not in host.kubelet.services.units:
        found.append((born, "systemd[1]", "Started containerd.service - containerd container runtime."))
    for (uid, _), row in host.kubelet.containers.rows.items():
        pod = host.kubelet.pods.get(uid)
        if pod is not None and pod["node"] == host.name and row.get("began"):
            began = int(row["began"])
            stamp = f"{datetime.fromtimestamp(began // SECOND, UTC):%Y-%m-%dT%H:%M:%S}.{began % SECOND:06d}000Z"
            text = f'time="{stamp}" level=info msg="StartContainer for \\"{row["id"]}\\" returns successfully"'
            found.append((int(row["began"]), "containerd[634]", text))
    return found
