"""Classrooms, who is in them, and invitations to teach."""

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

LEARNER, INSTRUCTOR = "learner", "instructor"
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a code is made of: nothing that is easily read as something else."""
CODE = 6
INVITED = timedelta(days=14)
"""How long an invitation to teach can be taken up."""


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE))


def read_code(typed: str) -> str:
    """A code as people type it: any case, with dashes and spaces."""
    return "".join(letter for letter in typed.upper() if letter in LETTERS)[:CODE]


class ClassroomQuerySet(models.QuerySet["Classroom"]):
    """Classrooms by who may do what there. Staff may do what instructors may, everywhere."""

    def taught_by(self, person: Any) -> "ClassroomQuerySet":
        if person.is_staff:
            return self
        return self.filter(pk__in=present(person).filter(role=INSTRUCTOR).values("classroom"))

    def seen_by(self, person: Any) -> "ClassroomQuerySet":
        if person.is_staff:
            return self
        return self.filter(pk__in=present(person).values("classroom"))

    def running(self) -> "ClassroomQuerySet":
        return self.filter(archived_at=None)


def present(person: Any) -> "models.QuerySet[Membership]":
    """A person's memberships that have not ended."""
    return Membership.objects.filter(person_id=person.pk, left_at=None)


class Classroom(models.Model):
    """A class: learners come in with its code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=CODE, unique=True, default=new_code)
    is_open = models.BooleanField(default=True)
    """Whether the code lets people in."""
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)
    """When it became something to look back at: nothing new is handed in."""

    objects: ClassVar[ClassroomQuerySet] = ClassroomQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_code(self) -> str:
        return f"{self.code[:3]}-{self.code[3:]}"

    def enrol(self, person: Any, role: str = LEARNER) -> "Membership":
        """Have somebody be in this class, again if they had left; nobody loses the role of instructor by it."""
        membership, new = Membership.objects.get_or_create(classroom=self, person=person, defaults={"role": role})
        if not new:
            if membership.left_at is not None:
                membership.role = role
            elif role == INSTRUCTOR:
                membership.role = INSTRUCTOR
            membership.left_at = None
            membership.save(update_fields=["role", "left_at"])
        return membership

    def learners(self) -> "models.QuerySet[Membership]":
        return (
            self.memberships.filter(role=LEARNER, left_at=None).select_related("person").order_by("person__name", "pk")
        )

    def instructors(self) -> "models.QuerySet[Membership]":
        return self.memberships.filter(role=INSTRUCTOR, left_at=None).select_related("person").order_by("joined_at")


class Membership(models.Model):
    """One person in one class. It stays when they leave, so that their grades stay."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, default=LEARNER, choices=[(LEARNER, LEARNER), (INSTRUCTOR, INSTRUCTOR)])
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    hand_at = models.DateTimeField(null=True, blank=True)
    """Since when they have been asking for help."""
    hand_words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["classroom", "person"], name="once_in_a_class")]

    def __str__(self) -> str:
        return f"{self.person} in {self.classroom}"


class Invitation(models.Model):
    """A link that makes whoever has it, and an account, an instructor of a class; once."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(blank=True)
    """To whom it was sent; blank if the link was handed over."""
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.classroom}: {self.email or 'link'}"

    @classmethod
    def issue(cls, classroom: Classroom, by: Any, email: str = "") -> str:
        """A new invitation's secret, which is not kept."""
        token = secrets.token_urlsafe(24)
        cls.objects.create(classroom=classroom, email=email, invited_by=by, token_hash=hashed(token))
        return token

    @classmethod
    def open(cls, token: str) -> "models.QuerySet[Invitation]":
        """The invitation of a secret, while it can be taken up."""
        fresh = Q(invited_at__gt=timezone.now() - INVITED, taken_by=None, classroom__archived_at=None)
        return cls.objects.filter(fresh, token_hash=hashed(token)).select_related("classroom", "invited_by")

    @classmethod
    def leads_to(cls, token: str, person: Any) -> Classroom | None:
        """The class of a secret, taken up or not, for somebody who is in it already."""
        return Classroom.objects.filter(invitations__token_hash=hashed(token), memberships__in=present(person)).first()


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
