"""Validation of a Secret. Upstream: ValidateSecret in pkg/apis/core/validation"""

from base64 import b64decode
from collections.abc import Iterator

import orjson

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, required, too_long
from simulator.machinery.gojson import sort_of, syntax_error
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update, validate_unchanged
from simulator.resources.configmaps.validation import LIMIT, decoded_length

HIDDEN = "<secret contents redacted>"
ACCOUNT_NAME = "kubernetes.io/service-account.name"


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    if old is not None:
        yield from validate_metadata_update(obj, old)
        yield from validate_unchanged(obj.get("type"), old.get("type"), "type")
        if old.get("immutable"):
            yield from validate_frozen(obj, old)
    yield from validate_metadata(obj)
    content = obj.get("data") or {}
    for key in sorted(content):
        for message in names.config_key(key):
            yield invalid(f"data[{key}]", key, message)
    if sum(decoded_length(value) for value in content.values()) > LIMIT:
        yield too_long("data", LIMIT)
    yield from validate_type(obj, content)


def validate_frozen(obj: Object, old: Object) -> Errors:
    if not obj.get("immutable"):
        yield forbidden("immutable", "field is immutable when `immutable` is set")
    if (obj.get("data") or {}) != (old.get("data") or {}):
        yield forbidden("data", "field is immutable when `immutable` is set")


def validate_type(obj: Object, content: Object) -> Errors:
    """What a Secret of a known type has to hold."""
    kind = obj.get("type", "")
    if kind == "kubernetes.io/service-account-token":
        annotations = (obj.get("metadata") or {}).get("annotations") or {}
        if not annotations.get(ACCOUNT_NAME):
            yield required(f"metadata.annotations[{ACCOUNT_NAME}]")
    elif kind == "kubernetes.io/basic-auth":
        if "username" not in content and "password" not in content:
            yield required("data[username]")
            yield required("data[password]")
    elif kind == "kubernetes.io/ssh-auth":
        if not content.get("ssh-privatekey"):
            yield required("data[ssh-privatekey]")
    elif kind == "kubernetes.io/tls":
        for key in ("tls.crt", "tls.key"):
            if key not in content:
                yield required(f"data[{key}]")
    elif kind in ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson"):
        key = ".dockercfg" if kind.endswith("cfg") else ".dockerconfigjson"
        if key not in content:
            yield required(f"data[{key}]")
        elif why := wrong_json(b64decode(content[key])):
            yield invalid(f"data[{key}]", HIDDEN, why)


def wrong_json(text: bytes) -> str:
    """Why a text is no JSON object; "" where it is one."""
    try:
        value = orjson.loads(text)
    except ValueError as error:
        return syntax_error(text) or str(error)
    if value is None or isinstance(value, dict):
        return ""
    return f"json: cannot unmarshal {sort_of(value)} into Go value of type map[string]interface {{}}"
