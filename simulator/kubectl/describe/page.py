"""What a description is written on: indented lines of cells, aligned when a section is finished.

Upstream: kubectl/pkg/describe/describe.go
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from typing import Any

from simulator.kernel.clock import SECOND, moment
from simulator.kubectl.tabwriter import described
from simulator.machinery.durations import human_duration
from simulator.machinery.objects import Object

SKIPPED_ANNOTATIONS = ("kubectl.kubernetes.io/last-applied-configuration",)
LONGEST_ANNOTATION = 140


class Page:
    """Collects lines; `now` is what ages are counted to."""

    def __init__(self, now: int, find_events: Callable[[], list[Object] | None] = lambda: None) -> None:
        self._now = now
        self.events = cache(find_events)
        """What happened to the object, None where that is not shown; asked for once."""
        self._text = ""
        self._finished = ""

    def write(self, text: str) -> None:
        """Text as it is, without a line break."""
        self._text += text

    def line(self, level: int, *cells: Any) -> None:
        """Cells set apart by tabs, indented by two blanks a level."""
        self._text += "  " * level + "\t".join(str(cell) for cell in cells) + "\n"

    def field(self, level: int, title: str, value: Any) -> None:
        self.line(level, f"{title}:", value)

    def table(
        self, level: int, titles: Sequence[str], rows: Sequence[Sequence[Any]], rules: Sequence[str] = ()
    ) -> None:
        """A header, a rule under every title, and rows."""
        self.line(level, *titles)
        self.line(level, *(rules or ["-" * len(title) for title in titles]))
        for row in rows:
            self.line(level, *row)

    def flush(self) -> None:
        """Align what was written so far; what follows gets columns of its own."""
        self._finished += described(self._text)
        self._text = ""

    def untabbed(self) -> str:
        """What was written, with its tabs."""
        return self._text

    def text(self) -> str:
        self.flush()
        return self._finished

    def several(self, title: str, lines: Sequence[str], indent: str = "") -> None:
        """A title with one value a line, or `<none>`."""
        if not lines:
            lines = ["<none>"]
        for index, value in enumerate(lines):
            self.line(0, f"{indent}{title}:" if index == 0 else indent, value)

    def labels(self, title: str, labels: Mapping[str, str] | None, indent: str = "") -> None:
        labels = labels or {}
        self.several(title, [f"{key}={labels[key]}" for key in sorted(labels)], indent)

    def annotations(self, title: str, annotations: Mapping[str, str] | None) -> None:
        annotations = annotations or {}
        keys = [key for key in sorted(annotations) if key not in SKIPPED_ANNOTATIONS]
        if not keys:
            self.field(0, title, "<none>")
        for index, key in enumerate(keys):
            value = annotations[key].removesuffix("\n")
            head = f"{title}:" if index == 0 else ""
            if len(value) + len(key) + 2 > LONGEST_ANNOTATION or "\n" in value:
                self.line(0, head, f"{key}:")
                for part in value.split("\n"):
                    self.line(0, "", f"  {shortened(part, LONGEST_ANNOTATION - 2)}")
            else:
                self.line(0, head, f"{key}: {value}")

    def head(self, obj: Object, *, namespaced: bool = True) -> None:
        """Name, namespace, labels and annotations, as most descriptions begin."""
        metadata = obj["metadata"]
        self.field(0, "Name", metadata.get("name", ""))
        if namespaced:
            self.field(0, "Namespace", metadata.get("namespace", ""))
        self.labels("Labels", metadata.get("labels"))
        self.annotations("Annotations", metadata.get("annotations"))

    def since(self, timestamp: str | None) -> str:
        """How long ago that was."""
        return "<unknown>" if not timestamp else human_duration(self._now - moment(timestamp))


def shortened(text: str, longest: int) -> str:
    return text[:longest] + "..." if len(text) > longest else text


def date(timestamp: str | None) -> str:
    """`Mon, 02 Nov 2026 09:00:00 +0000`; Go's zero time where there is none."""
    if not timestamp:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    return format_datetime(datetime.fromtimestamp(moment(timestamp) // SECOND, UTC))


def labels_text(labels: Mapping[str, str] | None) -> str:
    """`a=b,c=d`, or `<none>`. Upstream: labels.FormatLabels"""
    labels = labels or {}
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) or "<none>"


def boolean(value: Any) -> str:
    """A boolean as Go prints it."""
    return "true" if value else "false"


def titled(value: bool | None) -> str:
    if value is None:
        return "<unset>"
    return "True" if value else "False"


def values(items: Sequence[Any] | None) -> str:
    """A list as Go's `%v` writes it."""
    return "[" + " ".join(str(item) for item in items or ()) + "]"
