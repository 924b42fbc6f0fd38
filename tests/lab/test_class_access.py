"""Who gets what from every address of a class: strangers learn nothing, the wrong role is refused."""

import asyncio
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lab.classrooms.copies import copy_of_stored
from lab.classrooms.models import Attempt, Invitation, Notice
from lab.classrooms.urls import urlpatterns
from lab.jobs.models import Job
from lab.playground.beginnings import beginning
from lab.sandboxes.host import close_host
from tests.lab.classes import ROLES, Cast, attempt_of, cast, typed

pytestmark = pytest.mark.django_db

EVERYBODY = (200, 200, 200, 200, 200, 200)
MEMBERS = (302, 404, 404, 200, 200, 200)
INSTRUCTORS = (302, 404, 404, 403, 200, 200)
CHANGES = (302, 404, 404, 403, 302, 302)
"""What instructors do, and are led back from."""

MEMBERS_CHANGE = (302, 404, 404, 302, 302, 302)
NO_EXAM = (302, 404, 404, 404, 404, 404)
"""The attempt in this table is none; see `test_class_exams`."""

TABLE: dict[str, tuple[str, tuple[int, ...]]] = {
    "index": ("get", EVERYBODY),
    "create": ("post", (302, 302, 302, 302, 302, 302)),
    "find": ("post", (302, 302, 302, 302, 302, 302)),
    "join": ("get", (200, 200, 200, 302, 302, 200)),
    "invitation": ("get", (200, 200, 200, 200, 200, 200)),
    "room": ("get", MEMBERS),
    "rename": ("post", CHANGES),
    "archive": ("post", CHANGES),
    "door": ("post", CHANGES),
    "leave": ("post", (302, 404, 404, 302, 302, 302)),
    "people": ("get", INSTRUCTORS),
    "remove": ("post", CHANGES),
    "invite": ("post", INSTRUCTORS),
    "uninvite": ("post", CHANGES),
    "new-assignment": ("get", INSTRUCTORS),
    "assignment": ("get", MEMBERS),
    "edit-assignment": ("get", INSTRUCTORS),
    "delete-assignment": ("post", CHANGES),
    "begin": ("post", (302, 404, 404, 302, 403, 403)),
    "attempt": ("get", (302, 404, 404, 200, 404, 404)),
    "quiz": ("get", (302, 404, 404, 404, 404, 404)),  # this attempt is no quiz
    "answer": ("post", (302, 404, 404, 404, 404, 404)),
    "exam": ("get", NO_EXAM),
    "hand-in": ("post", NO_EXAM),
    "part": ("get", NO_EXAM),
    "flag": ("post", NO_EXAM),
    "book": ("get", INSTRUCTORS),
    "export": ("post", CHANGES),
    "import": ("post", CHANGES),
    "cell": ("get", INSTRUCTORS),
    "override": ("post", CHANGES),
    "extend": ("post", CHANGES),
    "lengthen": ("post", (302, 404, 404, 403, 422, 422)),  # no exam goes on
    "regrade": ("post", CHANGES),
    "lower": ("post", CHANGES),
    "evidence": ("post", CHANGES),
    "live": ("get", INSTRUCTORS),
    "announce": ("post", CHANGES),
    "word": ("post", CHANGES),
    "share-moment": ("post", (404, 404, 404, 403, 302, 302)),
    "take-moment": ("post", MEMBERS_CHANGE),
    "end-moment": ("post", CHANGES),
    "hand": ("post", (302, 404, 404, 302, 302, 302)),
    "hand-down": ("post", CHANGES),
    "seat": ("get", (302, 404, 404, 404, 200, 200)),
    "replay": ("get", (302, 404, 404, 404, 200, 200)),
    "open-step": ("post", (302, 404, 404, 404, 409, 409)),  # nothing of it was played yet
    "help": ("post", (404, 404, 404, 404, 302, 302)),
    "copy": ("get", (302, 404, 404, 404, 200, 404)),
}
IN_THE_HOST = ("help", "share-moment")
HTMX = {"cell", "seat"}
"""What is only asked for as a piece of a page."""


