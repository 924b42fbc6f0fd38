"""Pages about trouble, and the one that says the site is up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lab.language import say


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
