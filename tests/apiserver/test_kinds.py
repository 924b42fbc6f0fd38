"""Every served group, version and kind: created, read, listed, watched, updated, patched and deleted alike."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from simulator.machinery.objects import Object
from simulator.resources.registry import served
from simulator.resources.resource import Resource
from tests.apiserver.api import API

KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a")])
SIGNING_REQUEST = b64encode(
    x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(KEY, SHA256()).public_bytes(Encoding.PEM)
).decode()
STUB_REQUEST = b64encode(
    x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(KEY, SHA256()).public_bytes(Encoding.DER)
).decode()
AUTHORITY = (
    x509.CertificateBuilder()
    .subject_name(NAME)
    .issuer_name(NAME)
    .public_key(KEY.public_key())
    .serial_number(1)
    .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    .sign(KEY, SHA256())
    .public_bytes(Encoding.PEM)
    .decode()
)
TEMPLATE: Object = {
    "metadata": {"labels": {"app": "a"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}], "restartPolicy": "Always"},
}
ONCE: Object = {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}
SELECTOR: Object = {"matchLabels": {"app": "a"}}
ROLE: Object = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
RULES: list[Object] = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
MATCH: Object = {
    "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]
}
WEBHOOKS: list[Object] = [
    {
        "name": "a.example.com",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "clientConfig": {"service": {"namespace": "default", "name": "hook"}},
    }
]
OPERATION = "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'a': 'b'}}]"
MUTATION: Object = {"patchType": "JSONPatch", "jsonPatch": {"expression": OPERATION}}
POLICY: Object = {"spec": {"matchConstraints": MATCH, "failurePolicy": "Fail"}}
POOL: Object = {"name": "p", "generation": 1, "resourceSliceCount": 1}
POD_CERTIFICATE: Object = {
    "signerName": "example.com/a",
    "podName": "a",
    "podUID": "a",
    "serviceAccountName": "default",
    "serviceAccountUID": "a",
    "nodeName": "node-1",
    "nodeUID": "a",
    "maxExpirationSeconds": 3600,
    "stubPKCS10Request": STUB_REQUEST,
}
CUSTOM: Object = {
    "group": "example.com",
    "scope": "Namespaced",
    "names": {"plural": "a", "singular": "a", "kind": "A"},
    "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}],
}

OBJECTS: dict[str, Object] = {
    "apiservices.apiregistration.k8s.io": {
        "metadata": {"name": "v1.example.com"},
        "spec": {"group": "example.com", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10},
    },
    "certificatesigningrequests.certificates.k8s.io": {
        "spec": {"request": SIGNING_REQUEST, "signerName": "example.com/a", "usages": ["client auth"]}
    },
    "clusterrolebindings.rbac.authorization.k8s.io": {"roleRef": ROLE},
    "clustertrustbundles.certificates.k8s.io": {"spec": {"trustBundle": AUTHORITY}},
    "clusterroles.rbac.authorization.k8s.io": {"rules": RULES},
    "controllerrevisions.apps": {"revision": 1, "data": {"a": 1}},
    "cronjobs.batch": {"spec": {"schedule": "* * * * *", "jobTemplate": {"spec": {"template": ONCE}}}},
    "csidrivers.storage.k8s.io": {"spec": {}},
    "csinodes.storage.k8s.io": {"spec": {"drivers": []}},
    "csistoragecapacities.storage.k8s.io": {"storageClassName": "a"},
    "customresourcedefinitions.apiextensions.k8s.io": {"metadata": {"name": "a.example.com"}, "spec": CUSTOM},
    "daemonsets.apps": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "deployments.apps": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "endpointslices.discovery.k8s.io": {"addressType": "IPv4", "endpoints": []},
    "events": {"involvedObject": {"namespace": "default"}, "reason": "A", "type": "Normal"},
    "flowschemas.flowcontrol.apiserver.k8s.io": {"spec": {"priorityLevelConfiguration": {"name": "a"}}},
    "horizontalpodautoscalers.autoscaling": {
        "spec": {"maxReplicas": 2, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"}}
    },
    "ingressclasses.networking.k8s.io": {"spec": {"controller": "example.com/a"}},
    "ingresses.networking.k8s.io": {"spec": {"defaultBackend": {"service": {"name": "a", "port": {"number": 80}}}}},
    "ipaddresses.networking.k8s.io": {
        "metadata": {"name": "10.0.0.1"},
        "spec": {"parentRef": {"resource": "services", "name": "a", "namespace": "default"}},
    },
    "jobs.batch": {"spec": {"template": ONCE}},
    "leases.coordination.k8s.io": {"spec": {"holderIdentity": "a"}},
    "limitranges": {"spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]}},
    "mutatingadmissionpolicies.admissionregistration.k8s.io": {
        "spec": {
            "matchConstraints": MATCH,
            "failurePolicy": "Fail",
            "reinvocationPolicy": "Never",
            "mutations": [MUTATION],
        }
    },
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io": {"spec": {"policyName": "a"}},
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": {"webhooks": WEBHOOKS},
    "networkpolicies.networking.k8s.io": {"spec": {"podSelector": {}}},
    "persistentvolumeclaims": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    },
    "persistentvolumes": {
        "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/a"}}
    },
    "podcertificaterequests.certificates.k8s.io": {"spec": POD_CERTIFICATE},
    "poddisruptionbudgets.policy": {"spec": {"minAvailable": 1, "selector": SELECTOR}},
    "pods": {"spec": TEMPLATE["spec"]},
    "podtemplates": {"template": TEMPLATE},
    "priorityclasses.scheduling.k8s.io": {"value": 1},
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": {
        "spec": {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}}}
    },
    "replicasets.apps": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "replicationcontrollers": {"spec": {"selector": {"app": "a"}, "template": TEMPLATE}},
    "resourcequotas": {"spec": {"hard": {"pods": "9"}}},
    "resourceslices.resource.k8s.io": {"spec": {"driver": "example.com", "pool": POOL, "nodeName": "a"}},
    "rolebindings.rbac.authorization.k8s.io": {"roleRef": ROLE},
    "roles.rbac.authorization.k8s.io": {"rules": RULES},
    "runtimeclasses.node.k8s.io": {"handler": "a"},
    "servicecidrs.networking.k8s.io": {"spec": {"cidrs": ["10.0.0.0/24"]}},
    "services": {"spec": {"ports": [{"port": 80}]}},
    "statefulsets.apps": {"spec": {"selector": SELECTOR, "serviceName": "a", "template": TEMPLATE}},
    "storageclasses.storage.k8s.io": {"provisioner": "example.com/a"},
    "validatingadmissionpolicies.admissionregistration.k8s.io": {
        "spec": {**POLICY["spec"], "validations": [{"expression": "true"}]}
    },
    "validatingadmissionpolicybindings.admissionregistration.k8s.io": {
        "spec": {"policyName": "a", "validationActions": ["Deny"]}
    },
    "validatingwebhookconfigurations.admissionregistration.k8s.io": {"webhooks": WEBHOOKS},
    "volumeattachments.storage.k8s.io": {
        "spec": {"attacher": "a", "nodeName": "a", "source": {"persistentVolumeName": "a"}}
    },
    "volumeattributesclasses.storage.k8s.io": {"driverName": "example.com", "parameters": {"a": "b"}},
}
"""What a kind needs at least, where that is more than a name."""

KINDS = [
    pytest.param(resource, version, id=f"{resource.api_version(version)} {resource.kind}")
    for resource in served("1.37")
    for version in resource.versions
    if resource.is_stored and "create" in resource.verbs
]


def collection(resource: Resource, version: str) -> str:
    api_version = resource.api_version(version)
    root = f"/apis/{api_version}" if resource.group else f"/api/{api_version}"
    return f"{root}/namespaces/default/{resource.plural}" if resource.namespaced else f"{root}/{resource.plural}"


def sample(resource: Resource, version: str) -> Object:
    name = resource.name if resource.group != "events.k8s.io" else "events.k8s.io"
    fields = OBJECTS.get(name, {})
    head = {"apiVersion": resource.api_version(version), "kind": resource.kind}
    metadata = {"name": "a", **fields.get("metadata", {})}
    return {**head, **fields, "metadata": metadata}


@pytest.mark.parametrize(("resource", "version"), KINDS)
def test_a_life(api: API, resource: Resource, version: str) -> None:
    url = collection(resource, version)
    wanted = sample(resource, version)
    name = wanted["metadata"]["name"]
    watch = api.watch(f"{url}?watch=true&fieldSelector=metadata.name%3D{name}")
    assert watch.events() == []
    created = api.create(f"{url}?fieldValidation=Strict", wanted)
    assert created["kind"] == resource.kind, created
    head = (resource.api_version(version), resource.kind)
    assert (created["apiVersion"], created["kind"]) == head
    read = api.get(f"{url}/{name}")
    assert (read["apiVersion"], read["kind"], read["metadata"]["uid"]) == (*head, created["metadata"]["uid"])
    listed = api.get(f"{url}?fieldSelector=metadata.name%3D{name}")
    assert (listed["kind"], [item["metadata"]["name"] for item in listed["items"]]) == (f"{resource.kind}List", [name])
    patched = api.patch("merge", f"{url}/{name}", {"metadata": {"labels": {"seen": "yes"}}})
    assert patched["metadata"].get("labels", {}).get("seen") == "yes", patched
    updated = api.body("PUT", f"{url}/{name}", {**patched, "metadata": {**patched["metadata"], "labels": {}}})
    assert "seen" not in updated["metadata"].get("labels", {}), updated
    api.delete(f"{url}/{name}", {"gracePeriodSeconds": 0})
    kinds = [kind for kind, _ in watch.events()]
    assert kinds[0] == "ADDED" and kinds.count("MODIFIED") >= 2
