"""Asking the API server as an administrator."""

from collections.abc import Mapping
from typing import Any

import orjson

from lessons.checks.view import View
from simulator.api.requests import ADMINISTRATOR, Request
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource

JSON = {"content-type": "application/json"}


class RefusedError(Exception):
    """The API server did not do what a check wanted; the message is the server's."""


def path_of(resource: Resource, namespace: str) -> str:
    """Where the objects of a resource are: `/apis/apps/v1/namespaces/shop/deployments`."""
    inside = f"/namespaces/{namespace}" if namespace else ""
    root = "apis" if resource.group else "api"
    return f"/{root}/{resource.api_version()}{inside}/{resource.plural}"


def call(view: View, method: str, url: str, body: Object | None = None, headers: Mapping[str, str] = JSON) -> Any:
    """The body of the answer. Raises `RefusedError`."""
    content = b"" if body is None else orjson.dumps(body)
    request = Request.to(method, url, headers=dict(headers), body=content, user=ADMINISTRATOR)
    answer = view.cluster.server.handle(request)
    if answer.status >= 400:
        raise RefusedError(answer.body["message"] if isinstance(answer.body, dict) else str(answer.body))
    return answer.body
