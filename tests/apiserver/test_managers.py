"""Who wrote which field of what is in a busy cluster, as `managedFields` of real clusters tell it."""

import json
from collections.abc import Iterator

import pytest

from simulator.machinery import yaml
from simulator.machinery.managedfields.comparing import field_set
from simulator.machinery.managedfields.fieldsets import difference, paths, union
from simulator.machinery.objects import Object
from simulator.resources.events.conversion import convert
from simulator.spec import lab
from simulator.world import World
from tests.apiserver.api import API

MANIFESTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.29", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 3}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: pods}
spec: {hard: {pods: "50"}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: tick, image: "busybox:1.37", command: [date]}]}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 1
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "nginx:1.29", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: waiting}
spec: {containers: [{name: big, image: "nginx:1.29", resources: {requests: {cpu: "100"}}}]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cats.zoo.io}
spec:
  group: zoo.io
  scope: Namespaced
  names: {plural: cats, singular: cat, kind: Cat, listKind: CatList}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""
PLACES = {
    "CronJob": "/apis/batch/v1/namespaces/default/cronjobs",
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "Deployment": "/apis/apps/v1/namespaces/default/deployments",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
    "Pod": "/api/v1/namespaces/default/pods",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
    "ResourceQuota": "/api/v1/namespaces/default/resourcequotas",
    "Service": "/api/v1/namespaces/default/services",
    "StatefulSet": "/apis/apps/v1/namespaces/default/statefulsets",
}


@pytest.fixture(scope="module")
def busy() -> World:
    """A cluster in which every controller of the table has had something to do."""
    world = World.boot(lab(), seed="managers")
    api = API(world)
    for manifest in yaml.load_all(MANIFESTS):
        answer = api.create(f"{PLACES[manifest['kind']]}?fieldManager=me", manifest)
        assert answer["kind"] == manifest["kind"], answer
    world.advance(90)
    return world


def stored(world: World, resource: str, name: str) -> Object:
    """The first object of a resource whose name begins so."""
    rows = world.cluster.store.table(resource).rows
    return next(obj for key, obj in sorted(rows.items()) if key[1].startswith(name))


def owned(obj: Object) -> dict[str, str]:
    """What each manager has, by its name and how it writes, in one line."""
    found = {}
    for entry in obj["metadata"].get("managedFields", ()):
        how = f"{entry['manager']} {entry['operation']} {entry.get('subresource', '')}".strip()
        found[how] = " ".join(path.split("{")[0] for path in paths(entry["fieldsV1"]))
    return found


