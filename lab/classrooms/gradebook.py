"""The gradebook as a table: learners by assignments, what counts in each cell, and what is to be said beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from lab.classrooms.assignables import title_of
from lab.classrooms.models import Assignment, Attempt, Classroom, Extension, Judgement, Membership, Override
from lab.classrooms.models.work import latest_overrides
from lab.classrooms.scoring import days_late
from lab.jobs.models import Job

MARKS = ("missing", "late", "changed", "unjudged", "error", "again", "retried", "lower")
"""What a cell can say beside its points, and what the table can be filtered by."""


@dataclass
class Column:
    """An assignment at the head of the table."""

    assignment: Assignment
    title: str
    state: str
    median: Decimal | None = None
    lower: int = 0
    """How many judgements would be less, now that they were made again."""


@dataclass
class Cell:
    """What one learner has in one assignment."""

    column: Column
    membership: Membership
    attempt: Attempt | None = None
    override: Override | None = None
    extension: Extension | None = None
    marks: list[str] = field(default_factory=list)

    @property
    def points(self) -> Decimal | None:
        if self.override is not None:
            return self.override.points
        return self.attempt.points if self.attempt is not None else None

    @property
    def key(self) -> str:
        """What tells this cell from others, in the address and in the page."""
        return f"{self.membership.person_id}-{self.column.assignment.pk}"

    @property
    def path(self) -> str:
        """Its address below the gradebook's."""
        return f"{self.membership.person_id}/{self.column.assignment.pk}/"

    @cached_property
    def mark(self) -> str:
        """The one thing that is said beside the points."""
        order = ("unjudged", "error", "again", "lower", "changed", "late", "retried")
        return next((each for each in order if each in self.marks), "")

    @property
    def late(self) -> int:
        moved = self.attempt.moved_at if self.attempt is not None else None
        return days_late(self.assignment, moved) if moved is not None else 0

    @property
    def assignment(self) -> Assignment:
        """The assignment as it is for this learner."""
        return self.column.assignment.extended(self.extension)


@dataclass
class Row:
    """One learner with all their cells."""

    membership: Membership
    cells: list[Cell]

    @property
    def total(self) -> Decimal:
        return sum((each.points or Decimal(0) for each in self.cells), Decimal(0))

    @property
    def has_any(self) -> bool:
        return any(each.points is not None for each in self.cells)


@dataclass
class Gradebook:
    columns: list[Column]
    rows: list[Row]
    jobs: list[Job]
    learners: int = 0

    @property
    def possible(self) -> int:
        return sum(column.assignment.points for column in self.columns)


def gradebook(classroom: Classroom, only: int | None = None) -> Gradebook:
    """The whole table, or one assignment's column of it; the same number of queries however many there are."""
    now = timezone.now()
    assignments = list(classroom.assignments.all() if only is None else classroom.assignments.filter(pk=only))
    for each in assignments:
        each.classroom = classroom
    columns = [Column(each, title_of(each), each.state(now)) for each in assignments]
    memberships = list(classroom.learners())
    about = Job.objects.filter(classroom=classroom, read_at=None).exclude(kind__contains="-faults")
    jobs = list(about.defer("given", "result"))
    attempts = best_attempts(assignments)
    overrides = latest_overrides(assignments)
    extensions = {
        (each.assignment_id, each.person_id): each for each in Extension.objects.filter(assignment__in=assignments)
    }
    grading = {job.facts["assignment"]: job for job in jobs if job.kind == "regrade" and not job.is_over}
    rows = []
    for membership in memberships:
        cells = []
        for column in columns:
            key = (column.assignment.pk, membership.person_id)
            cell = Cell(column, membership, attempts.get(key), overrides.get(key), extensions.get(key))
            cell.marks = marks_of(cell, grading.get(column.assignment.pk))
            cells.append(cell)
        rows.append(Row(membership, cells))
    for place, column in enumerate(columns):
        reached = [points for row in rows if (points := row.cells[place].points) is not None]
        column.median = median(reached) if reached else None
        column.lower = sum("lower" in row.cells[place].marks for row in rows)
    return Gradebook(columns, rows, jobs, len(memberships))


def best_attempts(assignments: list[Assignment]) -> dict[tuple[int, int], Attempt]:
    """Of each assignment and person the attempt that counts: the best, and of equal ones the first."""
    own = Judgement.objects.filter(attempt=OuterRef("pk"))
    attempts = Attempt.objects.filter(assignment__in=assignments).annotate(
        wrong=Exists(own.filter(state="error")),
        unjudged=Exists(own.filter(state="unjudged")),
        lower=Exists(own.exclude(again={})),
    )
    best: dict[tuple[int, int], Attempt] = {}
    for each in attempts.order_by("number"):
        key = (each.assignment_id, each.person_id)
        if key not in best or each.points > best[key].points:
            best[key] = each
    return best


def marks_of(cell: Cell, job: Job | None) -> list[str]:
    """All that is to be said of a cell."""
    attempt: Any = cell.attempt
    if attempt is None:
        state = cell.column.state if cell.extension is None else cell.assignment.state()
        missing = state in ("late", "closed") and cell.override is None
        return [*(["missing"] if missing else []), *(["changed"] if cell.override else [])]
    found = {
        "changed": cell.override is not None,
        "unjudged": attempt.unjudged and cell.override is None,
        "error": attempt.wrong,
        "again": job is not None and attempt.judged_by != job.pk,
        "lower": attempt.lower,
        "late": cell.late > 0,
        "retried": attempt.number > 1,
    }
    return [mark for mark, so in found.items() if so]


def arranged(book: Gradebook, *, name: str = "", mark: str = "", sort: str = "name", down: bool = False) -> None:
    """Keep the rows that are asked for, in the order that is asked for."""
    wanted = name.casefold().split()
    book.rows = [
        row
        for row in book.rows
        if all(word in f"{row.membership.person} {row.membership.person.email or ''}".casefold() for word in wanted)
        and (not mark or any(mark in cell.marks for cell in row.cells))
    ]
    book.rows.sort(key=sort_key(book, sort), reverse=down)


def sort_key(book: Gradebook, sort: str) -> Callable[[Row], Any]:
    """By the total, by one assignment (what was not handed in comes first), or by name."""
    places = {str(column.assignment.pk): place for place, column in enumerate(book.columns)}
    if sort == "total":
        return lambda row: (row.total, str(row.membership.person))
    if sort in places:
        place = places[sort]
        return lambda row: (
            -1 if row.cells[place].points is None else row.cells[place].points,
            str(row.membership.person),
        )
    return lambda row: str(row.membership.person).casefold()
