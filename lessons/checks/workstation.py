"""Checks of the workstation: files, and answers written into `~/answers`."""

from collections.abc import Mapping
from typing import Any

from lessons.checks.comparing import compare
from lessons.checks.finding import MET, Finding, both, plain, unmet
from lessons.checks.view import View, follow
from simulator.workstation import HOME, NAME


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
        return unmet(both(f"{path} exists", f"{path} 파일이 있음"), both("no such file", "그런 파일이 없음"), path)
    holds, wish = compare(content.strip(), declared)
    return MET if holds else unmet(wish, both("something else", "다른 내용"), path)


def answer(view: View, declared: Mapping[str, Any]) -> Finding:
    """`{answer: ip, equals: 10.244.1.2}`: what the file `~/answers/ip` says.

    Instead of `equals`, `value_of: {object: Kind/ns/name, path: .status.podIP}` takes the right value from the world.
    """
    path = f"~/answers/{declared['answer']}"
    content = content_of(view, path)
    if content is None:
        return unmet(both(f"an answer in {path}", f"{path}에 답"), both("no such file", "그런 파일이 없음"), path)
    given = content.strip()
    wanted = str(declared["equals"]) if "equals" in declared else value_of(view, declared["value_of"])
    if given == wanted or sorted(given.split()) == sorted(wanted.split()):
        return MET
    return unmet(both("the right value", "맞는 값"), plain(given or "∅"), path)


def value_of(view: View, where: Mapping[str, Any]) -> str:
    obj = view.find(where["object"])
    return str(follow(obj, where["path"])) if obj is not None else ""
