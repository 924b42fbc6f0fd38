"""Who may open which page of a class: strangers learn nothing (404), the wrong role is refused (403)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from lab.classrooms.models import Attempt, Classroom, Membership
from lab.sandboxes.models import Sandbox

type View = Callable[..., HttpResponse]


def seen(person: Any, classroom_id: UUID) -> Classroom:
    """A class that this person is in. Raises `Http404`."""
    return get_object_or_404(Classroom.objects.seen_by(person), pk=classroom_id)


def taught(person: Any, classroom_id: UUID) -> Classroom:
    """A class that this person teaches. Raises `Http404`, and `PermissionDenied` to its learners."""
    classroom = seen(person, classroom_id)
    if not teaches(person, classroom):
        raise PermissionDenied
    return classroom


def for_those_who(find: Callable[[Any, UUID], Classroom]) -> Callable[[View], View]:
    """A decorator: the view gets, for the id in its address, the classroom that `find` lets this person have."""

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, classroom_id: UUID, **rest: Any) -> HttpResponse:
            return view(request, find(request.user, classroom_id), **rest)

        return guarded

    return guard


for_members, for_instructors = for_those_who(seen), for_those_who(taught)


def teaches(person: Any, classroom: Classroom) -> bool:
    return bool(person.is_staff) or classroom.instructors().filter(person=person).exists()


def membership_of(person: Any, classroom: Classroom) -> Membership | None:
    """As what somebody is in a class; none for staff who only look."""
    return classroom.memberships.filter(person=person, left_at=None).first()


def own_attempt(person: Any, attempt_id: UUID) -> Attempt:
    """An attempt of this person's, at an assignment of a class that they have not left. Raises `Http404`."""
    attempts = Attempt.objects.select_related("assignment__classroom", "sandbox", "sitting")
    in_class = Classroom.objects.seen_by(person)
    attempt = get_object_or_404(attempts, pk=attempt_id, person=person, assignment__classroom__in=in_class)
    attempt.assignment = attempt.assignment.for_person(person.pk)
    return attempt


def watched_attempt(person: Any, attempt_id: UUID) -> Attempt:
    """An attempt of a class that this person teaches. Raises `Http404`."""
    attempts = Attempt.objects.select_related("assignment__classroom", "sandbox", "sitting", "person")
    return get_object_or_404(attempts, pk=attempt_id, assignment__classroom__in=Classroom.objects.taught_by(person))


def attempt_to_watch(person: Any, sandbox: Sandbox | UUID) -> Attempt | None:
    """The attempt that a sandbox belongs to, if this person teaches the class."""
    attempts = Attempt.objects.select_related("assignment__classroom", "person", "sitting")
    taught_here = Classroom.objects.taught_by(person)
    return attempts.at(sandbox).filter(assignment__classroom__in=taught_here).first()
