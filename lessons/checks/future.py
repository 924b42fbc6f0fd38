"""Checks in a forked future: do something to a copy, let time pass, and see whether it still holds."""

from collections.abc import Callable, Mapping
from typing import Any

from lessons.checks.actions import ACTIONS
from lessons.checks.asking import RefusedError
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.requests import Answers, Call, ask, machine_of, not_running, place, resolved
from lessons.checks.view import View
from simulator.workstation import NAME as WORKSTATION

EVERY = 0.2
"""Seconds between two requests of `during`, unless it says."""

type Judge = Callable[[View, list[Mapping[str, Any]]], Finding]


def after(view: View, declared: Mapping[str, Any], judge: Judge) -> Finding:
    """`{after: [{delete_pods_of: Deployment/ns/web}, {advance: 40}], all: [...]}`."""
    copy = View(view.world.fork(), view.cluster.spec.name)
    try:
        act(copy, declared["after"])
    except RefusedError as refusal:
        return refused(refusal)
    return judge(copy, declared["all"])


def during(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{during: [{set_image: …}], advance: 120, request: http://web, from: Deployment/ns/shell, most_failures: 0}`.

    In a copy, a new connection all the while, five times a second or as often as `every` says in seconds; how many may
    end without a 200.
    """
    copy = View(view.world.fork(), view.cluster.spec.name)
    try:
        act(copy, declared["during"])
    except RefusedError as refusal:
        return refused(refusal)
    source, answers, every = declared.get("from", WORKSTATION), Answers(), float(declared.get("every", EVERY))
    for _ in range(round(float(declared["advance"]) / every)):
        machine = machine_of(copy, source)
        if machine is None:
            return not_running(copy, source)
        where = place(copy, declared, source)
        ask(copy, machine, Call(resolved(copy, declared["request"], source), at=where), answers)
        copy.world.advance(every)
    failures = sum(number for outcome, number in answers.outcomes.items() if outcome != "200")
    most = declared.get("most_failures", 0)
    if failures <= most:
        return MET
    expected = both(f"requests that fail: at most {most}", f"실패한 요청: {most}개 이하")
    return unmet(expected, both(f"{failures} fail", f"{failures}개 실패"), str(declared["request"]))


def throughout(view: View, declared: Mapping[str, Any], judge: Judge) -> Finding:
    """`{throughout: [{drain: node-1}], advance: 120, every: 3, all: [...]}`: in a copy, something is done, and then all
    the while, looked at every few seconds, it must hold."""
    copy = View(view.world.fork(), view.cluster.spec.name)
    try:
        act(copy, declared["throughout"])
    except RefusedError as refusal:
        return refused(refusal)
    every = float(declared.get("every", 5))
    for _ in range(round(float(declared["advance"]) / every)):
        copy.world.advance(every)
        finding = judge(copy, declared["all"])
        if not finding.is_met:
            return finding
    return MET


def refused(refusal: RefusedError) -> Finding:
    """The copy does not allow what we wanted to do to it."""
    return unmet(both("the API server accepts the change", "API 서버가 변경을 받아들임"), plain(refusal))


def act(view: View, actions: list[Mapping[str, Any]]) -> None:
    for action in actions:
        for name, about in action.items():
            if name not in ACTIONS:
                raise ValueError(f"an action is one of {', '.join(ACTIONS)}: {name}")
            ACTIONS[name](view, about)
