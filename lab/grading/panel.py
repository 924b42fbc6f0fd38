"""The tasks panel: what each task looks like now."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from lab.catalogue.content import Lesson, Task
from lab.grading.models import Progress, scope
from lab.grading.solutions import steps
from lab.grading.terms import Terms, terms_of
from lab.grading.verdicts import SETTLED, Texts, Verdict, remembered
from lab.language import in_language
from lab.sandboxes.models import Sandbox


def panel(sandbox: Sandbox, lesson: Lesson) -> dict[str, Any]:
    """Every task in order; only the first that fails is open."""
    terms = terms_of(sandbox)
    progress = {} if terms.silent else {each.task: each for each in Progress.objects.of(sandbox)}
    verdicts = {} if terms.silent else remembered(sandbox.pk)
    tasks = [task for task in lesson.tasks if terms.tasks is None or task.id in terms.tasks]
    rows = [row(task, progress.get(task.id), verdicts.get(task.id), terms) for task in tasks]
    failing = [each for each in rows if each["state"] == "fail"]
    for other in failing[1:]:
        other["state"] = "todo"
    opened = failing[0] if failing else next((each for each in rows if each["state"] not in SETTLED), None)
    if opened is not None:
        opened["open"] = True
    return {
        "sandbox": sandbox,
        "lesson": lesson,
        "rows": rows,
        "done": sum(each["state"] == "pass" for each in rows),
        "all": len(rows),
        "silent": terms.silent,
        "can_reveal": terms.solution and bool(lesson.solutions),
        "hint_percent": terms.hint_percent,
        "can_share": terms.share,
        "can_break": terms.faults,
        "solution": steps(lesson) if any(each.revealed_at for each in progress.values()) else [],
    }


def row(task: Task, progress: Progress | None, verdict: Verdict | None, terms: Terms) -> dict[str, Any]:
    shown = progress.hints if progress else 0
    hints = list(in_language(task.hints) or ()) if task.hints and terms.hints else []
    now = state(progress, verdict)
    return {
        "task": task,
        "state": now,
        "is_settled": now in SETTLED,
        "seen": progress is not None and progress.is_seen,
        "verdict": verdict,
        "remark": progress.remark if progress and progress.passed_at else {},
        "hints": [(f"tasks.hint-{number}", hint) for number, hint in enumerate(hints[:shown], 1)],
        "pips": [number < shown for number in range(len(hints))],
        "shown": min(shown, len(hints)),
        "more": shown < len(hints),
        "open": False,
    }


def state(progress: Progress | None, verdict: Verdict | None) -> str:
    """What is passed stays passed; what nobody has tried yet does not fail."""
    if progress is not None and progress.passed_at is not None:
        return "pass"
    if verdict is None or (verdict.state == "fail" and not verdict.tried):
        return "todo"
    return verdict.state


def record_passes(sandbox: Sandbox, tasks: Mapping[str, Texts]) -> None:
    """Keep that these tasks are passed, each with what was remarked; the first time counts."""
    now = timezone.now()
    for task, remark in tasks.items():
        Progress.objects.get_or_create(**scope(sandbox), task=task)
        Progress.objects.of(sandbox).filter(task=task, passed_at=None).update(passed_at=now, remark=remark)


def reveal(sandbox: Sandbox, lesson: Lesson) -> None:
    """Keep that the solution was shown for every task that is not passed yet."""
    for task in lesson.tasks:
        Progress.objects.get_or_create(**scope(sandbox), task=task.id)
    mine = Progress.objects.of(sandbox).filter(revealed_at=None)
    if not mine.filter(passed_at=None).update(revealed_at=timezone.now()):
        mine.update(revealed_at=timezone.now())
