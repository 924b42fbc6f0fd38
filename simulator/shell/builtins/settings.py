"""Builtins for the shell's own settings: set, shopt, alias. Upstream: bash(1) SHELL BUILTIN COMMANDS"""

from __future__ import annotations

from simulator.shell.builtins.registry import builtin
from simulator.shell.interpreter import Shell

OPTIONS = {
    "allexport": "a", "errexit": "e", "noglob": "f", "noclobber": "C", "nounset": "u", "verbose": "v", "xtrace": "x",
    "noexec": "n", "monitor": "m", "notify": "b", "pipefail": "pipefail", "emacs": "emacs", "vi": "vi",
    "posix": "posix",
    "hashall": "h", "history": "history", "ignoreeof": "ignoreeof", "braceexpand": "B", "errtrace": "E",
    "functrace": "T",
}  # fmt: skip


@builtin("set")
def do_set(shell: Shell, argv: list[str]) -> int:
    words = argv[1:]
    if not words:
        for name in sorted(shell.variables):
            held = shell.variables[name]
            shell.process.print(f"{name}={_quoted(held) if isinstance(held, str) else ' '.join(held.values())}")
        return 0
    while words:
        word = words[0]
        if word == "--":
            shell.arguments = tuple(words[1:])
            return 0
        if word[:1] not in ("-", "+") or len(word) < 2:
            shell.arguments = tuple(words[1:] if word == "-" else words)
            return 0
        words.pop(0)
        for letter in word[1:]:
            if letter == "o":
                if not words:
                    return _show_options(shell)
                name = words.pop(0)
                if name not in OPTIONS:
                    shell.complain(f"set: {name}: invalid option name")
                    return 2
                letter = OPTIONS[name]
            elif letter not in "abefhkmnptuvxBCEHPT":
                shell.complain(f"set: {word[0]}{letter}: invalid option")
                return 2
            if word[0] == "-":
                shell.options[letter] = True
            else:
                shell.options.pop(letter, None)
    return 0


def _show_options(shell: Shell) -> int:
    for name in sorted(OPTIONS):
        shell.process.print(f"{name:<15}\t{'on' if OPTIONS[name] in shell.options else 'off'}")
    return 0


def _quoted(text: str) -> str:
    if text and not set(text) & set(" \t\n'\"\\$`*?[]{}()<>|&;#~!"):
        return text
    return "'" + text.replace("'", "'\\''") + "'" if text else ""


@builtin("shopt")
def do_shopt(shell: Shell, argv: list[str]) -> int:
    names = [word for word in argv[1:] if not word.startswith("-")]
    for name in names:
        if "-s" in argv:
            shell.options[name] = True
        elif "-u" in argv:
            shell.options.pop(name, None)
        else:
            shell.process.print(f"{name:<15}\t{'on' if name in shell.options else 'off'}")
    return 0 if "-s" in argv or "-u" in argv else int(any(name not in shell.options for name in names))


@builtin("alias")
def do_alias(shell: Shell, argv: list[str]) -> int:
    for word in argv[1:] or sorted(shell.aliases):
        name, equals, value = word.partition("=")
        if equals:
            shell.aliases[name] = value
        elif name in shell.aliases:
            value = shell.aliases[name].replace("'", "'\\''")
            shell.process.print(f"alias {name}='{value}'")
        else:
            shell.complain(f"alias: {name}: not found")
            return 1
    return 0


@builtin("unalias")
def do_unalias(shell: Shell, argv: list[str]) -> int:
    if "-a" in argv:
        shell.aliases.clear()
        return 0
    for name in argv[1:]:
        if shell.aliases.pop(name, None) is None:
            shell.complain(f"unalias: {name}: not found")
            return 1
    return 0
