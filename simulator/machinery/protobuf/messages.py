"""The table of messages: which field has which number and type."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

GROUPS = {
    "": "core",
    "internal.apiserver.k8s.io": "apiserverinternal",
    "meta.k8s.io": "meta",
    "metrics.k8s.io": "metrics",
}
"""Packages that are not named after the first word of their group."""

_FIELD = re.compile(r"(.*)=(\d+):(\[\]|\{\})?(\*)?([^!]+)(!)?")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `shape` is "" for one value, "[]" for a list, "{}" for a map by string."""

    name: str
    number: int
    shape: str
    type: str
    optional: bool
    """Absent and zero are two things (a pointer in Go)."""
    shown: bool
    """JSON shows it even when it is zero (no `omitempty` in Go)."""

    @property
    def is_inline(self) -> bool:
        """Whether JSON shows the fields of the inner message beside the others."""
        return self.name == "."

    @property
    def is_whole(self) -> bool:
        """Whether the message is, in JSON, what this field holds."""
        return not self.name


@dataclass(frozen=True, slots=True)
class Message:
    name: str
    fields: dict[int, Field]

    @property
    def whole(self) -> Field | None:
        """The field that is all of the message in JSON (`Verbs`, `ExtraValue`)."""
        first = self.fields.get(1)
        return first if first is not None and first.is_whole else None


def message(name: str) -> Message | None:
    """The message of that name: `apps/v1.Deployment`."""
    line = _lines().get(name)
    return None if line is None else _parsed(name, line)


def declaration(name: str) -> Message | None:
    """The message of that name, or what is known of the struct where there is no message."""
    found = message(name)
    line = _lines("declared.txt").get(name) if found is None else None
    return found if line is None else _parsed(name, line)


@cache
def declaration_of(api_version: str, kind: str) -> Message | None:
    """The struct of a kind; that of another version of its group where this one is gone. None: a custom kind."""
    group, _, _ = api_version.rpartition("/")
    if "." in group and not group.endswith(".k8s.io"):
        return None
    found = message_of(api_version, kind)
    if found is not None:
        return found
    package = group.partition(".")[0]
    names = (name for table in ("messages.txt", "declared.txt") for name in _lines(table))
    return next((declaration(name) for name in names if re.fullmatch(rf"{package}/\w+\.{re.escape(kind)}", name)), None)


def message_of(api_version: str, kind: str) -> Message | None:
    """The message of a kind; what every group shares (`DeleteOptions`) is found under any of them."""
    group, _, version = api_version.rpartition("/")
    package = GROUPS.get(group) or group.partition(".")[0]
    return message(f"{package}/{version}.{kind}") or message(f"meta/v1.{kind}")


@cache
def _parsed(name: str, line: str) -> Message:
    package = name.partition(".")[0]
    fields = {}
    for text in line.split():
        found = _FIELD.fullmatch(text)
        assert found is not None, text
        label, number, shape, pointer, kind, shown = found.groups()
        if kind[0].isupper():
            kind = f"{package}.{kind}"
        fields[int(number)] = Field(label, int(number), shape or "", kind, bool(pointer), bool(shown))
    return Message(name, fields)


@cache
def _lines(table: str = "messages.txt") -> dict[str, str]:
    """The fields of every message as written in a table, by name."""
    lines = {}
    package = ""
    for line in files(__package__).joinpath(table).read_text().splitlines():
        if line.startswith("["):
            package = line[1:-1]
        elif line and not line.startswith("#"):
            name, _, fields = line.partition(" ")
            lines[f"{package}.{name}"] = fields
    return lines
