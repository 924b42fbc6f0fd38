"""The pages for authors: what there is in the course's folder, one lesson as it reads now, its scene to try."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.models import User
from lab.accounts.views import BACKEND
from lab.catalogue.views import lesson_page
from lab.language import say
from lab.sandboxes import worlds
from lab.sandboxes.host import host
from lab.sandboxes.models import Sandbox, new_seed
from lab.writing import proving
from lab.writing.mounted import written
from lab.writing.sheet import placed, sheet
from lessons.drafts import Draft, DraftModule
from lessons.problems import Problem

LONGEST_SEED = 20
PURPOSE = "draft"


def may_write(request: HttpRequest) -> bool:
    """Whether somebody sees what is being written: whoever sits at this machine; on a public site its staff."""
    return bool(settings.WRITING and (not settings.HOSTS or getattr(request.user, "is_staff", False)))


def context(request: HttpRequest) -> dict[str, Any]:
    """For every page: whether its head leads here."""
    return {"may_write": may_write(request)}


def found(request: HttpRequest, module: str, lesson: str) -> tuple[DraftModule, Draft]:
    """The draft in a folder of the course. Raises `Http404`."""
    for each, draft in all_drafts(request):
        if (each.folder.name, draft.folder.name) == (module, lesson):
            return each, draft
    raise Http404(f"no draft {module}/{lesson}")


def all_drafts(request: HttpRequest) -> list[tuple[DraftModule, Draft]]:
    """Every lesson's draft with its module's. Raises `Http404`."""
    if not may_write(request):
        raise Http404("nothing is being written here")
    return [(module, draft) for module in written().drafts() for draft in module.drafts]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The course's folder: each lesson with the number of its problems."""
    all_drafts(request)
    facts = {
        "root": settings.CONTENT,
        "modules": [listed(each) for each in written().drafts()],
        "job": proving.latest(request.user, ""),
    }
    return render(request, "writing/overview.html", facts)


def listed(module: DraftModule) -> dict[str, Any]:
    return {"about": module, "problems": [placed(each) for each in module.problems], "drafts": module.drafts}


@require_safe
def draft(request: HttpRequest, module: str, lesson: str) -> HttpResponse:
    """A lesson as it reads now. Asked for again with the stamp of what is shown, it answers only what has changed."""
    of_module, it = found(request, module, lesson)
    if is_shown(request, of_module, it):
        return HttpResponse(status=204)
    template = "writing/sheet.html" if is_part(request) else "writing/draft.html"
    return render(request, template, page(request, of_module, it))


@login_required(login_url="accounts:sign-in")
@require_safe
def scene(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """The lesson page of a draft that is tried: text and tasks follow the files, the cluster stays."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user, purpose=PURPOSE)
    of_module, it = next((pair for pair in all_drafts(request) if pair[1].lesson.id == sandbox.lesson), (None, None))
    if of_module is None or it is None:
        raise Http404(f"no draft {sandbox.lesson}")
    if is_shown(request, of_module, it):
        return HttpResponse(status=204)
    facts = told(of_module, it) | {"about": say("writing.about")}
    if is_part(request):
        return lesson_page(request, sandbox, "writing/renewed.html", **facts)
    return lesson_page(request, sandbox, **facts)


def is_part(request: HttpRequest) -> bool:
    """Whether a page asks what has changed in it."""
    return bool(getattr(request, "htmx", False))


def is_shown(request: HttpRequest, module: DraftModule, it: Draft) -> bool:
    return request.GET.get("stamp") == stamp(module, it)


def stamp(module: DraftModule, it: Draft) -> str:
    """What differs as soon as a file was saved."""
    return format(hash((it.stamp, module.stamp)) & 0xFFFFFFFF, "x")


def told(module: DraftModule, it: Draft, trouble: str = "") -> dict[str, Any]:
    """What every page about a draft says: where it is, when it was saved, what is wrong."""
    problems = [*module.problems, *it.problems]
    if trouble:
        problems.insert(0, Problem(it.folder / "scene.yaml", 0, trouble))
    return {
        "module_draft": module,
        "draft": it,
        "problems": [placed(each) for each in problems],
        "saved": latest(it),
        "stamp": stamp(module, it),
    }


def page(request: HttpRequest, module: DraftModule, it: Draft, trouble: str = "") -> dict[str, Any]:
    seed = request.GET.get("seed", "1")[:LONGEST_SEED]
    other = str(int(seed) + 1) if seed.isdecimal() else "1"
    facts = {"seed": seed, "other_seed": other, "job": proving.latest(request.user, it.lesson.id)}
    return told(module, it, trouble) | sheet(it, seed) | facts


def latest(it: Draft) -> datetime | None:
    """When a file of a draft was last saved."""
    times = [changed for _, changed, _ in it.stamp]
    return datetime.fromtimestamp(max(times) / 1e9, UTC) if times else None


@require_POST
async def try_it(request: HttpRequest, module: str, lesson: str) -> HttpResponse:
    """The draft in a sandbox that begins in its scene as it is now; or the page, with why there is no such scene."""
    of_module, it = await sync_to_async(found)(request, module, lesson)
    seed = new_seed()
    try:
        await asyncio.to_thread(worlds.boot, it.lesson.id, seed)
    except Exception as error:  # whatever a half-written scene leads to is its author's to see
        facts = await sync_to_async(page)(request, of_module, it, str(error) or repr(error))
        return await sync_to_async(render)(request, "writing/draft.html", facts, status=422)
    user = await sync_to_async(person)(request)
    before = Sandbox.objects.filter(owner=user, lesson=it.lesson.id, purpose=PURPOSE)
    async for old in before:
        await host().discard(old.pk)
    await before.adelete()
    sandbox = await Sandbox.objects.acreate(owner=user, lesson=it.lesson.id, purpose=PURPOSE, seed=seed)
    return redirect(page_of(sandbox))


@require_POST
def prove(request: HttpRequest, module: str, lesson: str) -> HttpResponse:
    """Have a draft proved in the background; its page shows how far that is."""
    _, it = found(request, module, lesson)
    proving.have_proved(it.lesson.id, person(request))
    return redirect("writing:draft", module, lesson)


@require_POST
def prove_all(request: HttpRequest) -> HttpResponse:
    """Have all that there is proved."""
    all_drafts(request)
    proving.have_proved("", person(request))
    return redirect("writing:overview")


def person(request: HttpRequest) -> User:
    """Who tries or proves it; somebody new becomes a guest, as on the home page."""
    if isinstance(request.user, User):
        return request.user
    guest = User.objects.create_guest()
    login(request, guest, backend=BACKEND)
    return guest


def page_of(sandbox: Sandbox) -> str:
    return reverse("writing:scene", args=[sandbox.pk])
