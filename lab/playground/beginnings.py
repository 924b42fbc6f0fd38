"""Worlds that sandboxes begin in: made from a live world, opened as copies."""

import secrets
import zlib
from typing import Any

from django.db.models import QuerySet

from lab.accounts.models import User
from lab.sandboxes.models import Beginning, Sandbox

MOST_LINKS = 20
"""How many moments one person may share at a time."""
MOST_COPIES = 12
"""How many playgrounds and copies one person may keep."""
PURPOSES = ("playground", "moment")


def beginning(
    world: Any, lesson: str, seed: str, made_by: User, *, shared: bool, title: str = "", shows: User | None = None
) -> Beginning:
    """Keep a world as it is now. A shared one has a secret link."""
    return Beginning.objects.create(
        lesson=lesson,
        title=title,
        seed=seed,
        world=zlib.compress(world.save(), 1),
        made_by=made_by,
        shows=shows,
        token=secrets.token_urlsafe(18) if shared else None,
    )


def sandbox_from(begun: Beginning, owner: User, purpose: str) -> Sandbox:
    """A new sandbox that begins there."""
    return Sandbox.objects.create(owner=owner, lesson=begun.lesson, purpose=purpose, beginning=begun, seed=begun.seed)


def links_of(person: User) -> QuerySet[Beginning]:
    return Beginning.objects.filter(made_by=person, token__isnull=False).defer("world").order_by("-made_at")


def copies_of(person: User) -> QuerySet[Sandbox]:
    """The playgrounds and copies of others' moments that somebody keeps."""
    return (
        Sandbox.objects.filter(owner=person, purpose__in=PURPOSES)
        .select_related("beginning")
        .defer("beginning__world")
        .order_by("-used_at")
    )


def forget_shown(people: Any) -> None:
    """Delete what others have opened of these people's work, with every sandbox that begins there."""
    Sandbox.objects.filter(beginning__shows__in=people).delete()
    Beginning.objects.filter(shows__in=people).delete()


def forget_unused() -> int:
    """Stop the links of people who are gone; delete beginnings without a link in which no sandbox begins."""
    Beginning.objects.filter(made_by=None).update(token=None)
    return Beginning.objects.filter(token=None, sandboxes=None).delete()[0]
