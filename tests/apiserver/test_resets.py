"""Fields that an endpoint takes back to what they were: no write there makes them anybody's."""

from typing import Any

import pytest

from simulator.machinery.objects import Object
from simulator.machinery.schemas import Form, Type
from simulator.resources.registry import RESOURCES
from simulator.resources.resource import Resource
from tests.apiserver.api import API, deployment, pod
from tests.apiserver.test_kinds import KINDS, collection, sample

META = ["metadata", "spec"]
PLAIN = {"": ["status"], "status": ["spec"]}
DIFFERENT: dict[str, dict[str, list[str]]] = {
    "apiservices.apiregistration.k8s.io": {"": ["status"], "status": META},
    "certificatesigningrequests.certificates.k8s.io": {
        "": ["spec", "status"],
        "status": ["spec", "status.conditions"],
        "approval": ["spec", "status.certificate"],
    },
    "compositepodgroups.scheduling.k8s.io": {"": ["status"], "status": META},
    "customresourcedefinitions.apiextensions.k8s.io": {"": ["status"], "status": META},
    "deployments.apps": {"": ["status"], "status": ["metadata.labels", "spec"]},
    "devicetaintrules.resource.k8s.io": {"": ["status"], "status": META},
    "flowschemas.flowcontrol.apiserver.k8s.io": {"": ["status"], "status": META},
    "namespaces": {"": ["status"], "status": ["spec"], "finalize": ["status"]},
    "podcertificaterequests.certificates.k8s.io": {"": [], "status": ["spec"]},
    "podgroups.scheduling.k8s.io": {"": ["status"], "status": META},
    "pods": {"": ["status"], "status": ["metadata.deletionTimestamp", "metadata.ownerReferences", "spec"]},
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": {"": ["status"], "status": META},
    "resourcepoolstatusrequests.resource.k8s.io": {"": ["status"], "status": META},
    "servicecidrs.networking.k8s.io": {"": [], "status": []},
    "storageversionmigrations.storagemigration.k8s.io": {"": ["status"], "status": META},
    "storageversions.internal.apiserver.k8s.io": {"": ["status"], "status": META},
    "validatingadmissionpolicies.admissionregistration.k8s.io": {"": ["status"], "status": META},
    "volumeattachments.storage.k8s.io": {"": ["status"], "status": META},
}
DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web"
POD = "/api/v1/namespaces/default/pods/one"


def test_what_each_kind_resets() -> None:
    told = {
        resource.name: {
            each: sorted(".".join(path) for path in resource.resets_at(each))
            for each in ("", "status", *(name for name in resource.resets if name))
        }
        for resource in RESOURCES
        if resource.has_status
    }
    assert {name: resets for name, resets in told.items() if resets != PLAIN} == DIFFERENT


def filled(kind: Type, keys: tuple[str, ...] = ()) -> Any:
    """Some value of a type: of each struct its first field and its keys."""
    if kind.form is Form.STRUCT:
        return {name: filled(kind.fields[name]) for name in dict.fromkeys((*keys, *list(kind.fields)[:1]))}
    if kind.element is not None:
        inner = filled(kind.element, kind.list_keys)
        return [inner] if kind.form is Form.LIST else {"a": inner}
    samples = {
        "boolean": True,
        "time": "2020-01-01T00:00:00Z",
        "micro-time": "2020-01-01T00:00:00.000000Z",
        "bytes": "YQ==",
    }
    return samples.get(kind.scalar, 1 if kind.scalar in ("integer", "int32", "int64", "number") else "1")


@pytest.mark.parametrize(("resource", "version"), [one for one in KINDS if one.values[0].has_status])
def test_an_endpoint_leaves_alone_what_is_anothers(api: API, resource: Resource, version: str) -> None:
    """Upstream: test/integration/apiserver/apply/{reset_fields,status}_test.go, kind by kind"""
    url, wanted = collection(resource, version), sample(resource, version)
    made = api.create(url, wanted)
    kind = api.world.cluster.server.schemas.type_of_kind(resource.group, version, resource.kind)
    assert kind is not None
    url = f"{url}/{made['metadata']['name']}"
    for part, place, resets in (("status", url, ""), ("spec", f"{url}/status", "status")):
        if (part,) not in resource.resets_at(resets) or part not in kind.fields:
            continue
        other = {part: filled(kind.fields[part])}
        head = {name: made[name] for name in ("apiVersion", "kind")}
        seen = (
            api.body("PUT", f"{place}?fieldManager=puts", {**api.get(url), **other}),
            api.patch("merge", f"{place}?fieldManager=merges", other),
            api.patch("apply", f"{place}?fieldManager=applies&force=true", {**(head if resets else wanted), **other}),
        )
        for found in seen:
            assert (found.get("kind"), found.get(part)) == (resource.kind, made.get(part)), found
            writers = [owned(found, manager) for manager in ("puts", "merges", "applies")]
            assert not any(f"f:{part}" in one.get(resets, {}) for one in writers), writers


