"""For every page: whether somebody is in a class, so that it listens for what is said there."""

from typing import Any

from django.http import HttpRequest

from lab.accounts.models import User
from lab.classrooms.models.rooms import present


def context(request: HttpRequest) -> dict[str, Any]:
    """Asked only where a template does: pieces of pages need not know."""

    def in_classes() -> bool:
        user = getattr(request, "user", None)
        return isinstance(user, User) and present(user).exists()

    return {"in_classes": in_classes}
