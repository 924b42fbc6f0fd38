"""The panel of faults: in one world, and for everybody who works on an assignment."""

from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.limits import HOUR, too_many
from lab.accounts.models import User
from lab.accounts.views import refused
from lab.classrooms.access import for_instructors
from lab.classrooms.assignables import title_of
from lab.classrooms.models import Assignment, Classroom
from lab.faults.access import place
from lab.faults.board import arguments_in, board
from lab.faults.everywhere import example, presses_of, worlds_of
from lab.faults.models import Press
from lab.faults.pressing import do, tell
from lab.jobs.tasks import begin
from lab.language import in_language
from lab.sandboxes.host import host
from lab.sandboxes.journal import ClaimedElsewhere
from lab.sandboxes.live import Gone, Unreadable
from lab.sandboxes.models import Sandbox
from lab.sandboxes.pages import page_of
from lab.templatetags.kubelab import fault_title
from simulator.faults import UnknownFault

MOST = 600
"""How many presses an hour, from one address: a classroom has one."""


@require_safe
async def panel(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """What can be set off here, and what is on."""
    user = await request.auser()
    sandbox, attempt, allowed = await sync_to_async(place)(user, sandbox_id)
    if not request.htmx:
        return redirect(await sync_to_async(page_of)(sandbox))
    if not allowed:
        facts = {"sandbox": sandbox, "attempt": attempt}
        return await sync_to_async(render)(request, "faults/not-here.html", facts)
    return await shown(request, sandbox, request.GET.dict())


async def shown(request: HttpRequest, sandbox: Sandbox, asked: dict[str, Any], wrong: str = "") -> HttpResponse:
    """The panel as the world is now."""
    try:
        live = await host().open(sandbox.pk)
    except (ClaimedElsewhere, Unreadable):
        return await sync_to_async(render)(request, "faults/not-now.html", status=409)
    facts = {"board": await live.look(board, live.world, asked), "sandbox": sandbox, "wrong": wrong}
    return await sync_to_async(render)(request, "faults/panel.html", facts, status=422 if wrong else 200)


@require_POST
async def set_off(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Let a fault happen in this world now."""
    asked = request.POST.dict()
    fault, cluster = asked.get("fault", "")[:60], asked.get("cluster", "")[:80]
    return await pressed(request, sandbox_id, asked, fault=fault, cluster=cluster, arguments=arguments_in(asked))


@require_POST
async def release(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Undo one that stands."""
    identity = request.POST.get("identity", "")[:80]
    return await pressed(request, sandbox_id, {}, undo=True, identity=identity)


async def pressed(request: HttpRequest, sandbox_id: UUID, asked: dict[str, Any], **fields: Any) -> HttpResponse:
    """Do a press in this world, and show the panel as it is then."""
    user = await request.auser()
    sandbox, _, allowed = await sync_to_async(place)(user, sandbox_id)
    if not allowed:
        raise PermissionDenied
    if too_many(request, "faults", limit=MOST, seconds=HOUR, whom=str(user.pk)):
        return await sync_to_async(refused)(request)
    press = Press(sandbox=sandbox, by=user if isinstance(user, User) else None, **fields)
    await press.asave()
    try:
        live = await host().open(sandbox.pk)
        await do(live, press)
        await tell({sandbox.pk: live})
    except (ClaimedElsewhere, Gone):  # the process that has it takes it soon
        return await sync_to_async(render)(request, "faults/not-now.html", {"soon": True}, status=202)
    except Unreadable:
        await press.adelete()
        return await sync_to_async(render)(request, "faults/not-now.html", status=409)
    if press.refused:
        await press.adelete()
    if not request.htmx:
        return redirect(await sync_to_async(page_of)(sandbox))
    again = asked if press.refused else {"fault": press.fault, "cluster": press.cluster}
    return await shown(request, sandbox, again, in_language(press.refused) if press.refused else "")


# For everybody.


def allowed_work(classroom: Classroom, assignment_id: int) -> Assignment:
    """An assignment of this class in which faults may be set off. Raises `Http404`, `PermissionDenied`."""
    assignment = get_object_or_404(classroom.assignments, pk=assignment_id)
    if not assignment.faults or assignment.kind == "exam":
        raise PermissionDenied
    return assignment


@require_safe
@for_instructors
def for_class(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    """What can be set off in every world of an assignment, as the scene has it; and what was."""
    if not request.htmx:
        return redirect("classrooms:live", classroom.pk)
    assignment = get_object_or_404(classroom.assignments, pk=assignment_id)
    if not assignment.faults or assignment.kind == "exam":  # an exam has not one world but one for each task
        return render(request, "faults/not-here.html", {"assignment": assignment, "classroom": classroom})
    return shown_for_class(request, assignment, request.GET.dict())


def shown_for_class(
    request: HttpRequest, assignment: Assignment, asked: dict[str, Any], wrong: str = ""
) -> HttpResponse:
    facts = {
        "assignment": assignment,
        "classroom": assignment.classroom,
        "board": board(example(assignment), asked),
        "count": len(worlds_of(assignment)),
        "jobs": presses_of(assignment),
        "wrong": wrong,
    }
    return render(request, "faults/class.html", facts, status=422 if wrong else 200)


@require_POST
@for_instructors
def set_off_everywhere(request: HttpRequest, classroom: Classroom, assignment_id: int) -> HttpResponse:
    """Have a fault happen in the world of everybody who has begun."""
    assignment, asked = allowed_work(classroom, assignment_id), request.POST.dict()
    if too_many(request, "faults-everywhere", limit=60, seconds=HOUR):
        return refused(request)
    fault, cluster = asked.get("fault", ""), asked.get("cluster", "")
    try:
        arguments = example(assignment).faults.check(fault, arguments_in(asked), cluster=cluster)
    except UnknownFault as error:
        return shown_for_class(request, assignment, asked, in_language(dict(error.told)))
    facts = {"fault": fault, "cluster": cluster, "arguments": arguments}
    facts |= {"assignment": assignment.pk, "title": title_of(assignment), "what": fault_title(fault)}
    begin("set-off-faults", owner=request.user, classroom=classroom, facts=facts)
    return answer(request, assignment)


@require_POST
@for_instructors
def release_everywhere(request: HttpRequest, classroom: Classroom, assignment_id: int, job_id: UUID) -> HttpResponse:
    """Undo in every world what was set off there for everybody."""
    assignment = allowed_work(classroom, assignment_id)
    before = get_object_or_404(classroom.jobs.filter(kind="set-off-faults"), pk=job_id)
    known = {key: before.facts[key] for key in ("fault", "cluster", "arguments", "assignment", "title", "what")}
    again = classroom.jobs.filter(kind="release-faults", facts__of=str(before.pk))
    if not again.exists():
        begin("release-faults", owner=request.user, classroom=classroom, facts=known | {"of": str(before.pk)})
    return answer(request, assignment)


def answer(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    if not request.htmx:
        return redirect("classrooms:live", assignment.classroom_id)
    return shown_for_class(request, assignment, {})
