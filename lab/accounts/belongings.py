"""Everything that is kept of one person: to hand out, and to delete."""

from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import Q

from lab.accounts.models import User
from lab.classrooms.moving import class_belongings
from lab.grading.models import Progress
from lab.playground.beginnings import forget_shown, forget_unused
from lab.practice.moving import practice_belongings
from lab.quizzes.models import Answer
from lab.sandboxes.host import host
from lab.sandboxes.inputs import action
from lab.sandboxes.models import Sandbox

KEPT = ("name", "email", "is_guest", "joined_at", "last_login")


def belongings(owner_id: int) -> dict[str, Any]:
    """The person, their progress, their answers, and for each sandbox what they typed and asked for, in order."""
    person = User.objects.filter(pk=owner_id).values(*KEPT).get()
    return {
        "person": person,
        "progress": list(Progress.objects.filter(owner=owner_id).values("lesson", "task", "passed_at", "hints")),
        "answers": list(
            Answer.objects.filter(owner=owner_id).values("lesson", "question", "given", "right", "times", "due_at")
        ),
        **class_belongings(owner_id),
        **practice_belongings(owner_id),
        "sandboxes": [sandbox(each) for each in Sandbox.objects.filter(owner=owner_id).order_by("created_at")],
    }


def sandbox(row: Sandbox) -> dict[str, Any]:
    typed = [
        {
            "at": each.entered_at,
            "terminal": terminal,
            "keys": data.decode(errors="replace"),
        }
        for each in row.inputs.filter(kind="type").order_by("order")
        for terminal, data in [action(each.kind, bytes(each.payload)).arguments]
    ]
    return {"lesson": row.lesson, "created_at": row.created_at, "used_at": row.used_at, "typed": typed}


async def forget(owner_id: int) -> None:
    """Delete a person and all of that, with the copies that instructors made of their worlds or opened to a class;
    worlds leave memory first."""
    theirs = Sandbox.objects.filter(Q(owner=owner_id) | Q(origin__owner=owner_id) | Q(beginning__shows=owner_id))
    for sandbox_id in [pk async for pk in theirs.values_list("pk", flat=True)]:
        await host().discard(sandbox_id)
    await sync_to_async(theirs.exclude(owner=owner_id).delete)()
    await sync_to_async(forget_shown)([owner_id])
    await sync_to_async(User.objects.filter(pk=owner_id).delete)()
    await sync_to_async(forget_unused)()
