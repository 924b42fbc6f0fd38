"""`vars` of kustomizations: values of fields, put where other objects write `$(NAME)`.

Upstream: sigs.k8s.io/kustomize/api/internal/accumulator, api/filters/refvar
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.fieldspecs import FieldSpec, Misplaced, changed_at
from simulator.kubectl.kustomize.replacements import NAME, Missing, one_below, steps_of, text_of
from simulator.kubectl.kustomize.resources import Id, Item
from simulator.machinery.objects import Object
from simulator.machinery.patches.values import go_text

REFERENCE = re.compile(r"\$\(([^)]*)\)|\$\$")


def named(kustomization: Object, items: list[Item], known: dict[str, Object]) -> list[Item]:
    """The items after `vars`, each knowing the variables that mean it; `known` gets them too. Raises CommandError."""
    variables = kustomization.get("vars") or []
    for variable in variables:
        matches = [place for place, item in enumerate(items) if is_meant(item.ids[0], variable.get("objref") or {})]
        if len(matches) > 1:
            raise CommandError(
                f"merging vars {in_go(variables)}: found {len(matches)} resId matches for var {shown(variable)} "
                "(unable to disambiguate)"
            )
        for place in matches:
            item = items[place]
            items = [*items]
            items[place] = replace(item, variables=(*item.variables, variable.get("name", "")))
    try:
        merge(known, {}, variables)
    except CommandError as error:
        raise CommandError(f"merging vars {in_go(variables)}: {error}") from None
    return items


def merge(known: dict[str, Object], others: dict[str, Object], variables: Sequence[Object] = ()) -> None:
    """Add variables to those that are known. Raises CommandError for a name that is there."""
    for variable in (*others.values(), *variables):
        name = variable.get("name", "")
        if name in known:
            raise CommandError(f"var '{name}' already encountered")
        known[name] = variable


def is_meant(id: Id, wanted: Object) -> bool:
    meant = id_of(wanted)
    return id[:4] == meant[:4] and (not meant.namespace or id.place == meant.place)


def id_of(wanted: Object) -> Id:
    group, _, version = str(wanted.get("apiVersion") or "").rpartition("/")
    return Id(
        str(wanted.get("group") or group),
        str(wanted.get("version") or version),
        *(str(wanted.get(field) or "") for field in ("kind", "name", "namespace")),
    )


def shown(variable: Object, *, version: bool = True, path: str = "") -> str:
    """A variable as Go writes it; its version and its path are filled in only when they are first needed."""
    wanted = variable.get("objref") or {}
    kind = str(id_of(wanted if version else {**wanted, "apiVersion": ""})).partition("/")[0]
    return f"{{{variable.get('name', '')} {kind} {{{(variable.get('fieldref') or {}).get('fieldPath') or path}}}}}"


def in_go(variables: Sequence[Object]) -> str:
    return "[" + " ".join(shown(variable, version=False) for variable in variables) + "]"


def resolved(
    items: list[Item], variables: dict[str, Object], specs: Sequence[FieldSpec], log: Callable[[str], None]
) -> list[Item]:
    """The items with the values of variables in these fields; what goes amiss is logged. Raises CommandError."""
    values = {name: value_of(items, variables[name]) for name in sorted(variables)}
    if not values:
        return items
    used = Counter[str]()

    def mapped(name: str) -> Any:
        if name not in values:
            return f"$({name})"
        value = values[name]
        if isinstance(value, dict | list) or value is None:
            log(f"MakePrimitiveReplacer: bad replacement type={go_type(value)} val={go_text(value)}")
            return f"$({name})"
        used[name] += 1
        return value

    try:
        return [item.holding(expanded(item, specs, mapped)) for item in items]
    finally:
        if unused := [name for name in values if not used[name]]:
            log(f"well-defined vars that were never replaced: {','.join(unused)}")


def go_type(value: Any) -> str:
    if isinstance(value, dict):
        return "map[string]interface {}"
    return "[]interface {}" if isinstance(value, list) else "<nil>"


def value_of(items: Sequence[Item], variable: Object) -> Any:
    """What the field of a variable holds now. Raises CommandError."""
    path = (variable.get("fieldref") or {}).get("fieldPath") or NAME
    item = next((item for item in items if variable.get("name", "") in item.variables), None)
    if item is None:
        words = "cannot be mapped to a field in the set of known resources"
        raise CommandError(f"var '{shown(variable, path=NAME)}' {words}")
    value: Any = item.object
    try:
        for step in steps_of(re.sub(r"\[(\d+)\]", r".\1", path)):
            value = one_below(value, step)
    except Missing:
        words = "not found in corresponding resource"
        raise CommandError(f"field specified in var '{shown(variable, path=NAME)}' {words}") from None
    return value


def expanded(item: Item, specs: Sequence[FieldSpec], mapped: Callable[[str], Any]) -> Object:
    obj = item.object
    for spec in specs:
        if spec.is_for(item.id):
            obj = changed_at(obj, spec, lambda value: in_value(value, mapped))
    return obj


def in_value(value: Any, mapped: Callable[[str], Any]) -> Any:
    if isinstance(value, dict):
        return {key: in_text(inner, mapped) if isinstance(inner, str) else inner for key, inner in value.items()}
    if isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            raise Misplaced("invalid value type expect a string")
        return [in_text(item, mapped) for item in value]
    return in_text(value, mapped) if isinstance(value, str) else value


def in_text(text: str, mapped: Callable[[str], Any]) -> Any:
    """A text with its references replaced; one that is the whole text keeps the type of what it is replaced by."""
    if whole := re.fullmatch(r"\$\(([^)]*)\)", text):
        return mapped(whole[1])

    def put(found: re.Match[str]) -> str:
        return "$" if found[1] is None else text_of(mapped(found[1]))

    return REFERENCE.sub(put, text)
