"""A press done in its world, as an input of its journal; and what the owner of that world is told."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from lab.faults.models import Press
from lab.sandboxes import inputs
from lab.sandboxes.live import Gone, LiveWorld, OutOfTime
from lab.sandboxes.models import Sandbox
from simulator.faults import UnknownFault

FRESH = timedelta(minutes=5)
"""How long a fault that was over at once is told of."""
TOLD = "faults"
"""The topic under which pages of a world hear of it."""
OURS = {"en": "That went wrong on our side.", "ko": "저희 쪽 문제로 되지 않았습니다."}
OVER = {"en": "This cluster takes nothing any more.", "ko": "이 클러스터는 더 이상 아무것도 받지 않습니다."}

logger = logging.getLogger(__name__)


async def do(live: LiveWorld, press: Press) -> None:
    """Have a press done, and keep what came of it. Done again after a crash, its world takes it only once."""
    try:
        asked = await live.look(meant, live.world, press)
        identity = await live.do(replace(asked, client=f"press-{press.pk}", number=1))
        press.identity = identity or press.identity
        press.moment = live.world.clock.now
    except UnknownFault as refusal:
        press.refused = dict(refusal.told)
    except OutOfTime:
        press.refused = OVER
    except Gone:
        raise
    except Exception:
        logger.exception("a fault of ours in sandbox %s: %s", live.sandbox, press)
        press.refused = OURS
    press.generation = await Sandbox.objects.values_list("generation", flat=True).aget(pk=live.sandbox)
    press.done_at = timezone.now()
    await press.asave()


def meant(world: Any, press: Press) -> inputs.Action:
    """The input that a press is in a world. Raises `UnknownFault`, and then nothing is put into its journal."""
    if press.undo:
        standing = {each.identity: each for each in world.faults.standing()}
        press.fault = standing[press.identity].fault if press.identity in standing else press.fault
        return inputs.release(press.identity)
    press.arguments = world.faults.check(press.fault, press.arguments, cluster=press.cluster)
    return inputs.set_off(press.fault, press.arguments, press.cluster)


async def look_around(worlds: Mapping[UUID, LiveWorld]) -> None:
    """For all live worlds of a process: do what waits for them, and tell their owners what others have set off."""
    waiting = Press.objects.waiting().filter(sandbox__in=list(worlds)).order_by("pk")
    for press in [each async for each in waiting]:
        if await Press.objects.waiting().filter(pk=press.pk).aexists():  # nobody has taken it back meanwhile
            with suppress(Gone):
                await do(worlds[press.sandbox_id], press)
    await tell(worlds)


async def tell(worlds: Mapping[UUID, LiveWorld]) -> None:
    """Say on the pages of these worlds who else has set off what still stands there, or has just happened."""
    others = Press.objects.by_others().here_still().filter(sandbox__in=list(worlds)).select_related("by")
    names: dict[UUID, list[str]] = {}
    async for each in others:
        live = worlds[each.sandbox_id]
        await live.whole()
        standing = {one.identity for one in live.world.faults.standing()} if each.identity else set()
        just_now = not each.identity and each.done_at is not None and each.done_at > timezone.now() - FRESH
        if just_now or each.identity in standing:
            names.setdefault(each.sandbox_id, []).append(str(each.by) if each.by else "?")
    for sandbox, live in worlds.items():
        told = {"names": list(dict.fromkeys(names.get(sandbox, [])))}
        if told != live.told.get(TOLD, {"names": []}):
            live.tell(TOLD, told)
