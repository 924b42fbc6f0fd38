"""Kinds that a cluster learns: served, checked, pruned, filled in, shown, scaled, and gone with their definition."""

from typing import Any

import pytest

from simulator.kernel.state import thaw
from tests.apiserver.api import API, KINDS, TABLE

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"
MAPS = "/api/v1/namespaces/default/configmaps"
QUOTAS = "/api/v1/namespaces/default/resourcequotas"
NAME = "widgets.example.com"
SPEC = {
    "type": "object",
    "required": ["size"],
    "properties": {
        "size": {"type": "integer", "minimum": 1, "maximum": 10},
        "color": {"type": "string", "enum": ["red", "blue"], "default": "red"},
        "tag": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 4},
        "ports": {
            "type": "array",
            "maxItems": 2,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        },
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "at": {"type": "string", "format": "ipv4"},
    },
}
DEFINITION = {
    "metadata": {"name": NAME},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": ["wd"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": SPEC,
                            "status": {"type": "object", "properties": {"n": {"type": "integer"}}},
                        },
                    }
                },
                "subresources": {
                    "status": {},
                    "scale": {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.n"},
                },
                "additionalPrinterColumns": [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}],
            }
        ],
    },
}


@pytest.fixture(autouse=True)
def definition(api: API) -> None:
    api.create(DEFINITIONS, DEFINITION)
    api.world.advance(1)


def widget(name: str = "w", **spec: Any) -> Any:
    return {"metadata": {"name": name}, "spec": spec}


def test_established(api: API) -> None:
    status = api.get(f"{DEFINITIONS}/{NAME}")["status"]
    assert [(c["type"], c["status"]) for c in status["conditions"]] == [
        ("NamesAccepted", "True"),
        ("Established", "True"),
    ]
    assert status["storedVersions"] == ["v1"]


def test_defaults(api: API) -> None:
    assert api.create(WIDGETS, widget(size=3))["spec"] == {"size": 3, "color": "red"}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"size": 30}, "spec.size: Invalid value: 30: spec.size in body should be less than or equal to 10"),
        ({"size": 0}, "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        (
            {"size": "x"},
            '[spec.size: Invalid value: "string": spec.size in body must be of type integer: "string", .spec.size: Invalid '
            "value: 0: .spec.size accessor error: x is of the type string, expected int64]",
        ),
        ({"size": 1, "at": "1.2.3"}, 'spec.at: Invalid value: "1.2.3": spec.at in body must be of type ipv4: "1.2.3"'),
        ({}, "spec.size: Required value"),
        ({"size": 1, "color": "green"}, 'spec.color: Unsupported value: "green": supported values: "red", "blue"'),
        ({"size": 1, "tag": "A1"}, "spec.tag: Invalid value: \"A1\": spec.tag in body should match '^[a-z]+$'"),
        ({"size": 1, "tag": "a"}, 'spec.tag: Invalid value: "a": spec.tag in body should be at least 2 chars long'),
        (
            {"size": 1, "ports": [{"name": "a"}, {"name": "a"}]},
            'spec.ports[1]: Duplicate value: {"name":"a"}',
        ),
    ],
)
def test_rules(api: API, spec: Any, message: str) -> None:
    assert api.create(WIDGETS, widget(**spec))["message"] == f'Widget.example.com "w" is invalid: {message}'


def test_unknown_fields(api: API) -> None:
    strict = api.create(f"{WIDGETS}?fieldValidation=Strict", widget(size=1, extra=1))
    assert strict["message"] == (
        'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.extra"'
    )
    kept = api.create(WIDGETS, widget(size=1, extra=1, free={"any": {"thing": 1}}))
    assert kept["spec"] == {"size": 1, "color": "red", "free": {"any": {"thing": 1}}}


