"""What the editor beside the terminal asks for: files, what would be refused, what may stand in a manifest."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import aget_object_or_404
from django.views.decorators.http import require_POST, require_safe

from lab.language import say
from lab.sandboxes import files, inputs, inspecting
from lab.sandboxes.host import host
from lab.sandboxes.live import OutOfTime
from lab.sandboxes.models import Sandbox
from lab.sandboxes.turns import in_turns
from simulator.runtime.errors import OSFailure

DEEPEST = 30
"""How many steps a path of fields may have."""


async def world_of(request: HttpRequest, sandbox_id: UUID) -> Any:
    """The live world of the asker's own sandbox, whole for now. Raises `Http404`."""
    user = await request.auser()
    sandbox = await aget_object_or_404(Sandbox, pk=sandbox_id, owner_id=user.pk)
    live = await host().open(sandbox.pk)
    await live.whole()
    return live


@require_safe
async def listing(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """The files that can be opened."""
    live = await world_of(request, sandbox_id)
    return JsonResponse({"files": await live.look(files.listed, live.world)})


@require_safe
async def text(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """One file's text, and a mark by which a later change is noticed; a new file is empty."""
    live = await world_of(request, sandbox_id)
    path = request.GET.get("path", "")
    try:
        if not files.home(live.world).exists(files.inside_home(path)):
            return JsonResponse({"text": "", "mark": "", "new": True})
        found = files.read(live.world, path)
    except files.Refused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    return JsonResponse({"text": found.text, "mark": found.mark})


@require_POST
async def save(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Write a file, unless it has changed since it was read and the learner has not said that this does not matter."""
    live = await world_of(request, sandbox_id)
    path, written = request.POST.get("path", ""), request.POST.get("text", "").replace("\r\n", "\n")
    if len(written.encode()) > files.LARGEST:
        return JsonResponse({"error": f"{path}: File too large"}, status=400)
    try:
        full = files.inside_home(path)
        there = files.home(live.world).exists(full)
        now = files.read(live.world, path).mark if there else ""
        if now != request.POST.get("mark", "") and request.POST.get("over") != "1":
            return JsonResponse({"changed": True}, status=409)
        await live.do(inputs.write_file(path, written))
    except files.Refused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    except OutOfTime:
        return JsonResponse({"error": say("js.closed")}, status=400)
    except OSFailure as failure:
        return JsonResponse({"error": f"{path}: {failure.words}"}, status=400)
    return JsonResponse({"mark": files.mark_of(written)})


@require_POST
async def inspect(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """What applying a text would be refused for."""
    live = await world_of(request, sandbox_id)
    asked = request.POST.get("text", "").replace("\r\n", "\n")
    if len(asked.encode()) > inspecting.LONGEST:
        return JsonResponse({"problems": []})
    found = await in_turns(inspecting.problems, live.world.fork(), asked)
    return JsonResponse({"problems": [problem._asdict() for problem in found]})


@require_safe
async def fields(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """The fields below a path of a kind; without a kind, every kind there is."""
    live = await world_of(request, sandbox_id)
    kind, api_version = request.GET.get("kind", ""), request.GET.get("apiVersion", "")
    if not kind:
        return JsonResponse({"kinds": await live.look(inspecting.kinds, live.world)})
    path = tuple(step for step in request.GET.get("path", "").split("/") if step)[:DEEPEST]
    return JsonResponse({"fields": await live.look(inspecting.fields, live.world, api_version, kind, path)})
