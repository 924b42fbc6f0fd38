"""kubectl expose: a Service for the pods behind an object. Upstream: kubectl/pkg/cmd/expose"""

import orjson

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import write_query
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import metadata_of
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Failure, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SAVE_CONFIG, field_manager
from simulator.kubectl.overrides import OVERRIDES, overridden
from simulator.kubectl.podflags import labels_of
from simulator.kubectl.recording import RECORD, recorded
from simulator.kubectl.scheme import SCHEME
from simulator.kubectl.typed import TypedReporter, configured, typed
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

EXPOSED = ("Deployment", "Pod", "ReplicaSet", "ReplicationController", "Service")
LONGEST_NAME = 63


@command(
    "expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] "
    "[--name=name] [--external-ip=external-ip-of-service] [--type=type]",
    summary="Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
    description="Expose a resource as a new Kubernetes service.\n\n"
    " The object's selector becomes the new service's; without --port its ports are used. A"
    " deployment or replica set can be exposed only if"
    " its selector says nothing but which labels have which"
    " value.\n\n Possible resources include (case insensitive):\n\n pod (po), service (svc),"
    " replicationcontroller (rc), deployment (deploy), replicaset (rs)",
    examples=(
        (
            "Create a service for a nginx deployment: port 80, which leads to port 8000 of the containers",
            "kubectl expose deployment nginx --port=80 --target-port=8000",
        ),
        (
            "Create a service for the object of a file",
            "kubectl expose -f nginx-controller.yaml --port=80 --target-port=8000",
        ),
        ('Create a service called "frontend" for a pod', "kubectl expose pod valid-pod --port=444 --name=frontend"),
        (
            "Create a second service on the pods of a service, on another port",
            "kubectl expose service nginx --port=443 --target-port=8443 --name=nginx-https",
        ),
        (
            "Create a service of type LoadBalancer for UDP",
            "kubectl expose rc streamer --port=4100 --protocol=UDP --name=video-stream --type=LoadBalancer",
        ),
    ),
    flags=(
        *PRINTING,
        Flag("cluster-ip", "", "The service's address; 'None' for a headless service."),
        DRY_RUN,
        Flag("external-ip", "", "A further address, not kept by Kubernetes, that the service takes."),
        RECORD,
        field_manager("kubectl-expose"),
        *FILENAMES,
        Flag("labels", "", "Labels of the service.", short="l"),
        Flag("load-balancer-ip", "", "The load balancer's address; without it one is chosen."),
        Flag("name", "", "The service's name."),
        *OVERRIDES,
        Flag("port", "", "The service's port; without it, the object's."),
        Flag("protocol", "", "The protocol. Default 'TCP'."),
        SAVE_CONFIG,
        Flag("selector", "", "Labels of the pods; without it, the object's selector. Only equality."),
        Flag("session-affinity", "", "Whether a client stays with a pod: 'None' or 'ClientIP'."),
        Flag("target-port", "", "Name or number of the port of the containers; without it, the service's."),
        Flag("type", "", "The service's type: ClusterIP, NodePort, LoadBalancer or ExternalName. Default 'ClusterIP'."),
    ),
    completes=("type", "pod", "service", "replicationcontroller", "deployment", "replicaset"),
    dialect=TYPED,
)
def expose(kubectl: Kubectl) -> Outcome:
    reporter = TypedReporter(kubectl)
    kubectl.connect(before_namespace=True)
    found, errors = Builder(kubectl, kubectl.options.args, selector="", scheme=SCHEME, latest=False).collected()
    for info in found:
        try:
            reporter.report(exposed(kubectl, info, reporter.strategy), "exposed")
        except Failure as failure:
            errors.append(failure)
    raise_all(errors)
    return None


def exposed(kubectl: Kubectl, info: Info, strategy: str) -> Object:
    service = recorded(kubectl, overridden(kubectl, service_of(kubectl, info)))
    if strategy == "client":
        return service
    if kubectl.options.flag("save-config"):
        service = configured(service)
    place = kubectl.mapper.of(service).path(kubectl.namespace)
    body = orjson.dumps(typed(service), option=orjson.OPT_SORT_KEYS)
    return kubectl.client.post(place, body, write_query(kubectl, strategy))


