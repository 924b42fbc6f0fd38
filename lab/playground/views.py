"""The playground: clusters of any version and size, and links to a moment that others open as copies of their own."""

import asyncio
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import aget_object_or_404, get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.guests import somebody
from lab.accounts.limits import HOUR, too_many
from lab.accounts.models import User
from lab.accounts.views import refused
from lab.catalogue import content
from lab.catalogue.views import lesson_page
from lab.grading.terms import terms_of
from lab.language import in_language, say
from lab.playground.beginnings import (
    MOST_COPIES,
    MOST_LINKS,
    PURPOSES,
    beginning,
    copies_of,
    forget_unused,
    links_of,
    sandbox_from,
)
from lab.playground.text import LESSON
from lab.playground.topology import Topology
from lab.sandboxes.host import host
from lab.sandboxes.models import Beginning, Sandbox, new_seed

ABOUT = {"playground": "playground.about-playground", "moment": "playground.about-moment"}


def page_of(sandbox: Sandbox) -> str:
    return reverse("playground:open", args=[sandbox.pk])


def overview(request: HttpRequest, form: Topology | None = None, note: str = "", status: int = 200) -> HttpResponse:
    """What one can make, what one has made, and whom one has shown it."""
    person = request.user
    known = isinstance(person, User)
    facts = {
        "form": form or Topology(),
        "note": note,
        "copies": [(each, title_of(each.lesson)) for each in copies_of(person)] if known else [],
        "links": [(each, title_of(each.lesson)) for each in links_of(person)] if known else [],
    }
    return render(request, "playground/overview.html", facts, status=status)


def title_of(lesson: str) -> str:
    """A lesson's title in the reader's language; its id where the course has it no more."""
    try:
        return str(in_language(dict(content.find(lesson).title)))
    except Http404:
        return lesson


@require_POST
async def make(request: HttpRequest) -> HttpResponse:
    """A new cluster, and the way into it."""
    form = Topology(request.POST)
    if not await sync_to_async(form.is_valid)():
        return await sync_to_async(overview)(request, form, status=400)
    user = await sync_to_async(somebody)(request)
    if user is None or too_many(request, "playground", limit=60, seconds=HOUR, whom=str(user.pk)):
        return await sync_to_async(refused)(request)
    if await copies_of(user).acount() >= MOST_COPIES:
        return await sync_to_async(overview)(request, form, say("playground.too-many", most=MOST_COPIES), 409)
    seed = new_seed()
    world = await asyncio.to_thread(form.boot, seed)
    sandbox = await sync_to_async(playground)(world, seed, user, form.title)
    return redirect(page_of(sandbox))


@transaction.atomic
def playground(world: Any, seed: str, owner: User, title: str) -> Sandbox:
    """A sandbox that begins in a world. Both are kept at once, or `forget_unused` could come between."""
    return sandbox_from(beginning(world, LESSON, seed, owner, shared=False, title=title), owner, "playground")


@login_required(login_url="accounts:sign-in")
def workspace(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """A playground, or a copy of somebody's moment: the same page as a lesson's."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user, purpose__in=PURPOSES)
    return lesson_page(request, sandbox, about=say(ABOUT[sandbox.purpose]))


@require_POST
async def delete(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Give a playground or a copy away."""
    user = await request.auser()
    sandbox = await aget_object_or_404(Sandbox, pk=sandbox_id, owner_id=user.pk, purpose__in=PURPOSES)
    await host().discard(sandbox.pk)
    await sandbox.adelete()
    await sync_to_async(forget_unused)()
    return redirect("playground:overview")


@require_POST
async def share(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Make a link to a sandbox as it is now."""
    user = await request.auser()
    sandbox = await aget_object_or_404(Sandbox, pk=sandbox_id, owner_id=user.pk)
    assert isinstance(user, User)
    if not (await sync_to_async(terms_of)(sandbox)).share:
        raise PermissionDenied
    if await links_of(user).acount() >= MOST_LINKS:
        return await sync_to_async(overview)(request, None, say("playground.too-many-links", most=MOST_LINKS), 409)
    world = await host().fork(sandbox.pk)
    begun = await sync_to_async(beginning)(world, sandbox.lesson, sandbox.seed, user, shared=True)
    return redirect("playground:shared", begun.pk)


@login_required(login_url="accounts:sign-in")
@require_safe
def shared(request: HttpRequest, beginning_id: UUID) -> HttpResponse:
    """The link that was just made, to copy."""
    begun = get_object_or_404(links_of(request.user), pk=beginning_id)
    link = request.build_absolute_uri(reverse("playground:moment", args=[begun.token]))
    return render(
        request, "playground/shared.html", {"link": link, "lesson": content.find(begun.lesson), "begun": begun}
    )


@require_POST
@login_required
def unshare(request: HttpRequest, beginning_id: UUID) -> HttpResponse:
    """Make a link stop working; copies that were opened stay with those who opened them."""
    begun = get_object_or_404(links_of(request.user), pk=beginning_id)
    Beginning.objects.filter(pk=begun.pk).update(token=None)
    forget_unused()
    return redirect("playground:overview")


@require_safe
def moment(request: HttpRequest, token: str) -> HttpResponse:
    """What a link leads to, before one takes a copy."""
    begun = get_object_or_404(Beginning.objects.defer("world").select_related("made_by"), token=token)
    return render(
        request, "playground/moment.html", {"begun": begun, "lesson": content.find(begun.lesson), "token": token}
    )


@require_POST
def take(request: HttpRequest, token: str) -> HttpResponse:
    """A copy of one's own of somebody's moment."""
    begun = get_object_or_404(Beginning.objects.defer("world"), token=token)
    user = somebody(request)
    if user is None or too_many(request, "take", limit=60, seconds=HOUR, whom=str(user.pk)):
        return refused(request)
    if copies_of(user).count() >= MOST_COPIES:
        return overview(request, None, say("playground.too-many", most=MOST_COPIES), 409)
    return redirect(page_of(sandbox_from(begun, user, "moment")))