def test_every_address_is_in_the_table() -> None:
    assert set(TABLE) == {each.name for each in urlpatterns}


@pytest.fixture
def people() -> Cast:
    return cast()


def address(name: str, people: Cast) -> str:
    """An address of that name, with something there that belongs to the learner."""
    learner, classroom = people.people["learner"], people.classroom
    attempt = attempt_of(learner, people.assignment, "run-a-pod", number=7)
    judgement = attempt.judgements.get()
    assert judgement.evidence is not None and attempt.sandbox is not None
    stored = bytes(judgement.evidence.world)
    values: dict[str, Any] = {
        "classroom_id": classroom.pk,
        "person_id": learner.pk,
        "assignment_id": people.assignment.pk,
        "attempt_id": attempt.pk,
        "judgement_id": judgement.pk,
        "invitation_id": 1,
        "notice_id": moment_of(people).pk if name.endswith("-moment") else 0,
        "code": classroom.code,
        "key": "any",
        "number": 1,
        "token": Invitation.issue(classroom, people.people["instructor"]) if name == "invitation" else "",
    }
    if name == "copy":
        values["sandbox_id"] = copy_of_stored(attempt.sandbox, people.people["instructor"], stored).pk
    wanted = next(each.pattern.converters for each in urlpatterns if each.name == name)
    return reverse(f"classrooms:{name}", kwargs={key: values[key] for key in wanted})


def moment_of(people: Cast) -> Notice:
    """A moment that the instructor has opened."""
    begun = beginning(typed("hello"), "first-pod", "", people.people["instructor"], shared=True)
    return Notice.objects.create(classroom=people.classroom, text="Look", beginning=begun)


@pytest.mark.parametrize(("place", "role"), list(enumerate(ROLES)), ids=ROLES)
@pytest.mark.parametrize("name", [name for name in TABLE if name not in IN_THE_HOST])
def test_who_gets_what(name: str, place: int, role: str, people: Cast) -> None:
    look_up(name, place, role, people)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("place", "role"), list(enumerate(ROLES)), ids=ROLES)
@pytest.mark.parametrize("name", IN_THE_HOST)
def test_who_has_a_world_forked(name: str, place: int, role: str, people: Cast) -> None:
    """The host reads the world in a thread of its own, so everything has to be committed."""
    look_up(name, place, role, people)
    asyncio.run(close_host())


def look_up(name: str, place: int, role: str, people: Cast) -> None:
    method, statuses = TABLE[name]
    fields: dict[str, Any] = {"name": "New", "text": "Hello", "points": "3", "code": people.classroom.code, "email": ""}
    if name == "import":
        fields["file"] = SimpleUploadedFile("grades.csv", b"id\n")
    path = address(name, people)
    fields["sandbox"] = Attempt.objects.latest("number").sandbox_id or ""
    headers = {"hx-request": "true"} if name in HTMX else {}
    answer = getattr(people.browser(role), method)(path, fields, headers=headers)
    assert answer.status_code == statuses[place]
    if answer.status_code == 302 and role == "anonymous" and name not in ("create", "find"):
        assert "/sign-in/" in answer["Location"]


@pytest.mark.parametrize(("place", "role"), list(enumerate(ROLES)), ids=ROLES)
@pytest.mark.parametrize(
    ("name", "method", "statuses"),
    [
        ("strip", "get", (302, 404, 404, 404, 200, 200)),
        ("result", "get", (302, 404, 404, 404, 200, 200)),
        ("pause", "post", (302, 404, 404, 404, 302, 302)),
        ("put-away", "post", (302, 404, 404, 404, 302, 302)),
    ],
)
def test_who_gets_what_of_a_job(
    name: str, method: str, statuses: tuple[int, ...], place: int, role: str, people: Cast
) -> None:
    job = Job.objects.create(kind="export-grades", classroom=people.classroom, result=b"id", result_name="grades.csv")
    answer = getattr(people.browser(role), method)(reverse(f"jobs:{name}", args=[job.pk]))
    assert answer.status_code == statuses[place]