KCM, KUBELET = "kube-controller-manager Update", "kubelet Update"
FACTS: list[tuple[str, str, dict[str, str]]] = [
    ("replicasets.apps", "web-", {KCM: ".spec.replicas", f"{KCM} status": ".status.replicas"}),
    ("deployments.apps", "web", {"me Update": ".spec.selector", f"{KCM} scale": ".spec.replicas"}),
    (
        "deployments.apps",
        "web",
        {f"{KCM} status": ".metadata.annotations.deployment.kubernetes.io/revision .status.observedGeneration"},
    ),
    ("pods", "web-", {KCM: ".metadata.generateName .spec.dnsPolicy", f"{KUBELET} status": ".status.podIP .status.phase"}),
    ("pods", "waiting", {"me Update": ".spec.dnsPolicy", "kube-scheduler Update status": ".status.conditions"}),
    ("jobs.batch", "tick-", {KCM: ".spec.backoffLimit", f"{KCM} status": ".status.uncountedTerminatedPods"}),
    ("cronjobs.batch", "tick", {"me Update": ".spec.schedule", f"{KCM} status": ".status.lastScheduleTime"}),
    ("statefulsets.apps", "db", {"me Update": ".spec.serviceName", f"{KCM} status": ".status.currentRevision"}),
    ("controllerrevisions.apps", "db-", {KCM: ".data .revision"}),
    (
        "persistentvolumeclaims",
        "data-db-0",
        {
            "kube-scheduler Update": ".metadata.annotations.volume.kubernetes.io/selected-node",
            KCM: ".spec.volumeName .metadata.annotations.pv.kubernetes.io/bind-completed",
            f"{KCM} status": ".status.phase .status.capacity.storage",
        },
    ),
    ("persistentvolumes", "pvc-", {"csi-provisioner Update": ".spec.csi.driver", f"{KCM} status": ".status.phase"}),
    ("volumeattachments.storage.k8s.io", "csi-", {KCM: ".spec.attacher", "csi-attacher Update status": ".status.attached"}),
    ("endpointslices.discovery.k8s.io", "web-", {KCM: ".addressType .endpoints .ports .metadata.generateName"}),
    ("endpoints", "web", {KCM: ".subsets"}),
    (
        "services",
        "web",
        {
            "me Update": ".spec.type .spec.selector",
            "cloud-controller-manager Update": ".metadata.finalizers",
            "cloud-controller-manager Update status": ".status.loadBalancer.ingress",
        },
    ),
    ("horizontalpodautoscalers.autoscaling", "web", {f"{KCM} status": ".status.desiredReplicas .status.conditions"}),
    ("poddisruptionbudgets.policy", "web", {f"{KCM} status": ".status.disruptionsAllowed .status.currentHealthy"}),
    ("resourcequotas", "pods", {f"{KCM} status": ".status.hard.pods .status.used.pods"}),
    (
        "nodes",
        "node-1",
        {
            KUBELET: ".metadata.labels.kubernetes.io/hostname",
            KCM: ".spec.podCIDR .metadata.annotations.node.alpha.kubernetes.io/ttl",
            f"{KUBELET} status": ".status.capacity.cpu .status.nodeInfo.kubeletVersion",
        },
    ),
    ("nodes", "cp-1", {"kubeadm Update": ".metadata.labels.node-role.kubernetes.io/control-plane"}),
    ("pods", "kube-apiserver-", {KUBELET: ".spec.nodeName .metadata.annotations.kubernetes.io/config.mirror"}),
    ("leases.coordination.k8s.io", "node-1", {KUBELET: ".spec.renewTime"}),
    ("leases.coordination.k8s.io", "kube-scheduler", {"kube-scheduler Update": ".spec.renewTime"}),
    ("events", "web-", {"kube-scheduler Update": ".note .regarding .reportingController"}),
    ("deployments.apps", "coredns", {"kubeadm Update": ".spec.replicas", f"{KCM} status": ".status.replicas"}),
    ("configmaps", "kubeadm-config", {"kubeadm Update": ".data.ClusterConfiguration"}),
    ("namespaces", "default", {"kube-apiserver Update": ".metadata.labels.kubernetes.io/metadata.name"}),
    ("services", "kubernetes", {"kube-apiserver Update": ".spec.clusterIP .spec.ipFamilyPolicy"}),
    (
        "clusterroles.rbac.authorization.k8s.io",
        "admin",
        {"clusterrole-aggregation-controller Apply": ".rules", "kube-apiserver Update": ".aggregationRule"},
    ),
    (
        "flowschemas.flowcontrol.apiserver.k8s.io",
        "exempt",
        {
            "api-priority-and-fairness-config-producer-v1 Update": ".spec.rules",
            "api-priority-and-fairness-config-consumer-v1 Apply status": ".status.conditions[type=\"Dangling\"].status",
        },
    ),
    (
        "customresourcedefinitions.apiextensions.k8s.io",
        "cats",
        {"me Update": ".spec.group", "kube-apiserver Update status": ".status.acceptedNames.kind"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "name", "facts"), FACTS, ids=[f"{row[0]} {row[1]}" for row in FACTS])
def test_who_manages_what(busy: World, resource: str, name: str, facts: dict[str, str]) -> None:
    obj = stored(busy, resource, name)
    found = owned(obj)
    for manager, fields in facts.items():
        if resource == "events":
            found = next(
                seen
                for key, event in sorted(busy.cluster.store.table("events").rows.items())
                if key[1].startswith(name) and manager in (seen := owned(event))
            )
        for field in fields.split():
            assert field in found[manager].split(), f"{manager} of {obj['metadata']['name']}: {found}"
            others = [other for other, theirs in found.items() if other != manager and field in theirs.split()]
            assert not others, f"{field} is also of {others}"


NOBODYS: dict[str, tuple[str, ...]] = {
    "namespaces": (".spec.finalizers", ".status.phase"),
    "persistentvolumeclaims": (".metadata.finalizers", ".spec.storageClassName"),
    "persistentvolumes": (".metadata.finalizers", ".status.phase"),
    "pods": (
        # what admission adds
        ".spec.preemptionPolicy", ".spec.priority", ".spec.serviceAccount", ".spec.serviceAccountName",
        ".spec.tolerations", '.spec.volumes[name="kube-api-access',
        # what binding and the server write past the field manager
        ".spec.nodeName", '.status.conditions[type="PodScheduled"]', ".status.qosClass", ".status.phase",
    ),
    "services": (
        ".spec.clusterIP", ".spec.clusterIPs", ".spec.ipFamilies", ".spec.ipFamilyPolicy", ".spec.ports[", ".status",
    ),
    "jobs.batch": (".spec.selector", ".spec.template.metadata.labels", ".metadata.labels"),
    "customresourcedefinitions.apiextensions.k8s.io": (".status.storedVersions",),
}  # fmt: skip
"""By what the paths begin of which real clusters name no manager, next to what no manager ever has."""
ACCOUNT = '.volumeMounts[mountPath="/var/run/secrets/kubernetes.io/serviceaccount"]'
UNNAMED = ("name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields")


def leaves(node: Object, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for element, child in node.items():
        if element != ".":
            below = {name: part for name, part in child.items() if name != "."}
            yield from leaves(below, (*before, element)) if below else [(*before, element)]


def test_every_field_is_somebodys_or_rightly_nobodys(busy: World) -> None:
    schemas, wrong = busy.cluster.server.schemas, []
    for resource in busy.cluster.store.resources():
        for obj in busy.cluster.store.table(resource).rows.values():
            entries = obj["metadata"].get("managedFields", ())
            if resource == "events":
                obj = convert(obj, entries[0]["apiVersion"])
            group, _, version = obj["apiVersion"].rpartition("/")
            kind = schemas.type_of_kind(group, version, obj["kind"])
            claimed: Object = {}
            for entry in entries:
                assert entry["apiVersion"] == obj["apiVersion"]
                claimed = union(claimed, entry["fieldsV1"])
            left = difference(field_set(obj, kind), claimed)
            for path in leaves(left):
                if path[0] in ("f:apiVersion", "f:kind") or (path[0] == "f:metadata" and path[1][2:] in UNNAMED):
                    continue
                shown = "".join(paths(nested(path)))
                rightly = shown.startswith(NOBODYS.get(resource, ("?",))) or ACCOUNT in shown
                if not rightly and not value_is_zero(obj, path):
                    wrong.append(f"{resource} {obj['metadata']['name']}: {shown}")
    assert not wrong, "\n".join(sorted(wrong))


def nested(path: tuple[str, ...]) -> Object:
    return {path[0]: nested(path[1:]) if len(path) > 1 else {}}


def value_is_zero(obj: Object, path: tuple[str, ...]) -> bool:
    """Whether a field stands there with what Go shows of one that nobody set."""
    value: object = obj
    for element in path:
        if element.startswith("f:") and isinstance(value, dict):
            value = value.get(element[2:])
        elif element.startswith("k:") and isinstance(value, list):
            keys = json.loads(element[2:])
            value = next((one for one in value if all(one.get(key) == keys[key] for key in keys)), None)
        else:
            return False
    return not value
