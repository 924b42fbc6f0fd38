"""Values copied from a field of one object into fields of others.

Upstream: sigs.k8s.io/kustomize/api/filters/replacement
"""

from collections.abc import Sequence
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.loading import Loader
from simulator.kubectl.kustomize.resources import Id, Item
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.yaml.scalars import resolve

NAME = "metadata.name"
"""The field that is meant where none is given."""


class Missing(Exception):
    """The path leads nowhere."""


def replaced(loader: Loader, kustomization: Object, items: list[Item]) -> list[Item]:
    """The items with every replacement made. Raises CommandError."""
    for entry in kustomization.get("replacements") or ():
        for replacement in described(loader, entry):
            items = with_replacement(items, replacement)
    return items


def described(loader: Loader, entry: Object) -> list[Object]:
    """A replacement, or those of the file it names."""
    path = entry.get("path")
    if not path:
        return [entry]
    if entry.get("source") or entry.get("targets"):
        raise CommandError("cannot specify both path and inline replacement")
    content = yaml.load(loader.load(path))
    found = content if isinstance(content, list) else [content]
    return [one for one in found if isinstance(one, dict)]


def with_replacement(items: Sequence[Item], replacement: Object) -> list[Item]:
    source, static, targets = replacement.get("source"), replacement.get("sourceValue"), replacement.get("targets")
    if (source is None and static is None) or not targets:
        raise CommandError("replacements must specify a source and at least one target")
    value = static if source is None else value_of(items, source)
    changed = list(items)
    for target in targets:
        select = target.get("select")
        if not select:
            raise CommandError("target must specify resources to select")
        for place, item in enumerate(changed):
            if is_selected(item, select) and not any(is_rejected(item, one) for one in target.get("reject") or ()):
                changed[place] = written(item, target, value)
    return changed


def value_of(items: Sequence[Item], source: Object) -> Any:
    """The value to copy. Raises CommandError."""
    matches = [item for item in items if is_selected(item, source)]
    path = source.get("fieldPath") or NAME
    label = f"{selector_id(source)}:{path}"
    if not matches:
        raise CommandError(f"nothing selected by {label}")
    if len(matches) > 1:
        raise CommandError(f"multiple matches for selector {label}")
    value: Any = matches[0].object
    for step in steps_of(path):
        try:
            value = one_below(value, step)
        except Missing:
            raise CommandError(f"fieldPath `{path}` is missing for replacement source {selector_id(source)}") from None
    options = source.get("options") or {}
    delimiter = options.get("delimiter")
    if not delimiter:
        return value
    parts, index = text_of(value).split(delimiter), options.get("index", 0)
    if not 0 <= index < len(parts):
        raise CommandError(f"options.index {index} is out of bounds for value {text_of(value)}")
    return resolve(parts[index])  # a part of a text is read anew: a number among others


def selector_id(selector: Object) -> Id:
    return Id(*(str(selector.get(field) or "") for field in Id._fields))


def is_selected(item: Item, selector: Object) -> bool:
    """Whether one of the item's ids has what the selector says."""
    return any(
        all(not selector.get(field) or str(selector[field]) == value for field, value in id._asdict().items())
        for id in item.ids
    )


def is_rejected(item: Item, selector: Object) -> bool:
    return any(selector.get(field) for field in Id._fields) and is_selected(item, selector)


def steps_of(path: str) -> list[str]:
    """The steps of a path: dots part them, unless they are escaped or in brackets."""
    found, step, depth = [], "", 0
    escaped = False
    for character in path:
        if escaped:
            step, escaped = step + character, False
        elif character == "\\":
            escaped = True
        elif character == "." and not depth:
            found.append(step)
            step = ""
        else:
            depth += {"[": 1, "]": -1}.get(character, 0)
            step += character
    return [*found, step]


def one_below(value: Any, step: str) -> Any:
    """What one step leads to. Raises Missing."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            if is_item(item, place, step):
                return item
        raise Missing
    if not isinstance(value, dict) or value.get(step) is None:
        raise Missing
    return value[step]


def is_item(item: Any, place: int, step: str) -> bool:
    """Whether a step such as `*`, `2`, `[name=web]` or `[=text]` means this item of a list."""
    if step in ("*", str(place)):
        return True
    if not (step.startswith("[") and step.endswith("]")):
        return False
    key, _, wanted = step[1:-1].partition("=")
    return (text_of(item.get(key)) if isinstance(item, dict) and key else text_of(item)) == wanted


def written(item: Item, target: Object, value: Any) -> Item:
    """An item with the value in every field that the target names. Raises CommandError."""
    obj: Any = item.object
    options = target.get("options") or {}
    for path in target.get("fieldPaths") or (NAME,):
        try:
            obj = put(obj, steps_of(path), value, options)
        except Missing:
            if options.get("create"):
                raise CommandError(f"unable to find or create field {quoted(path)} in replacement target") from None
            raise CommandError(f"unable to find field {quoted(path)} in replacement target") from None
    return item.holding(obj)


def put(current: Any, steps: Sequence[str], value: Any, options: Object) -> Any:
    """A value with another one at the end of the steps. Raises Missing."""
    if not steps:
        return combined(current, value, options)
    step, rest = steps[0], steps[1:]
    if isinstance(current, list):
        places = [at for at, item in enumerate(current) if is_item(item, at, step)]
        if not places and options.get("create") and step.startswith("[") and "=" in step:
            key, _, wanted = step[1:-1].partition("=")
            return [*current, put({key: wanted} if key else wanted, rest, value, options)]
        if not places:
            raise Missing
        return [put(item, rest, value, options) if at in places else item for at, item in enumerate(current)]
    if current is None and options.get("create"):
        current = [] if step.startswith("[") else {}
        return put(current, steps, value, options)
    if not isinstance(current, dict) or (current.get(step) is None and not options.get("create")):
        raise Missing
    return {**current, step: put(current.get(step), rest, value, options)}


def combined(current: Any, value: Any, options: Object) -> Any:
    """The value itself, or the text that is there with one part of it replaced."""
    delimiter = options.get("delimiter")
    if not delimiter:
        return value
    if isinstance(current, dict | list) or isinstance(value, dict | list):
        raise CommandError("delimiter option can only be used with scalar nodes")
    parts, index = text_of(current).split(delimiter), options.get("index", 0)
    if index < 0:
        parts.insert(0, text_of(value))
    elif index >= len(parts):
        parts.append(text_of(value))
    else:
        parts[index] = text_of(value)
    return delimiter.join(parts)


def text_of(value: Any) -> str:
    """A scalar as its document has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
