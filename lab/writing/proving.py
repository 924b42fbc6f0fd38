"""The job that proves lessons: what reading their files shows, then each proof, as `lessons check` does."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet

from lab.jobs.models import Job
from lab.jobs.tasks import Steps, begin
from lab.writing.sheet import placed
from lessons.course import CONTENT, Lesson
from lessons.drafts import DraftModule, Drafts
from lessons.exercises import exams, gym
from lessons.problems import Problem
from lessons.proofs import proving

KIND = "prove"
LONGEST = 2000
"""The most letters of a problem that a page shows; the file has all of it."""
MOST = 100
"""The most failures that a page shows."""

type Proved = list[tuple[str, str]]
"""What was tried of a lesson: the proof's name, and what is wrong."""


class Provable(NamedTuple):
    """A lesson with where it stands, and with what is wrong in its files; then there is nothing to prove yet."""

    place: str
    lesson: Lesson | None
    problems: tuple[Problem, ...] = ()


def have_proved(lesson: str, owner: Any) -> Job:
    """The job that proves a lesson by its id, or all that there is: the one that is at it, or a new one."""
    known = jobs(owner).unfinished().filter(facts__lesson=lesson).last()
    return known or begin(KIND, owner=owner, facts={"lesson": lesson})


def latest(person: Any, lesson: str) -> Job | None:
    """The job whose last word on a lesson, or on all there is, somebody has not put away."""
    found = jobs(person).filter(facts__lesson=lesson).last()
    return found if found is not None and found.read_at is None else None


def jobs(person: Any) -> QuerySet[Job]:
    """The proofs that somebody may see."""
    return Job.objects.seen_by(person).filter(kind=KIND) if person.is_authenticated else Job.objects.none()


def prove(job: Job) -> Steps:
    """The job: one lesson, or all that can be proved, read as it is now. What it has proved is not proved again."""
    known: dict[str, Proved] = job.facts.setdefault("proved", {})
    chosen = named(job.facts["lesson"])
    yield len(chosen)
    for done, each in enumerate(chosen):
        if each.place not in known:
            found: Proved = [("files", words(problem)) for problem in each.problems]
            for proof in () if found or each.lesson is None else proving(each.lesson):
                found.append((proof.name, proof.problem))
                yield done  # a long lesson is not a dead worker
            known[each.place] = found
            Job.objects.filter(pk=job.pk).update(facts=job.facts)
        yield done + 1
    job.outcome = told(known)
    job.result = "".join(f"{line}\n" for line in report(known)).encode()
    job.result_name = "proofs.txt"


def named(lesson: str) -> list[Provable]:
    """The lesson of that id, or with no id all that can be proved."""
    if not lesson:
        return provable()
    found = [each for each in provable() if each.lesson is not None and each.lesson.id == lesson]
    missing = Problem(settings.CONTENT, 0, f"there is no lesson {lesson}")
    return found or [Provable(lesson, None, (missing,))]


def provable() -> list[Provable]:
    """The lessons of the course's folder, its reviews, and with our own course the exercises too."""
    found = [each for module in Drafts(settings.CONTENT).read() for each in provable_in(module)]
    exercises = (gym(), exams()) if settings.CONTENT == CONTENT else ()
    for course in exercises:
        found += [Provable(lesson.id, lesson) for lesson in (*course.lessons(), *course.reviews())]
    return found


def provable_in(module: DraftModule) -> Iterator[Provable]:
    for draft in module.drafts:
        yield Provable(f"{module.folder.name}/{draft.folder.name}", draft.lesson, draft.problems)
    review = module.module.review
    if module.problems or review is not None:
        yield Provable(f"{module.folder.name}/review.yaml", review, module.problems)


def words(problem: Problem) -> str:
    where = placed(problem)
    return f"{where['file']}{':' + str(where['line']) if where['line'] else ''} {where['says']}"


def told(known: dict[str, Proved]) -> dict[str, Any]:
    """What the strip says: how many hold, and what does not."""
    failures = [
        {"lesson": place, "proof": name, "problem": problem[:LONGEST]}
        for place, proved in known.items()
        for name, problem in proved
        if problem
    ]
    held = sum(map(len, known.values())) - len(failures)
    return {"lessons": len(known), "held": held, "failed": len(failures), "failures": failures[:MOST]}


def report(known: dict[str, Proved]) -> Iterator[str]:
    """Every proof in a line, as `lessons check` prints it."""
    for place, proved in known.items():
        for name, problem in proved:
            yield f"FAIL {place}: {name}: {problem}" if problem else f"ok   {place}: {name}"
