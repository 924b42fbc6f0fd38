"""find and xargs. Upstream: find(1), xargs(1)"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import basename
from typing import Any

import re2

from simulator.kernel.clock import MINUTE
from simulator.runtime.errors import OSFailure
from simulator.runtime.nodes import Node, size
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.shell.patterns import matches
from simulator.shell.programs.base import Usage, options, refuse
from simulator.shell.programs.busybox import speaks
from simulator.shell.programs.expressions import compiled
from simulator.shell.programs.users import user_name

KINDS = {"f": "file", "d": "directory", "l": "link", "c": "device", "s": "socket"}
TAKING = frozenset({"-name", "-iname", "-path", "-wholename", "-type", "-size", "-mtime", "-mmin", "-newer",
                    "-maxdepth", "-mindepth",
                    "-user", "-perm", "-regex", "-printf"})  # fmt: skip


@program("find")
class Find(Program):
    """Walks directories at once, then runs what `-exec` asks for one after the other."""

    def start(self, process: Process) -> Outcome:
        words = list(process.argv[1:])
        paths = []
        while words and words[0][:1] not in ("-", "(", "!"):
            paths.append(words.pop(0))
        try:
            limits = {"-maxdepth": 1 << 30, "-mindepth": 0}
            expression, rest = _either(words, limits)
            if rest:
                raise Usage(f"unknown predicate `{rest[0]}'")
        except Usage as usage:
            return refuse(process, usage)
        actions: list[tuple[str, ...]] = []
        acting = any(word in ("-print", "-exec", "-delete", "-print0", "-printf", "-ok", "-quit") for word in words)
        code = 0
        for path in paths or ["."]:
            try:
                for found, node, depth in _walk(
                    process, path, 0, limits["-maxdepth"], "-delete" in words or "-depth" in words
                ):
                    process.spend(3)
                    if depth >= limits["-mindepth"] and _ask(process, expression, found, node, actions) and not acting:
                        process.print(found)
            except OSFailure as failure:
                about = failure.path or path
                code = process.fail(f"{about if speaks(process) else f'‘{about}’'}: {failure.words}")
            except Usage as usage:
                return refuse(process, usage)
        process.state = {"left": tuple(_joined(actions)), "code": code}
        return self.next(process)

    def next(self, process: Process) -> Outcome:
        while (ended := process.reap()) is not None:
            if ended.status:
                process.state = {**process.state, "code": process.state["code"] or int(ended.status != 0)}
        if process.children():
            return Wait("next", children=True)
        if not process.state["left"]:
            return Exit(process.state["code"])
        words, *left = process.state["left"]
        process.state = {**process.state, "left": tuple(left)}
        try:
            process.spawn(words)
        except OSFailure as failure:
            process.fail(f"‘{words[0]}’: {failure.words}")
            return self.next(process)
        return Wait("next", children=True)


def _walk(process: Process, path: str, depth: int, deepest: int, below_first: bool) -> list[tuple[str, Node, int]]:
    files = process.files
    node = files.stat(path, follow=False)
    here = [(path, node, depth)]
    below: list[tuple[str, Node, int]] = []
    if node["kind"] == "directory" and depth < deepest:
        try:
            names = files.names(path)
        except OSFailure as failure:
            process.fail(f"‘{path}’: {failure.words}")
            names = []
        for name in names:
            below += _walk(process, path.rstrip("/") + "/" + name, depth + 1, deepest, below_first)
    return below + here if below_first else here + below


def _either(words: list[str], limits: dict[str, int]) -> tuple[Any, list[str]]:
    left, words = _both(words, limits)
    while words and words[0] in ("-o", "-or"):
        right, words = _both(words[1:], limits)
        left = ("or", left, right)
    return left, words


def _both(words: list[str], limits: dict[str, int]) -> tuple[Any, list[str]]:
    parts = []
    while words and words[0] not in ("-o", "-or", ")"):
        if words[0] in ("-a", "-and"):
            words = words[1:]
            continue
        part, words = _single(words, limits)
        parts.append(part)
    return ("and", tuple(parts)), words


def _single(words: list[str], limits: dict[str, int]) -> tuple[Any, list[str]]:
    word, rest = words[0], words[1:]
    if word in ("!", "-not"):
        inner, rest = _single(rest, limits)
        return ("not", inner), rest
    if word == "(":
        inner, rest = _either(rest, limits)
        if rest[:1] != [")"]:
            raise Usage("invalid expression; expected to find a ')' but didn't see one.")
        return inner, rest[1:]
    if word in ("-exec", "-ok"):
        end = next((number for number, part in enumerate(rest) if part in (";", "+")), None)
        if end is None:
            raise Usage("missing argument to `-exec'")
        return ("-exec", tuple(rest[:end]), rest[end]), rest[end + 1 :]
    if word in TAKING:
        if not rest:
            raise Usage(f"missing argument to `{word}'")
        if word in limits:
            limits[word] = int(rest[0]) if rest[0].isdecimal() else 0
            return ("true",), rest[1:]
        return (word, rest[0]), rest[1:]
    if word in (
        "-print",
        "-print0",
        "-delete",
        "-empty",
        "-executable",
        "-depth",
        "-xdev",
        "-mount",
        "-true",
        "-prune",
    ):
        return (word,), rest
    raise Usage(f"unknown predicate `{word}'")


def _ask(process: Process, question: Any, path: str, node: Node, actions: list[tuple[str, ...]]) -> bool:
    kind = question[0]
    if kind == "and":
        return all(_ask(process, part, path, node, actions) for part in question[1])
    if kind == "or":
        return _ask(process, question[1], path, node, actions) or _ask(process, question[2], path, node, actions)
    if kind == "not":
        return not _ask(process, question[1], path, node, actions)
    if kind in ("-print", "-print0"):
        process.write(1, path + ("\n" if kind == "-print" else "\0"))
        return True
    if kind == "-delete":
        process.files.remove_tree(path)
        return True
    if kind == "-exec":
        actions.append((path, question[2], *question[1]))
        return True
    return _property(process, question, path, node)


def _property(process: Process, question: Any, path: str, node: Node) -> bool:
    kind = question[0]
    value = question[1] if len(question) > 1 else ""
    if kind in ("-name", "-iname"):
        name = basename(path.rstrip("/")) or path
        return matches(value.lower(), name.lower()) if kind == "-iname" else matches(value, name)
    if kind in ("-path", "-wholename"):
        return matches(value, path)
    if kind == "-type":
        return any(node["kind"] == KINDS.get(letter) for letter in value.split(","))
    if kind == "-empty":
        return (
            not size(node) if node["kind"] == "file" else node["kind"] == "directory" and not process.files.names(path)
        )
    if kind == "-size":
        unit = {"c": 1, "k": 1024, "M": 1 << 20, "G": 1 << 30}.get(value[-1], 512)
        return _compared(value.rstrip("ckMGbw"), -(-size(node) // unit))
    if kind in ("-mtime", "-mmin"):
        return _compared(value, (process.now - node["modified"]) // (MINUTE if kind == "-mmin" else 1440 * MINUTE))
    if kind == "-newer":
        return bool(node["modified"] > process.files.stat(value)["modified"])
    if kind == "-user":
        return value in (user_name(process, node["owner"]), str(node["owner"]))
    if kind == "-perm":
        wanted = int(value.lstrip("-/"), 8)
        return (
            node["mode"] & wanted == wanted
            if value[0] == "-"
            else bool(node["mode"] & wanted)
            if value[0] == "/"
            else node["mode"] == wanted
        )
    if kind == "-regex":
        return compiled(f"^(?:{value})$", extended=True).search(path) is not None
    if kind == "-executable":
        return bool(process.files.allows(path, 1))
    if kind == "-printf":
        known = {"p": path, "f": basename(path), "s": str(size(node)), "m": f"{node['mode']:o}", "%": "%"}
        text = re2.sub(r"%(.)", lambda found: known.get(found.group(1), found.group(0)), value)
        process.write(1, text.replace("\\n", "\n").replace("\\t", "\t"))
    return True


def _compared(text: str, value: int) -> bool:
    number = int(text.lstrip("+-") or 0)
    return value > number if text[0] == "+" else value < number if text[0] == "-" else value == number


def _joined(actions: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The command lines of `-exec`; those that end in `+` take all paths at once."""
    made: list[tuple[str, ...]] = []
    gathered: dict[tuple[str, ...], list[str]] = {}
    for path, ending, *words in actions:
        if ending == "+":
            gathered.setdefault(tuple(words), []).append(path)
        else:
            made.append(tuple(word.replace("{}", path) for word in words))
    for together, paths in gathered.items():
        made.append(tuple(part for word in together for part in (paths if word == "{}" else [word])))
    return made


