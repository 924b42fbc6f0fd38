"""Celery: inside this process by default, in workers of its own where Redis is at hand."""

import os
import threading
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.worker import WorkController
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")  # where `celery -A lab.background` begins here
app = Celery("lab")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["lab.classrooms", "lab.jobs"])
app.autodiscover_tasks(["lab.jobs"], related_name="cleaning")


class Background:
    """The embedded worker and its timetable. Tasks must not count on sharing a process with the site."""

    def __init__(self) -> None:
        self.embedded = not settings.REDIS_URL
        self._worker: Any = None
        self._beat: Any = None

    def start(self) -> None:
        """Start both in threads; the worker is also made in its own, where no event loop runs."""
        threading.Thread(target=self._work, name="background", daemon=True).start()
        self._beat = EmbeddedService(
            app, thread=True, schedule_filename=str(settings.VAR / "timetable"), max_interval=60
        )
        self._beat.daemon = True
        self._beat.start()

    def _work(self) -> None:
        self._worker = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=2,
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
            quiet=True,
        )
        self._worker.start()

    def stop(self) -> None:
        if self._beat is not None:
            self._beat.stop()
        if self._worker is not None:
            self._worker.stop()
