"""What a page asks of its sandbox: start over, and a kubeconfig for the learner's own tools."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import aget_object_or_404, get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lab.catalogue import content
from lab.sandboxes.host import host
from lab.sandboxes.kubeconfig import kubeconfig
from lab.sandboxes.models import Sandbox
from lab.sandboxes.pages import page_of
from lab.secure import secure


@require_POST
async def begin_again(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Start the scene over; the page has asked before. What is over stays as it was left."""
    user = await request.auser()
    sandbox = await aget_object_or_404(Sandbox, pk=sandbox_id, owner_id=user.pk)
    if sandbox.is_over():
        raise PermissionDenied
    await host().begin_again(sandbox.pk)
    return redirect(await sync_to_async(page_of)(sandbox))


@login_required
def own_tools(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """How to use one's own kubectl with this sandbox."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user)
    facts = {
        "sandbox": sandbox,
        "lesson": content.find(sandbox.lesson),
        "back": page_of(sandbox),
        "revoked": "revoked" in request.GET,
        "personas": secure.address(""),
    }
    return render(request, "sandboxes/own-tools.html", facts)


@require_POST
@login_required
def download_kubeconfig(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """A kubeconfig with a new secret address; the one handed out before stops working."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user)
    token = sandbox.new_token()
    sandbox.save(update_fields=["token_hash"])
    name = f"kubelab-{sandbox.lesson}"
    place = secure.address(request.get_host())
    server = f"{place}/c/{token}" if place else request.build_absolute_uri(f"/c/{token}")
    config = kubeconfig(name, server, secure.authority)
    answer = HttpResponse(config, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@login_required
def revoke(request: HttpRequest, sandbox_id: UUID) -> HttpResponse:
    """Make the address that was handed out stop working."""
    sandbox = get_object_or_404(Sandbox, pk=sandbox_id, owner=request.user)
    sandbox.token_hash = None
    sandbox.save(update_fields=["token_hash"])
    response = redirect("sandboxes:own-tools", sandbox.pk)
    response["Location"] += "?revoked"
    return response
