"""The tasks panel by itself, checking at once, and hints."""

from contextlib import suppress
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import aget_object_or_404, get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from lab.catalogue import content
from lab.grading.grader import grader_of
from lab.grading.models import Progress, scope
from lab.grading.panel import panel, reveal
from lab.grading.terms import terms_of
from lab.sandboxes.host import host
from lab.sandboxes.live import Unreadable
from lab.sandboxes.models import Sandbox
from lab.sandboxes.pages import page_of


@require_safe
@login_required
def tasks(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """The panel as it is now."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user)
    return answer(request, sandbox)


@require_POST
async def check(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Look at every task now, and say of each that does not hold what is missing."""
    user = await request.auser()
    sandbox = await aget_object_or_404(Sandbox, pk=sandbox_id, owner_id=user.pk)
    if (await sync_to_async(terms_of)(sandbox)).silent:
        raise PermissionDenied
    with suppress(Unreadable):  # the terminal's pane says so, and how to go on
        await grader_of(await host().open(sandbox.pk)).look(asked=True)
    return await sync_to_async(answer)(request, sandbox)


@require_POST
@login_required
def hint(request: HttpRequest, sandbox_id: UUID, task_id: str) -> HttpResponse:
    """Show one hint more; those shown stay."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user)
    task = content.task_of(content.find(sandbox.lesson), task_id)
    if not terms_of(sandbox).hints:
        raise PermissionDenied
    most = max((len(hints) for hints in task.hints.values()), default=0)
    progress, _ = Progress.objects.get_or_create(**scope(sandbox), task=task.id)
    Progress.objects.filter(pk=progress.pk, hints__lt=most).update(hints=F("hints") + 1)
    return answer(request, sandbox)


@require_POST
@login_required
def solution(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Show the solution; the page has asked before."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user)
    if not terms_of(sandbox).solution:
        raise PermissionDenied
    reveal(sandbox, content.find(sandbox.lesson))
    return answer(request, sandbox)


def answer(request: HttpRequest, sandbox: Sandbox) -> HttpResponse:
    """The panel for htmx, the whole page for a browser without scripts."""
    if not request.htmx:
        return redirect(page_of(sandbox))
    return render(
        request,
        "grading/panel.html",
        {"panel": panel(sandbox, content.drawn(content.find(sandbox.lesson), sandbox.seed))},
    )
