"""The OpenAPI documents that clients explain and validate with."""

import json
from typing import Any

from simulator.machinery.openapi import (
    Resource,
    Subresource,
    document,
    group_versions,
    index,
    swagger,
    swagger_document,
    swagger_protobuf,
)
from simulator.machinery.openapi.enums import ENUMS
from simulator.machinery.protobuf.wire import fields
from simulator.machinery.schemas import schemas

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
SCALE = Subresource("scale", "autoscaling", "v1", "Scale", ("get", "patch", "update"))
EXEC = Subresource("exec", "", "v1", "PodExecOptions", ("connect",))
RESOURCES = (
    Resource("", "v1", "Pod", "pods", True, VERBS, (EXEC,)),
    Resource("", "v1", "Node", "nodes", False, VERBS),
    Resource("apps", "v1", "Deployment", "deployments", True, VERBS, (SCALE,)),
    Resource("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", False, ("create",)),
)


def fetched(path: str) -> Any:
    found = document("1.37", RESOURCES, path)
    assert found is not None
    return json.loads(found.body)


def test_the_index_says_where_each_document_is() -> None:
    paths = json.loads(index("1.37", RESOURCES))["paths"]
    assert list(paths) == ["api/v1", "apis/apps/v1", "apis/authorization.k8s.io/v1"]
    found = document("1.37", RESOURCES, "apis/apps/v1")
    assert found is not None
    assert paths["apis/apps/v1"] == {"serverRelativeURL": f"/openapi/v3/apis/apps/v1?hash={found.hash}"}
    assert found is document("1.37", RESOURCES, "apis/apps/v1")
    assert document("1.37", RESOURCES, "apis/apps/v2") is None
    assert list(group_versions(RESOURCES)) == list(paths)


def test_the_hash_follows_release_and_resources() -> None:
    hashes = {
        found.hash
        for version, resources in (("1.37", RESOURCES), ("1.36", RESOURCES), ("1.37", RESOURCES[:1]))
        if (found := document(version, resources, "api/v1"))
    }
    assert len(hashes) == 3


