"""Every verb on the kinds of which the list asks no more than that: what is written can be read, watched and removed."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.certificates import authority, signing_request
from tests.conformance.cluster import Cluster, named
from tests.conformance.ledger import honours_each

VERBS = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
POLICY: Object = {
    "matchConstraints": {
        "resourceRules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["*"]}]
    }
}


@dataclass(frozen=True)
class Kind:
    """A kind: where it is served, and what one object of it holds beside its name."""

    group: str
    kind: str
    resource: str
    content: Object = field(default_factory=dict)
    namespaced: bool = False
    subresources: tuple[str, ...] = ()
    version: str = "v1"
    name: str = "sample"
    """What the names begin with."""
    status: Object = field(default_factory=dict)
    """What is written through `/status` where that leaves the metadata as they are."""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}"

    @property
    def url(self) -> str:
        return f"/apis/{self.api_version}/{'namespaces/default/' if self.namespaced else ''}{self.resource}"

    def object(self, number: int) -> Object:
        labels = {"sample": "yes", "number": str(number)}
        return named(self.api_version, self.kind, self.called(number), labels, **self.content)

    def called(self, number: int) -> str:
        return self.name.replace("#", str(number)) if "#" in self.name else f"{self.name}-{number}"


RULES: Object = {
    "mutations": [
        {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{}"}},
    ],
    "reinvocationPolicy": "IfNeeded",
}
JOB: Object = {
    "spec": {
        "template": {"spec": {"containers": [{"name": "c", "image": "busybox"}], "restartPolicy": "OnFailure"}},
    }
}
BUNDLED: Object = {"spec": {"trustBundle": authority("example.com")}}
CERTIFICATE_REQUEST: Object = {
    "spec": {
        "signerName": "example.com/signer",
        "podName": "web",
        "podUID": "5c0b2c6e-8f0b-4a9a-a5cb-2a3f6f8f3a10",
        "serviceAccountName": "default",
        "serviceAccountUID": "5c0b2c6e-8f0b-4a9a-a5cb-2a3f6f8f3a11",
        "nodeName": "node-1",
        "nodeUID": "5c0b2c6e-8f0b-4a9a-a5cb-2a3f6f8f3a12",
        "stubPKCS10Request": b64encode(signing_request("", encoding="DER")).decode(),
    }
}
DEVICE: Object = {"requests": [{"name": "one", "exactly": {"deviceClassName": "gpu"}}]}
ENDPOINTS: Object = {
    "addressType": "IPv4",
    "endpoints": [{"addresses": ["10.9.8.7"]}],
    "ports": [{"name": "http", "port": 80, "protocol": "TCP"}],
}
LEVEL: Object = {"type": "Limited", "limited": {"limitResponse": {"type": "Reject"}, "nominalConcurrencyShares": 2}}
FLOW: Object = {
    "matchingPrecedence": 10000,
    "priorityLevelConfiguration": {"name": "global-default"},
    "distinguisherMethod": {"type": "ByUser"},
}
VALIDATION: Object = {**POLICY, "validations": [{"expression": "object.spec.replicas <= 100"}]}
ADMISSION = "admissionregistration.k8s.io"
SLICE: Object = {
    "driver": "gpu.example.com",
    "nodeName": "node-1",
    "pool": {"name": "pool", "generation": 1, "resourceSliceCount": 1},
}
TAINT: Object = {
    "deviceSelector": {"driver": "gpu.example.com"},
    "taint": {"key": "example.com/broken", "value": "yes", "effect": "NoExecute"},
}
CONDITION: Object = {"conditions": [{"type": "Tried", "status": "True", "reason": "ByHand", "message": "seen"}]}
SINCE = "2026-11-02T09:00:00Z"
DENIED: Object = {"conditions": [{"type": "Denied", "status": "True", "reason": "ByHand", "lastTransitionTime": SINCE}]}
INGRESS: Object = {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}

LIFECYCLES = {
    "API priority and fairness should support FlowSchema API operations": Kind(
        "flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas", {"spec": FLOW}, subresources=("status",),
        status=CONDITION,
    ),
    "API priority and fairness should support PriorityLevelConfiguration API operations": Kind(
        "flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "prioritylevelconfigurations", {"spec": LEVEL},
        subresources=("status",), status=CONDITION,
    ),
    "MutatingAdmissionPolicy should support MutatingAdmissionPolicy API operations": Kind(
        ADMISSION, "MutatingAdmissionPolicy", "mutatingadmissionpolicies", {"spec": {**POLICY, **RULES}}
    ),
    "MutatingAdmissionPolicy should support MutatingAdmissionPolicyBinding API operations": Kind(
        ADMISSION, "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", {"spec": {"policyName": "rule"}}
    ),
    "ValidatingAdmissionPolicy should support ValidatingAdmissionPolicy API operations": Kind(
        ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", {"spec": VALIDATION},
        subresources=("status",), status={"observedGeneration": 7},
    ),
    "ValidatingAdmissionPolicy should support ValidatingAdmissionPolicyBinding API operations": Kind(
        ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings",
        {"spec": {"policyName": "rule", "validationActions": ["Deny"]}},
    ),
    "StorageVersionMigration CRUD Tests storagemigration.k8s.io/v1 StorageVersionMigration": Kind(
        "storagemigration.k8s.io", "StorageVersionMigration", "storageversionmigrations",
        {"spec": {"resource": {"group": "apps", "resource": "deployments"}}},
    ),
    "CRUD Tests certificates.k8s.io/v1 ClusterTrustBundles": Kind(
        "certificates.k8s.io", "ClusterTrustBundle", "clustertrustbundles", BUNDLED
    ),
    "CronJob should support CronJob API operations": Kind(
        "batch", "CronJob", "cronjobs", {"spec": {"schedule": "0 0 1 1 *", "jobTemplate": JOB}}, namespaced=True,
        subresources=("status",),
    ),
    "EndpointSlice should support creating EndpointSlice API operations": Kind(
        "discovery.k8s.io", "EndpointSlice", "endpointslices", ENDPOINTS, namespaced=True
    ),
    "Ingress API should support creating Ingress API operations": Kind(
        "networking.k8s.io", "Ingress", "ingresses", {"spec": INGRESS}, namespaced=True, subresources=("status",)
    ),
    "IngressClass API should support creating IngressClass API operations": Kind(
        "networking.k8s.io", "IngressClass", "ingressclasses", {"spec": {"controller": "example.com/controller"}}
    ),
    "ServiceCIDR and IPAddress API should support IPAddress API operations": Kind(
        "networking.k8s.io", "IPAddress", "ipaddresses",
        {"spec": {"parentRef": {"resource": "services", "namespace": "default", "name": "web"}}}, name="192.0.2.#",
    ),
    "RuntimeClass should support RuntimeClasses API operations": Kind(
        "node.k8s.io", "RuntimeClass", "runtimeclasses", {"handler": "runc"}
    ),
    "CRUD Tests resource.k8s.io/v1 DeviceClass": Kind(
        "resource.k8s.io", "DeviceClass", "deviceclasses", {"spec": {}}
    ),
    "CRUD Tests resource.k8s.io/v1 DeviceTaintRule": Kind(
        "resource.k8s.io", "DeviceTaintRule", "devicetaintrules", {"spec": TAINT}
    ),
    "CRUD Tests resource.k8s.io/v1 ResourceClaim": Kind(
        "resource.k8s.io", "ResourceClaim", "resourceclaims", {"spec": {"devices": DEVICE}}, namespaced=True
    ),
    "CRUD Tests resource.k8s.io/v1 ResourceClaimTemplate": Kind(
        "resource.k8s.io", "ResourceClaimTemplate", "resourceclaimtemplates", {"spec": {"spec": {"devices": DEVICE}}},
        namespaced=True,
    ),
    "CRUD Tests resource.k8s.io/v1 ResourceSlice": Kind(
        "resource.k8s.io", "ResourceSlice", "resourceslices", {"spec": SLICE}
    ),
    "CSIInlineVolumes should run through the lifecycle of a CSIDriver": Kind(
        "storage.k8s.io", "CSIDriver", "csidrivers", {"spec": {"attachRequired": False}}
    ),
    "CSINodes CSI Conformance should run through the lifecycle of a csinode": Kind(
        "storage.k8s.io", "CSINode", "csinodes", {"spec": {"drivers": []}}
    ),
    "CSIStorageCapacity should support CSIStorageCapacities API operations": Kind(
        "storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities",
        {"storageClassName": "standard", "capacity": "10Gi"}, namespaced=True,
    ),
    "StorageClasses CSI Conformance should run through the lifecycle of a StorageClass": Kind(
        "storage.k8s.io", "StorageClass", "storageclasses", {"provisioner": "example.com/disk"}
    ),
    "VolumeAttachment Conformance should run through the lifecycle of a VolumeAttachment": Kind(
        "storage.k8s.io", "VolumeAttachment", "volumeattachments",
        {"spec": {"attacher": "example.com", "nodeName": "node-1", "source": {"persistentVolumeName": "disk"}}},
        subresources=("status",), status={"attached": True},
    ),
    "VolumeAttributesClass should run through the lifecycle of a VolumeAttributesClass": Kind(
        "storage.k8s.io", "VolumeAttributesClass", "volumeattributesclasses",
        {"driverName": "example.com", "parameters": {"iops": "100"}},
    ),
    "PodCertificateRequest API should support PodCertificateRequest API operations": Kind(
        "certificates.k8s.io", "PodCertificateRequest", "podcertificaterequests", CERTIFICATE_REQUEST, namespaced=True,
        subresources=("status",), status=DENIED,
    ),
    "Lease lease API should be available": Kind(
        "coordination.k8s.io", "Lease", "leases", {"spec": {"holderIdentity": "me", "leaseDurationSeconds": 30}},
        namespaced=True,
    ),
}  # fmt: skip


@honours_each(LIFECYCLES)
def test_lifecycle(cluster: Cluster, case: Kind) -> None:
    is_discovered(cluster, case)
    watch = cluster.watch(f"{case.url}?labelSelector=sample%3Dyes")
    is_written(cluster, case)
    for subresource in case.subresources:
        if case.status:
            keeps_status(cluster, f"{case.url}/{case.called(1)}/{subresource}", case.status)
        else:
            keeps(cluster, f"{case.url}/{case.called(1)}/{subresource}")
    is_removed(cluster, case)
    seen = [name for name in watch.names() if name.split()[1] == case.called(1)]
    assert (seen[0], seen[-1]) == (f"ADDED {case.called(1)}", f"DELETED {case.called(1)}")
    assert f"MODIFIED {case.called(1)}" in seen


def is_discovered(cluster: Cluster, case: Kind) -> None:
    groups = {group["name"]: group for group in cluster.get("/apis")["groups"]}
    assert case.api_version in [one["groupVersion"] for one in groups[case.group]["versions"]]
    versions = cluster.get(f"/apis/{case.group}")["versions"]
    assert {"groupVersion": case.api_version, "version": case.version} in versions
    resources = {one["name"]: one for one in cluster.get(f"/apis/{case.api_version}")["resources"]}
    assert set(resources[case.resource]["verbs"]) >= VERBS
    for subresource in case.subresources:
        assert {"get", "patch", "update"} <= set(resources[f"{case.resource}/{subresource}"]["verbs"])


def is_written(cluster: Cluster, case: Kind) -> None:
    made = [cluster.create(case.url, case.object(number)) for number in (1, 2, 3)]
    one = f"{case.url}/{case.called(1)}"
    assert cluster.get(one)["metadata"]["uid"] == made[0]["metadata"]["uid"]
    for key, value in case.content.items():
        assert holds(cluster.get(one)[key], value)
    assert cluster.names(f"{case.url}?labelSelector=sample%3Dyes") == [case.called(number) for number in (1, 2, 3)]
    assert cluster.names(f"{case.url}?labelSelector=number%3D1") == [case.called(1)]
    if case.namespaced:
        everywhere = case.url.replace("/namespaces/default", "")
        assert len(cluster.names(f"{everywhere}?labelSelector=sample%3Dyes")) == 3
    cluster.patch(one, {"metadata": {"annotations": {"patched": "true"}}})
    assert cluster.get(one)["metadata"]["annotations"]["patched"] == "true"
    cluster.change(one, lambda found: found["metadata"]["annotations"].update(updated="true"))
    assert {"patched": "true", "updated": "true"}.items() <= cluster.get(one)["metadata"]["annotations"].items()


def keeps(cluster: Cluster, url: str) -> None:
    """The subresource can be read, patched and updated, and later reads show it."""
    assert cluster.get(url)["metadata"]["name"]
    cluster.patch(url, {"metadata": {"annotations": {"seen": "patched"}}})
    assert cluster.get(url)["metadata"]["annotations"]["seen"] == "patched"
    cluster.change(url, lambda found: found["metadata"]["annotations"].update(seen="updated"))
    assert cluster.get(url)["metadata"]["annotations"]["seen"] == "updated"


def keeps_status(cluster: Cluster, url: str, status: Object) -> None:
    """The subresource keeps a status that is patched or updated, and lets nobody near the metadata."""
    annotated = cluster.get(url)["metadata"]["annotations"]
    cluster.patch(url, {"metadata": {"annotations": {"seen": "patched"}}, "status": status})
    assert holds(cluster.get(url)["status"], status)
    cluster.change(url, lambda found: found["metadata"]["annotations"].update(seen="updated"))
    found = cluster.get(url)
    assert holds(found["status"], status)
    assert found["metadata"]["annotations"] == annotated


def is_removed(cluster: Cluster, case: Kind) -> None:
    cluster.delete(f"{case.url}/{case.called(1)}")
    assert cluster.gone(f"{case.url}/{case.called(1)}")
    assert cluster.names(f"{case.url}?labelSelector=sample%3Dyes") == [case.called(2), case.called(3)]
    cluster.delete(f"{case.url}?labelSelector=sample%3Dyes")
    assert cluster.names(f"{case.url}?labelSelector=sample%3Dyes") == []


def holds(found: Any, wanted: Any) -> bool:
    """Whether what was sent is there; the server may have filled in more."""
    if isinstance(wanted, dict):
        return all(key in found and holds(found[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(holds, found, wanted))
    return bool(found == wanted)