def test_patches(api: API) -> None:
    api.create(WIDGETS, widget(size=3))
    assert api.patch("merge", f"{WIDGETS}/w", {"spec": {"size": 4}})["metadata"]["generation"] == 2
    assert api.patch("strategic", f"{WIDGETS}/w", {"spec": {"size": 4}})["code"] == 415
    applied = api.patch("apply", f"{WIDGETS}/v?fieldManager=me", {
        "apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "v"}, "spec": {"size": 2},
    })  # fmt: skip
    assert applied["metadata"]["managedFields"][0]["manager"] == "me"


def test_finalizers_may_have_short_names_there(api: API) -> None:
    """The same name is refused where a kind is built in."""
    why = "to avoid accidental conflicts with other finalizer writers"
    named = {"metadata": {"name": "w", "finalizers": ["mine", "a.example.com", "b.example.com/c", "kubernetes"]}}
    made = api.request("POST", WIDGETS, {**named, "spec": {"size": 1}})
    told = (
        f'metadata.finalizers: "a.example.com": prefer a domain-qualified finalizer name including a path (/) {why}',
        f'metadata.finalizers: "mine": prefer a domain-qualified finalizer name {why}',
    )
    lines = ('299 - "' + line.replace('"', '\\"') + '"' for line in told)
    assert (made.status, made.headers["warning"]) == (201, ", ".join(lines))
    changed = api.request("PATCH", f"{WIDGETS}/w", {"spec": {"size": 2}}, content_type=KINDS["merge"])
    assert (changed.status, "warning" in changed.headers) == (200, False)
    refused = api.create("/api/v1/namespaces/default/configmaps", named)
    rule = "name is neither a standard finalizer name nor is it fully qualified"
    assert refused["message"] == (
        f'ConfigMap "w" is invalid: [metadata.finalizers[0]: Invalid value: "mine": {rule}, '
        f'metadata.finalizers[1]: Invalid value: "a.example.com": {rule}]'
    )


def test_who_applied_replicas_to_a_custom_scale(api: API) -> None:
    head = {"apiVersion": "example.com/v1", "kind": "Widget"}
    scale = {"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": 4}}
    api.patch("apply", f"{WIDGETS}/w?fieldManager=a", {**head, **widget(size=3, tag="ab")})
    refused = api.patch("apply", f"{WIDGETS}/w/scale?fieldManager=b", scale)
    assert refused["message"] == 'Apply failed with 1 conflict: conflict with "a": .spec.replicas'
    api.patch("apply", f"{WIDGETS}/w/scale?fieldManager=b&force=true", scale)
    found = api.get(f"{WIDGETS}/w")
    owners = {entry["manager"]: entry["fieldsV1"] for entry in found["metadata"]["managedFields"]}
    assert found["spec"]["size"] == 4
    assert owners == {"a": {"f:spec": {"f:tag": {}}}, "b": {"f:spec": {"f:size": {}}}}


def test_subresources(api: API) -> None:
    api.create(WIDGETS, widget(size=3))
    assert api.patch("merge", f"{WIDGETS}/w/scale", {"spec": {"replicas": 5}})["spec"] == {"replicas": 5}
    changed = api.patch("merge", f"{WIDGETS}/w/status", {"status": {"n": 2}, "spec": {"size": 9}})
    assert (changed["spec"]["size"], changed["status"]) == (5, {"n": 2})
    assert api.get(f"{WIDGETS}/w/scale")["status"] == {"replicas": 2}


def test_a_status_takes_no_labels_yet_notes_who_sent_them(api: API) -> None:
    api.create(WIDGETS, widget(size=3))
    sent = {"metadata": {"labels": {"a": "b"}}, "status": {"n": 2}}
    changed = api.patch("merge", f"{WIDGETS}/w/status?fieldManager=me", sent)
    assert "labels" not in changed["metadata"]
    noted = {"f:metadata": {"f:labels": {".": {}, "f:a": {}}}, "f:status": {".": {}, "f:n": {}}}
    assert [each["fieldsV1"] for each in changed["metadata"]["managedFields"] if each["manager"] == "me"] == [noted]


