"""Changes that the expressions of a MutatingAdmissionPolicy come to, carried out on an object.

Upstream: apiserver/pkg/admission/plugin/policy/mutating/patch
"""

from typing import Any

from simulator.machinery.cel.values import CELError, Instance, plain
from simulator.machinery.managedfields.merging import merge
from simulator.machinery.managedfields.shapes import ListKeyError, shape_of
from simulator.machinery.objects import Object
from simulator.machinery.patches import PatchError, json_patch
from simulator.machinery.schemas import Form, Schemas, Type
from simulator.resources.resource import Resource


def applied(found: Any, obj: Object, schemas: Schemas, resource: Resource, version: str) -> Object:
    """The object with what an ApplyConfiguration sets merged in. Raises `CELError`."""
    if not isinstance(found, Instance):
        raise CELError("unsupported return type from ApplyConfiguration expression")
    check_names(found, "Object")
    kind = schemas.type_of_kind(resource.group, version, resource.kind)
    patch = {**plain(found), "apiVersion": obj["apiVersion"], "kind": obj["kind"]}
    stem = "error applying patch: "
    unknown = list(undeclared(patch, kind, ""))
    if unknown:
        lines = [f"{path}: field not declared in schema" for path in unknown]
        why = lines[0] if len(lines) == 1 else "errors:\n" + "\n".join(f"  {line}" for line in lines)
        raise CELError(f"{stem}failed to convert patch object to typed object: {why}")
    whole = atomics(patch, kind, "")
    if whole:
        rule = "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs"
        raise CELError(f"{stem}{rule}: {', '.join(whole)}")
    try:
        result: Object = merge(obj, patch, kind)
    except ListKeyError as error:
        raise CELError(f"{stem}failed to convert patch object to typed object: {error}") from None
    return result


def patched(found: Any, obj: Object) -> Object:
    """The object after the operations of a JSONPatch; as it was where a test among them fails. Raises `CELError`."""
    if not isinstance(found, list):
        raise CELError("type mismatch: JSONPatchType.expression should evaluate to array")
    operations = []
    for operation in found:
        value = operation.get("value")
        if isinstance(value, Instance):
            check_names(value, value.type_name)
        listed = {name: plain(part) for name, part in operation.items() if name != "from" or part}
        operations.append(listed)
    try:
        return json_patch.apply(obj, operations)
    except PatchError as error:
        if json_patch.TEST_FAILED in str(error):
            return obj
        raise CELError(f"JSONPath: {error}") from None


def check_names(value: Any, path: str) -> None:
    """An object is of the type that its place names."""
    if isinstance(value, Instance):
        if value.type_name != path:
            rule = "which matches field name path from root Object type"
            raise CELError(f'type mismatch: unexpected type name "{value.type_name}", expected "{path}", {rule}')
        for name, below in value.items():
            check_names(below, f"{path}.{name}")
    elif isinstance(value, dict):
        for below in value.values():
            check_names(below, path)
    elif isinstance(value, list):
        for below in value:
            check_names(below, path)


def undeclared(value: Any, kind: Type | None, path: str) -> list[str]:
    """The paths of fields that a schema does not know."""
    if kind is None or kind.form is Form.ANY:
        return []
    if isinstance(value, dict):
        found = []
        for name, item in value.items():
            if kind.form is Form.STRUCT and name not in kind.fields:
                found += [] if kind.preserves_unknown else [f"{path}.{name}"]
            else:
                below = kind.fields.get(name) if kind.form is Form.STRUCT else kind.element
                found += undeclared(item, below, f"{path}.{name}")
        return found
    if isinstance(value, list):
        return [each for index, item in enumerate(value) for each in undeclared(item, kind.element, f"{path}[{index}]")]
    return []


def atomics(value: Any, kind: Type | None, path: str) -> list[str]:
    """The paths of what can only be set as a whole, which a partial configuration may not do by accident."""
    if kind is None or not isinstance(value, dict | list):
        return []
    shape = shape_of(kind, value)
    found = [path] if shape.kind == "leaf" and kind.form is not Form.ANY else []
    if isinstance(value, dict):
        for name, item in value.items():
            below = kind.fields.get(name) if kind.form is Form.STRUCT else kind.element
            found += atomics(item, below, f"{path}.{name}")
        return found
    return found + [
        each for index, item in enumerate(value) for each in atomics(item, kind.element, f"{path}[{index}]")
    ]
