"""JSON patch: a list of operations on paths, with the API server's limits and words.

Upstream: github.com/evanphx/json-patch v4 (RFC 6902), pkg/endpoints/handlers/patch.go
"""

from collections.abc import Callable
from typing import Any, Final

import orjson

from simulator.machinery.objects import Object
from simulator.machinery.patches.errors import PatchError
from simulator.machinery.patches.values import Json, go_type, private, same

MOST_OPERATIONS: Final = 10_000
MOST_COPIED: Final = 3 * 1024 * 1024
"""Bytes that the copies of one patch may add; without a limit they would double what is there, time and again."""
MISSING: Final = "missing value"
BAD_INDEX: Final = "invalid index referenced"
TEST_FAILED: Final = "test failed"
type Container = dict[str, Any] | list[Any]
type Operation = dict[str, Any]


def apply(original: Object, patch: Json) -> Object:
    """The object after all operations, as a private copy.

    Raises `PatchError` with code 400 for what is no patch, 413 for too many operations, 422 where one does not apply.
    """
    check(patch)
    document: Object = private(original)
    copied = 0
    for operation in patch:
        kind = operation.get("op")
        apply_one = OPERATIONS.get(kind) if isinstance(kind, str) else None
        if apply_one is None:
            raise PatchError(f"Unexpected kind: {kind if isinstance(kind, str) else 'unknown'}", 422)
        if apply_one is copy:
            copied = copied_with(copied, document, operation)
        document = apply_one(document, operation)
    for operation in patch:
        for name in ("from", "path"):
            sort_along(document, operation.get(name))
    return document


def sort_along(document: Json, path: Any) -> None:
    """Sort the keys of the maps on the way to a place, as Go reads only those; what lies beside it stays as it was."""
    steps = path.split("/") if isinstance(path, str) else []
    for length in range(2, len(steps) + 1):
        container, _ = container_at(document, "/".join(steps[:length]))
        if isinstance(container, dict):
            entries = sorted(container.items())
            container.clear()
            container.update(entries)


def copied_with(before: int, document: Json, operation: Operation) -> int:
    """The bytes that copies add, with one more. Raises `PatchError`."""
    source = operation.get("from")
    container, step = container_at(document, source) if isinstance(source, str) else (None, "")
    if container is None:
        return before  # the copy itself says what is wrong
    try:
        total = before + len(orjson.dumps(value_in(container, step)))
    except PatchError:
        return before
    except orjson.JSONEncodeError as error:
        raise unapplicable(str(error)) from None
    if total > MOST_COPIED:
        rule = f"the accumulated size increase of copy is {total}, exceeding the limit {MOST_COPIED}"
        raise unapplicable(f"Unable to complete the copy, {rule}")
    return total


def check(patch: Json) -> None:
    if not isinstance(patch, list):
        raise PatchError(f"json: cannot unmarshal {json_kind(patch)} into Go value of type jsonpatch.Patch", 400)
    for operation in patch:
        if not isinstance(operation, dict):
            words = f"json: cannot unmarshal {json_kind(operation)} into Go value of type jsonpatch.Operation"
            raise PatchError(words, 400)
    if len(patch) > MOST_OPERATIONS:
        words = f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(patch)}"
        raise PatchError(words, 413)


def json_kind(value: Json) -> str:
    names = {"map[string]interface {}": "object", "[]interface {}": "array", "int64": "number", "float64": "number"}
    return names.get(go_type(value), go_type(value))


def unapplicable(*words: str) -> PatchError:
    return PatchError(": ".join(words), 422)


def pointer(operation: Operation, name: str, error: str) -> str:
    path = operation.get(name)
    if not isinstance(path, str):
        raise unapplicable(error, *([] if name == "path" else [f"operation, missing {name} field"]), MISSING)
    return path


