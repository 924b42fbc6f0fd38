"""A class with its cast, for the tests of classrooms."""

import zlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from lab.accounts.models import User
from lab.classrooms.models import (
    INSTRUCTOR,
    Assignment,
    Attempt,
    Classroom,
    Evidence,
    Judgement,
    Override,
)
from lab.grading.grader import Look
from lab.grading.verdicts import Verdict
from lab.sandboxes.models import Sandbox
from tests.lab.conftest import PASSWORD
from tests.lab.world import EchoWorld, boot

ROLES = ("anonymous", "stranger", "former", "learner", "instructor", "staff")


@dataclass
class Cast:
    """The people around one class."""

    classroom: Classroom
    assignment: Assignment
    people: dict[str, User] = field(default_factory=dict)

    def browser(self, role: str) -> Client:
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role])
        return client


def person(name: str, **fields: Any) -> User:
    return User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name, **fields)


def cast() -> Cast:
    """A class with an assignment, and somebody of every sort."""
    classroom = Classroom.objects.create(name="Cloud Basics", code="7KQM4T")
    assignment = Assignment.objects.create(classroom=classroom, kind="lesson", target="first-pod")
    people = {role: person(role.title()) for role in ROLES[1:-1]}
    people["staff"] = person("Staff", is_staff=True)
    classroom.enrol(people["instructor"], INSTRUCTOR)
    classroom.enrol(people["learner"])
    former = classroom.enrol(people["former"])
    former.left_at = timezone.now()
    former.save()
    return Cast(classroom, assignment, people)


def typed(*lines: str) -> EchoWorld:
    """A world in whose terminal these lines were typed."""
    world = boot(None, "")
    world.open_terminal("workstation", "1", 80, 24)
    for line in lines:
        world.type("1", f"{line}\r".encode())
    return world


def attempt_of(learner: User, assignment: Assignment, *passed: str, number: int = 1, **fields: Any) -> Attempt:
    """An attempt in which these tasks were passed, with the world that shows it."""
    sandbox = Sandbox.objects.create(owner=learner, lesson=assignment.target, purpose="attempt")
    attempt = Attempt.objects.create(
        assignment=assignment, person=learner, number=number, sandbox=sandbox, seed=sandbox.seed, **fields
    )
    world = zlib.compress(typed(*passed).save())
    for task in passed:
        evidence = Evidence.objects.create(attempt=attempt, order=1, moment=0, world=world)
        Judgement.objects.create(attempt=attempt, part=task, state="pass", evidence=evidence)
    return attempt


def many(people: Cast, count: int) -> list[Attempt]:
    """More learners in the class, each with an attempt."""
    learners = [person(f"L{number:02}") for number in range(count)]
    for each in learners:
        people.classroom.enrol(each)
    return [attempt_of(each, people.assignment, "run-a-pod") for each in learners]


def look(sandbox: Sandbox, order: int = 1, **verdicts: Verdict) -> Look:
    """What the grader finds at a look into such a sandbox."""
    named = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    return Look(sandbox, typed("run-a-pod"), order, named, [key for key, each in named.items() if each.state == "pass"])


def graded(people: Cast) -> Cast:
    """Ada has everything, Bo half of it and late, Cy nothing, Dee a changed score."""
    due = timezone.now()
    people.classroom.memberships.filter(person=people.people["learner"]).delete()
    Assignment.objects.update(due_at=due)
    ada, bo, cy, dee = (person(name) for name in ("Ada", "Bo", "Cy", "Dee"))
    for each in (ada, bo, cy, dee):
        people.classroom.enrol(each)
    attempt_of(ada, people.assignment, "run-a-pod", "lose-it", points=10, moved_at=due - timedelta(hours=1))
    attempt_of(bo, people.assignment, "run-a-pod", points=5, moved_at=due + 30 * timedelta(hours=1))
    Override.objects.create(assignment=people.assignment, person=dee, points=7)
    return people
