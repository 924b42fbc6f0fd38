"""Exams as assignments."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from lab.catalogue import content
from lab.classrooms.assignables.work import ATTEMPT, Found, Part, Unjudgeable, Work, stored, world_of
from lab.classrooms.models import Attempt, Judgement
from lab.language import in_language, say
from lab.practice import sets
from lab.practice.exams import found_at_the_end, seed_of, sit
from lab.practice.models import ExamAttempt
from lab.sandboxes.models import Sandbox


class ExamWork(Work):
    """An exam: against the clock, each task in a world of its own, judged when its time is over."""

    def targets(self) -> list[str]:
        return [exam.id for exam in sets.exams()]

    def title(self, target: str) -> str:
        return str(in_language(dict(sets.exam(target).title)))

    def parts(self, target: str, seed: str = "") -> list[Part]:
        return [
            Part(f"{lesson.id}/{task.id}", task.title, task.points, lesson.title)
            for found in sets.exam(target).lessons
            for lesson in [content.drawn(found, seed_of(seed, found.id))]
            for task in lesson.tasks
        ]

    def rules(self, target: str) -> list[str]:
        exam = sets.exam(target)
        return [say("classes.rule-exam", minutes=exam.minutes), say("classes.rule-exam-silent")]

    def begin(self, attempt: Attempt) -> None:
        """The clock starts; closing stops it."""
        assignment, exam = attempt.assignment, sets.exam(attempt.assignment.target)
        ends_at = timezone.now() + timedelta(minutes=exam.minutes)
        chosen = {part.partition("/")[0] for part in assignment.parts}
        tasks = [each for each in exam.lessons if not chosen or each.id in chosen]
        sitting = ExamAttempt(owner_id=attempt.person_id, exam=exam.id, seed=attempt.seed, assigned=True)
        attempt.sitting = sit(sitting, tasks, min(ends_at, assignment.closes_at or ends_at), ATTEMPT)

    def page(self, attempt: Attempt) -> str:
        return reverse("classrooms:exam", args=[attempt.pk])

    def goes_on(self, attempt: Attempt) -> bool:
        return attempt.sitting is not None and not attempt.sitting.is_over()

    def sandboxes(self, attempt: Attempt) -> list[Sandbox]:
        parts = attempt.sitting.parts.select_related("sandbox") if attempt.sitting else []
        return [part.sandbox for part in parts]

    def part_of(self, sandbox: Sandbox, task: str) -> str:
        return f"{sandbox.lesson}/{task}"

    def dated(self, attempt: Attempt) -> datetime:
        now = timezone.now()
        return min(now, attempt.sitting.ends_at) if attempt.sitting else now

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        lesson, _, task = judgement.part.partition("/")
        try:
            verdict = found_at_the_end(world_of(judgement), content.find(lesson), [task])[task]
        except Exception as error:
            raise Unjudgeable from error
        return verdict.state, stored(verdict) | {"since": list(judgement.since)}
