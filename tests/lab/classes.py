"""A class with its cast, for the tests of classrooms."""

import zlib
from dataclasses import dataclass, field
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
)
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
