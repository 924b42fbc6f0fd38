"""Builtins for variables: export, declare, local, unset, shift, let. Upstream: bash(1) SHELL BUILTIN COMMANDS"""

from __future__ import annotations

from typing import Any

from simulator.shell.builtins.registry import builtin
from simulator.shell.interpreter import Frame, Shell
from simulator.shell.variables import Held


@builtin("export", "readonly", "declare", "typeset", "local")
def do_declare(shell: Shell, argv: list[str]) -> int:
    name, words = argv[0], argv[1:]
    letters = {"export": "x", "readonly": "r"}.get(name, "")
    removed, shown, functions = "", False, False
    while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
        flag = words.pop(0)
        if flag == "--":
            break
        shown |= "p" in flag
        functions |= "f" in flag or "F" in flag
        if flag[0] == "-" and not (name == "export" and "n" in flag):
            letters += "".join(letter for letter in flag[1:] if letter in "xraAi" and letter not in letters)
        else:
            removed += flag[1:].replace("n", "x")
    if functions:
        return _show_functions(shell, words)
    if not words or shown:
        return _show_variables(shell, name, letters.replace("p", ""), words)
    if name == "local" or (name in ("declare", "typeset") and _function_frame(shell)):
        frame = _function_frame(shell)
        if frame is None:
            shell.complain("local: can only be used in a function")
            return 1
        for word in words:
            _make_local(shell, frame, word.partition("=")[0].removesuffix("+"), assigned="=" in word)
    return int(any(not _declare(shell, name, word, letters, removed) for word in words))


def _function_frame(shell: Shell) -> Frame | None:
    return next((frame for frame in reversed(shell.frames) if "function" in frame), None)


def _make_local(shell: Shell, frame: Frame, name: str, *, assigned: bool) -> None:
    locals_: dict[str, tuple[Held | None, str]] = frame.get("locals", {})
    if name not in locals_:
        frame["locals"] = {**locals_, name: shell.remembered(name)}
        if "r" not in shell.attributes.get(name, ""):
            shell.variables.pop(name, None)
            shell.attributes.pop(name, None)


def _declare(shell: Shell, builtin_name: str, word: str, letters: str, removed: str) -> bool:
    name, equals, value = word.partition("=")
    append = bool(equals) and name.endswith("+")
    name = name.removesuffix("+")
    if not name.isidentifier():
        shell.complain(f"{builtin_name}: `{word}': not a valid identifier")
        return False
    adding = letters.replace("r", "")
    if adding or removed:
        shell.mark(name, adding, remove=removed)
    if equals:
        if "i" in shell.attributes.get(name, ""):
            value = str(shell._number(f"({shell.get(name) or 0})+({value})" if append else value))
            append = False
        shell.assign(name, value, append=append)
    elif ("a" in letters or "A" in letters) and name not in shell.variables:
        shell.variables[name] = {}
    if "r" in letters:
        shell.mark(name, "r")
    return True


def _show_functions(shell: Shell, words: list[str]) -> int:
    for name in words or sorted(shell.functions):
        if name not in shell.functions:
            return 1
        shell.process.print(f"declare -f {name}" if not words else name)
    return 0


def _show_variables(shell: Shell, builtin_name: str, letters: str, words: list[str]) -> int:
    for name in words or sorted({*shell.variables, *shell.attributes}):
        marks = "".join(sorted(shell.attributes.get(name, "")))
        held = shell.variables.get(name)
        if not words and letters and not all(letter in marks for letter in letters):
            continue
        if words and held is None and not marks:
            shell.complain(f"{builtin_name}: {name}: not found")
            return 1
        if isinstance(held, dict):
            marks = marks if {"a", "A"} & set(marks) else "a" + marks
            shown = "=(" + " ".join(f'[{key}]="{text}"' for key, text in held.items()) + ")"
        else:
            shown = "" if held is None else f'="{_escaped(held)}"'
        if builtin_name == "export" and shell.flavour == "sh":
            shell.process.print(f"export {name}" + ("" if held is None else f"='{held}'"))
        else:
            shell.process.print(f"declare -{marks or '-'} {name}{shown}")
    return 0


def _escaped(text: str) -> str:
    return "".join("\\" + character if character in '"$`\\' else character for character in text)


@builtin("unset")
def do_unset(shell: Shell, argv: list[str]) -> int:
    for word in argv[1:]:
        if word in ("-v", "-f"):
            continue
        name, _, index = word.partition("[")
        held = shell.variables.get(name)
        if index and isinstance(held, dict):
            key: Any = index.removesuffix("]")
            if "A" not in shell.attributes.get(name, ""):
                key = shell._number(key)
            shell.variables[name] = {known: text for known, text in held.items() if known != key}
        elif "-f" not in argv and (name in shell.variables or name in shell.attributes):
            shell.unset(name)
        else:
            shell.functions.pop(name, None)
    return 0


@builtin("shift")
def do_shift(shell: Shell, argv: list[str]) -> int:
    count = int(argv[1]) if len(argv) > 1 and argv[1].isdecimal() else 1
    if count > len(shell.arguments):
        return 1
    shell.arguments = shell.arguments[count:]
    return 0


@builtin("let")
def do_let(shell: Shell, argv: list[str]) -> int:
    value = 0
    for word in argv[1:]:
        value = shell._number(word)
    return int(value == 0)
