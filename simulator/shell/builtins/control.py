"""Builtins that decide what runs next: exit, return, eval, exec, trap. Upstream: bash(1) SHELL BUILTIN COMMANDS"""

from __future__ import annotations

from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.shell.builtins.registry import builtin
from simulator.shell.expansion import Abandon
from simulator.shell.interpreter import BUILTINS, LOOPS, Shell

RESERVED = (
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "while", "until", "do", "done", "in", "function", "time",
    "{", "}", "!", "[[", "]]",
)  # fmt: skip


@builtin("exit", "logout")
def do_exit(shell: Shell, argv: list[str]) -> int | None:
    status = shell.status
    if len(argv) > 1:
        if not argv[1].lstrip("-").isdecimal():
            shell.complain(f"exit: {argv[1]}: numeric argument required")
            status = 2
        else:
            status = int(argv[1]) & 255
    if shell.flavour == "bash" and shell.interactive and shell.frames[0]["op"] == "prompt":
        shell.process.error("exit" if argv[0] == "exit" else "logout")
    shell.unwind(0)
    shell.status = status
    return None


@builtin("return")
def do_return(shell: Shell, argv: list[str]) -> int | None:
    status = int(argv[1]) & 255 if len(argv) > 1 and argv[1].lstrip("-").isdecimal() else shell.status
    for depth in range(len(shell.frames) - 1, -1, -1):
        if "function" in shell.frames[depth] or shell.frames[depth].get("sourced"):
            shell.unwind(depth + 1)
            shell.status = status
            if shell.frames[depth].get("sourced"):
                shell.pop()
                shell.status = status
            return None
    shell.complain("return: can only `return' from a function or sourced script")
    return 1 if shell.flavour == "bash" else 2


@builtin("break", "continue")
def do_break(shell: Shell, argv: list[str]) -> int | None:
    count = int(argv[1]) if len(argv) > 1 and argv[1].isdecimal() else 1
    depth = None
    for number in range(len(shell.frames) - 1, -1, -1):
        if "function" in shell.frames[number]:
            break
        if shell.frames[number]["op"] in LOOPS:
            depth, count = number, count - 1
            if not count:
                break
    if depth is None:
        shell.complain(f"{argv[0]}: only meaningful in a `for', `while', or `until' loop")
        return 0
    shell.unwind(depth + 1)
    shell.status = 0
    if argv[0] == "break":
        shell.pop()
    elif shell.frames[depth]["op"] == "while":
        shell.frames[depth]["at"] = 2
    return None


@builtin("eval")
def do_eval(shell: Shell, argv: list[str]) -> int | None:
    text = " ".join(argv[1:])
    if not text.strip():
        return 0
    shell.push("source", text=text, at=0, line=shell.line)
    return None


@builtin("source", ".")
def do_dot(shell: Shell, argv: list[str]) -> int | None:
    if len(argv) < 2:
        shell.complain(f"{argv[0]}: filename argument required")
        return 2
    files = shell.process.files
    path = argv[1]
    if "/" not in path:
        folders = (shell.get("PATH") or "").split(":")
        path = next((f"{folder}/{path}" for folder in folders if files.is_file(f"{folder}/{path}")), path)
    try:
        text = files.text(path)
    except OSFailure as failure:
        shell.complain(
            f"{argv[1]}: {failure.words}" if shell.flavour == "bash" else f".: can't open '{argv[1]}': {failure.words}"
        )
        return 1 if shell.flavour == "bash" else 2
    if len(argv) > 2:
        shell.frames[-1]["arguments"] = shell.arguments
        shell.arguments = tuple(argv[2:])
    shell.status = 0
    shell.push("source", text=text, at=0, line=1, sourced=True)
    return None


@builtin("exec")
def do_exec(shell: Shell, argv: list[str]) -> int:
    raise Abandon("exec: only as a command of its own")


