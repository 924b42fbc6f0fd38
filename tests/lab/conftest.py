"""What the tests of the site share: the small course, the echo world, people."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import translation

from lab.accounts.models import User
from lab.catalogue import content
from lab.grading import verdicts

PASSWORD = "a long sentence to remember"


@pytest.fixture(autouse=True)
def small_course(settings: Any) -> Iterator[None]:
    settings.COURSE = "tests.lab.course.load"
    settings.DRAW = "tests.lab.course.draw"
    settings.BOOT = "tests.lab.world.boot"
    settings.RESTORE = "tests.lab.world.restore"
    settings.CHECK, settings.SOUND = "tests.lab.course.check", "tests.lab.course.is_sound"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.SERVESTATIC_USE_FINDERS = settings.SERVESTATIC_USE_STATIC_ROOT = False  # no Client asks for a file
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    content.course.cache_clear()
    verdicts.is_sound.cache_clear()
    cache.clear()
    with translation.override("en"):  # whatever the page before was written in
        yield
    content.course.cache_clear()


@pytest.fixture
def learner(db: None) -> User:
    return User.objects.create_user("jiwoo@example.com", PASSWORD, name="지우")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger@example.com", PASSWORD, name="Stranger")


@pytest.fixture
def browser(learner: User) -> Client:
    """A browser in which the learner is signed in."""
    client = Client()
    client.force_login(learner)
    return client


@pytest_asyncio.fixture
async def own_connections() -> AsyncIterator[None]:
    """For asynchronous tests: the database connection of Django's worker thread is closed again."""
    yield
    await sync_to_async(connections.close_all)()
