"""Objects read as their kinds: what is left out, made canonical, objected to and refused."""

import json
import tarfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from simulator.machinery.decoding import (
    DecodeError,
    cannot_be_handled,
    decode,
    prune_nulls,
    repeated_fields,
    strict_error,
)
from simulator.machinery.gotypes import OMITTED_WHEN_ZERO
from simulator.machinery.schemas import Form, Type, schemas

SAMPLES = Path(__file__).parents[3] / "shared" / "conformance" / "api_roundtrip.tar.gz"
CONTAINER = ("spec", "template", "spec", "containers", 0)
QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


def kind(group: str, version: str, name: str) -> Type:
    found = schemas("1.37").type_of_kind(group, version, name)
    assert found is not None
    return found


def deployment(*path: str | int, value: Any = None) -> dict[str, Any]:
    """A plain Deployment, with something else at a path."""
    container = {
        "name": "web",
        "image": "nginx",
        "ports": [{"containerPort": 80}],
        "env": [{"name": "MODE", "value": "fast"}],
        "resources": {"limits": {"cpu": "100m"}},
        "livenessProbe": {"httpGet": {"path": "/", "port": "http"}},
    }
    labels = {"app": "web"}
    obj: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": labels},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
    obj = deepcopy(obj)
    place: Any = obj
    for step in path[:-1]:
        place = place[step]
    if path:
        place[path[-1]] = value
    return obj


def test_what_needs_nothing_is_returned_as_it_is() -> None:
    obj = deployment()
    assert decode(obj, kind("apps", "v1", "Deployment")).object is obj


def test_every_sample_of_upstream_reads_as_itself() -> None:
    if not SAMPLES.exists():
        pytest.skip("the conformance cases are not here")
    read = 0
    with tarfile.open(SAMPLES) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".json") else None
            text = file.read() if file else b"{}"
            obj = json.loads(text)
            group, _, version = obj.get("apiVersion", "").rpartition("/")
            found = schemas("1.37").type_of_kind(group, version, obj.get("kind", ""))
            if found is None:
                continue  # a version that is served no more
            decoded = decode(obj, found, text)
            assert (decoded.object, decoded.objections) == (obj, ()), member.name
            read += 1
    assert read > 100


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        (
            ("spec", "replicas"),
            "3",
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            ("spec", "replicas"),
            3.5,
            "json: cannot unmarshal number 3.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            ("spec", "replicas"),
            1 << 31,
            "json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            ("spec",),
            "x",
            "json: cannot unmarshal string into Go struct field Deployment.spec of type v1.DeploymentSpec",
        ),
        (
            ("metadata", "labels"),
            "x",
            "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            ("metadata", "labels", "y"),
            True,
            "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            ("metadata", "creationTimestamp"),
            5,
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
        ),
        (
            ("metadata", "creationTimestamp"),
            "now",
            'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
        ),
        (
            (*CONTAINER, "env", 0, "value"),
            5,
            "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
        ),
        (
            (*CONTAINER, "ports"),
            {"containerPort": 80},
            "json: cannot unmarshal object into Go struct field Container.spec.template.spec.containers.ports of type []v1.ContainerPort",
        ),
        (
            (*CONTAINER, "ports", 0),
            "80",
            "json: cannot unmarshal string into Go struct field Container.spec.template.spec.containers.ports of type v1.ContainerPort",
        ),
        (
            (*CONTAINER, "imagePullPolicy"),
            1,
            "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.imagePullPolicy of type v1.PullPolicy",
        ),
        (
            (*CONTAINER, "livenessProbe", "httpGet", "port"),
            True,
            "json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.template.spec.containers.livenessProbe.httpGet.port of type int32",
        ),
        ((*CONTAINER, "resources", "limits", "cpu"), "much", QUANTITY),
        ((*CONTAINER, "resources", "limits", "cpu"), "", QUANTITY),
        ((*CONTAINER, "resources", "limits", "cpu"), True, QUANTITY),
        (
            (*CONTAINER, "resources", "limits"),
            "much",
            "json: cannot unmarshal string into Go struct field ResourceRequirements.spec.template.spec.containers.resources.limits of type v1.ResourceList",
        ),
    ],
)
def test_wrong_types_in_gos_words(path: tuple[str | int, ...], value: Any, error: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(deployment(*path, value=value), kind("apps", "v1", "Deployment"))
    assert str(raised.value) == error


def test_the_first_wrong_type_is_told_unless_a_value_cannot_be_read_at_all() -> None:
    obj = deployment("spec", "replicas", value="2")
    obj["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]["cpu"] = "much"
    with pytest.raises(DecodeError, match="quantities must match"):
        decode(obj, kind("apps", "v1", "Deployment"))


def test_unknown_fields_are_named_in_their_order_and_left_out() -> None:
    obj = deployment("spec", "replica", value=3)
    obj["spec"]["template"]["spec"]["containers"][0]["ports"][0]["hostport"] = 80
    decoded = decode(obj, kind("apps", "v1", "Deployment"))
    assert decoded.object == deployment()
    reason = strict_error(decoded.objections)
    assert cannot_be_handled("Deployment", "v1", reason) == (
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: '
        'unknown field "spec.template.spec.containers[0].ports[0].hostport", unknown field "spec.replica"'
    )


def test_case_counts() -> None:
    decoded = decode(deployment("spec", "Replicas", value=3), kind("apps", "v1", "Deployment"))
    assert decoded.objections == ('unknown field "spec.Replicas"',)


def test_nulls_and_empty_optional_lists_are_left_out() -> None:
    obj = deployment("metadata", "creationTimestamp", value=None)
    obj["metadata"]["annotations"] = {}
    obj["spec"]["template"]["spec"]["containers"][0]["args"] = []
    obj["spec"]["template"]["spec"]["securityContext"] = {}
    wanted = deployment("spec", "template", "spec", "securityContext", value={})
    assert decode(obj, kind("apps", "v1", "Deployment")).object == wanted


def test_a_null_in_a_map_is_the_zero_value() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": None}}
    assert decode(obj, kind("", "v1", "ConfigMap")).object["data"] == {"a": ""}


def test_values_become_canonical() -> None:
    obj = deployment(*CONTAINER, "resources", "limits", value={"cpu": 0.5, "memory": "1024Mi", "x": " 1000m "})
    obj["metadata"]["creationTimestamp"] = "2026-01-01T09:00:00.25+09:00"
    decoded = decode(obj, kind("apps", "v1", "Deployment")).object
    limits = decoded["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"cpu": "500m", "memory": "1Gi", "x": "1"}
    assert decoded["metadata"]["creationTimestamp"] == "2026-01-01T00:00:00Z"
    assert obj["metadata"]["creationTimestamp"].endswith("+09:00")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("not base64!", "illegal base64 data at input byte 3"),
        ("YWJ", "illegal base64 data at input byte 0"),
        ("YWJj!", "illegal base64 data at input byte 4"),
        ("YW==x", "illegal base64 data at input byte 4"),
        ("=", "illegal base64 data at input byte 0"),
    ],
)
def test_base64_that_is_none(text: str, error: str) -> None:
    obj = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": text}}
    with pytest.raises(DecodeError) as raised:
        decode(obj, kind("", "v1", "Secret"))
    assert str(raised.value) == error


def test_base64_may_have_line_breaks() -> None:
    obj = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "YWJj\nZGU="}}
    assert decode(obj, kind("", "v1", "Secret")).object["data"] == {"a": "YWJjZGU="}