@builtin("command", "builtin")
def do_command(shell: Shell, argv: list[str]) -> int | None:
    words = argv[1:]
    flags = ""
    while words and words[0].startswith("-") and len(words[0]) > 1:
        flags += words.pop(0)[1:]
    if not words:
        return 0
    if "v" in flags or "V" in flags:
        return describe(shell, words, long="V" in flags)
    if words[0] in BUILTINS:
        return BUILTINS[words[0]](shell, words)
    shell.push(
        "simple",
        node=("simple", shell.line, (), tuple((("quoted", word),) for word in words), ()),
        journal=(),
        tail=False,
    )
    if words[0] in shell.functions:
        hidden = shell.functions.pop(words[0])
        shell.frames[-2]["hidden"] = (words[0], hidden)
    return None


@builtin("type")
def do_type(shell: Shell, argv: list[str]) -> int:
    words = [word for word in argv[1:] if not word.startswith("-")]
    if "-t" in argv:
        for word in words:
            kind = kind_of(shell, word)
            if kind is None:
                return 1
            shell.process.print(kind)
        return 0
    if "-p" in argv or "-P" in argv:
        return describe(shell, words, long=False)
    return describe(shell, words, long=True)


def kind_of(shell: Shell, word: str) -> str | None:
    if word in shell.aliases:
        return "alias"
    if word in RESERVED:
        return "keyword"
    if word in shell.functions:
        return "function"
    if word in BUILTINS:
        return "builtin"
    try:
        shell.process.find_program(word)
    except OSFailure:
        return None
    return "file"


def describe(shell: Shell, words: list[str], *, long: bool) -> int:
    """`command -v` and `type`."""
    missing = 0
    for word in words:
        kind = kind_of(shell, word)
        path = shell.process.find_program(word) if kind == "file" else word
        if kind is None:
            missing = 1
            if long:
                shell.complain(f"type: {word}: not found" if shell.flavour == "bash" else f"{word}: not found")
        elif not long:
            shell.process.print(f"alias {word}='{shell.aliases[word]}'" if kind == "alias" else path)
        else:
            builtin_words = "a shell builtin"
            shell.process.print({
                "alias": f"{word} is aliased to `{shell.aliases.get(word, '')}'",
                "keyword": f"{word} is a shell keyword",
                "function": f"{word} is a function", "builtin": f"{word} is {builtin_words}",
                "file": f"{word} is {path}",
            }[kind])  # fmt: skip
    return missing


@builtin("trap")
def do_trap(shell: Shell, argv: list[str]) -> int:
    words = argv[1:]
    if not words or words[0] == "-p":
        for name, text in shell.traps.items():
            shown = name if name in ("EXIT", "ERR", "DEBUG") else f"SIG{name}"
            escaped = text.replace("'", "'\\''")
            shell.process.print(f"trap -- '{escaped}' {shown}")
        return 0
    if words[0] == "-l":
        return BUILTINS["kill"](shell, ["kill", "-l"]) or 0
    words = words[1:] if words[0] == "--" else words
    action, names = (words[0], words[1:]) if len(words) > 1 else ("-", words)
    for name in names:
        number = 0 if name in ("EXIT", "0") else signals.number(name)
        if number is None:
            if name in ("ERR", "DEBUG", "RETURN"):
                shell.complain(f"trap: {name}: this trap is not simulated")
            else:
                shell.complain(f"trap: {name}: invalid signal specification")
            return 1
        _set_trap(shell, number, action)
    return 0


def _set_trap(shell: Shell, number: int, action: str) -> None:
    key = signals.NAMES[number] if number else "EXIT"
    if action == "-":
        shell.traps.pop(key, None)
    else:
        shell.traps[key] = action
    if number:
        how = "default" if action == "-" else "ignore" if action == "" else "handle"
        if shell.interactive and how == "default" and number in (signals.INT, signals.TERM, signals.QUIT):
            how = "handle" if number == signals.INT else "ignore"
        shell.process.handle(number, how)