def test_tables_and_watches(api: API) -> None:
    watch = api.watch(f"{WIDGETS}?watch=true")
    api.create(WIDGETS, widget(size=3))
    assert watch.names() == ["ADDED w"]
    assert api.get(WIDGETS, **TABLE)["rows"][0]["cells"] == ["w", 3]


def test_discovery_and_documents(api: API) -> None:
    (resource, *_) = api.get("/apis/example.com/v1")["resources"]
    assert (resource["name"], resource["kind"], resource["shortNames"]) == ("widgets", "Widget", ["wd"])
    assert b"com.example.v1.Widget" in api.get("/openapi/v3/apis/example.com/v1")


def test_a_fork_knows_them(api: API) -> None:
    api.create(WIDGETS, widget(size=3))
    assert API(api.world.fork()).get(f"{WIDGETS}/w")["spec"]["size"] == 3


def test_objects_go_with_their_definition(api: API) -> None:
    api.create(WIDGETS, widget(size=3))
    api.delete(f"{DEFINITIONS}/{NAME}")
    api.world.advance(2)
    assert api.get(f"{DEFINITIONS}/{NAME}")["code"] == 404
    gone = api.request("GET", WIDGETS)
    assert (gone.status, gone.body) == (404, "404 page not found\n")
    api.create(DEFINITIONS, DEFINITION)
    api.world.advance(1)
    assert api.get(WIDGETS)["items"] == []


