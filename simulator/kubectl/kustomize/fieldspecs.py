"""Paths to fields of certain kinds, and a change of whatever is found there.

Upstream: sigs.k8s.io/kustomize/api/types/fieldspec.go, api/filters/fieldspec
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.resources import Id
from simulator.machinery import yaml
from simulator.machinery.objects import Object


class FieldSpec(NamedTuple):
    """A path of names; an empty kind, group or version stands for all. `create`: maps on the way are made."""

    path: str
    kind: str = ""
    group: str = ""
    create: bool = False
    version: str = ""

    def is_for(self, id: Id) -> bool:
        return self.kind in ("", id.kind) and self.group in ("", id.group) and self.version in ("", id.version)

    def includes(self, other: "FieldSpec") -> bool:
        """Whether another one says the same, or the same of more kinds."""
        return (
            self.path == other.path
            and other.kind in ("", self.kind)
            and other.group in ("", self.group)
            and other.version in ("", self.version)
        )

    def __str__(self) -> str:
        return f"{kind_text(self.group, self.version, self.kind)}:{str(self.create).lower()}:{self.path}"


class Form(StrEnum):
    """What a field has to be, and is made as where it may be made."""

    SCALAR = "ScalarNode"
    MAPPING = "MappingNode"
    SEQUENCE = "SequenceNode"


class Misplaced(CommandError):
    """A path that leads into something else than what it expects."""

    def __init__(self, problem: str, *, wrong_form: bool = False) -> None:
        super().__init__(problem)
        self.wrong_form = wrong_form


def kind_text(group: str, version: str, kind: str) -> str:
    return ".".join((kind or "[noKind]", version or "[noVer]", group or "[noGrp]"))


def specs_in(entries: Iterable[Object] | None) -> tuple[FieldSpec, ...]:
    """What a file says of fields."""
    return tuple(
        FieldSpec(
            one.get("path", ""),
            one.get("kind", ""),
            one.get("group", ""),
            bool(one.get("create")),
            one.get("version", ""),
        )
        for one in entries or ()
    )


def changed_at(obj: Object, spec: FieldSpec, change: Callable[[Any], Any], form: Form | None = None) -> Object:
    """The object with what is at the path changed, which is to be of this form if one is given.

    Where a missing field may be made, what is changed is an empty text or map. Raises Misplaced.
    """
    steps = [step.replace("\0", "/") for step in spec.path.replace("\\/", "\0").split("/")]
    create = form if spec.create else None
    try:
        found: Object = stepped(obj, steps, create, lambda value: change(formed(value, form)))
    except Misplaced as error:
        where = f"considering field '{spec.path}' of object {Id.of(obj)}"
        raise Misplaced(f"{where}: {error}", wrong_form=error.wrong_form) from None
    return found


def formed(value: Any, form: Form | None) -> Any:
    """The value itself. Raises Misplaced if it has another form."""
    found = Form.MAPPING if isinstance(value, dict) else Form.SEQUENCE if isinstance(value, list) else Form.SCALAR
    if form in (None, found) or (value is None and form is Form.MAPPING):
        return value
    words = f"wrong node kind: expected {form} but got {found}: node contents:\n{yaml.dump(value)}"
    raise Misplaced(words, wrong_form=True)


def stepped(value: Any, steps: list[str], create: Form | None, change: Callable[[Any], Any]) -> Any:
    if not steps:
        return change(value)
    if isinstance(value, list):
        try:
            items = [stepped(item, steps, create, change) for item in value]
        except Misplaced as error:
            words = f"visit traversal on path: [{' '.join(steps)}]: {error}"
            raise Misplaced(words, wrong_form=error.wrong_form) from None
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if not isinstance(value, dict):
        raise Misplaced("expected sequence or mapping node")
    field = steps[0].removesuffix("[]")
    inner = value.get(field)
    if inner is None and (field not in value or len(steps) > 1 or create is Form.MAPPING):
        if create is None or field != steps[0]:
            return value
        inner = "" if len(steps) == 1 and create is Form.SCALAR else {}
    new = stepped(inner, steps[1:], create, change)
    return value if new is value.get(field) and field in value else {**value, field: new}
