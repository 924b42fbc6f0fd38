"""CustomResourceDefinitions: their own life, the defaults they give, and the schemas they publish."""

from typing import Any

import orjson

from tests.conformance.cluster import Cluster
from tests.conformance.custom import OPEN, STRICT, WIDGETS, definition, register, widget
from tests.conformance.ledger import honours

NESTED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "spec": {"type": "object", "description": "What it shall be.", **OPEN},
        "status": {"type": "object", **OPEN},
    },
}


def published(cluster: Cluster) -> set[str]:
    """The kinds that the OpenAPI document describes, as `GROUP/VERSION/KIND`."""
    answer = cluster.get("/openapi/v2", accept="application/json")
    document = answer if isinstance(answer, dict) else orjson.loads(answer)
    kinds = [
        one for each in document["definitions"].values() for one in each.get("x-kubernetes-group-version-kind", ())
    ]
    return {f"{one['group']}/{one['version']}/{one['kind']}" for one in kinds}


@honours(
    "CustomResourceDefinition resources Simple CustomResourceDefinition creating/deleting custom resource definition objects works"
)
def test_create_and_delete(cluster: Cluster) -> None:
    url = register(cluster, definition())
    assert cluster.names(WIDGETS) == []
    cluster.delete(url)
    cluster.until(lambda: cluster.gone(url))
    cluster.until(lambda: cluster.gone(WIDGETS))


@honours("CustomResourceDefinition Watch CustomResourceDefinition Watch watch on custom resource definition objects")
def test_watch_resources(cluster: Cluster) -> None:
    register(cluster, definition())
    watch = cluster.watch(WIDGETS)
    for name in ("a", "b"):
        cluster.create(WIDGETS, widget(name))
    cluster.patch(f"{WIDGETS}/a", {"spec": {"size": 2}})
    for name in ("a", "b"):
        cluster.delete(f"{WIDGETS}/{name}")
    assert watch.names() == ["ADDED a", "ADDED b", "MODIFIED a", "DELETED a", "DELETED b"]


@honours(
    "CustomResourceDefinition resources Simple CustomResourceDefinition getting/updating/patching custom resource "
    "definition status sub-resource works"
)
def test_status_of_a_definition(cluster: Cluster) -> None:
    url = register(cluster, definition())
    assert cluster.get(f"{url}/status")["status"]["acceptedNames"]["kind"] == "Widget"
    ours = {"type": "StatusUpdate", "status": "True", "reason": "Tried", "message": "by hand"}
    cluster.change(f"{url}/status", lambda found: found["status"]["conditions"].append(ours))
    assert "StatusUpdate" in [one["type"] for one in cluster.get(f"{url}/status")["status"]["conditions"]]
    cluster.patch(f"{url}/status", {"metadata": {"annotations": {"patched": "true"}}})
    assert cluster.get(url)["metadata"]["annotations"]["patched"] == "true"


@honours("CustomResourceDefinition resources custom resource defaulting for requests and from storage works")
def test_defaults(cluster: Cluster) -> None:
    url = register(cluster, definition(schema=with_default({})))
    cluster.create(WIDGETS, widget("old", a="1"))
    assert set(cluster.get(f"{WIDGETS}/old")) >= {"a"}
    assert "b" not in cluster.get(f"{WIDGETS}/old")
    default(cluster, url, {"b": "2"})
    assert cluster.until(lambda: cluster.get(f"{WIDGETS}/old").get("b")) == "2"
    assert cluster.create(WIDGETS, widget("new", a="1"))["b"] == "2"
    default(cluster, url, {"c": "3"})
    assert cluster.until(lambda: cluster.get(f"{WIDGETS}/new").get("c")) == "3"
    assert cluster.get(f"{WIDGETS}/new")["b"] == "2"


def with_default(values: dict[str, str]) -> dict[str, Any]:
    fields = {name: {"type": "string"} | ({"default": values[name]} if name in values else {}) for name in "abc"}
    return {"type": "object", "properties": fields}


def default(cluster: Cluster, url: str, values: dict[str, str]) -> None:
    schema = with_default(values)
    cluster.change(url, lambda found: found["spec"]["versions"][0].update(schema={"openAPIV3Schema": schema}))


@honours("CustomResourcePublishOpenAPI works for multiple CRDs of different groups")
def test_published_for_groups(cluster: Cluster) -> None:
    register(cluster, definition(schema=STRICT))
    register(cluster, definition(group="example.org", versions=("v4",), schema=STRICT))
    assert {"example.com/v1/Widget", "example.org/v4/Widget"} <= published(cluster)


@honours("CustomResourcePublishOpenAPI works for multiple CRDs of same group but different versions")
def test_published_for_versions(cluster: Cluster) -> None:
    register(cluster, definition(versions=("v2", "v3"), schema=STRICT))
    assert {"example.com/v2/Widget", "example.com/v3/Widget"} <= published(cluster)


