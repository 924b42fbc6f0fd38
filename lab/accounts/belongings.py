"""Everything that is kept of one person: to hand out, and to delete."""

import json
from collections.abc import Sequence
from typing import Any

from allauth.socialaccount.models import SocialAccount
from asgiref.sync import sync_to_async
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from lab.accounts.models import User
from lab.classrooms.moving import class_belongings
from lab.grading.models import Progress
from lab.jobs.models import Job
from lab.jobs.tasks import Steps, begin
from lab.playground.beginnings import forget_shown, forget_unused
from lab.practice.moving import practice_belongings
from lab.quizzes.models import Answer
from lab.sandboxes.host import host
from lab.sandboxes.inputs import action
from lab.sandboxes.models import Beginning, Sandbox

KEPT = ("name", "email", "verified_at", "is_guest", "joined_at", "last_login")
LINKS = ("lesson", "title", "made_at")
KIND = "export-belongings"


def have_exported(owner: User) -> Job:
    """The job that writes a person's file: the one that is at it, or a new one, which takes the place of the last."""
    own = Job.objects.filter(kind=KIND, owner=owner)
    known = own.unfinished().last()
    if known is not None:
        return known
    own.delete()
    return begin(KIND, owner=owner)


def last_export(owner: User) -> Job | None:
    """The job whose last word somebody has not put away."""
    return Job.objects.filter(kind=KIND, owner=owner, read_at=None).defer("result").last()


def export(job: Job) -> Steps:
    """The job: write all that is kept of its owner, a sandbox at a time."""
    owner = job.owner_id
    assert owner is not None, "it goes with its owner"
    sandboxes = Sandbox.objects.filter(owner=owner).order_by("created_at")
    yield len(sandboxes)
    found = belongings(owner) | {"sandboxes": []}
    for done, each in enumerate(sandboxes, 1):
        found["sandboxes"].append(sandbox(each))
        yield done
    job.result = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()
    job.result_name = "kubelab.json"
    job.outcome = {"sandboxes": len(sandboxes)}


def belongings(owner_id: int) -> dict[str, Any]:
    """The person, their progress, their answers, their classes and practice: all but what was put into sandboxes."""
    person = User.objects.filter(pk=owner_id).values(*KEPT).get()
    return {
        "person": person,
        "social": list(SocialAccount.objects.filter(user=owner_id).values("provider", "uid", "date_joined")),
        "links": list(Beginning.objects.filter(made_by=owner_id).exclude(token=None).values(*LINKS)),
        "progress": list(Progress.objects.filter(owner=owner_id).values("lesson", "task", "passed_at", "hints")),
        "answers": list(
            Answer.objects.filter(owner=owner_id).values("lesson", "question", "given", "right", "times", "due_at")
        ),
        **class_belongings(owner_id),
        **practice_belongings(owner_id),
    }


def sandbox(row: Sandbox) -> dict[str, Any]:
    """What was put into a sandbox: keys, files that were saved, and what one's own programs asked its API for."""
    found: dict[str, Any] = {"typed": [], "saved": [], "asked": []}
    for each in row.inputs.filter(kind__in=("type", "write", "request")).order_by("order"):
        match each.kind, action(each.kind, bytes(each.payload)).arguments:
            case "type", (terminal, data):
                found["typed"].append(
                    {"at": each.entered_at, "terminal": terminal, "keys": data.decode(errors="replace")}
                )
            case "write", (path, text):
                found["saved"].append({"at": each.entered_at, "path": path, "text": text})
            case "request", (method, path, *_):
                found["asked"].append({"at": each.entered_at, "method": method, "path": path})
    about = {"lesson": row.lesson, "purpose": row.purpose, "created_at": row.created_at, "used_at": row.used_at}
    return about | found


def forget_beside(people: Sequence[int]) -> None:
    """Delete what would outlast these people: what others have opened of their work, and their files."""
    forget_shown(people)
    Job.objects.private_of(people).delete()


async def forget(owner_id: int) -> None:
    """Delete a person and all of that, with the copies that instructors made of their worlds or opened to a class;
    worlds leave memory first."""
    theirs = Sandbox.objects.filter(Q(owner=owner_id) | Q(origin__owner=owner_id) | Q(beginning__shows=owner_id))
    for sandbox_id in [pk async for pk in theirs.values_list("pk", flat=True)]:
        await host().discard(sandbox_id)
    await sync_to_async(theirs.exclude(owner=owner_id).delete)()
    await sync_to_async(forget_beside)([owner_id])
    await sync_to_async(User.objects.filter(pk=owner_id).delete)()
    await sync_to_async(forget_unused)()
