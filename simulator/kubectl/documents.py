"""What the server tells of its kinds in OpenAPI documents: each asked for once, and remembered on disk.

Upstream: client-go/openapi, client-go/openapi3, client-go/discovery/cached/{disk,memory}

The real program keeps whole answers. A home here keeps of each its headers and what is made of it; where the text
itself is wanted although nobody need ask for it again, it is fetched without a word.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

import orjson

from simulator.api.requests import Request, Response
from simulator.kubectl.client import Answer, Client, NoConnection
from simulator.kubectl.dialects import GROUP_VERSION, OPENAPI, SWAGGER
from simulator.kubectl.errors import Failure, ServerError
from simulator.kubectl.terminal import Terminal
from simulator.kubectl.tracing import CACHED
from simulator.machinery.objects import Object
from simulator.machinery.openapi.paths import STRATEGIC_MERGE
from simulator.runtime.errors import OSFailure

VARIED = "x-varied-accept"
"""The header by which the cache notes for what an answer was."""

type Kinds = Mapping[str, bool]
"""Kinds that can be patched with their fields validated, and whether by a strategic merge."""


class Documents:
    """The documents of one server, as one run knows them."""

    def __init__(self, client: Client, terminal: Terminal, cache: str) -> None:
        self._client = client
        self._terminal = terminal
        self._folder = f"{cache}/http"
        self._paths: bytes | None = None
        self._kinds: dict[str, Kinds] = {}
        self._swagger: Any = None
        self._failed: dict[str, Failure] = {}

    def paths(self) -> Mapping[str, str]:
        """Where the document of each group and version is, by `api/v1` or `apis/apps/v1`."""
        if self._paths is None:
            client = self._client.speaking(OPENAPI)
            self._paths = self._once("v3", lambda: client.request("GET", "/openapi/v3", self._patience).content)
        return paths_of(self._paths)

    def kinds(self, api_version: str) -> Kinds | None:
        """The kinds of a group and version that are told of; None where there is no such document."""
        if api_version not in self._kinds:
            address = self.address(api_version)
            if address is None:
                return None
            self._kinds[api_version] = self._remembered(GROUP_VERSION.accept, address, kinds_of)
        return self._kinds[api_version]

    def whole(self, api_version: str) -> Object | None:
        """The document of a group and version; None where there is none."""
        address = self.address(api_version)
        if address is None:
            return None
        self.kinds(api_version)
        path, query = address
        return parsed(self._client.fetch(path, query, GROUP_VERSION.accept).content)

    def swagger(self) -> None:
        """Have the document of everything asked for, which the real program reads all of; nothing here needs it."""
        if self._swagger is None:
            address = "/openapi/v2", self._patience
            self._swagger = self._once("v2", lambda: self._remembered(SWAGGER.accept, address, None))

    def _once[T](self, name: str, ask: Callable[[], T]) -> T:
        """What is asked for the first time; that it failed is told again without asking."""
        if name in self._failed:
            raise self._failed[name]
        try:
            return ask()
        except (NoConnection, ServerError) as failure:
            self._failed[name] = failure
            raise

    @property
    def _patience(self) -> dict[str, str]:
        return {"timeout": self._client.patience}

    def address(self, api_version: str) -> tuple[str, dict[str, str]] | None:
        """The path and the query of a document."""
        found = self.paths().get(f"apis/{api_version}" if "/" in api_version else f"api/{api_version}")
        if found is None:
            return None
        path, _, query = found.partition("?")
        pairs = dict(part.partition("=")[::2] for part in query.split("&") if part)
        return path, {**pairs, **self._patience}

    def _remembered(self, accept: str, address: tuple[str, dict[str, str]], make: Callable[[bytes], Any] | None) -> Any:
        """What is made of a document, now or when the disk first heard it."""
        path, query = address
        dialect = SWAGGER if accept == SWAGGER.accept else GROUP_VERSION
        client = self._client.speaking(dialect)
        file = f"{self._folder}/{sha256(client.url(path, query).encode()).hexdigest()}"
        known = self._read(file)
        through = partial(self._answer, client, known, wants_text=make is not None)
        response = client.request("GET", path, query, through=through).response
        if CACHED in response.headers and known is not None:
            return known["made"]
        made = {} if make is None else make(Answer(response).content)
        self._write(file, {"headers": response.headers, "made": made})
        return made

    def _answer(self, client: Client, known: Object | None, request: Request, *, wants_text: bool) -> Response:
        """The server's answer, or the disk's: it need not ask about what never changes, nor hear again what has not."""
        headers = {} if known is None else known["headers"]
        if "expires" in headers:
            body = (
                client.fetch(request.path, dict(request.query), request.headers["accept"]).content
                if client.shows_bodies
                else b""
            )
            return Response(200, body, {**headers, CACHED: "1"})
        tag = headers.get("etag", "") if known is not None else "" if wants_text else "*"
        if tag and not client.shows_bodies:
            request = replace(request, headers={**request.headers, "if-none-match": tag})
        response = client.call(request)
        if response.status not in (200, 304):
            return response
        heard = {**headers, **response.headers}
        if "vary" in heard:
            heard[VARIED] = request.headers["accept"]
        unchanged = tag not in ("", "*") and response.headers.get("etag") == tag
        return replace(response, status=200, headers={**heard, **({CACHED: "1"} if unchanged else {})})

    def _read(self, file: str) -> Object | None:
        try:
            return entry_of(self._terminal.read_file(file)) if self._terminal.is_file(file) else None
        except OSFailure:
            return None

    def _write(self, file: str, entry: Object) -> None:
        try:
            self._terminal.write_file(file, orjson.dumps(entry), 0o660)
        except OSFailure:
            return


@lru_cache(maxsize=32)
def paths_of(body: bytes) -> Mapping[str, str]:
    """What the list of documents says, read once for all runs."""
    return {path: entry["serverRelativeURL"] for path, entry in orjson.loads(body)["paths"].items()}


@lru_cache(maxsize=256)
def entry_of(content: bytes) -> Object | None:
    """What a file of the cache holds, read once for all runs; None where somebody has written into it."""
    try:
        found: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    fits = isinstance(found, dict) and all(isinstance(found.get(part), dict) for part in ("headers", "made"))
    return found if fits and all(isinstance(text, str) for text in found["headers"].values()) else None


@lru_cache(maxsize=8)
def parsed(body: bytes) -> Object:
    """A document, read once for all runs. Not to be changed."""
    document: Object = orjson.loads(body)
    return document


@lru_cache(maxsize=256)
def kinds_of(body: bytes) -> Kinds:
    """The kinds of a document whose patches take fieldValidation; none of one that is made otherwise."""
    found: dict[str, bool] = {}
    try:
        for path in orjson.loads(body)["paths"].values():
            patch = path.get("patch") or {}
            kind = patch.get("x-kubernetes-group-version-kind", {}).get("kind")
            if kind and any(each.get("name") == "fieldValidation" for each in patch.get("parameters", ())):
                found[kind] = found.get(kind, False) or STRATEGIC_MERGE in patch["requestBody"]["content"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
    return found