def service_of(kubectl: Kubectl, info: Info) -> Object:
    """The service for an object. Raises CommandError where it cannot be exposed."""
    options = kubectl.options
    if info.resource.kind not in EXPOSED:
        raise CommandError(f"cannot expose a {info.resource.group_kind}")
    selector = labels_of(options.text("selector")) if options.text("selector") else selector_of(info)
    spec: Object = {"ports": ports(kubectl, info), "selector": selector}
    kind, affinity = options.text("type"), options.text("session-affinity")
    if kind:
        spec["type"] = kind
    if kind == "LoadBalancer" and options.text("load-balancer-ip"):
        spec["loadBalancerIP"] = options.text("load-balancer-ip")
    if options.text("external-ip"):
        spec["externalIPs"] = [options.text("external-ip")]
    if options.text("cluster-ip"):
        spec["clusterIP"] = options.text("cluster-ip")
    if affinity not in ("", "None", "ClientIP"):
        raise CommandError(f"unknown session affinity: {affinity}")
    if affinity:
        spec["sessionAffinity"] = affinity
    metadata = metadata_of(kubectl, options.text("name") or info.name[:LONGEST_NAME])
    if labels := labels_of(options.text("labels")) or at(info.object, "metadata", "labels"):
        metadata["labels"] = labels
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def selector_of(info: Info) -> dict[str, str]:
    """Which labels the object's pods have."""
    failure = "couldn't retrieve selectors via --selector flag or introspection: "
    obj, kind = info.object, info.resource.kind
    if kind == "Pod":
        labels = at(obj, "metadata", "labels")
        if not labels:
            raise CommandError(f"{failure}the pod has no labels and cannot be exposed")
        return dict(labels)
    if kind == "Service":
        if not obj["spec"].get("selector"):
            raise CommandError(f"{failure}the service has no pod selector set")
        return dict(obj["spec"]["selector"])
    if kind == "ReplicationController":
        return dict(obj["spec"].get("selector") or {})
    selector = obj["spec"].get("selector") or {}
    if not selector.get("matchLabels"):
        raise CommandError(f"{failure}invalid {info.resource.singular}: no selectors, therefore cannot be exposed")
    if selector.get("matchExpressions"):
        words = " ".join(
            f"{{Key:{one['key']} Operator:{one['operator']} Values:[{' '.join(one.get('values') or ())}]}}"
            for one in selector["matchExpressions"]
        )
        raise CommandError(f'{failure}couldn\'t convert expressions - "[{words}]" to map-based selector format')
    return dict(selector["matchLabels"])


def ports(kubectl: Kubectl, info: Info) -> list[Object]:
    """The service's ports: as typed, else as the object has them."""
    options = kubectl.options
    known = known_ports(info)
    text = options.text("port") or ",".join(str(port) for port in known)
    if not text:
        raise CommandError("couldn't find port via --port flag or introspection")
    words = text.split(",")
    made = []
    for number, word in enumerate(words, 1):
        port = integer(word)
        target = options.text("target-port")
        entry: Object = {"protocol": options.text("protocol") or known.get(port, "TCP"), "port": port}
        entry["targetPort"] = (int(target) if target.isdigit() else target) if target else port
        made.append({"name": f"port-{number}", **entry} if len(words) > 1 else entry)
    return made


def integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise CommandError(f"strconv.Atoi: parsing {quoted(text)}: invalid syntax") from None


def known_ports(info: Info) -> dict[int, str]:
    """The ports that an object has, with their protocols, in its order."""
    obj = info.object
    if info.resource.kind == "Service":
        return {port["port"]: port.get("protocol", "TCP") for port in obj["spec"].get("ports") or ()}
    spec = obj["spec"] if info.resource.kind == "Pod" else at(obj, "spec", "template", "spec", default={})
    return {
        port["containerPort"]: port.get("protocol", "TCP")
        for container in spec.get("containers") or ()
        for port in container.get("ports") or ()
    }