@honours("CustomResourcePublishOpenAPI works for multiple CRDs of same group and version but different kinds")
def test_published_for_kinds(cluster: Cluster) -> None:
    register(cluster, definition(schema=STRICT))
    register(cluster, definition("Gadget", schema=STRICT))
    assert {"example.com/v1/Widget", "example.com/v1/Gadget"} <= published(cluster)


@honours("CustomResourcePublishOpenAPI updates the published spec when one version gets renamed")
def test_published_after_a_version_is_renamed(cluster: Cluster) -> None:
    url = register(cluster, definition(versions=("v2", "v3"), schema=STRICT))
    cluster.patch(url, [{"op": "replace", "path": "/spec/versions/1/name", "value": "v4"}], "json")
    cluster.until(lambda: "example.com/v4/Widget" in published(cluster))
    assert "example.com/v3/Widget" not in published(cluster)
    assert "example.com/v2/Widget" in published(cluster)


@honours("CustomResourcePublishOpenAPI removes definition from spec when one version gets changed to not be served")
def test_published_after_a_version_is_withdrawn(cluster: Cluster) -> None:
    url = register(cluster, definition(versions=("v5", "v6alpha1"), schema=STRICT))
    assert "example.com/v6alpha1/Widget" in published(cluster)
    cluster.patch(url, [{"op": "replace", "path": "/spec/versions/1/served", "value": False}], "json")
    cluster.until(lambda: "example.com/v6alpha1/Widget" not in published(cluster))
    assert "example.com/v5/Widget" in published(cluster)


MANIFEST = """cat <<'END' | kubectl {verb} -f - {flags}
apiVersion: example.com/v1
kind: Widget
metadata: {{name: one}}
{content}
END
"""


def written(cluster: Cluster, verb: str, content: str, *, code: int = 0, flags: str = "") -> str:
    return cluster.shell(MANIFEST.format(verb=verb, content=content, flags=flags), code=code)


@honours("CustomResourcePublishOpenAPI works for CRD with validation schema")
def test_kubectl_with_a_schema(cluster: Cluster) -> None:
    register(cluster, definition(schema=STRICT))
    good = "spec: {size: 1, parts: [{name: wheel, age: 2}]}"
    assert written(cluster, "create", good) == "widget.example.com/one created\n"
    assert "deleted" in cluster.shell("kubectl delete widget one")
    assert written(cluster, "apply", good) == "widget.example.com/one created\n"
    cluster.shell("kubectl delete widget one")
    for verb in ("create", "apply"):
        assert 'unknown field "spec.foo"' in written(cluster, verb, "spec: {size: 1, foo: yes}", code=1)
        assert 'unknown field "spec.parts[0].foo"' in written(
            cluster, verb, "spec: {size: 1, parts: [{name: a, foo: b}]}", code=1
        )
        assert "spec.size: Required value" in written(cluster, verb, "spec: {parts: [{name: a}]}", code=1)
        assert "spec.parts[0].name: Required value" in written(
            cluster, verb, "spec: {size: 1, parts: [{age: 1}]}", code=1
        )
    whole = cluster.shell("kubectl explain widgets")
    assert "Widget is what one makes." in whole
    assert "What the widget shall be." in whole
    assert "What it is made of." in cluster.shell("kubectl explain widgets.spec")
    assert "How the part is called." in cluster.shell("kubectl explain widgets.spec.parts")
    assert "kind" in cluster.shell("kubectl explain widgets.kind")
    assert "does not exist" in cluster.shell("kubectl explain widgets.spec.nothing", code=1)


@honours("CustomResourcePublishOpenAPI works for CRD without validation schema")
def test_kubectl_without_a_schema(cluster: Cluster) -> None:
    register(cluster, definition())
    for verb in ("create", "apply"):
        assert "created" in written(cluster, verb, "a: {b: [{c: d}]}")
        cluster.shell("kubectl delete widget one")
    said = cluster.shell("kubectl explain widgets")
    assert "DESCRIPTION:\n    <empty>" in said


@honours("CustomResourcePublishOpenAPI works for CRD preserving unknown fields at the schema root")
def test_kubectl_with_an_open_root(cluster: Cluster) -> None:
    root = {**OPEN, "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    register(cluster, definition(schema=root))
    for verb in ("create", "apply"):
        assert "created" in written(cluster, verb, "other: {b: 1}")
        cluster.shell("kubectl delete widget one")
    assert "KIND:       Widget" in cluster.shell("kubectl explain widgets")


@honours("CustomResourcePublishOpenAPI works for CRD preserving unknown fields in an embedded object")
def test_kubectl_with_an_open_field(cluster: Cluster) -> None:
    register(cluster, definition(schema=NESTED))
    for verb in ("create", "apply"):
        assert "created" in written(cluster, verb, "spec: {b: [{c: d}]}")
        cluster.shell("kubectl delete widget one")
    said = cluster.shell("kubectl explain widgets.spec")
    assert "What it shall be." in said
    assert "FIELD: spec <Object>" in said
