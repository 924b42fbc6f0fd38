"""Objects of kinds that kubectl itself is built with: fields in the order of their Go structs, zero values shown.

Upstream: k8s.io/api (types.go of each group), k8s.io/apimachinery/pkg/runtime/serializer/json
"""

from typing import Any, Final

from simulator.kubectl.changes import SUFFIX, Reporter
from simulator.kubectl.lastapplied import LAST_APPLIED
from simulator.kubectl.printers.data import keeps_managed_fields, named, unmanaged
from simulator.machinery import protobuf, yaml
from simulator.machinery.golang import json_text
from simulator.machinery.objects import Object, changed

AFTER: Final = {
    # Where a field's place in the Go struct is not that of its number: it follows this one.
    "envFrom": "ports",
    "restartPolicy": "resizePolicy",
    "resizePolicy": "resources",
    "volumeDevices": "volumeMounts",
    "startupProbe": "readinessProbe",
}


ORDERED: Final = {
    "json": lambda obj: yaml.dump_json(obj, sort=False) + "\n",
    "kyaml": lambda obj: yaml.dump_kyaml(obj, sort=False),
}
"""Forms that keep the order of fields."""


def typed(obj: Object) -> Object:
    """An object of a built-in kind as Go writes it."""
    try:
        read = protobuf.shown(protobuf.decode(protobuf.encode(obj)))
    except protobuf.ProtobufError:
        return obj
    rest = {name: value for name, value in read.items() if name not in ("apiVersion", "kind", "metadata")}
    head = {"kind": obj["kind"], "apiVersion": obj["apiVersion"], "metadata": read.get("metadata", {})}
    shaped: Object = placed({**head, **rest})
    return shaped


def placed(value: Any) -> Any:
    """The same value with the fields of containers where their struct has them."""
    if isinstance(value, list):
        return [placed(item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {name: placed(item) for name, item in value.items()}
    if "initContainers" in fields:
        whole = dict(fields)
        fields = {"initContainers": whole.pop("initContainers")}
        for name in ("volumes",):
            if name in whole:
                fields = {name: whole.pop(name), **fields}
        return {**fields, **whole}
    if "resources" not in fields or "name" not in fields:
        return fields
    for name, before in AFTER.items():
        if name in fields:
            fields = moved(fields, name, before)
    return fields


def moved(fields: Object, name: str, before: str) -> Object:
    """The fields with one of them behind another, or behind `image` and its like where that one is absent."""
    names = [field for field in fields if field != name]
    earlier = ("name", "image", "command", "args", "workingDir", "ports")
    if before in names:
        at = names.index(before) + 1
    elif before == "ports":
        at = sum(field in earlier for field in names)
    else:
        return fields
    names.insert(at, name)
    return {field: fields[field] for field in names}


def configured(obj: Object) -> Object:
    """A typed object that carries its own configuration, for a later apply (`--save-config`)."""
    text = json_text(typed(obj)) + "\n"
    annotations = obj["metadata"].get("annotations") or {}
    return changed(obj, ("metadata", "annotations"), {**annotations, LAST_APPLIED: text})


class TypedReporter(Reporter):
    """Says what was done, or prints the object as its Go type writes it."""

    def report(self, obj: Object, done: str) -> None:
        if self.speaks:
            self._kubectl.print(f"{named(obj)} {done}".rstrip() + SUFFIX[self.strategy])
        elif self._output in ORDERED:
            shaped = typed(obj)
            shown = shaped if keeps_managed_fields(self._kubectl) else unmanaged(shaped)
            self._kubectl.write(ORDERED[self._output](shown))
        else:
            self._kubectl.write(self._printer.text(typed(obj)))
