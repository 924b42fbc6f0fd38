"""Keeps what the grader finds in attempts, each verdict with the world it was found in; and judges that again."""

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from lab.catalogue import content
from lab.classrooms.assignables import ATTEMPT, KINDS, Found, Unjudgeable, parts_of, stored
from lab.classrooms.models import Assignment, Attempt, Evidence, Judgement
from lab.classrooms.scoring import settle
from lab.grading.grader import Look
from lab.grading.models import Progress
from lab.grading.terms import Terms
from lab.grading.verdicts import Verdict
from lab.jobs.models import Job
from lab.practice.models import ExamPart
from lab.sandboxes.models import Sandbox


def keep(look: Look) -> None:
    """Keep the verdicts of a look that are new, with the world. After closing nothing counts."""
    if look.sandbox.purpose != ATTEMPT:
        return
    attempt = Attempt.objects.at(look.sandbox).select_related("assignment__classroom", "sitting").first()
    if attempt is None:
        return
    work = KINDS[attempt.assignment.kind]
    at = work.dated(attempt)
    if attempt.assignment.for_person(attempt.person_id).state(at) == "closed":
        return
    known = {each.part: each for each in attempt.judgements.all()}
    asked = {part.id for part in parts_of(attempt.assignment)}
    found = {work.part_of(look.sandbox, task): (task, verdict) for task, verdict in look.verdicts.items()}
    new = {part: each for part, each in found.items() if part in asked and is_new(known.get(part), each[1])}
    if new:
        record(attempt, look, new, at)


def is_new(known: Judgement | None, verdict: Verdict) -> bool:
    """Whether a verdict says something new. What is passed stays; what was not tried has no verdict."""
    if known is None:
        return verdict.state != "fail" or verdict.tried
    if known.state == "pass":
        return False
    return known.state != verdict.state or known.verdict | {"since": None} != stored(verdict) | {"since": None}


@transaction.atomic
def record(attempt: Attempt, look: Look, new: dict[str, tuple[str, Verdict]], at: datetime) -> None:
    """Write down new verdicts: each by its part, with the task that it is on."""
    evidence = evidence_of(attempt, look) if look.world is not None else None
    hints = dict(Progress.objects.of(look.sandbox).values_list("task", "hints"))
    for part, (task, verdict) in new.items():
        fields = {"state": verdict.state, "verdict": stored(verdict), "at": at, "evidence": evidence}
        fields["hints"] = hints.get(task, 0)
        Judgement.objects.update_or_create(attempt=attempt, part=part, defaults=fields)
    attempt.evidence.filter(judgements=None).delete()
    if any(verdict.state == "pass" for _, verdict in new.values()):
        attempt.moved_at = at
    settle(attempt)


def evidence_of(attempt: Attempt, look: Look) -> Evidence:
    return Evidence.objects.create(
        attempt=attempt,
        generation=look.sandbox.generation,
        order=look.order,
        moment=look.world.clock.now,
        world=zlib.compress(look.world.save(), 1),
    )


def terms(sandbox: Sandbox) -> Terms:
    """What an assignment allows: the chosen tasks, hints at their price; no solution, and no showing it to others.

    In an exam nothing helps, and nothing is said before its end.
    """
    attempt = Attempt.objects.at(sandbox).select_related("assignment").first()
    if attempt is None:
        return Terms(solution=False, share=False, faults=False)
    assignment = attempt.assignment
    tasks = content.find(sandbox.lesson).tasks
    part_of = KINDS[assignment.kind].part_of
    chosen = frozenset(task.id for task in tasks if part_of(sandbox, task.id) in assignment.parts)
    is_exam = attempt.sitting_id is not None
    return Terms(
        tasks=chosen if assignment.parts else None,
        hints=not is_exam,
        hint_percent=assignment.hint_percent,
        solution=False,
        silent=is_exam,
        share=False,
        inside=assignment.kind not in ("exam", "gym"),
        faults=False,
    )


def page(sandbox: Sandbox) -> str:
    """Where an attempt is worked on; the classes, if its assignment is gone."""
    attempt = Attempt.objects.at(sandbox).select_related("assignment").first()
    if attempt is None:
        return reverse("classrooms:index")
    part = ExamPart.objects.filter(sandbox=sandbox).first()
    return KINDS[attempt.assignment.kind].page(attempt) + (f"{part.number}/" if part else "")


# Judging again.


def regrade(job: Job) -> Iterator[int]:
    """The job: every attempt at an assignment, from what is stored of it. An attempt it has done is not done again."""
    attempts = Attempt.objects.filter(assignment=job.facts["assignment"]).order_by("started_at", "pk")
    yield attempts.count()
    for done, attempt in enumerate(attempts.select_related("assignment__classroom"), 1):
        if attempt.judged_by != job.pk:
            judge_attempt_again(attempt, job)
        yield done
    judgements = Judgement.objects.filter(attempt__in=attempts)
    job.outcome = {
        "attempts": attempts.count(),
        "up": job.facts.get("up", 0),
        "down": judgements.exclude(again={}).count(),
        "stuck": job.facts.get("stuck", 0),
    }


def judge_attempt_again(attempt: Attempt, job: Job) -> None:
    """Judge each part anew: more counts at once, less waits for an instructor, what cannot be judged stays.

    All judging is done before anything is written, so that nobody's keys wait for the database meanwhile.
    """
    work = KINDS[attempt.assignment.kind]
    found: list[tuple[Judgement, Found]] = []
    for judgement in attempt.judgements.select_related("evidence"):
        try:
            found.append((judgement, work.judge_again(attempt, judgement)))
        except Unjudgeable:
            job.facts["stuck"] = job.facts.get("stuck", 0) + 1
    better = sum(before.state != "pass" and state == "pass" for before, (state, _) in found)
    job.facts["up"] = job.facts.get("up", 0) + better
    with transaction.atomic():
        for judgement, now in found:
            compare(judgement, *now)
        Attempt.objects.filter(pk=attempt.pk).update(judged_by=job.pk)
        Job.objects.filter(pk=job.pk).update(facts=job.facts)
        settle(attempt)


def compare(judgement: Judgement, state: str, verdict: dict[str, Any]) -> None:
    """Set a judgement beside what was found now, unless the learner has moved on meanwhile."""
    same = Judgement.objects.filter(pk=judgement.pk, evidence=judgement.evidence_id, state=judgement.state)
    if not same.exists():
        return
    if judgement.state == "pass" and state != "pass":
        judgement.again = {"state": state, "verdict": verdict}
    elif judgement.state != "pass":
        judgement.state, judgement.verdict, judgement.again = state, verdict, {}
    else:
        judgement.again = {}
    judgement.save(update_fields=["state", "verdict", "again"])


@transaction.atomic
def accept_less(assignment: Assignment) -> int:
    """Have the lower judgements count; how many there were."""
    lower = Judgement.objects.filter(attempt__assignment=assignment).exclude(again={}).select_related("attempt")
    touched = {}
    for judgement in lower:
        judgement.state, judgement.verdict = judgement.again["state"], judgement.again["verdict"]
        judgement.again = {}
        judgement.save(update_fields=["state", "verdict", "again"])
        touched[judgement.attempt_id] = judgement.attempt
    for attempt in touched.values():
        settle(attempt)
    return len(touched)


def keep_more(assignment: Assignment) -> None:
    """Leave everything as it was before it was judged again."""
    Judgement.objects.filter(attempt__assignment=assignment).exclude(again={}).update(again={})
