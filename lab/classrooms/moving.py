"""What somebody is and has reached in classes, when a guest becomes an account, and as they take it along."""

from typing import Any

from django.db.models import Max

from lab.accounts.models import User
from lab.classrooms.models import Attempt, Extension, Membership, Notice, Override


def move_classes(guest: User, account: User) -> None:
    """Give an account what a guest did in classes; where both were, their attempts follow one another."""
    for membership in Membership.objects.filter(person=guest, left_at=None).select_related("classroom"):
        membership.classroom.enrol(account, membership.role)
    for attempt in Attempt.objects.filter(person=guest).order_by("number"):
        own = Attempt.objects.filter(person=account, assignment=attempt.assignment_id)
        attempt.number = (own.aggregate(last=Max("number"))["last"] or 0) + 1
        attempt.person = account
        attempt.save(update_fields=["number", "person"])
    Override.objects.filter(person=guest).update(person=account)
    for notice in Notice.objects.filter(to=guest):
        notice.to.add(account)
    known = Extension.objects.filter(person=account).values("assignment")
    Extension.objects.filter(person=guest).exclude(assignment__in=known).update(person=account)


def class_belongings(owner_id: int) -> dict[str, Any]:
    """What is kept of a person in classes, to hand out."""
    memberships = Membership.objects.filter(person=owner_id).values("classroom__name", "role", "joined_at", "left_at")
    attempts = Attempt.objects.filter(person=owner_id).select_related("assignment__classroom").order_by("started_at")
    scores = Override.objects.filter(person=owner_id).values("assignment__target", "points", "note", "at")
    return {
        "classes": list(memberships),
        "attempts": [attempt_of(each) for each in attempts.prefetch_related("judgements", "visits__by")],
        "scores": list(scores),
    }


def attempt_of(attempt: Attempt) -> dict[str, Any]:
    return {
        "class": attempt.assignment.classroom.name,
        "assignment": attempt.assignment.target,
        "number": attempt.number,
        "points": attempt.points,
        "judgements": [
            {"part": each.part, "state": each.state, "at": each.at, "verdict": each.verdict}
            for each in attempt.judgements.all()
        ],
        "watched": [{"by": str(each.by), "from": each.began_at, "to": each.ended_at} for each in attempt.visits.all()],
    }
