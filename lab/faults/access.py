"""Who may set faults off in a world: whose it is, unless it counts; whoever teaches, where an assignment allows it."""

from typing import Any
from uuid import UUID

from django.http import Http404

from lab.classrooms.access import attempt_to_watch
from lab.classrooms.models import Attempt
from lab.grading.terms import terms_of
from lab.sandboxes.models import Sandbox


def place(person: Any, sandbox_id: UUID) -> tuple[Sandbox, Attempt | None, bool]:
    """A sandbox that this person may at least look at, the attempt in it if they teach its learner, and whether they
    may set faults off there. Raises `Http404`."""
    sandbox = None
    if person.is_authenticated:
        sandbox = Sandbox.objects.select_related("owner").filter(pk=sandbox_id).first()
    if sandbox is not None and sandbox.owner_id == person.pk:
        return sandbox, None, terms_of(sandbox).faults
    attempt = attempt_to_watch(person, sandbox) if sandbox is not None else None
    if sandbox is None or attempt is None:
        raise Http404("somebody else's sandbox")
    return sandbox, attempt, attempt.assignment.faults
