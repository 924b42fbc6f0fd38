"""How a world is made: the scene of a lesson and a seed, or what was saved of it."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from lab.catalogue import content


def boot(lesson: str, seed: str) -> Any:
    """The untouched world of a lesson. The setting `BOOT` names who makes it."""
    return import_string(settings.BOOT)(content.find(lesson), seed)


def restore(saved: bytes) -> Any:
    """A world from what `save` gave."""
    return import_string(settings.RESTORE)(saved)
