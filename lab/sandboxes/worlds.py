"""How a world is made: the scene of a lesson and a seed, or what was saved of it."""

from pkgutil import resolve_name
from typing import Any

from django.conf import settings

from lab.catalogue import content
from simulator.garbage import settle


def boot(lesson: str, seed: str) -> Any:
    """The untouched world of a lesson. The setting `BOOT` names who makes it."""
    return resolve_name(settings.BOOT)(content.find(lesson), seed)


def prepare() -> None:
    """Play the first lesson's scene before anybody waits for it."""
    first = content.lessons()[0]
    boot(first.id, "prepared")
    settle()


def restore(saved: bytes) -> Any:
    """A world from what `save` gave."""
    return resolve_name(settings.RESTORE)(saved)
