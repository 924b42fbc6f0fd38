"""Says things to a class: kept for later, and shown at once on every page its learners have open."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import Prefetch, Q
from django.urls import reverse

from lab.classrooms.models import Classroom, Notice
from lab.sandboxes.models import Beginning

RECENT = 10
"""How many notices a class's page shows."""


def group_of(kind: str, key: Any) -> str:
    """The name of a channel group: those who hear what is said to a class, or to a person."""
    return f"{kind}.{key}"


def say_to_class(
    classroom: Classroom, author: Any, text: str, to: list[int] | None = None, beginning: Beginning | None = None
) -> Notice:
    """Keep a notice and have it appear; with `to`, for those people alone; with a `beginning`, to open a copy of it."""
    notice = Notice.objects.create(
        classroom=classroom, author=author, text=text, is_for_all=to is None, beginning=beginning
    )
    if to is not None:
        notice.to.set(to)
    groups = [group_of("person", each) for each in to] if to is not None else [group_of("class", classroom.pk)]
    told = {
        "type": "notice",
        "text": text,
        "who": str(author),
        "classroom": classroom.name,
        "path": reverse("classrooms:room", args=[classroom.pk]),
        "take": reverse("classrooms:take-moment", args=[classroom.pk, notice.pk]) if beginning else "",
    }
    transaction.on_commit(lambda: tell(groups, told))
    return notice


def tell(groups: list[str], message: dict[str, Any]) -> None:
    """Send a message to channel groups. Who does not hear it finds it on the class's page."""
    layer = get_channel_layer()
    for group in groups:
        async_to_sync(layer.group_send)(group, message)


def notices_for(person: Any, classrooms: list[Classroom]) -> list[Notice]:
    """The latest that somebody may read: what was said to all, to them, or by them."""
    mine = Q(is_for_all=True) | Q(to=person) | Q(author=person)
    said = Notice.objects.filter(mine, classroom__in=classrooms).select_related("author", "classroom").distinct()
    return list(said.prefetch_related("to", "opened_by", with_link())[:RECENT])


def with_link() -> Any:
    """A notice's moment, without the world itself."""
    return Prefetch("beginning", Beginning.objects.defer("world"))
