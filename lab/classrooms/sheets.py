"""The gradebook as a CSV file, out and in. What comes in changes scores; what is wrong in it is said line by line."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from lab.classrooms.gradebook import Cell, Gradebook, Row, gradebook
from lab.classrooms.models import Classroom, Override
from lab.classrooms.transcript import number_in
from lab.jobs.models import Job
from lab.language import say

FIXED = ("id", "name", "email")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, and would run."""
SEPARATORS = (",", ";", "\t")
HEAD = re.compile(r"#(\d+)\b")
BIGGEST = 2_000_000
"""The largest file (bytes) that is taken in."""
LINES = 5_000
MOST_WRONG = 50
"""How many wrong lines are told of at once."""
SAID = 40
"""How much is said again of what stands where something is wrong (letters)."""


def harmless(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain_number(points: Decimal | None) -> str:
    """Points without needless zeros; nothing for nothing."""
    if points is None:
        return ""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def head_of(book: Gradebook) -> list[str]:
    columns = [f"#{each.assignment.pk} {each.title} ({each.assignment.points})" for each in book.columns]
    return [*FIXED, *columns, "total"]


def row_of(row: Row) -> list[str]:
    person = row.membership.person
    points = [plain_number(cell.points) for cell in row.cells]
    return [
        str(row.membership.pk),
        harmless(person.name),
        harmless(person.email or ""),
        *points,
        plain_number(row.total),
    ]


def export(job: Job) -> Iterator[int]:
    """The job: write the whole gradebook, a learner at a time."""
    classroom = job.classroom
    assert classroom is not None
    book = gradebook(classroom)
    yield len(book.rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head_of(book))
    for done, row in enumerate(book.rows, 1):
        writer.writerow(row_of(row))
        yield done
    job.result = b"\xef\xbb\xbf" + text.getvalue().encode()  # the mark by which spreadsheets know UTF-8
    name = slugify(classroom.name, allow_unicode=True) or "grades"
    job.result_name = f"{name}-{timezone.localdate():%Y-%m-%d}.csv"
    job.outcome = {"rows": len(book.rows)}


@dataclass(frozen=True)
class Change:
    """One score that a file changes."""

    cell: Cell
    points: Decimal


def take_in(job: Job) -> Iterator[int]:
    """The job: read a file, and change all scores that differ in it; or none, if anything in it is wrong."""
    classroom = job.classroom
    assert classroom is not None
    reader = Reader(classroom, bytes(job.given or b""))
    yield reader.count
    yield from reader.read()
    if reader.wrong:
        job.outcome = {"lines": reader.wrong[:MOST_WRONG], "wrong": len(reader.wrong)}
        return
    if "changed" not in job.facts:
        apply(job, reader.changes)
    job.outcome = {"changed": job.facts["changed"], "lines": reader.skipped}


@transaction.atomic
def apply(job: Job, changes: list[Change]) -> None:
    """Write the changes down, and in the same breath that it was done."""
    now = timezone.now()
    note = say("classes.imported-note")
    Override.objects.bulk_create(
        Override(
            assignment=each.cell.column.assignment,
            person=each.cell.membership.person,
            points=each.points,
            note=note,
            by_id=job.owner_id,
            at=now,
        )
        for each in changes
    )
    job.facts["changed"] = len(changes)
    Job.objects.filter(pk=job.pk).update(facts=job.facts)


def parsed(given: bytes) -> list[list[str]]:
    """The lines of a file as spreadsheets save it, whichever separator they like.

    Raises `UnicodeDecodeError`, `csv.Error`.
    """
    try:
        text = given.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = given.decode("cp949")  # what Korean spreadsheets write for CSV unless told otherwise
    kinds = (list(csv.reader(io.StringIO(text), delimiter=each, strict=True)) for each in SEPARATORS)
    first = next(kinds)
    return first if is_ours(first) else next(filter(is_ours, kinds), first)


def is_ours(rows: list[list[str]]) -> bool:
    """Whether the head has the column that tells who is who."""
    return bool(rows) and "id" in rows[0]


def is_same(typed: str, email: str | None) -> bool:
    """Whether a line's address is its learner's. A table sorted by one column alone would give points to others."""
    return typed.strip().removeprefix("'").casefold() in ("", (email or "").casefold())


class Reader:
    """A file that came in: what it changes, and what is wrong with it."""

    def __init__(self, classroom: Classroom, given: bytes) -> None:
        self.book = gradebook(classroom)
        self.wrong: list[str] = []
        self.skipped: list[str] = []
        """What is told of columns that are nobody's: a teacher's own, or one whose head is spoiled."""
        self.changes: list[Change] = []
        self.rows = self._rows(given)
        self.count = max(len(self.rows) - 1, 0)

    def _rows(self, given: bytes) -> list[list[str]]:
        try:
            rows = parsed(given)
        except (UnicodeDecodeError, csv.Error):
            self.wrong.append(say("classes.import-unreadable"))
            return []
        if len(rows) > LINES:
            self.wrong.append(say("classes.import-long", most=LINES))
            return []
        return rows

    def read(self) -> Iterator[int]:
        if not self.rows:
            if not self.wrong:
                self.wrong.append(say("classes.import-empty"))
            return
        places = self._places(self.rows[0])
        people = {str(row.membership.pk): row for row in self.book.rows}
        known: set[str] = set()
        for number, fields in enumerate(self.rows[1:], 1):
            if any(fields):
                self._line(number + 1, fields, places, people, known)
            yield number

    def _places(self, head: list[str]) -> dict[int, int]:
        """Which field of a line belongs to which of our columns."""
        if "id" not in head:
            self.wrong.append(say("classes.import-no-id", line=1))
        columns = {column.assignment.pk: place for place, column in enumerate(self.book.columns)}
        places: dict[int, int] = {}
        for field, title in enumerate(head):
            if (found := HEAD.match(title.strip())) is None:
                if title.strip() and title not in (*FIXED, "total"):
                    self.skipped.append(say("classes.import-skipped", column=title[:SAID]))
            elif (place := columns.get(number_in(found[1]))) is None or place in places.values():
                word = "no-column" if place is None else "column-twice"
                self.wrong.append(say(f"classes.import-{word}", line=1, column=title[:SAID]))
            else:
                places[field] = place
        self.id = head.index("id") if "id" in head else 0
        self.email = head.index("email") if "email" in head else None
        return places

    def _line(
        self, line: int, fields: list[str], places: dict[int, int], people: dict[str, Row], known: set[str]
    ) -> None:
        key = fields[self.id].strip() if self.id < len(fields) else ""
        if key not in people or key in known:
            word = "twice" if key in known else "nobody"
            self.wrong.append(say(f"classes.import-{word}", line=line, id=key[:SAID]))
            return
        known.add(key)
        person = people[key].membership.person
        if self.email is not None and self.email < len(fields) and not is_same(fields[self.email], person.email):
            said = {"email": fields[self.email][:SAID], "id": key, "name": person.name}
            self.wrong.append(say("classes.import-other", line=line, **said))
            return
        for field, place in places.items():
            cell = people[key].cells[place]
            typed = fields[field].strip() if field < len(fields) else ""
            if typed in ("", plain_number(cell.points)):
                continue
            points = self._points(line, typed, cell)
            if points is not None and points != cell.points:
                self.changes.append(Change(cell, points))

    def _points(self, line: int, typed: str, cell: Cell) -> Decimal | None:
        facts: dict[str, Any] = {"line": line, "typed": typed[:SAID], "title": cell.column.title}
        try:
            points = Decimal(typed.replace(",", "."))
        except InvalidOperation:
            self.wrong.append(say("classes.import-no-number", **facts))
            return None
        if points.is_finite() and not 0 <= points <= 1000:
            self.wrong.append(say("classes.import-range", **facts))
            return None
        if not points.is_finite() or points != points.quantize(Decimal("0.01")):
            self.wrong.append(say("classes.import-no-number", **facts))
            return None
        return points