@program("xargs")
class Xargs(Program):
    def start(self, process: Process) -> Outcome:
        try:
            long = {
                "null": "0",
                "no-run-if-empty": "r",
                "max-args=": "n",
                "replace=": "I",
                "delimiter=": "d",
                "verbose": "t",
                "max-procs=": "P",
            }
            flags, words = options(process, "0rtn:I:d:P:L:pa:", long, stop=True)
        except Usage as usage:
            return refuse(process, usage)
        process.state = {"flags": flags, "words": tuple(words or ["echo"]), "left": (), "code": 0}
        return self.read(process)

    def read(self, process: Process) -> Outcome:
        content = process.gather(0)
        if content is None:
            return Wait("read", readable=(0,))
        flags = process.state["flags"]
        process.state = {
            **process.state,
            "left": tuple(self.lines(flags, content.decode("utf-8", "surrogateescape"), process.state["words"])),
        }
        return self.next(process)

    def lines(self, flags: Mapping[str, Any], text: str, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        if "0" in flags:
            items = [item for item in text.split("\0") if item]
        elif "d" in flags:
            items = text.removesuffix("\n").split({"\\n": "\n", "\\t": "\t"}.get(flags["d"], flags["d"]))
        elif "I" in flags or "L" in flags:
            items = [line.strip() for line in text.split("\n") if line.strip()]
        else:
            from simulator.shell.completion import split

            items = [
                item
                for line in text.split("\n")
                for item in split(
                    line.replace("|", "\\|")
                    .replace("&", "\\&")
                    .replace(";", "\\;")
                    .replace("(", "\\(")
                    .replace("<", "\\<")
                    .replace(">", "\\>")
                )
                if item
            ]
        if "I" in flags:
            return [tuple(word.replace(flags["I"], item) for word in words) for item in items]
        many = int(flags.get("n", flags.get("L", "0"))) or max(len(items), 1)
        groups = [items[at : at + many] for at in range(0, len(items), many)] or ([] if "r" in flags else [[]])
        return [(*words, *group) for group in groups]

    def next(self, process: Process) -> Outcome:
        while (ended := process.reap()) is not None:
            if ended.status:
                process.state = {**process.state, "code": 124 if ended.status == 255 else 123}
        if process.children():
            return Wait("next", children=True)
        if not process.state["left"]:
            return Exit(process.state["code"])
        words, *left = process.state["left"]
        process.state = {**process.state, "left": tuple(left)}
        if "t" in process.state["flags"]:
            process.error(" ".join(words))
        try:
            process.spawn(words)
        except OSFailure as failure:
            process.error(f"xargs: {words[0]}: {failure.words}")
            return Exit(127 if failure.name == "ENOENT" else 126)
        return Wait("next", children=True)
