"""The tables that the server sends, as text. Upstream: k8s.io/cli-runtime/pkg/printers/tableprinter.go"""

from dataclasses import dataclass
from typing import Any

from simulator.kernel.clock import moment
from simulator.machinery.durations import human_duration
from simulator.machinery.objects import Object, at

SMALLEST = 6
PADDING = 3

type Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What the options ask of a table."""

    wide: bool = False
    headers: bool = True
    namespace: bool = False
    kind: str = ""
    """What stands before the slash in the name column, or nothing."""
    labels: tuple[str, ...] = ()
    all_labels: bool = False


def named_table(now: int, objects: list[Object]) -> Object:
    """A table as kubectl makes it itself of objects of any kind: names and ages."""
    rows = []
    for obj in objects:
        metadata = obj["metadata"]
        created = metadata.get("creationTimestamp")
        age = human_duration(now - moment(created)) if created else "<unknown>"
        rows.append({"cells": [metadata.get("name", ""), age], "object": obj})
    return {"columnDefinitions": [{"name": "Name", "format": "name"}, {"name": "Age"}], "rows": rows}


class TablePrinter:
    """Collects rows, and writes them with the widths that all of them need; widths once written are kept.

    `memory` is its state as plain data: the last columns, the widths, and whether headers were written.
    """

    def __init__(self, look: Look, memory: tuple[Any, ...] | None = None) -> None:
        self.look = look
        self._rows: list[Row] = []
        self._columns: list[Object]
        self._widths: list[int]
        self._columns, self._widths, self._headed = ([], [], False) if memory is None else _thawed(memory)

    @property
    def memory(self) -> tuple[Any, ...]:
        return (tuple(self._columns), tuple(self._widths), self._headed)

    def add(self, table: Object, event: str = "") -> None:
        """Take in the rows of a Table; `event` is the type of the watch event it came with."""
        columns = table.get("columnDefinitions") or self._columns
        if columns != self._columns:
            self._columns, self._headed = list(columns), False
        rows = table.get("rows") or []
        if not rows:
            return
        shown = [index for index, column in enumerate(columns) if self.look.wide or not column.get("priority")]
        if self.look.headers and not self._headed:
            self._rows.append(self._header(columns, shown, event))
        self._headed = True
        for row in rows:
            self._rows.append(self._row(columns, shown, row, event))

    def flush(self) -> str:
        """The text of the rows collected since the last flush."""
        for row in self._rows:
            for index, cell in enumerate(row[:-1]):
                width = max(len(cell) + PADDING, SMALLEST)
                if index < len(self._widths):
                    self._widths[index] = max(self._widths[index], width)
                else:
                    self._widths.append(width)
        lines = [
            "".join([*(f"{cell:<{self._widths[i]}}" for i, cell in enumerate(row[:-1])), row[-1]]) for row in self._rows
        ]
        self._rows = []
        return "".join(f"{line}\n" for line in lines)

    def _header(self, columns: list[Object], shown: list[int], event: str) -> Row:
        names = ["EVENT"] if event else []
        if self.look.namespace:
            names.append("NAMESPACE")
        names += [columns[index]["name"].upper() for index in shown]
        names += [label.rpartition("/")[2].upper() for label in self.look.labels]
        if self.look.all_labels:
            names.append("LABELS")
        return tuple(names)

    def _row(self, columns: list[Object], shown: list[int], row: Object, event: str) -> Row:
        metadata: Object = at(row, "object", "metadata", default={})
        cells = [event] if event else []
        if self.look.namespace:
            cells.append(metadata.get("namespace", ""))
        for index in shown:
            text = cell_text(row["cells"][index]) if index < len(row["cells"]) else ""
            if self.look.kind and index == 0 and columns[index].get("format") == "name":
                text = f"{self.look.kind}/{text}"
            cells.append(text)
        labels = metadata.get("labels") or {}
        cells += [labels.get(label, "") for label in self.look.labels]
        if self.look.all_labels:
            cells.append(labels_text(labels))
        return tuple(cells)


def _thawed(memory: tuple[Any, ...]) -> tuple[list[Object], list[int], bool]:
    columns, widths, headed = memory
    return list(columns), list(widths), headed


def cell_text(value: Any) -> str:
    """One cell: the first line, and dots where more lines were; nothing where there is no value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    text = str(value)
    for index, letter in enumerate(text):
        if letter in "\f\n\r":
            return text[:index] + "..."
    return text


def labels_text(labels: Object) -> str:
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) or "<none>"
