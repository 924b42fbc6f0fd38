"""The token by which a list goes on: where, and at which revision. Upstream: apiserver/pkg/storage/continue.go"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from posixpath import normpath
from typing import Any, Final, Never

import orjson

from simulator.api.errors import BadRequest
from simulator.machinery.gojson import syntax_error

VERSION: Final = "meta.k8s.io/v1"
ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def encode_token(revision: int, start: str) -> str:
    """A revision of -1 stands for the newest."""
    return urlsafe_b64encode(orjson.dumps({"v": VERSION, "rv": revision, "start": start})).decode().rstrip("=")


def decode_token(token: str) -> tuple[int, str]:
    """The revision of a token, and the first key that is still to come."""
    for position, character in enumerate(token):
        if character not in ALPHABET:
            refuse(f": illegal base64 data at input byte {position}")
    if len(token) % 4 == 1:
        refuse(f": illegal base64 data at input byte {len(token) - 1}")
    content = read(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    version, revision, start = content.get("v", ""), content.get("rv", 0), content.get("start", "")
    if version != VERSION:
        refuse(f": server does not recognize this encoded version {version}")
    if not isinstance(revision, int) or revision == 0:
        refuse(f": incorrect encoded start resourceVersion (version {VERSION})")
    if not isinstance(start, str) or not start:
        refuse(f": encoded start key empty (version {VERSION})")
    key = start if start.startswith("/") else f"/{start}"
    if normpath(key) != key:
        refuse(f": {start}")
    return revision, key[1:]


def read(content: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        refuse(f": {syntax_error(content) or error}")
    if not isinstance(value, dict):
        refuse("")
    return value


def refuse(why: str) -> Never:
    raise BadRequest(f"invalid continue token: continue key is not valid{why}")
