"""`python -m tests.lab.pages`: how much CPU the server spends on each page of the site, with a class of thirty in it.

CPU time and not time on the wall, so that what else runs on the machine does not count.
"""

import os
import statistics
import sys
import tempfile
import time
import zlib
from datetime import timedelta
from typing import Any

LEARNERS = 30
TIMES = 9


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        os.environ.setdefault("KUBELAB_DATA", data)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import setup_test_environment

        call_command("migrate", verbosity=0)
        setup_test_environment()
        times = measured()
    for name, (spent, queries) in times.items():
        print(f"{spent * 1e3:8.1f} ms {queries:5d} queries  {name}")
    print(f"median {statistics.median(spent for spent, _ in times.values()) * 1e3:.1f} ms")
    return 0


def measured() -> dict[str, tuple[float, int]]:
    """The median CPU time (s) of each page, and how many queries it makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for name, (browser, path, headers) in class_of_thirty().items():
        browser.get(path, headers=headers)
        times = []
        for _ in range(TIMES):
            began = time.process_time()
            answer = browser.get(path, headers=headers)
            times.append(time.process_time() - began)
            assert answer.status_code == 200, (name, answer.status_code)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path, headers=headers)
        found[name] = statistics.median(times), len(asked)
    return found


def class_of_thirty() -> dict[str, tuple[Any, str, dict[str, str]]]:
    """Every page worth measuring: who looks, its address, and with which headers."""
    from django.test import Client
    from django.utils import timezone

    from lab.accounts.models import User
    from lab.classrooms.assignables import KINDS
    from lab.classrooms.models import INSTRUCTOR, Assignment, Classroom, Notice
    from lab.classrooms.views.work import begun

    teacher = User.objects.create_user("teacher@example.com", "a long sentence to remember", name="Eunji")
    room = Classroom.objects.create(name="Cloud Basics 2")
    room.enrol(teacher, INSTRUCTOR)
    due_at = timezone.now() + timedelta(days=1)
    works = [
        Assignment.objects.create(classroom=room, kind=kind, target=KINDS[kind].targets()[place], due_at=due_at)
        for kind, place in (("lesson", 0), ("lesson", 1), ("quiz", 0), ("gym", 0), ("exam", 0))
    ]
    learners = [User.objects.create_guest() for _ in range(LEARNERS)]
    for number, learner in enumerate(learners):
        learner.name = f"학생 {number:02}"
        learner.save()
        room.enrol(learner)
        for work in works:
            judge(begun(work, learner, 1))
    for number in range(12):
        Notice.objects.create(classroom=room, author=teacher, text=f"Notice {number}")
    looking, learning, nobody = Client(), Client(), Client()
    looking.force_login(teacher)
    learning.force_login(learners[3])
    return addresses(room, works, learners[3], looking, learning, nobody)


def judge(attempt: Any) -> None:
    """What an attempt shows once its learner has worked: judgements with the world they were found in."""
    from lab.classrooms.assignables import parts_of
    from lab.classrooms.models import Evidence, Judgement
    from lab.classrooms.scoring import settle
    from lab.sandboxes import worlds

    attempt.refresh_from_db()
    sandboxes = [attempt.sandbox] if attempt.sandbox else []
    evidence = None
    for sandbox in sandboxes:
        world = zlib.compress(worlds.boot(sandbox.lesson, sandbox.seed).save(), 1)
        evidence = Evidence.objects.create(attempt=attempt, order=1, moment=0, world=world)
    for place, part in enumerate(parts_of(attempt.assignment)):
        state, seen = ("pass", {}) if place % 2 == 0 else ("fail", {"en": "nothing", "ko": "없음"})
        verdict = {"expected": {"en": "something", "ko": "무엇"}, "seen": seen, "object": "Pod web", "given": [0]}
        Judgement.objects.create(attempt=attempt, part=part.id, state=state, verdict=verdict, evidence=evidence)
    settle(attempt)


def addresses(
    room: Any, works: list[Any], learner: Any, looking: Any, learning: Any, nobody: Any
) -> dict[str, tuple[Any, str, dict[str, str]]]:
    from lab.classrooms.models import Attempt

    htmx = {"hx-request": "true"}
    base = f"/ko/classes/{room.pk}/"
    attempts = {
        each.assignment.kind: each for each in Attempt.objects.filter(person=learner).select_related("assignment")
    }
    plain = {
        "home": (nobody, "/ko/"),
        "course": (learning, "/ko/course/"),
        "lesson": (learning, "/ko/lessons/first-pod/"),
        "lesson's quiz": (learning, "/ko/lessons/first-pod/quiz/"),
        "search": (learning, "/ko/search/?q=service"),
        "glossary": (learning, "/ko/glossary/"),
        "practice": (learning, "/ko/practice/"),
        "playground": (learning, "/ko/playground/"),
        "classes": (learning, "/ko/classes/"),
        "class, learner": (learning, base),
        "assignment": (learning, f"{base}assignments/{works[0].pk}/"),
        "exam, assignment": (learning, f"{base}assignments/{works[4].pk}/"),
        "attempt": (learning, f"/ko/attempts/{attempts['lesson'].pk}/"),
        "attempt's quiz": (learning, f"/ko/attempts/{attempts['quiz'].pk}/quiz/"),
        "exam": (learning, f"/ko/attempts/{attempts['exam'].pk}/exam/"),
        "exam's task": (learning, f"/ko/attempts/{attempts['exam'].pk}/exam/1/"),
        "class, instructor": (looking, base),
        "people": (looking, f"{base}people/"),
        "new assignment": (looking, f"{base}assignments/new/"),
        "gradebook": (looking, f"{base}grades/"),
        "gradebook, a cell open": (looking, f"{base}grades/?open={learner.pk}-{works[0].pk}"),
    }
    pieces = {
        "live": (looking, f"{base}live/?work={works[0].pk}"),
        "live, exam": (looking, f"{base}live/?work={works[4].pk}"),
        "seat": (looking, f"/ko/attempts/{attempts['lesson'].pk}/seat/"),
        "seat, exam": (looking, f"/ko/attempts/{attempts['exam'].pk}/seat/"),
        "cell": (looking, f"{base}grades/{learner.pk}/{works[0].pk}/"),
        "cell, exam": (looking, f"{base}grades/{learner.pk}/{works[4].pk}/"),
        "replay": (looking, f"/ko/attempts/{attempts['lesson'].pk}/replay/"),
    }
    return {name: (*each, {}) for name, each in plain.items()} | {name: (*each, htmx) for name, each in pieces.items()}


if __name__ == "__main__":
    sys.exit(main())
