"""For every page: whether somebody is in a class, so that it listens for what is said there, and which they teach."""

from typing import Any

from django.http import HttpRequest

from lab.accounts.models import User
from lab.classrooms.models.rooms import INSTRUCTOR, Classroom, present


def context(request: HttpRequest) -> dict[str, Any]:
    """Asked only where a template does: pieces of pages need not know."""

    def in_classes() -> bool:
        user = getattr(request, "user", None)
        return isinstance(user, User) and present(user).exists()

    def taught_classes() -> list[Classroom]:
        user = getattr(request, "user", None)
        own = present(user).filter(role=INSTRUCTOR) if isinstance(user, User) else []
        return list(Classroom.objects.running().filter(pk__in=[each.classroom_id for each in own]))

    return {"in_classes": in_classes, "taught_classes": taught_classes}
