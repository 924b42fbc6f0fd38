"""Answers that a world gives: what comes of a command, and which of several things will be."""

from pkgutil import resolve_name
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.cache import cache

from lab.catalogue import content
from lab.sandboxes.turns import in_turns

DAY = 24 * 3600


def tried(lesson_id: str, number: int, command: str, seed: str) -> Any:
    """What a command in a copy of the scene came to: `right`, `output`. Others have their turns meanwhile."""
    return async_to_sync(in_turns)(resolve_name(settings.TRIED), content.find(lesson_id), number, command, seed)


def outcome(lesson_id: str, number: int, key: str, seed: str) -> list[bool]:
    """For each option of a prediction, whether it is what comes; kept for a day."""
    place = f"outcome:{lesson_id}:{key}:{seed}"
    kept: list[bool] | None = cache.get(place)
    if kept is None:
        kept = async_to_sync(in_turns)(resolve_name(settings.OUTCOME), content.find(lesson_id), number, seed)
        cache.set(place, kept, DAY)
    return kept
