from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.machinery.protobuf import MAGIC, ProtobufError, decode, encode, typed
from tests.fidelity import api_roundtrip


@pytest.mark.skipif(not api_roundtrip.CASES.exists(), reason="the conformance cases are not here")
def test_every_kind_of_the_api_survives_both_ways() -> None:
    result = api_roundtrip.run()
    assert result.differences == []
    assert result.total >= 193


DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "replicas": 0,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "nginx", "image": "nginx", "resources": {"limits": {"cpu": "500m"}}}]},
        },
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}},
    },
    "status": {},
}


def test_zero_stays_where_it_differs_from_nothing() -> None:
    again = decode(encode(DEPLOYMENT))
    assert again == DEPLOYMENT
    assert again["spec"]["replicas"] == 0


def test_empty_scalars_are_dropped_as_json_would() -> None:
    data = encode({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "generateName": ""}})
    assert decode(data) == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}


def test_options_decode_under_any_group() -> None:
    options = {"apiVersion": "policy/v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0, "dryRun": ["All"]}
    assert decode(encode(options)) == options


def test_bytes_become_base64_and_back() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"key": "AAEC/w=="}}
    assert decode(encode(secret)) == secret
    assert b64decode("AAEC/w==") in encode(secret)


def test_what_is_inline_in_json_is_a_message_inside() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {
            "volumes": [{"name": "v", "emptyDir": {}}],
            "containers": [{"name": "c", "resources": {}, "livenessProbe": {"httpGet": {"path": "/", "port": "http"}}}],
        },
        "status": {},
    }
    assert decode(encode(pod)) == pod


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"{}", "does not appear to be a protobuf message", id="JSON"),
        pytest.param(MAGIC + b"\x0a\xff", "unexpected EOF", id="cut short"),
        pytest.param(MAGIC, 'no kind "" is registered', id="empty"),
        pytest.param(MAGIC + b"\x0a\x08\x0a\x02v1\x12\x02No", 'no kind "No" is registered for version "v1"', id="kind"),
        pytest.param(MAGIC + b"\x00", "illegal tag 0", id="tag"),
        pytest.param(MAGIC + b"\x0b", "illegal wireType 3", id="group"),
        pytest.param(MAGIC + b"\x08" + b"\xff" * 11, "integer overflow", id="varint"),
        pytest.param(MAGIC + bytes(4 << 20), "larger than", id="size"),
    ],
)
def test_bad_bytes_are_told_apart(data: bytes, message: str) -> None:
    with pytest.raises(ProtobufError, match=message):
        decode(data)


def test_json_inside_a_message_is_bounded() -> None:
    revision = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {}, "data": 7, "revision": 1}
    data = encode(revision)
    assert decode(data)["data"] == 7
    with pytest.raises(ProtobufError, match="JSON inside the message"):
        decode(data.replace(b"\x0a\x017", b"\x0a\x01["))


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_decoder(tail: bytes) -> None:
    whole = encode(DEPLOYMENT)
    for data in (MAGIC + tail, whole[: len(whole) // 2] + tail, whole[:60] + tail + whole[60:]):
        try:
            decode(data)
        except ProtobufError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        pytest.param({"apiVersion": "v1", "kind": "Pod", "spec": []}, "cannot write list", id="message"),
        pytest.param(
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": 1}}, "cannot write int as string", id="scalar"
        ),
        pytest.param({"apiVersion": "x/v1", "kind": "Y"}, 'no kind "Y"', id="kind"),
    ],
)
def test_what_does_not_fit_is_refused(obj: dict[str, object], message: str) -> None:
    with pytest.raises(ProtobufError, match=message):
        encode(obj)


def test_the_very_bytes_that_kubectl_sends() -> None:
    # kubectl 1.37.1: kubectl create configmap c --from-literal=a=b
    sent = (
        b'k8s\x00\n\x0f\n\x02v1\x12\tConfigMap\x12\x1b\n\x11\n\x01c\x12\x00\x1a\x00"\x00*\x002\x008\x00B\x00'
        b'\x12\x06\n\x01a\x12\x01b\x1a\x00"\x00'
    )
    wanted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}}
    assert decode(sent) == wanted
    assert encode(wanted) == sent


def test_go_shows_empty_structs_and_hides_needless_zeros() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "generateName": "", "labels": {}},
        "spec": {"containers": [{"name": "c", "tty": False, "command": None}], "volumes": [], "hostNetwork": False},
    }
    assert typed(pod) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "resources": {}}]},
        "status": {},
    }
    assert typed(DEPLOYMENT) == decode(encode(DEPLOYMENT))
    service = typed({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}})
    assert service["status"] == {"loadBalancer": {}}
    thing = {"apiVersion": "x.io/v1", "kind": "Thing", "spec": None}
    assert typed(thing) is thing


@pytest.mark.skipif(not api_roundtrip.CASES.exists(), reason="the conformance cases are not here")
def test_reading_into_types_agrees_with_the_way_through_protobuf() -> None:
    for name, (_, data) in api_roundtrip.read_samples().items():
        if name in api_roundtrip.UNSAID:
            continue
        obj = decode(data)
        assert typed(obj) == obj, name
        bare = {"apiVersion": obj["apiVersion"], "kind": obj["kind"]}
        assert typed(bare) == decode(encode(bare)), name
