"""With a class of thirty in it every page is made of few queries, and at the median in less than a tenth of a second."""

from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest

from lab.catalogue import content
from tests.lab import pages

pytestmark = pytest.mark.django_db

MOST_QUERIES = 20
MOST = 0.1
"""Seconds of CPU."""


@pytest.fixture(autouse=True)
def real_course(settings: Any) -> Iterator[None]:
    settings.COURSE, settings.DRAW, settings.CHECK = "lessons.load", "lessons.draws.drawn", "lessons.checks.run"
    settings.BOOT, settings.RESTORE = "lessons.boot", "simulator.world.World.restore"
    content.course.cache_clear()
    yield
    content.course.cache_clear()


def test_no_page_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "TIMES", 3)
    found = pages.measured()
    assert {name: queries for name, (_, queries) in found.items() if queries > MOST_QUERIES} == {}
    assert median(spent for spent, _ in found.values()) < MOST
