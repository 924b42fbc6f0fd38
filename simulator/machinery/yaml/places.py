"""Where in a text the values of its documents stand, so that a mistake can be shown at its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml
from yaml import events

from simulator.machinery.yaml.reader import DEEPEST, YAMLError, load, split

MOST_PLACES = 20_000
"""How many places of one document are known; what stands behind them is shown at what holds it."""
STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\]]*)\]")
LINE = re.compile(r"\bline (\d+): ")

type Path = tuple[str | int, ...]


class Place(NamedTuple):
    """A piece of one line; lines and columns count from nought."""

    line: int
    column: int
    end: int


@dataclass(slots=True)
class Document:
    """One document of a text: its value, or what is wrong with its YAML."""

    line: int
    """The line of the whole text on which it begins."""
    value: Any = None
    error: str = ""
    error_line: int = 0
    places: dict[Path, Place] = field(default_factory=dict)
    """Of a field: its name. Of an item of a list: where it begins. The empty path is the document's own beginning."""

    def place(self, path: Path) -> Place:
        """Where a path stands, or the nearest that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.line, 0, 0))


def documents(text: str) -> Iterator[Document]:
    """Every document of a text, the broken ones too."""
    line = 0
    try:
        for part in split(text):
            start = _position(text, part, line)
            line = start + part.count("\n")
            yield _document(part, start)
    except YAMLError as error:
        yield Document(line, error=str(error), error_line=line)


def steps(path: str) -> Path:
    """A field as the API server names it, `spec.containers[0].image`, as the steps that lead there."""
    found: list[str | int] = []
    for name, inside in STEP.findall(path):
        found.append(name or (int(inside) if inside.isdigit() else inside.strip('"')))
    return tuple(found)


def _position(text: str, part: str, after: int) -> int:
    """The line on which a part begins, at the earliest a given one."""
    lines, first = text.replace("\r\n", "\n").split("\n"), part.split("\n", 1)[0]
    for number in range(after, len(lines)):
        if lines[number] == first:
            return number
    return after


def _document(part: str, start: int) -> Document:
    document = Document(start)
    try:
        document.value = load(part, unique=True)
    except YAMLError as error:
        message = str(error)
        found = LINE.search(message)
        document.error_line = start + max(int(found[1]) - 1, 0) if found else start
        document.error = LINE.sub("", message.rpartition("yaml: ")[2] or message).strip()
        return document
    document.places = dict(_places(part, start))
    return document


def _places(part: str, start: int) -> Iterator[tuple[Path, Place]]:
    """Walks the parser's events with a stack of its own; `load` has seen that they nest no deeper than they may."""
    parser = yaml.CLoader(part)
    stack: list[list[Any]] = []  # [is a list, path, next step or None while a key is expected]
    known = 0
    while known < MOST_PLACES:
        event: Any = parser.get_event()
        if isinstance(event, events.StreamEndEvent):
            return
        if isinstance(event, events.CollectionEndEvent):
            stack.pop()
            _passed(stack)
            continue
        if not isinstance(event, events.NodeEvent):
            continue
        mark: Any = event.start_mark
        end: Any = event.end_mark
        place = Place(start + mark.line, mark.column, end.column if end.line == mark.line else mark.column + 1)
        if stack and not stack[-1][0] and stack[-1][2] is None:  # a key
            name = str(getattr(event, "value", ""))
            stack[-1][2] = name
            known += 1
            yield (*stack[-1][1], name), place
            continue
        path: Path = (*stack[-1][1], stack[-1][2]) if stack else ()
        if not stack or stack[-1][0]:
            known += 1
            yield path, place
        if isinstance(event, events.CollectionStartEvent) and len(stack) <= DEEPEST:
            is_list = isinstance(event, events.SequenceStartEvent)
            stack.append([is_list, path, 0 if is_list else None])
        else:
            _passed(stack)


def _passed(stack: list[list[Any]]) -> None:
    """A value has been read: the next item follows, or the next key."""
    if stack:
        stack[-1][2] = stack[-1][2] + 1 if stack[-1][0] else None
