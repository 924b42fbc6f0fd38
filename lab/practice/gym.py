"""The gym: broken worlds drawn from a seed, one after another for as long as one likes."""

from collections import Counter
from typing import Any

from django.urls import reverse
from django.utils.crypto import get_random_string

from lab.accounts.models import User
from lab.grading.grader import Look
from lab.grading.models import Progress
from lab.practice import sets
from lab.practice.models import Solved
from lab.sandboxes.models import Sandbox


def gym_page(sandbox: Sandbox) -> str:
    return reverse("practice:world", args=[sandbox.lesson])


def note_solved(look: Look) -> None:
    """Keep that a world of the gym is mended."""
    if look.sandbox.purpose != "gym" or not look.passed:
        return
    done = Progress.objects.of(look.sandbox).filter(passed_at__isnull=False).count()
    if done >= len(sets.world(look.sandbox.lesson).tasks):
        Solved.objects.get_or_create(owner_id=look.sandbox.owner_id, world=look.sandbox.lesson, seed=look.sandbox.seed)


def rooms(person: User | None) -> list[dict[str, Any]]:
    """The areas with their worlds, and what somebody has done in them."""
    mended = Counter(Solved.objects.filter(owner=person).values_list("world", flat=True)) if person else Counter()
    begun = (
        set(Sandbox.objects.filter(owner=person, purpose="gym").values_list("lesson", flat=True)) if person else set()
    )
    return [
        {
            "area": area,
            "worlds": [{"world": each, "times": mended[each.id], "begun": each.id in begun} for each in area.lessons],
        }
        for area in sets.areas()
    ]


def least_known(person: User) -> str:
    """A world that somebody has mended least often, by chance among those."""
    mended = Counter(Solved.objects.filter(owner=person).values_list("world", flat=True))
    least = min(mended[each.id] for each in sets.worlds())
    choice = [each.id for each in sets.worlds() if mended[each.id] == least]
    return choice[int(get_random_string(6, "0123456789")) % len(choice)]
