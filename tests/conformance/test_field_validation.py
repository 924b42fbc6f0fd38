"""What the server says about fields that it does not know, or sees twice."""

from simulator.machinery.objects import Object
from tests.conformance.cluster import APPS, Cluster, workload
from tests.conformance.custom import OPEN, STRICT, WIDGETS, definition, register, widget
from tests.conformance.ledger import honours

STRICTLY = "fieldValidation=Strict"
APPLY = {"content_type": "application/apply-patch+yaml"}


def said(cluster: Cluster, method: str, url: str, body: Object | bytes, **headers: str) -> str:
    status = cluster.refused(method, url, body, **headers)
    assert status["code"] in (400, 422)
    return str(status["message"])


def apply_refused(cluster: Cluster, url: str, name: str, body: Object | bytes) -> str:
    status = cluster.refused("PATCH", f"{url}/{name}?fieldManager=test&{STRICTLY}", body, **APPLY)
    assert "field not declared in schema" in status["message"]
    return str(status["message"])


@honours("FieldValidation should detect unknown and duplicate fields of a typed object")
def test_typed_object(cluster: Cluster) -> None:
    url = f"{APPS}/deployments"
    body = (
        b'{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"unknownField":"foo",'
        b'"replicas":2,"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":'
        b'{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx"}]}}}}'
    )
    message = said(cluster, "POST", f"{url}?{STRICTLY}", body)
    assert 'unknown field "spec.unknownField"' in message
    assert 'duplicate field "spec.replicas"' in message
    assert cluster.names(url) == []


@honours("FieldValidation should detect unknown metadata fields of a typed object")
def test_typed_metadata(cluster: Cluster) -> None:
    obj = workload("Deployment", "web")
    obj["metadata"]["unknownMeta"] = "unknown"
    assert 'unknown field "metadata.unknownMeta"' in said(cluster, "POST", f"{APPS}/deployments?{STRICTLY}", obj)
    assert "unknownMeta" in apply_refused(cluster, f"{APPS}/deployments", "web", obj)


@honours("FieldValidation should create/apply a valid CR for CRD with validation schema")
def test_valid(cluster: Cluster) -> None:
    register(cluster, definition(schema=STRICT))
    cluster.send("POST", f"{WIDGETS}?{STRICTLY}", widget("made", spec={"size": 1}))
    cluster.send(
        "PATCH", f"{WIDGETS}/applied?fieldManager=test&{STRICTLY}", widget("applied", spec={"size": 1}), **APPLY
    )
    assert cluster.names(WIDGETS) == ["applied", "made"]


@honours("FieldValidation should create/apply a CR with unknown fields for CRD with no validation schema")
def test_open(cluster: Cluster) -> None:
    register(cluster, definition())
    cluster.send("POST", f"{WIDGETS}?{STRICTLY}", widget("made", spec={"foo": 1}))
    cluster.send(
        "PATCH", f"{WIDGETS}/applied?fieldManager=test&{STRICTLY}", widget("applied", spec={"foo": 1}), **APPLY
    )
    assert [one["spec"] for one in cluster.items(WIDGETS)] == [{"foo": 1}, {"foo": 1}]


@honours("FieldValidation should create/apply an invalid CR with extra properties for CRD with validation schema")
def test_extra(cluster: Cluster) -> None:
    register(cluster, definition(schema=STRICT))
    extra = widget("made", spec={"size": 1, "extra": "x"})
    assert 'unknown field "spec.extra"' in said(cluster, "POST", f"{WIDGETS}?{STRICTLY}", extra)
    assert "spec.extra" in apply_refused(cluster, WIDGETS, "made", extra)
    assert cluster.names(WIDGETS) == []


@honours("FieldValidation should detect duplicates in a CR when preserving unknown fields")
def test_duplicates(cluster: Cluster) -> None:
    register(cluster, definition(schema=OPEN))
    body = b'{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"one"},"spec":{"foo":"a","foo":"b"}}'
    assert 'duplicate field "spec.foo"' in said(cluster, "POST", f"{WIDGETS}?{STRICTLY}", body)
    assert cluster.names(WIDGETS) == []


@honours("FieldValidation should detect unknown metadata fields in both the root and embedded object of a CR")
def test_metadata_of_a_custom_resource(cluster: Cluster) -> None:
    embedded = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"spec": {"type": "object"}}}
    spec = {"type": "object", "properties": {"template": embedded}}
    register(cluster, definition(schema={"type": "object", "properties": {"spec": spec}}))
    inner = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "inner", "unknownSubMeta": "b"}}
    obj = widget("made", spec={"template": inner})
    obj["metadata"]["unknownMeta"] = "a"
    message = said(cluster, "POST", f"{WIDGETS}?{STRICTLY}", obj)
    assert 'unknown field "metadata.unknownMeta"' in message
    assert 'unknown field "spec.template.metadata.unknownSubMeta"' in message
    assert cluster.names(WIDGETS) == []
    kept = cluster.send("POST", f"{WIDGETS}?fieldValidation=Ignore", obj)
    assert "unknownMeta" not in kept["metadata"]
    assert kept["spec"]["template"]["metadata"] == {"name": "inner"}
