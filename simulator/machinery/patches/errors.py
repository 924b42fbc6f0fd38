"""What can be wrong with a patch, in upstream's words.

Upstream: k8s.io/apimachinery/pkg/util/mergepatch/errors.go, pkg/endpoints/handlers/patch.go
"""

from typing import Any

from simulator.machinery.patches.values import go_text, go_type

LIST_OF_LISTS = "lists of lists are not supported"
BAD_PRIMITIVE_LIST = "invalid patch format of primitive list"
BAD_RETAIN_KEYS = "invalid patch format of retainKeys"
BAD_ELEMENT_ORDER = "invalid patch format of setElementOrder list"


class PatchError(Exception):
    """A patch is malformed (400), does not apply (422) or cannot be worked with (500); `code` is the HTTP status."""

    def __init__(self, message: str, code: int = 500) -> None:
        super().__init__(message)
        self.code = code


class PatchConflictError(PatchError):
    """What a client wants to change was changed differently meanwhile."""


def wrong_type(expected: Any, actual: Any) -> PatchError:
    return PatchError(f"expected a {go_type(expected)}, but received a {go_type(actual)}")


def no_merge_key(item: Any, key: str) -> PatchError:
    return PatchError(f"map: {go_text(item)} does not contain declared merge key: {key}")
