"""Checks of the workstation: files, and answers written into `~/answers`."""

import re
from collections.abc import Mapping
from typing import Any

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.objects import counted
from lessons.checks.paths import follow
from lessons.checks.view import View
from lessons.running import run as run_commands
from simulator.workstation import HOME, NAME

SECONDS = re.compile(r"(-?\d+(?:\.\d+)?)(?:s|secs?|seconds?|초)?")


def content_of(view: View, path: str) -> str | None:
    full = path.replace("~", HOME, 1) if path.startswith("~") else path
    node = view.world.machines.files(NAME).find(full)
    if node is None or node["kind"] != "file":
        return None
    content: bytes = node["content"]
    return content.decode("utf-8", "replace")


def file_content(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{file: ~/web.yaml, contains: "replicas: 3"}`."""
    path = declared["file"]
    content = content_of(view, path)
    if content is None:
        return unmet(both(f"{path} exists", f"{path} 파일 있음"), both("no such file", "그런 파일 없음"), path)
    holds, wish = compare(content.strip(), declared)
    return MET if holds else unmet(wish, both("something else", "다른 내용"), path)


def command(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{command: kubectl get pods, exit: 0, prints: {contains: web}}`: how a command ends, and what it says, when it is
    typed at the workstation of a copy."""
    line, wanted = declared["command"], declared.get("exit", 0)
    code, output = run_commands(view.world.fork(), line, session="command")
    said = output.strip()
    last = plain(said.splitlines()[-1][:200]) if said else both("nothing", "없음")
    if code != wanted:
        return unmet(both(f"the command ends with {wanted}", f"명령이 {wanted}로 끝남"), last, line)
    if "prints" not in declared:
        return MET
    holds, wish = compare(said, declared["prints"])
    return MET if holds else unmet(wish, last, line)


def answer(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{answer: ip, equals: 10.244.1.2}`: what the file `~/answers/ip` says, white space, commas, order
    and capital letters aside.

    Instead of `equals`, `value_of: {object: Kind/ns/name, path: .status.podIP}` takes the right value from the world
    (`pod_of` in place of `object`: from the first Pod that belongs to it), and `number_of: {count: Pod, …}` counts
    there; with `tolerance`, numbers may be that far off.
    """
    path = f"~/answers/{declared['answer']}"
    content = content_of(view, path)
    if content is None:
        return unmet(both(f"an answer in {path}", f"{path}에 답"), both("no such file", "그런 파일 없음"), path)
    given, wanted = words(content), words(right(view, declared))
    if given and (given == wanted or is_near(given, wanted, declared.get("tolerance"))):
        return MET
    return unmet(both("the right value", "맞는 값"), plain(content.strip()) if given else both("nothing", "없음"), path)


def words(text: str) -> list[str]:
    return sorted(text.casefold().replace(",", " ").split())


def right(view: View, declared: Mapping[str, Any]) -> str:
    """The right answer, as the world has it now."""
    if "equals" in declared:
        return str(declared["equals"])
    if "number_of" in declared:
        return str(len(counted(view, declared["number_of"])))
    where = declared["value_of"]
    obj = view.find(where["object"]) if "object" in where else next(iter(view.pods_of(where["pod_of"])), None)
    return str(follow(obj, where["path"])) if obj is not None else ""


def is_near(given: list[str], wanted: list[str], tolerance: float | None) -> bool:
    """Whether an answer is a number that near; seconds may say that they are seconds."""
    numbers = [SECONDS.fullmatch("".join(each)) for each in (given, wanted)]
    if tolerance is None or None in numbers:
        return False
    one, other = (float(number[1]) for number in numbers if number is not None)
    return abs(one - other) <= tolerance


def applied(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{applied: ~/web.yaml}`: applying the file would change nothing, as `kubectl diff` says."""
    path = declared["applied"]
    if content_of(view, path) is None:
        return unmet(both(f"{path} exists", f"{path} 파일 있음"), both("no such file", "그런 파일 없음"), path)
    code, output = run_commands(view.world.fork(), f"kubectl diff -f {path}", session="diff")
    if code == 0:
        return MET
    expected = both(f"{path} says what is in the cluster", f"{path}의 내용이 클러스터와 같음")
    if code > 1:
        return unmet(expected, plain(output.strip().splitlines()[-1] if output.strip() else code), path)
    changes = [line for line in output.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return unmet(expected, plain("; ".join(" ".join(line.split()) for line in changes[:4])), path)
