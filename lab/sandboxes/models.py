"""What is kept of a learner's world: where it began, a snapshot, and every input since the beginning."""

import hashlib
import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


def new_seed() -> str:
    return secrets.token_hex(8)


class SandboxQuerySet(models.QuerySet["Sandbox"]):
    """Sandboxes by what they are for."""

    def own(self) -> "SandboxQuerySet":
        """The learners' own sandboxes of lessons: neither attempts at assignments nor copies."""
        return self.filter(purpose="")


class Beginning(models.Model):
    """A world in which sandboxes begin, in place of a lesson's scene: somebody's moment, or a playground."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lesson = models.CharField(max_length=80)
    """The lesson whose text stands beside it."""
    title = models.CharField(max_length=80, blank=True)
    """What tells it from others of its lesson, in words of every language."""
    seed = models.CharField(max_length=40)
    world = models.BinaryField()
    """As a snapshot holds it."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    shows = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    """Whose work it is, if somebody else has opened it; when they go, it goes with all that began in it."""
    token = models.CharField(max_length=40, unique=True, null=True)
    """The secret in the link that others open; none while nobody else may."""

    def __str__(self) -> str:
        return f"{self.lesson} as it was at {self.made_at:%F %T}"


class Sandbox(models.Model):
    """One learner's world. Only the process whose name stands in `claimed_by` may run it.

    The world is its scene (or another beginning), its seed and its inputs; the snapshot saves replaying them all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sandboxes")
    lesson = models.CharField(max_length=80)
    purpose = models.CharField(max_length=12, blank=True)
    """What it is for when it is not its owner's own sandbox of the lesson; see `lab.sandboxes.pages`."""
    beginning = models.ForeignKey(Beginning, null=True, on_delete=models.PROTECT, related_name="sandboxes")
    """The world it starts from; none means the lesson's scene."""
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    """Of a copy: whose moment it began with."""
    seed = models.CharField(max_length=40, default=new_seed)
    generation = models.PositiveIntegerField(default=0)
    """How often the scene was started over."""
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)

    last_order = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    """The virtual moment (µs) that was last shown to anybody; recovery goes at least this far."""

    closes_at = models.DateTimeField(null=True)
    """From when on it takes no input any more, such as the end of an exam."""

    keeps_all = models.BooleanField(default=False)
    """Whether its journal stays whole, so that the way to where it is can be looked through."""

    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_until = models.DateTimeField(null=True)

    token_hash = models.CharField(max_length=64, unique=True, null=True)
    """SHA-256 of the secret in the API gateway's address; the secret itself is shown once and not kept."""

    objects: ClassVar[SandboxQuerySet] = SandboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "sandboxes"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "lesson"], condition=models.Q(purpose=""), name="one_sandbox_a_lesson"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["used_at"])]

    def __str__(self) -> str:
        return f"{self.lesson} of {self.owner_id}"

    def is_over(self) -> bool:
        """Whether its time is over."""
        return self.closes_at is not None and timezone.now() >= self.closes_at

    def new_token(self) -> str:
        """A fresh secret for the gateway's address; what was handed out before stops working once this is saved."""
        token = secrets.token_urlsafe(24)
        self.token_hash = hash_of(token)
        return token


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Snapshot(models.Model):
    """A world as it was after one of its inputs; a row of its own, so that noting an input does not rewrite it."""

    sandbox = models.OneToOneField(Sandbox, on_delete=models.CASCADE, primary_key=True)
    order = models.PositiveIntegerField()
    """The last input that it contains."""
    world = models.BinaryField()
    saved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.sandbox_id} after {self.order}"


class Input(models.Model):
    """One thing a learner did to a world, at a virtual moment. Never changed once written."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="inputs")
    order = models.PositiveIntegerField()
    moment = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    payload = models.BinaryField()
    client = models.CharField(max_length=24, blank=True)
    """Which page sent it, and its number there: what is sent again after a lost connection is not done twice."""
    number = models.PositiveIntegerField(default=0)
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sandbox", "order"], name="one_input_an_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.order}"
