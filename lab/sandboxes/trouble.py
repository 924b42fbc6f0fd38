"""What a page says when a world cannot be had: another process runs it, or it was stored by another version."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from lab.language import say
from lab.sandboxes.journal import ClaimedElsewhere, ClaimLost
from lab.sandboxes.live import Gone, Unreadable


class WorldsOutOfReach(MiddlewareMixin):
    """Turns what the host raises into a page, whichever view asked it."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case Unreadable():
                facts = {"title": say("trouble.unreadable"), "text": say("js.unreadable", report=exception.report)}
                return render(request, "trouble.html", facts, status=409)
            case ClaimedElsewhere() | ClaimLost() | Gone():
                facts = {"title": say("trouble.moving"), "text": say("trouble.moving-text")}
                return render(request, "trouble.html", facts, status=503)
        return None
