"""Objects as YAML, KYAML, JSON and names. Upstream: k8s.io/cli-runtime/pkg/printers"""

from collections.abc import Callable
from typing import Any

import orjson

from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import sorted_keys
from simulator.machinery import yaml
from simulator.machinery.objects import Object, at, without


class DataPrinter:
    """A serialized form; YAML documents after the first are set apart by `---`."""

    def __init__(self, dump: Callable[[Object], str], *, separator: str = "", managed_fields: bool = False) -> None:
        self._dump = dump
        self._separator = separator
        self._managed_fields = managed_fields
        self._printed = False

    def text(self, obj: Object) -> str:
        before = self._separator if self._printed else ""
        self._printed = True
        return before + self._dump(obj if self._managed_fields else unmanaged(obj))


class NamePrinter:
    """`pod/web`, one line an object."""

    def text(self, obj: Object) -> str:
        if "items" in obj and str(obj.get("kind", "")).endswith("List"):
            return "".join(self.text(item) for item in obj["items"])
        return named(obj) + "\n"


def json_lines(value: Any) -> str:
    """JSON as `-o json` prints it, with its last line break."""
    return yaml.dump_json(value) + "\n"


def list_json(kubectl: Kubectl, objects: list[Object]) -> str:
    """Several objects as the JSON of one List, whose own fields come as Go declares them."""
    items = objects if keeps_managed_fields(kubectl) else [unmanaged(obj) for obj in objects]
    whole = {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": [sorted_keys(item) for item in items]}
    return yaml.dump_json(whole, sort=False) + "\n"


def indented(value: Any) -> str:
    """JSON with two blanks a level and the keys in the order they have, as Go's MarshalIndent writes it."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def unmanaged(obj: Object) -> Object:
    """An object, or a list of them, without managed fields."""
    if isinstance(obj.get("items"), list) and str(obj.get("kind", "")).endswith("List"):
        return {**obj, "items": [unmanaged(item) for item in obj["items"]]}
    if at(obj, "metadata", "managedFields") is None:
        return obj
    return without(obj, ("metadata", "managedFields"))


def named(obj: Object) -> str:
    """`deployment.apps/web`."""
    group, slash, _ = str(obj.get("apiVersion", "")).rpartition("/")
    kind = str(obj.get("kind", "")).lower() or "<unknown>"
    return (f"{kind}.{group}" if slash else kind) + f"/{at(obj, 'metadata', 'name') or '<unknown>'}"


def keeps_managed_fields(kubectl: Kubectl) -> bool:
    return kubectl.options.flag("show-managed-fields")


def json_printer(kubectl: Kubectl, _: str) -> DataPrinter:
    return DataPrinter(json_lines, managed_fields=keeps_managed_fields(kubectl))


def yaml_printer(kubectl: Kubectl, _: str) -> DataPrinter:
    return DataPrinter(yaml.dump, separator="---\n", managed_fields=keeps_managed_fields(kubectl))


def kyaml_printer(kubectl: Kubectl, _: str) -> DataPrinter:
    return DataPrinter(yaml.dump_kyaml, managed_fields=keeps_managed_fields(kubectl))


def name_printer(kubectl: Kubectl, _: str) -> NamePrinter:
    return NamePrinter()