def owned(name: str, owner: Any, **spec: Any) -> Any:
    reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"]}
    reference |= {"name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}
    return {"metadata": {"name": name, "ownerReferences": [reference]}, "spec": spec}


def test_objects_go_with_their_namespace(api: API) -> None:
    api.create("/api/v1/namespaces", {"metadata": {"name": "n"}})
    api.create("/apis/example.com/v1/namespaces/n/widgets", widget(size=3))
    api.delete("/api/v1/namespaces/n")
    api.world.advance(10)
    assert api.get("/api/v1/namespaces/n")["code"] == 404
    assert api.get("/apis/example.com/v1/widgets")["items"] == []


def test_objects_go_with_their_owner(api: API) -> None:
    parent = api.create(WIDGETS, widget("parent", size=3))
    child = api.create(WIDGETS, owned("child", parent, size=1))
    api.create(MAPS, owned("grandchild", child))
    api.delete(f"{WIDGETS}/parent")
    api.world.advance(10)
    assert [api.get(url)["code"] for url in (f"{WIDGETS}/child", f"{MAPS}/grandchild")] == [404, 404]


def test_quotas_count_them(api: API) -> None:
    api.create(QUOTAS, {"metadata": {"name": "q"}, "spec": {"hard": {f"count/{NAME}": "1"}}})
    api.create(WIDGETS, widget("a", size=1))
    api.world.advance(1)
    assert api.get(f"{QUOTAS}/q")["status"]["used"] == {f"count/{NAME}": "1"}
    assert "exceeded quota: q" in api.create(WIDGETS, widget("b", size=1))["message"]


def test_rules_in_cel_wait_for_an_object_that_is_well_formed(api: API) -> None:
    definition = thaw(api.get(f"{DEFINITIONS}/{NAME}"))
    spec = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    spec["x-kubernetes-validations"] = [{"rule": "self.size < 5"}]
    assert api.request("PUT", f"{DEFINITIONS}/{NAME}", definition).headers.get("warning") is None
    message = api.create(WIDGETS, widget(color="red"))["message"]
    assert "spec.size: Required value" in message
    assert "<nil>: Invalid value: null: some validation rules were not checked" in message


# Schemas, their versions and what is within. Upstream: apiextensions-apiserver/test/integration

FOOS = "/apis/example.com/{}/foos"


def foos(api: API, *schemas: Any, **version: Any) -> None:
    """A kind with a version for each schema, of which the first is stored."""
    versions = [
        {
            "name": f"v{place + 1}",
            "served": True,
            "storage": not place,
            "schema": {"openAPIV3Schema": schema},
            **version,
        }
        for place, schema in enumerate(schemas)
    ]
    names = {"plural": "foos", "singular": "foo", "kind": "Foo", "listKind": "FooList"}
    spec = {"group": "example.com", "scope": "Cluster", "names": names, "versions": versions}
    made = api.create(DEFINITIONS, {"metadata": {"name": "foos.example.com"}, "spec": spec})
    assert made["kind"] == "CustomResourceDefinition", made
    api.world.advance(1)


def foo(**fields: Any) -> Any:
    return {"metadata": {"name": "foo"}, **fields}


def record(**properties: Any) -> Any:
    return {"type": "object", "properties": properties}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
KEEPS = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
EMBEDDED = {**KEEPS, "x-kubernetes-embedded-resource": True}
WITHIN = record(one=EMBEDDED, more={"type": "object", "additionalProperties": {**EMBEDDED, **record(inner=EMBEDDED)}})


def test_objects_within_are_read_as_objects(api: API) -> None:
    foos(api, WITHIN)
    head = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "unknown": 1}, "more": 1}
    read = {**head, "metadata": {"name": "a"}}
    made = api.create(FOOS.format("v1"), foo(one=head, more={"x": {**head, "inner": head}}))
    assert (made["one"], made["more"]) == (read, {"x": {**read, "inner": read}})


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        (
            {"one": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": 42}}},
            400,
            'Foo in version "v1" cannot be handled as a Foo: one.metadata: Invalid value: {"name":"a","namespace":42}: json: '
            "cannot unmarshal number into Go struct field ObjectMeta.namespace of type string",
        ),
        (
            {"one": {"apiVersion": "v1", "kind": 5}},
            400,
            'Foo in version "v1" cannot be handled as a Foo: one.kind: Invalid value: 5: must be a string',
        ),
        ({"one": {"kind": "Pod"}}, 422, "one.apiVersion: Required value"),
        ({"one": {"apiVersion": "a/b/c", "kind": "P"}}, 422, "unexpected GroupVersion string: a/b/c"),
        (
            {"more": {"x": {"apiVersion": "v1", "kind": "%", "metadata": {"name": ".."}}}},
            422,
            "more[x].metadata.name: Invalid value: \"..\": may not be '..'",
        ),
        (
            {"more": {"x": {"apiVersion": "v1", "kind": "P", "inner": {"apiVersion": "v1", "kind": "%"}}}},
            422,
            'more[x].inner.kind: Invalid value: "%": may have mixed case, but should otherwise match: a DNS-1035 label',
        ),
    ],
)
def test_objects_within_are_checked(api: API, fields: Any, code: int, message: str) -> None:
    foos(api, WITHIN)
    answer = api.create(FOOS.format("v1"), foo(**fields))
    assert (answer["code"], message in answer["message"]) == (code, True), answer["message"]


def test_a_kind_of_another_name(api: API) -> None:
    foos(api, KEEPS)
    answer = api.create(FOOS.format("v1"), {"kind": "Bar", "metadata": {"name": "foo"}})
    words = 'Bar.example.com "foo" is invalid: kind: Invalid value: "Bar": must be Foo'
    assert (answer["code"], answer["message"]) == (422, words)


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        (["v2"], 'status.storedVersions: Invalid value: ["v2"]: must have the storage version v1'),
        ([], "status.storedVersions: Invalid value: []: must have at least one stored version"),
        (["v1", "v9"], 'status.storedVersions[1]: Invalid value: "v9": missing from spec.versions;'),
    ],
)
def test_which_versions_are_said_to_be_stored(api: API, stored: list[str], message: str) -> None:
    foos(api, KEEPS, KEEPS)
    changes = [{"op": "replace", "path": "/status/storedVersions", "value": stored}]
    assert message in api.patch("json", f"{DEFINITIONS}/foos.example.com/status", changes)["message"]


