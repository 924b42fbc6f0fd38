"""The columns of server-side tables, and the cells that many kinds share. Upstream: pkg/printers/internalversion"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.machinery.objects import Object

type Cells = list[Any]
type Row = Callable[[Object, int], Cells]
"""An object and the present moment (microseconds) to the cells of its row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; those of priority 0 are always shown, the others with `-o wide`."""

    name: str
    description: str
    type: str = "string"
    format: str = ""
    priority: int = 0

    def definition(self) -> Object:
        return {
            "name": self.name,
            "type": self.type,
            "format": self.format,
            "description": self.description,
            "priority": self.priority,
        }


@dataclass(frozen=True, slots=True)
class Printer:
    """How a kind's table looks: its columns, the cells of one object, and the conditions a row may carry."""

    columns: tuple[Column, ...]
    row: Row
    conditions: Callable[[Object], list[Object]] | None = None
