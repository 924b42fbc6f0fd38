"""What the API server says of objects that it takes, in the header of its answer."""

import re
from typing import Any

import pytest

from simulator.machinery.objects import Object
from simulator.resources.registry import served
from simulator.resources.warnings import KINDS
from tests.apiserver.api import API, deployment, pod
from tests.apiserver.test_kinds import collection, sample

BY_KEY = {resource.key: resource for resource in served("1.37")}
PODS, DEPLOYMENTS = "/api/v1/namespaces/default/pods", "/apis/apps/v1/namespaces/default/deployments"
UNMATCHED = "a null labelSelector results in matching no pod"
CONTAINER = {"name": "c", "image": "nginx"}


def said(api: API, method: str, url: str, body: Any, **headers: str) -> list[str]:
    response = api.request(method, url, body, **headers)
    assert response.status in (200, 201), response.body
    found = re.findall(r'299 - "((?:[^"\\]|\\.)*)"', response.headers.get("warning", ""))
    return [text.replace('\\"', '"').replace("\\\\", "\\") for text in found]


def container(**fields: Any) -> Object:
    return {"containers": [{**CONTAINER, **fields}]}


def ports(*given: Object) -> Object:
    return container(ports=list(given))


ZONE = "failure-domain.beta.kubernetes.io/zone"
USE_ZONE = 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'
TERM = {"matchExpressions": [{"key": ZONE, "operator": "Exists"}]}
SPREAD = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"}
SPECS: list[tuple[Object, list[str]]] = [
    ({"nodeSelector": {"beta.kubernetes.io/os": "linux"}},
     ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead']),
    ({"affinity": {"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [TERM]},
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": TERM}]}}},
     [f"spec.affinity.nodeAffinity.{where}.matchExpressions[0].key: {ZONE} is {USE_ZONE}" for where in (
         "requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]",
         "preferredDuringSchedulingIgnoredDuringExecution[0].preference")]),
    ({"topologySpreadConstraints": [SPREAD]},
     [f"spec.topologySpreadConstraints[0].topologyKey: {ZONE} is {USE_ZONE}",
      f"spec.topologySpreadConstraints[0].labelSelector: {UNMATCHED}"]),
    ({"affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 1, "podAffinityTerm": {"topologyKey": "a"}}]}}},
     ["spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: "
      + UNMATCHED]),
    ({"hostAliases": [{"ip": "1.2.3.4"}, {"ip": "1.2.3.4"}], "imagePullSecrets": [{"name": "a"}, {"name": "a"}]},
     ['spec.hostAliases[1].ip: duplicate ip "1.2.3.4"', 'spec.imagePullSecrets[1].name: duplicate name "a"']),
    (container(resources={"requests": {"memory": "100m"}}),
     ['spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer']),
    (container(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}, {"name": "A", "value": "3"}]),
     ['spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply']),
    (ports({"containerPort": 80}, {"containerPort": 80, "name": "web"}),
     ["spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]"]),
    (ports({"containerPort": 80, "hostPort": 80}, {"containerPort": 80, "name": "web"}),
     ["spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]"]),
    (ports({"containerPort": 80, "hostPort": 80}, {"containerPort": 80, "hostPort": 80, "hostIP": "1.2.3.4"}),
     ["spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]"]),
    (ports({"containerPort": 80, "hostIP": "1.2.3.4"}),
     ["spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP "
      "HostIP:1.2.3.4}"]),
    ({"volumes": [{"name": "v", "gitRepo": {"repository": "a"}}]}, ["spec.volumes[0].gitRepo: deprecated in v1.11"]),
    ({"nodeSelector": {"a": "b"}, **ports({"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"})}, []),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "warnings"), SPECS, ids=range(len(SPECS)))
def test_pods_and_their_templates(api: API, spec: Object, warnings: list[str]) -> None:
    assert said(api, "POST", PODS, pod("a", **spec)) == warnings
    made = deployment("web")
    made["spec"]["template"]["spec"].update(spec)
    assert said(api, "POST", DEPLOYMENTS, made) == [
        text.replace("spec.", "spec.template.spec.", 1).replace(" spec.", " spec.template.spec.") for text in warnings
    ]


WORKLOAD = {"spec": {"template": {"metadata": {"annotations": {"security.alpha.kubernetes.io/sysctls": "a=b"}}}}}
CASES: dict[str, tuple[Object, list[str]]] = {
    "pods": ({"metadata": {"name": "a.b", "annotations": {"seccomp.security.alpha.kubernetes.io/pod": "a"}}},
             ["metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is "
              "recommended: [must not contain dots]",
              'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile"'
              " field instead"]),
    "services": ({"spec": {"clusterIP": "None", "externalIPs": ["1.2.3.4"], "externalName": "a"}},
                 ["spec.externalIPs is ignored for headless services",
                  'spec.externalName is ignored when spec.type is not "ExternalName"']),
    "ingresses.networking.k8s.io": ({"metadata": {"annotations": {"kubernetes.io/ingress.class": "nginx"}}},
        ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"]),
    "persistentvolumeclaims": ({"spec": {"resources": {"requests": {"storage": "1500m"}}},
                                "metadata": {"annotations": {"volume.beta.kubernetes.io/storage-class": "a"}}},
        ['metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute '
         "instead",
         'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer']),
    "persistentvolumes": ({"spec": {"persistentVolumeReclaimPolicy": "Recycle"}},
        ["spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to "
         "use dynamic provisioning."]),
    "nodes": ({"spec": {"externalID": "a"}}, ["spec.externalID: this field is deprecated, and is unused by Kubernetes"]),
    "serviceaccounts": ({"metadata": {"annotations": {"kubernetes.io/enforce-mountable-secrets": "true"}}},
        ["metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to "
         "isolate access to mounted secrets"]),
    "runtimeclasses.node.k8s.io": ({"scheduling": {"nodeSelector": {"beta.kubernetes.io/arch": "a"}}},
        ['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/arch" instead']),
    "storageclasses.storage.k8s.io": (
        {"allowedTopologies": [{"matchLabelExpressions": [{"key": ZONE, "values": ["a"]}]}]},
        [f"allowedTopologies[0].matchLabelExpressions[0].key: {ZONE} is {USE_ZONE}"]),
    "podtemplates": ({"template": WORKLOAD["spec"]["template"]},
        ['template.metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the "sysctls" field '
         "instead"]),
    "statefulsets.apps": ({"spec": {"revisionHistoryLimit": -1}},
        ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"]),
    "cronjobs.batch": ({"metadata": {"name": "a.b"}},
        ["metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is "
         "recommended: [must not contain dots]"]),
    **{key: (WORKLOAD,
             ["spec.template.metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the "
              '"sysctls" field instead'])
       for key in ("daemonsets.apps", "replicasets.apps", "replicationcontrollers", "jobs.batch", "deployments.apps")},
}  # fmt: skip


def merged(one: Object, other: Object) -> Object:
    both = {
        name: merged(one[name], value) if isinstance(one.get(name), dict) else value for name, value in other.items()
    }
    return {**one, **both}


@pytest.mark.parametrize("key", CASES)
def test_kinds(api: API, key: str) -> None:
    resource, (fields, warnings) = BY_KEY[key], CASES[key]
    version = resource.versions[0]
    assert said(api, "POST", collection(resource, version), merged(sample(resource, version), fields)) == warnings


def test_every_kind_is_tried() -> None:
    assert {*CASES, "customresourcedefinitions.apiextensions.k8s.io"} == set(KINDS)


def test_formats_that_nobody_knows(api: API) -> None:
    resource = BY_KEY["customresourcedefinitions.apiextensions.k8s.io"]
    made = sample(resource, "v1")
    properties = {
        "a": {"type": "integer", "format": "int32"},
        "b": {"type": "array", "format": "cidr", "items": {"type": "string", "format": "k8s-name"}},
        "c": {"type": "object", "additionalProperties": {"type": "string", "format": "k8s-name"}},
    }
    made["spec"]["versions"][0]["schema"] = {"openAPIV3Schema": {"type": "object", "properties": properties}}
    told = ['unrecognized format "cidr"', 'unrecognized format "k8s-name"']
    assert said(api, "POST", collection(resource, "v1"), made) == told


def test_a_template_is_told_of_when_it_changes(api: API) -> None:
    made = deployment("web")
    made["spec"]["template"]["spec"]["nodeSelector"] = {"beta.kubernetes.io/os": "linux"}
    told = [
        'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'
    ]
    url, kind = f"{DEPLOYMENTS}/web", {"content_type": "application/merge-patch+json"}
    assert said(api, "POST", DEPLOYMENTS, made) == told
    assert said(api, "PATCH", url, {"metadata": {"labels": {"a": "b"}}}, **kind) == []
    assert said(api, "PATCH", url, {"spec": {"replicas": 2}}, **kind) == told
    assert said(api, "PATCH", f"{url}/status", {"status": {"replicas": 1}}, **kind) == []
