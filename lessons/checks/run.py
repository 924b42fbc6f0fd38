"""Runs the checks of a task."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lessons.checks.ahead import later
from lessons.checks.finding import MET, Finding, State, Texts, both
from lessons.checks.view import View
from lessons.checks.words import FUTURES, WORDS, word_of
from lessons.course import Lesson, Task
from lessons.draws import drawn
from simulator.world import World


def run(world: World, lesson: Lesson, task_id: str) -> Finding:
    """The verdict on one task of a lesson, whose drawn values the world's seed decides."""
    task = drawn(lesson, world.seed).task(task_id)
    return judge(world, task)


def judge(world: World, task: Task) -> Finding:
    """The verdict on a task in a world, which stays as it is: all looking is done in copies."""
    finding = first_unmet(View(later(world, 0)), task.checks)
    if finding.is_met:
        return replace(finding, message=remark(world, task))
    if not task.within:
        return finding
    if not first_unmet(View(later(world, task.within)), task.checks).is_met:
        return finding
    soon = seconds_needed(world, task)
    message = both(
        f"It is on its way, about {soon} s. Nothing to do.", f"진행 중입니다. {soon}초쯤 걸립니다. 기다리면 됩니다."
    )
    return replace(finding, state=State.WAITING, message=message)


def remark(world: World, task: Task) -> Texts:
    """What is told of an answer that passes all the same; mostly nothing."""
    found = (each["say"] for each in task.remarks if evaluate(View(later(world, 0)), each["when"]).is_met)
    return next(found, {})


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
    word = word_of(declared)
    if word is None:
        raise ValueError(f"a check needs one of the words {', '.join(WORDS)}: {dict(declared)}")
    if word in FUTURES:
        finding = FUTURES[word].look(view, declared, first_unmet)
    elif word == "any":
        finding = first_met(view, declared["any"])
    else:
        finding = WORDS[word].look(view, declared)
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
