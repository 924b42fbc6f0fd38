"""API errors: each one is the Status a real API server would answer with. Upstream: apimachinery/pkg/api/errors

APIError
├── BadRequest            400
├── Unauthorized          401
├── Forbidden             403
├── NotFound              404
├── MethodNotSupported    405
├── NotAcceptable         406
├── AlreadyExists         409
├── Conflict              409   ApplyConflict carries every conflicting manager
├── Gone                  410   Expired: a resource version that is too old
├── RequestEntityTooLarge 413
├── UnsupportedMediaType  415
├── Invalid               422   carries every field's error, not just the first
├── TooManyRequests       429
├── InternalError         500
├── Unexplained           500   without a reason, as upstream answers what it does not foresee
├── ServiceUnavailable    503
└── Timeout               504
"""

from collections.abc import Sequence

from simulator.machinery.field import FieldError, causes, invalid_message
from simulator.machinery.objects import Object


class APIError(Exception):
    """A request that was not carried out. `message` is what a person reads, `reason` what a program decides by."""

    code = 500
    reason = "InternalError"

    def __init__(self, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def status(self) -> Object:
        """The Status object of this error."""
        status: Object = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        status["message"] = self.message
        if self.reason:
            status["reason"] = self.reason
        if self.details is not None:
            status["details"] = self.details
        status["code"] = self.code
        return status


def qualified(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource


def _details(name: str, group: str, kind: str, **more: object) -> Object:
    details: Object = {}
    if name:
        details["name"] = name
    if group:
        details["group"] = group
    if kind:
        details["kind"] = kind
    details.update(more)
    return details


class BadRequest(APIError):
    code = 400
    reason = "BadRequest"


class Unauthorized(APIError):
    code = 401
    reason = "Unauthorized"

    def __init__(self, message: str = "Unauthorized") -> None:
        super().__init__(message)


class Forbidden(APIError):
    """Not allowed: by authorization, or by an admission plugin, which words its own message."""

    code = 403
    reason = "Forbidden"

    def __init__(self, resource: str, name: str, message: str, *, group: str = "") -> None:
        kind = qualified(resource, group)
        if not kind:
            text = f"forbidden: {message}"
        else:
            text = f'{kind} "{name}" is forbidden: {message}' if name else f"{kind} is forbidden: {message}"
        super().__init__(text, _details(name, group, resource))


class NotFound(APIError):
    code = 404
    reason = "NotFound"

    def __init__(self, resource: str, name: str, *, group: str = "") -> None:
        super().__init__(f'{qualified(resource, group)} "{name}" not found', _details(name, group, resource))


class PathNotFound(APIError):
    """No such path on this server."""

    code = 404
    reason = "NotFound"

    def __init__(self) -> None:
        super().__init__("the server could not find the requested resource", {})


class PageNotFound(PathNotFound):
    """No such path, and no API group below which it could be: not even a Status, but a page."""

    page = "404 page not found\n"


class MethodNotAllowed(APIError):
    """A path of this server, but not with that method."""

    code = 405
    reason = "MethodNotAllowed"

    def __init__(self) -> None:
        super().__init__("the server does not allow this method on the requested resource", {})


class MethodNotSupported(APIError):
    code = 405
    reason = "MethodNotAllowed"

    def __init__(self, resource: str, verb: str, *, group: str = "") -> None:
        message = f'{verb} is not supported on resources of kind "{qualified(resource, group)}"'
        super().__init__(message, _details("", group, resource))


class KindIsGoing(APIError):
    """The CustomResourceDefinition was deleted and waits for its objects to go."""

    code = 405
    reason = "MethodNotAllowed"

    def __init__(self, resource: str, verb: str, *, group: str) -> None:
        message = f"{verb} not allowed while custom resource definition is terminating"
        super().__init__(message, _details("", group, resource))


class NotAcceptable(APIError):
    code = 406
    reason = "NotAcceptable"

    def __init__(self, accepted: Sequence[str]) -> None:
        super().__init__("only the following media types are accepted: " + ", ".join(accepted))


class NoTable(APIError):
    """What was asked for as a table cannot be one."""

    code = 406
    reason = "NotAcceptable"

    def __init__(self, resource: str, *, group: str = "") -> None:
        super().__init__(f"the resource {qualified(resource, group)} does not support being converted to a Table")


class AlreadyExists(APIError):
    code = 409
    reason = "AlreadyExists"

    def __init__(self, resource: str, name: str, *, group: str = "") -> None:
        super().__init__(f'{qualified(resource, group)} "{name}" already exists', _details(name, group, resource))


MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


class Conflict(APIError):
    code = 409
    reason = "Conflict"

    def __init__(self, resource: str, name: str, message: str = MODIFIED, *, group: str = "") -> None:
        text = f'Operation cannot be fulfilled on {qualified(resource, group)} "{name}": {message}'
        super().__init__(text, _details(name, group, resource))


class ApplyConflict(APIError):
    """Server-side apply met fields that other managers own; `causes` are Status causes, one per field."""

    code = 409
    reason = "Conflict"

    def __init__(self, message: str, causes: list[Object]) -> None:
        super().__init__(message, {"causes": causes})


class Gone(APIError):
    """The resource version asked for is no longer kept; a list cut short says from where it can go on, less surely."""

    code = 410
    reason = "Expired"

    def __init__(self, message: str, details: Object | None = None, *, token: str = "") -> None:
        super().__init__(message, details)
        self.token = token

    def status(self) -> Object:
        status = super().status()
        return {**status, "metadata": {"continue": self.token}} if self.token else status


class RequestEntityTooLarge(APIError):
    code = 413
    reason = "RequestEntityTooLarge"

    def __init__(self, message: str = "limit is 3145728") -> None:
        super().__init__(f"Request entity too large: {message}")


class UnsupportedMediaType(APIError):
    code = 415
    reason = "UnsupportedMediaType"

    def __init__(self, given: str, accepted: Sequence[str]) -> None:
        supported = ", ".join(accepted)
        super().__init__(
            f"the body of the request was in an unknown format - accepted media types include: {supported}"
        )
        self.given = given


class Invalid(APIError):
    """An object whose fields break the rules of its kind."""

    code = 422
    reason = "Invalid"

    def __init__(self, kind: str, name: str, errors: Sequence[FieldError], *, group: str = "") -> None:
        details = _details(name, group, kind, causes=causes(errors))
        super().__init__(invalid_message(kind, group, name, errors), details)


class TooManyRequests(APIError):
    code = 429
    reason = "TooManyRequests"


class InternalError(APIError):
    code = 500
    reason = "InternalError"

    def __init__(self, message: str) -> None:
        super().__init__(f"Internal error occurred: {message}", {"causes": [{"message": message}]})


class Unexplained(APIError):
    """What upstream passes on as a plain Go error. Upstream: apiserver/pkg/endpoints/handlers/responsewriters"""

    code = 500
    reason = ""


class ServiceUnavailable(APIError):
    code = 503
    reason = "ServiceUnavailable"


class Timeout(APIError):
    code = 504
    reason = "Timeout"
