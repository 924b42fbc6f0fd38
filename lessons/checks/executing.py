"""Checks of what a command prints inside a container."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.comparing import TESTS, compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.objects import spoken
from lessons.checks.requests import machine_of, not_running
from lessons.checks.view import View
from lessons.running import run
from simulator.runtime.errors import OSFailure

SHOWN = 120
"""How much (characters) of what was printed a finding shows."""


def executed(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{exec: Deployment/ns/web, run: "cat /etc/motd", contains: hello}`: what `sh -c` prints in a container of it
    (white space around it aside), or with `code` how it ends."""
    reference = declared["exec"]
    machine = machine_of(view, reference)
    if machine is None:
        return not_running(view, reference)
    command = str(declared["run"])
    try:
        code, output = run(view.world.fork(), command, session="check", machine=machine, shell="sh")
    except OSFailure:
        return unmet(
            both("a shell in the container", "컨테이너의 셸"), both("there is none", "없음"), spoken(view, reference)
        )
    said = output.strip()
    if "code" in declared and code != declared["code"]:
        expected = both(f"`{command}` ends with {declared['code']}", f"`{command}`의 종료 코드 {declared['code']}")
        return unmet(expected, plain(f"{code}: {said[:SHOWN]}"), spoken(view, reference))
    if not TESTS.keys() & declared.keys():
        return MET
    holds, wanted = compare(said, declared)
    if holds:
        return MET
    expected = both(f"`{command}` prints: {wanted['en']}", f"`{command}`의 출력: {wanted['ko']}")
    return unmet(expected, plain(said[:SHOWN]) if said else both("nothing", "없음"), spoken(view, reference))
