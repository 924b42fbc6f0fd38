"""Lessons, and broken worlds of the gym, as assignments."""

from django.urls import reverse

from lab.catalogue import content
from lab.classrooms.assignables.work import ATTEMPT, Found, Part, Unjudgeable, Work, stored, world_of
from lab.classrooms.models import Attempt, Judgement
from lab.grading.verdicts import judged
from lab.language import in_language
from lab.practice import sets
from lab.sandboxes.models import Sandbox


class LessonWork(Work):
    """The tasks of a lesson, in a sandbox of the attempt's own."""

    def targets(self) -> list[str]:
        return [lesson.id for lesson in content.lessons() if lesson.tasks]

    def title(self, target: str) -> str:
        lesson = content.find(target)
        return f"{content.number_of(lesson)} {in_language(dict(lesson.title))}"

    def parts(self, target: str, seed: str = "") -> list[Part]:
        return [Part(task.id, task.title, task.points) for task in content.drawn(content.find(target), seed).tasks]

    def begin(self, attempt: Attempt) -> None:
        attempt.sandbox = Sandbox.objects.create(
            owner_id=attempt.person_id,
            lesson=attempt.assignment.target,
            purpose=ATTEMPT,
            seed=attempt.seed,
            keeps_all=True,
        )

    def page(self, attempt: Attempt) -> str:
        return reverse("classrooms:attempt", args=[attempt.pk])

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        if judgement.state == "late":  # what came before what is history, and not seen in a world
            return judgement.state, judgement.verdict
        try:
            verdict = judged(world_of(judgement), content.find(attempt.assignment.target), judgement.part)
        except Exception as error:
            raise Unjudgeable from error
        return verdict.state, stored(verdict) | {"since": list(judgement.since)}


class GymWork(LessonWork):
    """A broken world of the gym, drawn anew for every attempt."""

    def targets(self) -> list[str]:
        return [world.id for world in sets.worlds()]

    def title(self, target: str) -> str:
        return str(in_language(dict(content.find(target).title)))
