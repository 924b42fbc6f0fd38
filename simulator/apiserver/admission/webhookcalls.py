"""Calls to webhooks: an AdmissionReview goes to a Service of the cluster, whose Pod's program answers.

Upstream: apiserver/pkg/util/webhook, apiserver/pkg/admission/plugin/webhook/{request,errors}
"""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from simulator.api.client import Backend
from simulator.api.errors import APIError
from simulator.api.requests import Request
from simulator.apiserver.nodes import NoReply
from simulator.apiserver.waiting import Waiting, question
from simulator.kernel.clock import SECOND
from simulator.machinery.gojson import syntax_error
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

REVIEW: Final = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}
HTTPS: Final = 443


class CallFailed(Exception):
    """A webhook that could not be asked, or whose answer makes no sense; its failure policy decides."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook says."""

    allowed: bool
    status: Object = field(default_factory=dict)
    patch: list[Any] | None = None
    warnings: list[str] = field(default_factory=list)
    annotations: dict[str, str] = field(default_factory=dict)


class Caller:
    """The API server's way to webhooks."""

    def __init__(self, backend: Backend, waiting: Waiting) -> None:
        self._backend = backend
        self.waiting = waiting

    def ask(self, client: Object, request: Object, timeout: int, *, may_patch: bool) -> Answer:
        """Put a request to a webhook. Raises `CallFailed`."""
        body = self.post(client, {**REVIEW, "request": request}, timeout)
        return answer_of(body, request["uid"], may_patch=may_patch)

    def post(self, client: Object, review: Object, timeout: int) -> Object:
        """Send a review to a client configuration and read what comes back. Raises `CallFailed`."""
        service, query = client["service"], {"timeout": f"{timeout}s"}
        port = service.get("port") or HTTPS
        path = service.get("path") or "/"
        host = f"{service['name']}.{service['namespace']}.svc"
        failing = f"failed to call webhook: Post {quoted(f'https://{host}:{port}{path}?{urlencode(query)}')}"
        address = self._address(service, port, failing)
        headers = {"content-type": "application/json", "accept": "application/json", "host": host}
        request = Request("POST", path, tuple(query.items()), headers, orjson.dumps(review))
        self.waiting.check()
        trusts, patience = trusted(client.get("caBundle") or ""), min(timeout * SECOND, self.waiting.left)

        def asked() -> tuple[int, bytes | str]:
            try:
                said = self.waiting.call(host, address, port, request, trusts=trusts, timeout=patience)
            except NoReply as error:
                self.waiting.check()
                return 0, error.message
            return said.status, said.body if isinstance(said.body, bytes) else str(said.body).encode()

        status, body = self.waiting.once(question(f"{host}:{port}{path}", request.body), asked)
        if isinstance(body, str):
            raise CallFailed(f"{failing}: {body}")
        if status != 200:
            raise CallFailed(f"failed to call webhook: {status_words(status, body)}")
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            why = f"couldn't get version/kind; json parse error: {syntax_error(body) or error}"
            raise CallFailed(f"failed to call webhook: {why}") from None
        if not isinstance(found, dict):
            raise CallFailed("failed to call webhook: couldn't get version/kind; json parse error: not an object")
        return found

    def _address(self, service: Object, port: int, failing: str) -> str:
        """The address of a Service. Upstream: kube-aggregator/pkg/apiserver/resolvers.go"""
        name = service["name"]
        found = self._backend.read("services", (service["namespace"], name))
        if found is None:
            raise CallFailed(f"{failing}: service {quoted(name)} not found")
        if found["spec"].get("type") == "ExternalName":
            raise CallFailed(f"{failing}: unsupported service type {quoted('ExternalName')}")
        if not any(each.get("port") == port for each in found["spec"].get("ports") or ()):
            raise CallFailed(f"{failing}: no service port {port} found for service {quoted(name)}")
        address = found["spec"].get("clusterIP") or "None"
        if address == "None":
            raise CallFailed(f"{failing}: dial tcp: lookup {name}.{service['namespace']}.svc: no such host")
        return str(address)


def trusted(bundle: str) -> str:
    """The certificates of a `caBundle`."""
    try:
        return base64.b64decode(bundle).decode()
    except ValueError:
        return ""


def status_words(status: int, body: bytes) -> str:
    """Upstream: client-go/rest/request.go, apimachinery/pkg/api/errors"""
    if status == 404:
        return "the server could not find the requested resource"
    text = body.decode(errors="replace").strip()
    if status >= 500:
        shown = quoted(text) if text else '"unknown"'
        return f"an error on the server ({shown}) has prevented the request from succeeding"
    return "the server rejected our request for an unknown reason"


def answer_of(body: Object, uid: str, *, may_patch: bool) -> Answer:
    """What a review's response says. Raises `CallFailed`. Upstream: VerifyAdmissionResponse"""
    response = body.get("response")
    if not isinstance(response, dict):
        raise CallFailed("failed to call webhook: webhook response was absent")
    wanted = "admission.k8s.io/v1, Kind=AdmissionReview"
    given = f"{body.get('apiVersion', '')}, Kind={body.get('kind', '')}"
    if given != wanted:
        raise CallFailed(f"received invalid webhook response: expected webhook response of {wanted}, got {given}")
    if response.get("uid") != uid:
        shown = quoted(str(response.get("uid") or ""))
        raise CallFailed(f"received invalid webhook response: expected response.uid={quoted(uid)}, got {shown}")
    patch = patch_of(response, may_patch=may_patch)
    warnings, annotations = response.get("warnings") or [], response.get("auditAnnotations") or {}
    status = response.get("status") or {}
    if not isinstance(warnings, list) or not isinstance(annotations, dict) or not isinstance(status, dict):
        raise CallFailed("failed to call webhook: json: cannot unmarshal the response into Go value of type v1")
    return Answer(
        response.get("allowed") is True,
        status,
        patch,
        [str(each) for each in warnings],
        {str(key): str(value) for key, value in annotations.items()},
    )


def patch_of(response: Object, *, may_patch: bool) -> list[Any] | None:
    stem = "received invalid webhook response: "
    encoded, kind = response.get("patch"), response.get("patchType") or ""
    if not encoded:
        if kind:
            raise CallFailed(f"{stem}webhook returned response.patchType but not response.patch")
        return None
    if not may_patch:
        raise CallFailed(f"{stem}validating webhook may not return response.patch")
    if not kind:
        raise CallFailed(f"{stem}webhook returned response.patch but not response.patchType")
    if kind != "JSONPatch":
        raise CallFailed(f"{stem}invalid value of response.patchType {quoted(kind)}, must be {quoted('JSONPatch')}")
    try:
        found = orjson.loads(base64.b64decode(str(encoded), validate=True))
    except (binascii.Error, ValueError) as error:
        raise CallFailed(f"{stem}{error}") from None
    return found  # type: ignore[no-any-return]


class Rejected(APIError):
    """A webhook said no. Upstream: apiserver/pkg/admission/plugin/webhook/errors/statuserror.go"""

    def __init__(self, webhook: str, status: Object) -> None:
        denied = f"admission webhook {quoted(webhook)} denied the request"
        told = status.get("message") or status.get("reason")
        super().__init__(f"{denied}: {told}" if told else f"{denied} without explanation", status.get("details"))
        code = status.get("code")
        self.code = code if isinstance(code, int) and 400 <= code < 600 else 400
        self.reason = str(status.get("reason") or "")