def test_schemas_are_published_as_upstream_does() -> None:
    known = fetched("apis/apps/v1")["components"]["schemas"]
    kind = known["io.k8s.api.apps.v1.Deployment"]
    assert kind["x-kubernetes-group-version-kind"] == [{"group": "apps", "kind": "Deployment", "version": "v1"}]
    assert kind["properties"]["kind"]["type"] == "string"
    assert "enum" not in kind["properties"]["kind"]
    metadata = kind["properties"]["metadata"]
    assert metadata["allOf"] == [{"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}]
    assert metadata["description"].startswith("Standard object's metadata.")
    containers = known["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"]
    assert containers["items"] == {
        "allOf": [{"$ref": "#/components/schemas/io.k8s.api.core.v1.Container"}],
        "default": {},
    }
    assert containers["x-kubernetes-patch-merge-key"] == "name"
    assert known["io.k8s.apimachinery.pkg.api.resource.Quantity"]["oneOf"] == [{"type": "string"}, {"type": "number"}]
    assert known["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]["format"] == "int-or-string"


def test_the_values_of_enumerations_are_published() -> None:
    known = fetched("api/v1")["components"]["schemas"]
    policy = known["io.k8s.api.core.v1.PodSpec"]["properties"]["restartPolicy"]
    assert policy["enum"] == ["Always", "Never", "OnFailure"]
    assert policy["description"].endswith('Possible enum values:\n - `"Always"`\n - `"Never"`\n - `"OnFailure"`')


def test_every_enumeration_is_of_a_field_that_exists() -> None:
    for name, enumerations in ENUMS.items():
        published = schemas("1.37").type(name).fields
        for field, values in enumerations.items():
            assert published[field].scalar == "string", (name, field)
            assert list(values) == sorted(values), (name, field)


def test_every_reference_leads_somewhere() -> None:
    for path in group_versions(RESOURCES):
        published = fetched(path)
        known = published["components"]["schemas"]
        for reference in references(published):
            assert reference.rsplit("/", 1)[-1] in known, (path, reference)
    whole = swagger("1.37", RESOURCES)
    assert all(reference.rsplit("/", 1)[-1] in whole["definitions"] for reference in references(whole))


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [reference for entry in value.values() for reference in references(entry)]
    return [reference for entry in value for reference in references(entry)] if isinstance(value, list) else []


def test_writes_tell_their_kind_and_leave_validation_to_the_server() -> None:
    paths = fetched("apis/apps/v1")["paths"]
    collection, item = (paths[f"/apis/apps/v1/namespaces/{{namespace}}/deployments{end}"] for end in ("", "/{name}"))
    for action, operation in (("post", collection["post"]), ("put", item["put"]), ("patch", item["patch"])):
        kind = {"group": "apps", "kind": "Deployment", "version": "v1"}
        assert operation["x-kubernetes-group-version-kind"] == kind
        assert operation["x-kubernetes-action"] == action
        assert "fieldValidation" in {parameter["name"] for parameter in operation["parameters"]}
    assert collection["delete"]["x-kubernetes-action"] == "deletecollection"
    assert "/apis/apps/v1/deployments" in paths
    scale = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale"]
    assert scale["put"]["x-kubernetes-group-version-kind"]["kind"] == "Scale"


def test_what_is_not_served_has_no_path() -> None:
    paths = fetched("apis/authorization.k8s.io/v1")["paths"]
    assert list(paths) == ["/apis/authorization.k8s.io/v1/", "/apis/authorization.k8s.io/v1/subjectaccessreviews"]
    assert "/api/v1/nodes" in fetched("api/v1")["paths"]
    assert list(fetched("api/v1")["paths"]["/api/v1/namespaces/{namespace}/pods/{name}/exec"]) == ["get", "parameters"]


def test_version_2_is_one_document() -> None:
    whole = json.loads(swagger_document("1.37", RESOURCES).body)
    assert whole["swagger"] == "2.0"
    spec = whole["definitions"]["io.k8s.api.apps.v1.Deployment"]["properties"]["spec"]
    assert spec["$ref"] == "#/definitions/io.k8s.api.apps.v1.DeploymentSpec"
    assert whole["definitions"]["io.k8s.apimachinery.pkg.api.resource.Quantity"]["type"] == "string"


def test_custom_kinds_bring_their_own_schema() -> None:
    size = {"type": "integer", "minimum": 1, "description": "How big."}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": size}}}}
    widgets = Resource("example.io", "v1", "Widget", "widgets", True, VERBS, (), json.dumps(schema).encode())
    found = document("1.37", (*RESOURCES, widgets), "apis/example.io/v1")
    assert found is not None
    published = json.loads(found.body)
    kind = published["components"]["schemas"]["io.example.v1.Widget"]
    assert kind["x-kubernetes-group-version-kind"] == [{"group": "example.io", "kind": "Widget", "version": "v1"}]
    assert kind["properties"]["spec"]["properties"]["size"] == size
    assert "io.example.v1.WidgetList" in published["components"]["schemas"]
    post = published["paths"]["/apis/example.io/v1/namespaces/{namespace}/widgets"]["post"]
    assert post["requestBody"]["content"]["*/*"]["schema"] == {"$ref": "#/components/schemas/io.example.v1.Widget"}
    patch = published["paths"]["/apis/example.io/v1/namespaces/{namespace}/widgets/{name}"]["patch"]
    assert not any("strategic" in form for form in patch["requestBody"]["content"])  # or kubectl would send those
    known = published["components"]["schemas"]
    assert all(reference.rsplit("/", 1)[-1] in known for reference in references(published))


def test_the_swagger_document_is_also_there_as_protobuf() -> None:
    """Read back by hand: the numbers are those of gnostic's OpenAPIv2.proto."""
    body = dict(fields(swagger_protobuf("1.37", RESOURCES).body))
    assert body[1] == b"2.0"
    definitions = dict(pair(entry) for number, entry in fields(body[9]) if number == 1)
    pod = dict(fields(definitions["io.k8s.api.core.v1.Pod"]))
    properties = dict(pair(entry) for number, entry in fields(pod[25]) if number == 1)
    assert dict(fields(properties["spec"]))[1] == b"#/definitions/io.k8s.api.core.v1.PodSpec"
    assert dict(fields(dict(fields(properties["kind"]))[22]))[1] == b"string"
    name, extension = pair(pod[31])
    assert name == "x-kubernetes-group-version-kind"
    assert json.loads(dict(fields(extension))[2]) == [{"group": "", "kind": "Pod", "version": "v1"}]
    assert len(definitions) == len(swagger("1.37", RESOURCES)["definitions"])


def pair(entry: bytes) -> tuple[str, bytes]:
    found = dict(fields(entry))
    return found[1].decode(), found[2]
