"""An attempt command by command: the terminal, what the checks say at that point, a copy to go on from."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lab.catalogue import content
from lab.classrooms.access import watched_attempt
from lab.classrooms.assignables import KINDS, parts_of, title_of
from lab.classrooms.copies import keep
from lab.classrooms.models import Attempt
from lab.classrooms.replays import KEPT, Replay
from lab.classrooms.transcript import number_in, of_world
from lab.classrooms.views.live import worked_in
from lab.grading.verdicts import Verdict, verdict_on
from lab.language import say
from lab.sandboxes.live import Unreadable
from lab.sandboxes.models import Sandbox
from lab.sandboxes.pages import page_of

SHOWN = 30
"""How many commands up to the present one the terminal shows."""


def asked_for(request: HttpRequest, attempt_id: UUID, asked: str) -> tuple[Attempt, Sandbox]:
    """An attempt of a class that the reader teaches, and the sandbox of it that is meant. Raises `Http404`."""
    attempt = watched_attempt(request.user, attempt_id)
    sandbox = worked_in(attempt, asked)
    if sandbox is None:
        raise Http404("this attempt has no sandbox")
    return attempt, sandbox


@require_safe
@login_required
def replay(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """One step of it; how far it is while it is still being played."""
    attempt, sandbox = asked_for(request, attempt_id, request.GET.get("sandbox", ""))
    facts = {
        "attempt": attempt,
        "classroom": attempt.assignment.classroom,
        "title": title_of(attempt.assignment),
        "sandbox": sandbox,
        "sandboxes": [
            (each, content.find(each.lesson).title) for each in KINDS[attempt.assignment.kind].sandboxes(attempt)
        ],
    }
    page = "classrooms/replay-in.html" if request.htmx else "classrooms/replay.html"
    played = Replay(sandbox)
    try:
        played.go_on()
        facts |= step_facts(played, attempt, request)
    except Unreadable:
        facts["unreadable"] = True
    return render(request, page, facts)


def step_facts(replay: Replay, attempt: Attempt, request: HttpRequest) -> dict[str, Any]:
    """What is shown of the step that the address names: by its place, or by the number of a command."""
    played = replay.played
    facts: dict[str, Any] = {"played": played, "all": len(played.steps), "inputs": replay.sandbox.last_order}
    if not played.whole and not played.is_stopped:
        return facts | {"waits": True}
    place = place_of(replay, request)
    world = replay.world_before(place)
    if world is None:
        replay.forget()
        return facts | {"waits": True}
    step = played.steps[place - 1] if place else None
    commands = [each for each in played.steps[:place] if each.number]
    shown = commands[-1] if step is not None and not step.number and commands else step
    begun = [each for each in commands if shown is not None and each.terminal == shown.terminal]
    known = {(each.terminal, each.number) for each in begun}
    blocks = [each for each in of_world(world) if (each.terminal, each.number) in known]
    return facts | {
        "place": place,
        "step": step,
        "steps": list(enumerate(played.steps, 1)),
        "before": place - 1 if place else None,
        "after": place + 1 if place < len(played.steps) else None,
        "terminal": {"blocks": blocks[-SHOWN:], "number": shown.number if shown else 0},
        "rows": verdicts_at(replay, attempt, place, world),
    }


def place_of(replay: Replay, request: HttpRequest) -> int:
    """After how many commands; the first of that number in that terminal, or the end, if no place is named."""
    steps = replay.played.steps
    if "step" in request.GET:
        return min(number_in(request.GET["step"]), len(steps))
    wanted = (request.GET.get("terminal", ""), number_in(request.GET.get("number", "")))
    return next((place for place, each in enumerate(steps, 1) if (each.terminal, each.number) == wanted), len(steps))


def verdicts_at(replay: Replay, attempt: Attempt, place: int, world: Any) -> list[tuple[Any, Verdict]]:
    """What the checks find there, whatever was passed before."""
    lesson = content.drawn(content.find(replay.sandbox.lesson), replay.sandbox.seed)
    part_of = KINDS[attempt.assignment.kind].part_of
    asked = {part.id for part in parts_of(attempt.assignment)}
    tasks = [task for task in lesson.tasks if part_of(replay.sandbox, task.id) in asked]
    key = f"{replay.key}:verdicts:{place}:{replay.played.order if place == len(replay.played.steps) else 0}"
    found: list[Verdict] | None = cache.get(key)
    if found is None:
        found = [verdict_on(world, lesson, task.id) for task in tasks]
        cache.set(key, found, KEPT)
    return list(zip(tasks, found, strict=False))


@require_POST
@login_required
def open_step(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """A copy of the learner's world as it was at a step, to go on from."""
    _, sandbox = asked_for(request, attempt_id, request.POST.get("sandbox", ""))
    played = Replay(sandbox)
    place = min(number_in(request.POST.get("step", "")), len(played.played.steps))
    world = played.world_before(place)
    if world is None:
        facts = {"title": say("classes.no-copy"), "text": say("classes.replay-gone")}
        return render(request, "trouble.html", facts, status=409)
    return redirect(page_of(keep(sandbox, request.user, world)))
