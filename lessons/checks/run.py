"""Runs the checks of a task. The table of words is `WORDS`: a word is a function here and a line there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lessons.checks.ahead import later
from lessons.checks.auditing import audit
from lessons.checks.calls import called
from lessons.checks.executing import executed
from lessons.checks.finding import MET, Finding, State, both
from lessons.checks.future import Judge, after, during, throughout
from lessons.checks.machines import etcd_members, fired, same_boot
from lessons.checks.objects import count, gone, object_field, same, untouched
from lessons.checks.pods import image, log, on, ready, restarts
from lessons.checks.requests import endpoints, name, request
from lessons.checks.rights import can
from lessons.checks.view import View
from lessons.checks.workstation import answer, applied, command, file_content
from lessons.course import Lesson, Task
from lessons.draws import drawn
from simulator.world import World

type Word = Callable[[View, Mapping[str, Any]], Finding]

WORDS: dict[str, Word] = {
    "during": during,
    "answer": answer,
    "audit": audit,
    "applied": applied,
    "called": called,
    "can": can,
    "command": command,
    "count": count,
    "endpoints": endpoints,
    "etcd_members": etcd_members,
    "exec": executed,
    "file": file_content,
    "fired": fired,
    "gone": gone,
    "image": image,
    "log": log,
    "name": name,
    "object": object_field,
    "on": on,
    "ready": ready,
    "request": request,
    "restarts": restarts,
    "same": same,
    "same_boot": same_boot,
    "untouched": untouched,
}
"""A check says which word it is by having it as a key; the first that it has counts."""


FUTURES: dict[str, Callable[[View, Mapping[str, Any], Judge], Finding]] = {"after": after, "throughout": throughout}
"""Words that hold checks of their own."""


def run(world: World, lesson: Lesson, task_id: str) -> Finding:
    """The verdict on one task of a lesson, whose drawn values the world's seed decides."""
    task = drawn(lesson, world.seed).task(task_id)
    return judge(world, task)


def judge(world: World, task: Task) -> Finding:
    """The verdict on a task in a world, which stays as it is: all looking is done in copies."""
    finding = first_unmet(View(world.fork()), task.checks)
    if finding.is_met or not task.within:
        return finding
    if not first_unmet(View(later(world, task.within)), task.checks).is_met:
        return finding
    soon = seconds_needed(world, task)
    message = both(
        f"It is on its way, about {soon} s. Nothing to do.", f"진행 중입니다. {soon}초쯤 걸립니다. 기다리면 됩니다."
    )
    return replace(finding, state=State.WAITING, message=message)


def seconds_needed(world: World, task: Task) -> int:
    """How long until the task holds by itself; it does within the time it is given."""
    low, high = 0, int(task.within)
    while low < high:
        middle = (low + high) // 2
        if first_unmet(View(later(world, middle)), task.checks).is_met:
            high = middle
        else:
            low = middle + 1
    return max(low, 1)


def first_unmet(view: View, checks: tuple[Mapping[str, Any], ...] | list[Mapping[str, Any]]) -> Finding:
    """The first check that does not hold, or that all do."""
    for declared in checks:
        finding = evaluate(view, declared)
        if not finding.is_met:
            return finding
    return MET


def evaluate(view: View, declared: Mapping[str, Any]) -> Finding:
    """One check, with what its author says of mistakes."""
    if "cluster" in declared:
        view = View(view.world, declared["cluster"])
    future = next((word for word in FUTURES if word in declared), None)
    if future is not None:
        finding = FUTURES[future](view, declared, first_unmet)
    elif "any" in declared:
        finding = first_met(view, declared["any"])
    else:
        word = next((word for word in WORDS if word in declared), None)
        if word is None:
            raise ValueError(f"a check needs one of the words {', '.join(WORDS)}: {dict(declared)}")
        finding = WORDS[word](view, declared)
    if finding.is_met:
        return finding
    for mistake in declared.get("mistakes") or ():
        if evaluate(view, mistake["when"]).is_met:
            return replace(finding, message=mistake["say"])
    if "else" in declared:
        return replace(finding, message=declared["else"])
    return finding


def first_met(view: View, choices: list[Mapping[str, Any]]) -> Finding:
    """Any of several ways will do; what is told is what the first one lacks."""
    findings = [evaluate(view, choice) for choice in choices]
    return next((finding for finding in findings if finding.is_met), findings[0])
