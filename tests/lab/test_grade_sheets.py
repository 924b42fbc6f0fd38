"""Files of grades: what goes out harms no spreadsheet, what comes in changes all that differs or nothing."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lab.classrooms.models import Override
from lab.classrooms.sheets import BIGGEST, harmless, plain_number
from lab.jobs.models import Job
from lab.jobs.tasks import work
from tests.lab.classes import Cast, cast, graded
from tests.lab.running import worked

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
DUE = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def table() -> Cast:
    return graded(cast())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize(
    ("points", "shown"), [("10.00", "10"), ("7.50", "7.5"), ("0", "0"), ("100", "100"), (None, "")]
)
def test_numbers_are_written_plainly(points: str | None, shown: str) -> None:
    assert plain_number(None if points is None else Decimal(points)) == shown


def taken_in(table: Cast, content: bytes) -> Job:
    browser = table.browser("instructor")
    browser.post(f"/en/classes/{table.classroom.pk}/grades/import/", {"file": SimpleUploadedFile("g.csv", content)})
    return worked("import-grades")


def sheet(table: Cast, *changes: tuple[str, str], separator: str = ",") -> bytes:
    """A file with one line a learner and what stands in the assignment's column."""
    keys = {each.person.name: each.pk for each in table.classroom.learners()}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(["id", "name", f"#{table.assignment.pk} A first Pod (10)"])
    for name, points in changes:
        writer.writerow([keys.get(name, name), name, points])
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("changes", "overrides"),
    [
        pytest.param([("Ada", "10"), ("Bo", "5"), ("Cy", "")], {"Dee": 7}, id="nothing differs"),
        pytest.param([("Ada", "9.5"), ("Cy", "3")], {"Dee": 7, "Ada": Decimal("9.5"), "Cy": 3}, id="two differ"),
        pytest.param([("Ada", "9,5")], {"Dee": 7, "Ada": Decimal("9.5")}, id="a comma, quoted"),
        pytest.param([("Ada", "10.0")], {"Dee": 7}, id="the same number written otherwise"),
    ],
)
def test_a_file_changes_what_differs(table: Cast, changes: list[tuple[str, str]], overrides: dict[str, Any]) -> None:
    job = taken_in(table, sheet(table, *changes))
    assert job.outcome == {"changed": len(overrides) - 1, "lines": []}
    latest = {each.person.name: each.points for each in Override.objects.order_by("at", "pk")}
    assert latest == overrides
    assert work(str(job.pk)) == "taken", "and only once"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\xff\xfe\x00", "cannot be read as CSV", id="bytes"),
        pytest.param(b'id,"x\n', "cannot be read as CSV", id="an open quote"),
        pytest.param(b"name,points\nAda,3\n", "no column id", id="no id"),
        pytest.param(b"id,#99999 Other (1)\n", "is no assignment", id="another class's column"),
        pytest.param(b"id,#" + b"9" * 5000 + b"\n", "999 is no assignment", id="a number without end"),
        pytest.param(b"id\n" * 6000, "more than 5000 lines", id="endless"),
        pytest.param(b"id,#{work} a,#{work} b\n", "b stands here a second time", id="a column twice"),
        pytest.param(b"id,email,#{work}\n{ada},bo@example.test,3\n", "not the address of Ada", id="lines mixed up"),
    ],
)
def test_a_file_that_is_none_is_told_so(table: Cast, content: bytes, says: str) -> None:
    ada = str(table.classroom.learners().get(person__name="Ada").pk).encode()
    job = taken_in(table, content.replace(b"{work}", str(table.assignment.pk).encode()).replace(b"{ada}", ada))
    assert says in " ".join(job.outcome["lines"])
    page = table.browser("instructor").get(f"/en/classes/{table.classroom.pk}/grades/").text
    assert "Nothing was changed" in page and says in page


def test_a_column_that_is_nobodys_is_not_read_and_that_is_told(table: Cast) -> None:
    content = sheet(table, ("Ada", "9")).replace(b"id,name", b"id,<b>seat</b>")
    assert taken_in(table, content).outcome["changed"] == 1
    page = table.browser("instructor").get(f"/en/classes/{table.classroom.pk}/grades/").text
    assert "The column &lt;b&gt;seat&lt;/b&gt; was not read" in page


@pytest.mark.parametrize("size", [None, BIGGEST + 1], ids=["no file", "too big"])
def test_a_file_that_is_not_taken_in_is_told_so(table: Cast, size: int | None) -> None:
    given = {} if size is None else {"file": SimpleUploadedFile("g.csv", b"i" * size)}
    answer = table.browser("instructor").post(f"/en/classes/{table.classroom.pk}/grades/import/", given)
    assert answer.status_code == 422 and "a CSV file of at most 2 MB" in answer.text
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([("Ada", "ten")], "Line 2, 2.1 A first Pod: “ten” is no number"),
        ([("Ada", "=1+1")], "is no number"),
        ([("Ada", "1e500")], "Line 2"),
        ([("Ada", "NaN")], "is no number"),
        ([("Ada", "0.001")], "is no number"),
        ([("Ada", "-3")], "not between 0 and 1000"),
        ([("Ada", "3"), ("Ada", "4")], "Line 3: the id"),
        ([("0", "3")], "Line 2: the class has no learner with the id 0"),
        ([("Bo", "3"), ("<script>", "3")], "&lt;script&gt;"),
    ],
)
def test_one_wrong_line_and_nothing_is_changed(table: Cast, changes: list[tuple[str, str]], says: str) -> None:
    taken_in(table, sheet(table, *changes))
    assert Override.objects.count() == 1
    assert says in table.browser("instructor").get(f"/en/classes/{table.classroom.pk}/grades/").text


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_file_with_other_separators_is_read(table: Cast, separator: str) -> None:
    assert taken_in(table, sheet(table, ("Ada", "9,5"), separator=separator)).outcome == {"changed": 1, "lines": []}


def test_a_file_that_a_korean_spreadsheet_has_saved_is_read(table: Cast) -> None:
    given = sheet(table, ("Ada", "9.5")).decode().replace("A first Pod", "첫 파드; 그리고 나머지").encode("cp949")
    assert taken_in(table, given).outcome == {"changed": 1, "lines": []}