def container_at(document: Json, path: str) -> tuple[Container | None, str]:
    """The map or list that holds the last step of a path, and that step; None where the path breaks off."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]
    if len(steps) < 2:
        return None, ""
    place = document
    for step in steps[1:-1]:
        try:
            place = value_in(place, step) if isinstance(place, dict | list) else None
        except PatchError:
            return None, ""
    return (place if isinstance(place, dict | list) else None), steps[-1]


def index_in(items: list[Any], step: str) -> int:
    digits = step[1:] if step[:1] in ("+", "-") else step
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise unapplicable(f'strconv.Atoi: parsing "{step}": invalid syntax')
    index = int(step)
    if index >= len(items) or index < -len(items):
        raise unapplicable(f"Unable to access invalid index: {index}", BAD_INDEX)
    return index


def value_in(container: Container, step: str) -> Json:
    if isinstance(container, list):
        return container[index_in(container, step)]
    if step not in container:
        raise unapplicable(f"unable to get nonexistent key: {step}", MISSING)
    return container[step]


def remove_from(container: Container, step: str) -> None:
    if isinstance(container, list):
        del container[index_in(container, step)]
    elif step in container:
        del container[step]
    else:
        raise unapplicable(f"Unable to remove nonexistent key: {step}", MISSING)


def add_to(container: Container, step: str, value: Json) -> None:
    if isinstance(container, dict):
        container[step] = value
    elif step == "-":
        container.append(value)
    else:
        room = [*container, None]  # one may add behind the last item, and count from there
        try:
            index = index_in(room, step)
        except PatchError as error:
            if BAD_INDEX in str(error):
                raise
            raise unapplicable(f"value was not a proper array index: '{step}'", str(error)) from error
        container.insert(index if index >= 0 else index + len(room), value)


def doing(words: str, work: Callable[[], Json]) -> Json:
    """Put what was being done in front of what went wrong."""
    try:
        return work()
    except PatchError as error:
        raise unapplicable(words, str(error)) from error


def add(document: Json, operation: Operation) -> Json:
    path = pointer(operation, "path", "add operation failed to decode path")
    container, step = container_at(document, path)
    if container is None:
        raise unapplicable("add operation does not apply", f'doc is missing path: "{path}"', MISSING)
    doing(f"error in add for path: '{path}'", lambda: add_to(container, step, private(operation.get("value"))))
    return document


def remove(document: Json, operation: Operation) -> Json:
    path = pointer(operation, "path", "remove operation failed to decode path")
    container, step = container_at(document, path)
    if container is None:
        raise unapplicable("remove operation does not apply", f'doc is missing path: "{path}"', MISSING)
    doing(f"error in remove for path: '{path}'", lambda: remove_from(container, step))
    return document


def replace(document: Json, operation: Operation) -> Json:
    path = pointer(operation, "path", "replace operation failed to decode path")
    value = private(operation.get("value"))
    if not path:
        return value
    container, step = container_at(document, path)
    if container is None:
        raise unapplicable("replace operation does not apply", f"doc is missing path: {path}", MISSING)
    try:
        value_in(container, step)
    except PatchError as error:
        raise unapplicable("replace operation does not apply", f"doc is missing key: {path}", MISSING) from error
    if isinstance(container, list):
        container[index_in(container, step)] = value
    else:
        container[step] = value
    return document


def move(document: Json, operation: Operation) -> Json:
    source = pointer(operation, "from", "move operation failed to decode from")
    container, step = container_at(document, source)
    if container is None:
        raise unapplicable("move operation does not apply", f"doc is missing from path: {source}", MISSING)
    value = doing(f"error in move for path: '{step}'", lambda: value_in(container, step))
    doing(f"error in move for path: '{step}'", lambda: remove_from(container, step))
    path = pointer(operation, "path", "move operation failed to decode path")
    target, step = container_at(document, path)
    if target is None:
        raise unapplicable("move operation does not apply", f"doc is missing destination path: {path}", MISSING)
    doing(f"error in move for path: '{path}'", lambda: add_to(target, step, value))
    return document


def copy(document: Json, operation: Operation) -> Json:
    source = pointer(operation, "from", "copy operation failed to decode from")
    container, step = container_at(document, source)
    if container is None:
        raise unapplicable("copy operation does not apply", f"doc is missing from path: {source}", MISSING)
    value = doing(f"error in copy for from: '{source}'", lambda: value_in(container, step))
    path = pointer(operation, "path", "copy operation failed to decode path")
    target, step = container_at(document, path)
    if target is None:
        raise unapplicable("copy operation does not apply", f"doc is missing destination path: {path}", MISSING)
    doing("error while adding value during copy", lambda: add_to(target, step, private(value)))
    return document


def test(document: Json, operation: Operation) -> Json:
    path = pointer(operation, "path", "test operation failed to decode path")
    if path:
        container, step = container_at(document, path)
        if container is None:
            raise unapplicable("test operation does not apply", f"is missing path: {path}", MISSING)
        if isinstance(container, dict):
            value = container.get(step)  # what is missing counts as null
        else:
            value = doing(f"error in test for path: '{path}'", lambda: value_in(container, step))
    else:
        value = document
    if not same(value, operation.get("value")):
        raise unapplicable(f"testing value {path} failed", TEST_FAILED)
    return document


OPERATIONS: Final[dict[str, Callable[[Json, Operation], Json]]] = {
    "add": add,
    "remove": remove,
    "replace": replace,
    "move": move,
    "test": test,
    "copy": copy,
}