def test_nulls_that_may_not_be_go(api: API) -> None:
    nullable = {**TEXT, "nullable": True}
    foos(
        api, record(a={**TEXT, "default": "x"}, b={**nullable, "default": "x"}, c=TEXT, d=nullable, e=record(f=NUMBER))
    )
    made = api.create(FOOS.format("v1"), foo(a=None, b=None, c=None, d=None, e={"f": None}))
    assert {name: made.get(name, "-") for name in "abcde"} == {"a": "x", "b": None, "c": "-", "d": None, "e": {}}


def test_what_a_schema_forgets_is_seen_no_more(api: API) -> None:
    foos(api, record(alpha=TEXT, beta=NUMBER))
    url = FOOS.format("v1")
    api.create(url, foo(alpha="a", beta=1))
    schema = "/spec/versions/0/schema/openAPIV3Schema/properties"
    changes = [{"op": "replace", "path": schema, "value": {"alpha": TEXT, "gamma": {**NUMBER, "default": 3}}}]
    api.patch("json", f"{DEFINITIONS}/foos.example.com", changes)
    api.world.advance(1)
    (listed,) = api.get(url)["items"]
    ((_, watched),) = api.watch(f"{url}?watch=1").events()
    for found in (api.get(f"{url}/foo"), listed, watched):
        assert {name: found.get(name) for name in ("alpha", "beta", "gamma")} == {
            "alpha": "a",
            "beta": None,
            "gamma": 3,
        }


def test_the_version_sent_checks_fills_in_and_the_stored_one_keeps(api: API) -> None:
    first = record(size={**NUMBER, "maximum": 3}, old={**TEXT, "default": "o"})
    foos(api, first, {**record(size=NUMBER, new={**TEXT, "default": "n"}), "required": ["size"]})
    one, two = (FOOS.format(version) for version in ("v1", "v2"))
    made = api.create(two, foo(size=5))
    assert made == {**made, "size": 5}
    assert "new" not in made  # what the version that is stored does not know is lost
    assert api.create(two, foo())["message"] == 'Foo.example.com "foo" is invalid: size: Required value'
    seen = api.get(f"{one}/foo")
    assert (seen["size"], seen["old"]) == (5, "o")
    assert "should be less than or equal to 3" in api.patch("merge", f"{one}/foo", {"size": 6})["message"]
    assert api.patch("merge", f"{two}/foo", {"size": 6})["size"] == 6


@pytest.mark.parametrize(
    ("url", "patch", "message"),
    [
        ("", {"spec": {"n": 2**31}}, ".spec.n: Invalid value: 2147483648: should be less than or equal to 2147483647"),
        ("", {"spec": {"n": -1}}, ".spec.n: Invalid value: -1: should be a non-negative integer"),
        (
            "/status",
            {"status": {"selector": 5}},
            '.status.selector: Invalid value: "": .status.selector accessor error: 5 is of the type int64, expected string',
        ),
        ("/status", {"status": 7}, "accessor error: 7 is of the type int64, expected map[string]interface{}"),
    ],
)
def test_replicas_of_a_custom_scale(api: API, url: str, patch: Any, message: str) -> None:
    scale = {"specReplicasPath": ".spec.n", "statusReplicasPath": ".status.n", "labelSelectorPath": ".status.selector"}
    foos(api, KEEPS, subresources={"status": {}, "scale": scale})
    api.create(FOOS.format("v1"), foo())
    missing = api.get(FOOS.format("v1") + "/foo/scale")
    words = 'Internal error occurred: the spec replicas field ".spec.n" does not exist'
    assert (missing["code"], missing["message"]) == (500, words)
    assert message in api.patch("merge", FOOS.format("v1") + "/foo" + url, patch)["message"]