def test_repeated_fields_are_found_in_the_text() -> None:
    text = b'{"a":1,"a":2,"b":[{"c":1,"c":2}],"spec":{"x":{"y":1,"y":1}}}'
    assert repeated_fields(text) == ['duplicate field "a"', 'duplicate field "b[0].c"', 'duplicate field "spec.x.y"']
    assert repeated_fields(b'{"a":1,"b":{"a":1}}') == []


def test_nulls_are_pruned_without_a_schema() -> None:
    assert prune_nulls({"a": None, "b": [{"c": None}, 1]}) == {"b": [{}, 1]}


def test_zero_values_that_go_does_not_write_are_left_out() -> None:
    obj = deployment(*CONTAINER, "env", value=[{"name": "EMPTY", "value": ""}])
    spec = obj["spec"]["template"]["spec"]
    spec.update(hostNetwork=False, nodeName="", automountServiceAccountToken=False)
    obj["spec"].update(replicas=0, paused=False)
    decoded = decode(obj, kind("apps", "v1", "Deployment")).object["spec"]
    assert decoded["replicas"] == 0
    assert "paused" not in decoded
    spec = decoded["template"]["spec"]
    assert spec["containers"][0]["env"] == [{"name": "EMPTY"}]
    assert {"hostNetwork", "nodeName"}.isdisjoint(spec)
    assert spec["automountServiceAccountToken"] is False


def test_every_field_that_may_be_omitted_exists() -> None:
    known = {
        name.rsplit(".", 1)[-1]: name
        for name in schemas("1.37").definitions
        if ".api.core.v1." in name or ".meta.v1." in name
    }
    known |= {
        name.rsplit(".", 1)[-1]: name
        for name in schemas("1.37").definitions
        if name.split(".")[-3:-1] in (["apps", "v1"], ["batch", "v1"], ["networking", "v1"])
    }
    for struct, fields in OMITTED_WHEN_ZERO.items():
        published = schemas("1.37").type(known[struct])
        assert fields <= set(published.fields), struct
        assert all(published.fields[field].form is Form.SCALAR for field in fields), struct
