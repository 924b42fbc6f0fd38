"""kubectl cluster-info: where the control plane and the cluster's own services are.

Upstream: kubectl/pkg/cmd/clusterinfo
"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.dialects import CLIENTSET, DUMPED_LOGS, TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import ALL_NAMESPACES, PRINTING
from simulator.kubectl.printers import printer_for
from simulator.kubectl.printers.data import unmanaged
from simulator.kubectl.typed import ORDERED, typed
from simulator.machinery.objects import Object, at

GREEN, YELLOW, PLAIN = "\x1b[0;32m", "\x1b[0;33m", "\x1b[0m"
FILES = {"replicationcontrollers": "replication-controllers"}
"""The files of a dump that are not called as their resource."""
DUMPED = (
    ("", "v1", "nodes"),
    ("", "v1", "events"),
    ("", "v1", "replicationcontrollers"),
    ("", "v1", "services"),
    ("apps", "v1", "daemonsets"),
    ("apps", "v1", "deployments"),
    ("apps", "v1", "replicasets"),
    ("", "v1", "pods"),
)


@command(
    "dump [flags]",
    summary="Dump relevant information for debugging and diagnosis",
    description="Dump cluster information out suitable for debugging and diagnosing cluster problems.\n\n"
    " Prints the objects of the current namespace and of 'kube-system', and the logs of their pods.",
    examples=(
        ("Show the state of the cluster", "kubectl cluster-info dump"),
        ("The same for all namespaces", "kubectl cluster-info dump --all-namespaces"),
        ("The same for some namespaces", "kubectl cluster-info dump --namespaces default,kube-system"),
    ),
    flags=(
        ALL_NAMESPACES,
        *PRINTING[1:],
        Flag("namespaces", (), "The namespaces to show, separated by commas.", kind="slice"),
        Flag("output", "json", "Output format. One of: (json, yaml).", short="o"),
        Flag("output-directory", "", "Where to write the files. '-' or nothing: standard output."),
        Flag("pod-running-timeout", "20s", "How long to wait until one pod runs", kind="duration"),
    ),
    dialect=CLIENTSET,
)
def dump(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    printer = printer_for(kubectl)

    def show(found: Object) -> str:
        if options.text("output") == "name":
            raise CommandError(f"list types are not supported by name printing: *v1.{found['kind']}")
        whole = typed(unmanaged(found))
        whole["items"] = whole["items"] or []
        ordered = ORDERED.get(options.text("output"))
        return printer.text(whole) if ordered is None else ordered(whole)

    suffix = options.text("output")
    write(kubectl, f"nodes.{suffix}", show(kubectl.client.collection("/api/v1/nodes")))
    namespaces = options.texts("namespaces") or list(dict.fromkeys(["kube-system", kubectl.namespace]))
    if options.flag("all-namespaces"):
        namespaces = [one["metadata"]["name"] for one in kubectl.client.collection("/api/v1/namespaces")["items"]]
    for namespace in namespaces:
        for group, version, name in DUMPED[1:]:
            base = f"/apis/{group}/{version}" if group else f"/api/{version}"
            file = f"{namespace}/{FILES.get(name, name)}.{suffix}"
            listed = kubectl.client.collection(f"{base}/namespaces/{namespace}/{name}")
            write(kubectl, file, show(listed))
        for pod in listed["items"]:  # pods are what comes last
            write(kubectl, f"{namespace}/{pod['metadata']['name']}/logs.txt", logs(kubectl, namespace, pod))
    if options.text("output-directory") not in ("", "-"):
        kubectl.print(f"Cluster info dumped to {options.text('output-directory')}")
    return None


def write(kubectl: Kubectl, name: str, content: str) -> None:
    """Put a part of the dump into its file, or on standard output."""
    folder = kubectl.options.text("output-directory")
    if folder in ("", "-"):
        kubectl.write(content)
    else:
        kubectl.terminal.write_file(f"{folder}/{name}", content.encode())


def logs(kubectl: Kubectl, namespace: str, pod: Object) -> str:
    """What the containers of a Pod have written."""
    name = pod["metadata"]["name"]
    text = ""
    for container in pod["spec"]["containers"]:
        path = f"/api/v1/namespaces/{namespace}/pods/{name}/log"
        response = kubectl.client.speaking(DUMPED_LOGS).send("GET", path, {"container": container["name"]})
        body = response.body if response.status < 400 else ""
        said = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
        where = f"logs for container {container['name']} of pod {namespace}/{name} ===="
        text += f"==== START {where}\n{said}==== END {where}\n"
    return text


@command(
    "cluster-info [flags]",
    summary="Display cluster information",
    description="Display addresses of the control plane and services with label kubernetes.io/cluster-service=true."
    " To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.",
    examples=(("Show where the control plane and the cluster's services are", "kubectl cluster-info"),),
    commands=(dump,),
    dialect=TYPED,
)
def cluster_info(kubectl: Kubectl) -> Outcome:
    kubectl.connect(before_namespace=True)
    try:
        kubectl.mapper.category("services")
        kubectl.mapper.resolve("services")
        listed = kubectl.client.collection(
            "/api/v1/namespaces/kube-system/services", {"labelSelector": "kubernetes.io/cluster-service=true"}
        )
        line(kubectl, "Kubernetes control plane", kubectl.client.server)
        for service in listed.get("items", ()):
            show_service(kubectl, service)
    finally:
        kubectl.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
    return None


def line(kubectl: Kubectl, name: str, link: str) -> None:
    if kubectl.terminal.is_terminal(1):
        name, link = f"{GREEN}{name}{PLAIN}", f"{YELLOW}{link}{PLAIN}"
    kubectl.print(f"{name} is running at {link}")


def show_service(kubectl: Kubectl, service: Object) -> None:
    metadata = service["metadata"]
    ingress = at(service, "status", "loadBalancer", "ingress", 0)
    ports = service["spec"].get("ports") or [{}]
    port = ports[0]
    if ingress is not None:
        host = ingress.get("ip") or ingress.get("hostname", "")
        link = " ".join(f"http://{host}:{one['port']}" for one in ports)
    else:
        name = metadata["name"]
        if len(ports) == 1:
            scheme = "https:" if port.get("name") == "https" or port.get("port") == 443 else ""
            name = f"{scheme}{name}:{port['name']}" if port.get("name") else f"{scheme}{name}{':' if scheme else ''}"
        else:
            name = f"{name}:{port.get('name', '')}"
        link = f"{kubectl.client.server}/api/v1/namespaces/{metadata['namespace']}/services/{name}/proxy"
    label = (metadata.get("labels") or {}).get("kubernetes.io/name") or metadata["name"]
    line(kubectl, label, link)
