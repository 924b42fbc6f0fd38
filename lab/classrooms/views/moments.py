"""A moment of a cluster, opened to a whole class: everybody gets a copy of their own by one click."""

from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lab.accounts.limits import HOUR, too_many
from lab.accounts.models import User
from lab.accounts.views import refused
from lab.classrooms.access import for_instructors, for_members, taught
from lab.classrooms.forms import MomentForm
from lab.classrooms.models import Attempt, Classroom, Notice
from lab.classrooms.notices import say_to_class, with_link
from lab.language import say
from lab.playground.beginnings import MOST_COPIES, MOST_LINKS, beginning, copies_of, links_of, sandbox_from
from lab.playground.views import overview
from lab.sandboxes.host import host
from lab.sandboxes.journal import ClaimedElsewhere
from lab.sandboxes.live import Unreadable
from lab.sandboxes.models import Beginning, Sandbox
from lab.sandboxes.pages import page_of

MOMENT = "moment"


@require_POST
async def share(request: HttpRequest, classroom_id: UUID) -> HttpResponse:
    """Open a sandbox of one's own, or of somebody in the class, as it is now; nobody is told whose it was."""
    person = await request.auser()
    classroom = await sync_to_async(taught)(person, classroom_id)
    assert isinstance(person, User)
    form = MomentForm(request.POST)
    if not form.is_valid():
        return redirect("classrooms:live", classroom.pk)
    sandbox = await sync_to_async(to_share)(person, classroom, form.cleaned_data["sandbox"])
    if await links_of(person).acount() >= MOST_LINKS:
        return await sync_to_async(overview)(request, None, say("playground.too-many-links", most=MOST_LINKS), 409)
    try:
        world = await host().fork(sandbox.pk)
    except (ClaimedElsewhere, Unreadable):
        facts = {"title": say("classes.no-copy"), "text": say("classes.no-copy-text")}
        return await sync_to_async(render)(request, "trouble.html", facts, status=409)
    await sync_to_async(opened)(classroom, person, sandbox, world, form.cleaned_data["text"])
    return redirect("classrooms:room", classroom.pk)


def to_share(person: User, classroom: Classroom, sandbox_id: UUID) -> Sandbox:
    """A sandbox of this person's own, or of an attempt in a class that they teach. Raises `Http404`."""
    found = get_object_or_404(Sandbox.objects.select_related("owner"), pk=sandbox_id)
    in_class = Attempt.objects.at(found).filter(assignment__classroom=classroom)
    if found.owner_id != person.pk and not in_class.exists():
        raise Http404("somebody else's sandbox")
    return found


@transaction.atomic
def opened(classroom: Classroom, person: User, sandbox: Sandbox, world: Any, text: str) -> Notice:
    theirs = sandbox.owner if sandbox.owner_id != person.pk else None
    begun = beginning(world, sandbox.lesson, sandbox.seed, person, shared=True, shows=theirs)
    return say_to_class(classroom, person, text or say("classes.moment-opened"), beginning=begun)


@require_POST
@for_members
def take(request: HttpRequest, classroom: Classroom, notice_id: int) -> HttpResponse:
    """A copy of one's own, or the one that was opened before."""
    notice = get_object_or_404(classroom.notices.prefetch_related(with_link()), pk=notice_id)
    assert isinstance(request.user, User)
    own = Sandbox.objects.filter(owner=request.user, purpose=MOMENT, beginning=notice.beginning_id)
    if (mine := own.first()) is not None and notice.beginning_id is not None:
        return redirect(page_of(mine))
    if notice.beginning is None or notice.beginning.token is None:
        raise Http404("this moment is not open any more")
    if too_many(request, "take", limit=60, seconds=HOUR, whom=str(request.user.pk)):
        return refused(request)
    most = MOST_COPIES + MOST_LINKS
    if copies_of(request.user).count() >= most:
        return overview(request, None, say("playground.too-many", most=most), 409)
    made = sandbox_from(notice.beginning, request.user, MOMENT)
    notice.opened_by.add(request.user)
    return redirect(page_of(made))


@require_POST
@for_instructors
def end(request: HttpRequest, classroom: Classroom, notice_id: int) -> HttpResponse:
    """Nobody opens a copy any more; those that were opened stay."""
    notice = get_object_or_404(classroom.notices, pk=notice_id)
    Beginning.objects.filter(pk=notice.beginning_id).update(token=None)
    return redirect("classrooms:room", classroom.pk)
