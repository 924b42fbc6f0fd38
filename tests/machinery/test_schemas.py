"""The published schemas as a tree of types."""

import pytest

from simulator.machinery.schemas import Form, Schemas, schemas, versions

POD = "io.k8s.api.core.v1.Pod"


def test_every_release_has_its_kinds() -> None:
    assert versions()[0] == "1.25"
    assert versions()[-1] == "1.37"
    known = schemas("1.37")
    assert known is schemas("1.37")
    assert known.for_kind("apps", "v1", "Deployment") == "io.k8s.api.apps.v1.Deployment"
    assert known.for_kind("apps", "v1", "Nonsense") is None
    assert ("", "v1", "Pod") in known.kinds()
    with pytest.raises(KeyError, match=r"no schemas for Kubernetes 1\.2"):
        schemas("1.2")


@pytest.mark.parametrize(
    ("path", "form", "scalar"),
    [
        (("spec",), Form.STRUCT, ""),
        (("spec", "containers"), Form.LIST, ""),
        (("spec", "containers", "image"), Form.SCALAR, "string"),
        (("spec", "containers", "resources", "limits"), Form.MAP, ""),
        (("spec", "containers", "resources", "limits", "cpu"), Form.SCALAR, "quantity"),
        (("spec", "containers", "readinessProbe", "httpGet", "port"), Form.SCALAR, "int-or-string"),
        (("metadata", "creationTimestamp"), Form.SCALAR, "time"),
        (("metadata", "managedFields", "fieldsV1"), Form.ANY, ""),
        (("spec", "hostNetwork"), Form.SCALAR, "boolean"),
    ],
)
def test_fields(path: tuple[str, ...], form: Form, scalar: str) -> None:
    found = schemas("1.37").field(POD, path)
    assert found is not None
    assert (found.form, found.scalar) == (form, scalar)


def test_how_fields_merge() -> None:
    known = schemas("1.37")
    containers = known.field(POD, ("spec", "containers"))
    volumes = known.field(POD, ("spec", "volumes"))
    ports = known.field("io.k8s.api.core.v1.ServiceSpec", ("ports",))
    selector = known.field("io.k8s.api.apps.v1.DeploymentSpec", ("selector",))
    assert containers and volumes and ports and selector
    assert (containers.strategies, containers.merge_key, containers.list_keys) == (("merge",), "name", ("name",))
    assert volumes.strategies == ("merge", "retainKeys")
    assert (ports.merge_key, ports.list_type, ports.list_keys) == ("port", "map", ("port", "protocol"))
    assert selector.map_type == "atomic"
    assert selector.description.startswith("Label selector for pods.")
    assert known.field(POD, ("spec", "nothing")) is None


def test_recursive_types() -> None:
    name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
    deep = schemas("1.37").field(name, ("properties", "a", "properties", "b", "description"))
    assert deep is not None and deep.scalar == "string"


def test_schemas_of_ones_own() -> None:
    own = Schemas(
        {
            "thing": {
                "type": "object",
                "properties": {
                    "spec": {"type": "object", "properties": {"size": {"type": "integer"}}},
                    "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                    "other": {"$ref": "#/definitions/thing"},
                },
            }
        }
    )
    assert own.type("thing").fields["spec"].fields["size"].scalar == "integer"
    assert own.type("thing").fields["free"].form is Form.ANY
    assert own.type("thing").fields["other"].fields is own.type("thing").fields
