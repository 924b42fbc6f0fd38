"""Errors about one field of an object, and how a list of them becomes the API's message.

Upstream: k8s.io/apimachinery/pkg/util/validation/field
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from simulator.machinery.golang import json_text, quoted


class ErrorType(StrEnum):
    """The machine-readable reason; also the `reason` of the status cause."""

    NOT_FOUND = "FieldValueNotFound"
    REQUIRED = "FieldValueRequired"
    DUPLICATE = "FieldValueDuplicate"
    INVALID = "FieldValueInvalid"
    NOT_SUPPORTED = "FieldValueNotSupported"
    FORBIDDEN = "FieldValueForbidden"
    TOO_LONG = "FieldValueTooLong"
    TOO_SHORT = "FieldValueTooShort"
    TOO_MANY = "FieldValueTooMany"
    TOO_FEW = "FieldValueTooFew"
    INTERNAL = "InternalError"
    TYPE_INVALID = "FieldValueTypeInvalid"


WORDS: Final = {
    ErrorType.NOT_FOUND: "Not found",
    ErrorType.REQUIRED: "Required value",
    ErrorType.DUPLICATE: "Duplicate value",
    ErrorType.INVALID: "Invalid value",
    ErrorType.NOT_SUPPORTED: "Unsupported value",
    ErrorType.FORBIDDEN: "Forbidden",
    ErrorType.TOO_LONG: "Too long",
    ErrorType.TOO_SHORT: "Too short",
    ErrorType.TOO_MANY: "Too many",
    ErrorType.TOO_FEW: "Too few",
    ErrorType.INTERNAL: "Internal error",
    ErrorType.TYPE_INVALID: "Invalid value",
}
WITHOUT_VALUE: Final = frozenset(
    {ErrorType.REQUIRED, ErrorType.FORBIDDEN, ErrorType.TOO_LONG, ErrorType.TOO_SHORT, ErrorType.INTERNAL}
)


@dataclass(frozen=True)
class Raw:
    """A bad value that is shown as it is, neither quoted nor as JSON (quantities, addresses, other Go Stringers)."""

    text: str


OMITTED: Final = Raw("")
"""Stands for a value that the message leaves out."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: the reason, where, the value found there, and an explanation."""

    type: ErrorType
    path: str
    bad_value: Any = ""
    detail: str = ""

    @property
    def body(self) -> str:
        """The message without the field's name; what a status cause shows."""
        text = WORDS[self.type]
        if self.type not in WITHOUT_VALUE and self.bad_value is not OMITTED:
            text += ": " + shown(self.bad_value)
        return f"{text}: {self.detail}" if self.detail else text

    def __str__(self) -> str:
        return f"{self.path}: {self.body}"


def shown(value: Any) -> str:
    """A value as an error message shows it: strings quoted, the rest as JSON, nothing as `null`."""
    if isinstance(value, Raw):
        return value.text
    return quoted(value) if isinstance(value, str) else json_text(value)


def required(path: str, detail: str = "") -> FieldError:
    return FieldError(ErrorType.REQUIRED, path, "", detail)


def invalid(path: str, value: Any, detail: str) -> FieldError:
    return FieldError(ErrorType.INVALID, path, value, detail)


def type_invalid(path: str, value: Any, detail: str) -> FieldError:
    return FieldError(ErrorType.TYPE_INVALID, path, value, detail)


def duplicate(path: str, value: Any) -> FieldError:
    return FieldError(ErrorType.DUPLICATE, path, value)


def forbidden(path: str, detail: str) -> FieldError:
    return FieldError(ErrorType.FORBIDDEN, path, "", detail)


def not_found(path: str, value: Any) -> FieldError:
    return FieldError(ErrorType.NOT_FOUND, path, value)


def not_supported(path: str, value: Any, supported: Sequence[str] = ()) -> FieldError:
    """`supported` is listed in the order given; upstream sorts it where it comes from a set."""
    detail = "supported values: " + ", ".join(map(quoted, supported)) if supported else ""
    return FieldError(ErrorType.NOT_SUPPORTED, path, value, detail)


def too_long(path: str, limit: int) -> FieldError:
    """More than `limit` bytes; the value itself is not shown."""
    detail = f"may not be more than {counted(limit, 'byte')}" if limit >= 0 else "value is too long"
    return FieldError(ErrorType.TOO_LONG, path, "<value omitted>", detail)


def too_short(path: str, value: str, limit: int) -> FieldError:
    return FieldError(ErrorType.TOO_SHORT, path, value, f"must be at least {counted(limit, 'character')}")


def too_many(path: str, count: int, limit: int) -> FieldError:
    detail = f"must have at most {counted(limit, 'item')}" if limit >= 0 else "has too many items"
    return FieldError(ErrorType.TOO_MANY, path, count if count >= 0 else OMITTED, detail)


def too_few(path: str, count: int, limit: int) -> FieldError:
    return FieldError(ErrorType.TOO_FEW, path, count, f"must have at least {counted(limit, 'item')}")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def internal_error(path: str, detail: str) -> FieldError:
    return FieldError(ErrorType.INTERNAL, path, None, detail)


def aggregate(errors: Iterable[FieldError]) -> str:
    """One error as it reads, several as `[a, b]`; a message that repeats is told once.

    Upstream: ErrorList.ToAggregate, apimachinery/pkg/util/errors
    """
    messages = list(dict.fromkeys(map(str, errors)))
    return messages[0] if len(messages) == 1 else "[" + ", ".join(messages) + "]"


def invalid_message(kind: str, group: str, name: str, errors: Sequence[FieldError]) -> str:
    """The message of the Status that answers an invalid object. Upstream: api/errors.NewInvalid"""
    qualified = f"{kind}.{group}" if group else kind
    message = f"{qualified} {quoted(name)} is invalid"
    return f"{message}: {aggregate(errors)}" if errors else message


def causes(errors: Iterable[FieldError]) -> list[dict[str, str]]:
    """The entries of `details.causes`. Upstream: api/errors.NewInvalid"""
    return [{"reason": str(error.type), "message": error.body, "field": error.path} for error in errors]
