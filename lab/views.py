"""Pages about trouble, and the one that says the site is up."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils.decorators import sync_and_async_middleware
from django.views.decorators.http import require_safe

from lab.language import language, say


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def not_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    facts = {"title": say("trouble.not-here"), "text": say("trouble.not-here-text")}
    return render(request, "trouble.html", facts, status=404)


def not_for_you(request: HttpRequest, exception: Exception) -> HttpResponse:
    facts = {"title": say("trouble.not-for-you"), "text": say("trouble.not-for-you-text")}
    return render(request, "trouble.html", facts, status=403)


def our_error(request: HttpRequest) -> HttpResponse:
    facts = {"title": say("trouble.our-error"), "text": say("trouble.our-error-text")}
    return render(request, "trouble.html", facts, status=500)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection token does not match."""
    facts = {"title": say("trouble.expired"), "text": say("trouble.expired-text")}
    return render(request, "trouble.html", facts, status=403)


@sync_and_async_middleware
def pages_above_forms(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Who opens the address that a form was sent to (another language, reload, sign-in) gets the page above it."""

    def seen(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_page = request.method == "GET" and request.path.startswith(f"/{language()}/")
        return redirect(page_above(request.path)) if is_page and response.status_code == 405 else response

    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            return seen(request, await get_response(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        return seen(request, get_response(request))

    return answer


def page_above(path: str) -> str:
    """The nearest address above one at which something is; in the end the home page."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if is_valid_path(above) else page_above(above)