def owned(obj: Object, manager: str) -> Any:
    return {
        entry.get("subresource", ""): entry["fieldsV1"]
        for entry in obj["metadata"].get("managedFields", ())
        if entry["manager"] == manager
    }


@pytest.mark.parametrize(
    ("metadata", "is_owned"),
    [
        pytest.param({"labels": {"tier": "web"}}, False, id="a Deployment's labels"),
        pytest.param({"annotations": {"note": "hello"}}, True, id="its annotations"),
    ],
)
def test_a_status_brings_some_metadata(api: API, metadata: Any, is_owned: bool) -> None:
    api.create("/apis/apps/v1/namespaces/default/deployments", deployment("web"))
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "status": {"replicas": 3}}
    applied = api.patch("apply", f"{DEPLOYMENT}/status?fieldManager=me", {**body, "spec": {"paused": True}})
    (name,) = metadata
    fields = {"f:status": {"f:replicas": {}}}
    told = {f"f:{name}": {f"f:{key}": {} for key in metadata[name]}}
    assert owned(applied, "me") == {"status": {"f:metadata": told, **fields} if is_owned else fields}
    assert (metadata[name].items() <= applied["metadata"].get(name, {}).items()) is is_owned
    assert "paused" not in applied["spec"]


def test_a_resize_owns_resources_alone(api: API) -> None:
    small, large = ({"requests": {"cpu": cpu}} for cpu in ("10m", "20m"))
    made = {"name": "c", "image": "nginx", "resources": small}
    api.create("/api/v1/namespaces/default/pods", pod("one", containers=[made]))
    container = {**made, "image": "busybox", "resources": large}
    body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"labels": {"a": "b"}},
        "spec": {"containers": [container]},
    }
    applied = api.patch("apply", f"{POD}/resize?fieldManager=me&force=true", body)
    fields = owned(applied, "me")["resize"]
    assert list(fields) == ["f:spec"]
    assert list(fields["f:spec"]) == ["f:containers"]
    (item,) = fields["f:spec"]["f:containers"].values()
    assert item == {".": {}, "f:resources": {"f:requests": {"f:cpu": {}}}}
    (now,) = applied["spec"]["containers"]
    assert (now["resources"], now["image"]) == (large, "nginx")
    assert "labels" not in applied["metadata"]


@pytest.mark.parametrize("kind", ["apply", "strategic"])
def test_a_debugger_owns_its_container_alone(api: API, kind: str) -> None:
    api.create("/api/v1/namespaces/default/pods", pod("one"))
    spec = {"ephemeralContainers": [{"name": "debugger", "image": "busybox"}], "priority": 7}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}}, "spec": spec}
    found = api.patch(kind, f"{POD}/ephemeralcontainers?fieldManager=me", body)
    assert list(owned(found, "me")) == ["ephemeralcontainers"]
    fields = owned(found, "me")["ephemeralcontainers"]
    assert (list(fields), list(fields["f:spec"])) == (["f:spec"], ["f:ephemeralContainers"])
    assert set(fields["f:spec"]["f:ephemeralContainers"]) - {"."} == {'k:{"name":"debugger"}'}
    assert "labels" not in found["metadata"]


def test_a_status_without_an_endpoint_of_its_own_is_applied(api: API) -> None:
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {
            "openAPIV3Schema": {
                "type": "object",
                "properties": {"status": {"type": "object", "properties": {"at": {"type": "string"}}}},
            }
        },
    }
    names = {"plural": "boxes", "singular": "box", "kind": "Box", "listKind": "BoxList"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "boxes.example.com"},
        "spec": spec,
    }
    api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
    api.world.advance(1)
    box = {"apiVersion": "example.com/v1", "kind": "Box", "metadata": {"name": "b"}, "status": {"at": "home"}}
    applied = api.patch("apply", "/apis/example.com/v1/namespaces/default/boxes/b?fieldManager=me", box)
    assert (applied["status"], owned(applied, "me")) == ({"at": "home"}, {"": {"f:status": {"f:at": {}}}})
