"""What answers say of a request that failed, and of one that did not quite. Upstream: apimachinery/pkg/api/errors"""

import re
from typing import Any

import orjson

from simulator.api.requests import Response
from simulator.machinery.objects import Object

UNEXPLAINED = {
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
}
"""What an answer means that does not say so itself."""


def status_of(response: Response, method: str = "", path: str = "") -> Object:
    """The Status of an answer that failed; where the server sent something else, one made of what was asked of it."""
    body: Any = response.body
    if isinstance(body, (str, bytes)):
        try:
            body = orjson.loads(body)
        except orjson.JSONDecodeError:
            text = body if isinstance(body, str) else body.decode(errors="replace")
            if response.status in UNEXPLAINED:
                return unexplained(response.status, text, method, path)
            return {"status": "Failure", "message": text.strip() or "unknown", "code": response.status}
    return body if isinstance(body, dict) else {"status": "Failure", "message": "unknown", "code": response.status}


def unexplained(code: int, text: str, method: str, path: str) -> Object:
    """What an answer in other words than a Status comes to."""
    reason, message = UNEXPLAINED[code]
    group, resource, name = asked_for(path)
    if resource:
        message += f" ({method.lower()} {resource}{'.' if group else ''}{group}{' ' if name else ''}{name})"
    told = {"name": name, "group": group, "kind": resource}
    details: Object = {field: value for field, value in told.items() if value}
    if text.strip():
        details["causes"] = [{"reason": "UnexpectedServerResponse", "message": text.strip()}]
    return {"metadata": {}, "status": "Failure", "message": message, "reason": reason, "details": details, "code": code}


def asked_for(path: str) -> tuple[str, str, str]:
    """Group, resource and name that a path is of."""
    found = re.fullmatch(r"/(?:api|apis/([^/]+))/[^/]+(?:/namespaces/[^/]+)?/([^/]+)(?:/([^/]+))?(?:/.*)?", path)
    if found is None:
        return "", "", ""
    group, resource, name = (part or "" for part in found.groups())
    return group, resource, name


def warnings_of(header: str) -> list[str]:
    """The texts of `299 - "text", 299 - "text"`."""
    texts = []
    for part in header.split('299 - "')[1:]:
        text = part.rstrip().rstrip(",").rstrip()
        texts.append(text.removesuffix('"').replace('\\"', '"').replace("\\\\", "\\"))
    return texts
