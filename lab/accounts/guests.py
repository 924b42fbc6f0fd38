"""A guest's work, and how it moves into an account."""

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from lab.accounts.limits import HOUR, too_many
from lab.accounts.models import User
from lab.classrooms.moving import move_classes
from lab.grading.models import Progress
from lab.jobs.models import Job
from lab.practice.moving import move_practice
from lab.quizzes.models import Answer
from lab.sandboxes.models import Beginning, Sandbox

BACKEND = "django.contrib.auth.backends.ModelBackend"


def somebody(request: HttpRequest) -> User | None:
    """Who asks; whoever has no account becomes a guest on the way. None: too many guests came from this address."""
    if isinstance(request.user, User):
        return request.user
    if too_many(request, "guest", limit=200, seconds=HOUR):
        return None
    guest = User.objects.create_guest()
    login(request, guest, backend=BACKEND)
    return guest


def guest_of(request: HttpRequest) -> User | None:
    """The guest behind a request, if there is one."""
    user = request.user
    return user if isinstance(user, User) and user.is_guest else None


@transaction.atomic
def move_work(guest: User, account: User) -> None:
    """Give what a guest did to an account; where both worked on a lesson, the account's own sandbox stays."""
    taken = Sandbox.objects.own().filter(owner=account).values_list("lesson", flat=True)
    Sandbox.objects.own().filter(owner=guest).exclude(lesson__in=list(taken)).update(owner=account)
    move_practice(guest, account)
    Sandbox.objects.filter(owner=guest).exclude(purpose="").update(owner=account)
    Beginning.objects.filter(made_by=guest).update(made_by=account)
    Beginning.objects.filter(shows=guest).update(shows=account)
    Progress.objects.filter(owner=guest).exclude(sandbox=None).update(owner=account)
    known = set(Progress.objects.filter(owner=account, sandbox=None).values_list("lesson", "task"))
    for progress in Progress.objects.filter(owner=guest):
        if (progress.lesson, progress.task) not in known:
            progress.owner = account
            progress.save(update_fields=["owner"])
        elif progress.passed_at is not None:
            own = Progress.objects.filter(owner=account, sandbox=None, lesson=progress.lesson, task=progress.task)
            own.filter(passed_at=None).update(passed_at=progress.passed_at)
    answered = Answer.objects.filter(owner=account)
    for answer in Answer.objects.filter(owner=guest):
        if not answered.filter(lesson=answer.lesson, question=answer.question).exists():
            answer.owner = account
            answer.save(update_fields=["owner"])
    move_classes(guest, account)
    Job.objects.filter(owner=guest).update(owner=account)
    guest.delete()
