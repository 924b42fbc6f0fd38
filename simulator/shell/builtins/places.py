"""Builtins that print, change the directory, and the small rest. Upstream: bash(1) SHELL BUILTIN COMMANDS"""

from __future__ import annotations

from simulator.runtime.errors import OSFailure
from simulator.shell.builtins.registry import builtin
from simulator.shell.interpreter import Shell
from simulator.shell.printing import echo_text, print_text


@builtin(":", "true")
def do_true(shell: Shell, argv: list[str]) -> int:
    return 0


@builtin("false")
def do_false(shell: Shell, argv: list[str]) -> int:
    return 1


@builtin("echo")
def do_echo(shell: Shell, argv: list[str]) -> int:
    shell.process.write(1, echo_text(argv[1:], escapes="xpg_echo" in shell.options))
    return 0


@builtin("printf")
def do_printf(shell: Shell, argv: list[str]) -> int:
    words = argv[1:]
    if words[:1] == ["-v"] and len(words) > 2:
        text, mistakes = print_text(words[2], words[3:])
        shell.assign(words[1], text)
    elif not words:
        shell.complain("printf: usage: printf [-v var] format [arguments]")
        return 2
    else:
        words = words[1:] if words[0] == "--" else words
        text, mistakes = print_text(words[0], words[1:])
        shell.process.write(1, text)
    for mistake in mistakes:
        shell.complain(f"printf: {mistake}")
    return int(bool(mistakes))


@builtin("cd", "chdir")
def do_cd(shell: Shell, argv: list[str]) -> int:
    words = [word for word in argv[1:] if word not in ("-L", "-P", "--")]
    if len(words) > 1:
        shell.complain("cd: too many arguments")
        return 1
    target = words[0] if words else shell.get("HOME") or ""
    if not target:
        shell.complain("cd: HOME not set")
        return 1
    if target == "-":
        target = shell.get("OLDPWD") or ""
        if not target:
            shell.complain("cd: OLDPWD not set")
            return 1
        shell.process.print(target)
    return enter(shell, target, "cd")


def enter(shell: Shell, target: str, name: str) -> int:
    """Change the working directory, with PWD and OLDPWD."""
    before = shell.get("PWD") or shell.process.cwd
    try:
        shell.process.change_directory(target)
    except OSFailure as failure:
        if shell.flavour == "bash":
            shell.complain(f"{name}: {target}: {failure.words}")
        else:
            shell.complain(f"{name}: can't cd to {target}: {failure.words}")
        return 1 if shell.flavour == "bash" else 2
    shell.assign("OLDPWD", before)
    shell.assign("PWD", shell.process.cwd)
    return 0


@builtin("pwd")
def do_pwd(shell: Shell, argv: list[str]) -> int:
    shell.process.print(shell.process.cwd)
    return 0


@builtin("pushd", "popd", "dirs")
def do_folders(shell: Shell, argv: list[str]) -> int:
    name, words = argv[0], argv[1:]
    if name == "popd" or (name == "pushd" and not words):
        if not shell.folders:
            shell.complain(f"{name}: {'directory stack empty' if name == 'popd' else 'no other directory'}")
            return 1
        here = shell.process.cwd
        target, rest = shell.folders[0], shell.folders[1:]
        if status := enter(shell, target, name):
            return status
        shell.folders = rest if name == "popd" else (here, *rest)
    elif name == "pushd":
        here = shell.process.cwd
        if status := enter(shell, words[0], name):
            return status
        shell.folders = (here, *shell.folders)
    elif words[:1] == ["-c"]:
        shell.folders = ()
        return 0
    home = shell.get("HOME") or "/"
    shown = ["~" + path[len(home) :] if path == home or path.startswith(home + "/") else path
             for path in (shell.process.cwd, *shell.folders)]  # fmt: skip
    shell.process.print(" ".join(shown))
    return 0


@builtin("umask")
def do_umask(shell: Shell, argv: list[str]) -> int:
    if len(argv) < 2:
        shell.process.print(f"{shell.process.umask:04o}")
        return 0
    try:
        shell.process.umask = int(argv[1], 8) & 0o777
    except ValueError:
        shell.complain(f"umask: {argv[1]}: octal number out of range")
        return 1
    return 0


@builtin("ulimit")
def do_ulimit(shell: Shell, argv: list[str]) -> int:
    limits = {"-n": "256", "-u": "256", "-f": "32768", "-s": "8192"}
    shell.process.print(next((limits[word] for word in argv if word in limits), "unlimited"))
    return 0


@builtin("times")
def do_times(shell: Shell, argv: list[str]) -> int:
    shell.process.print("0m0.000s 0m0.000s\n0m0.000s 0m0.000s")
    return 0


@builtin("hash", "disown", "enable", "bind", "complete", "compopt")
def do_nothing(shell: Shell, argv: list[str]) -> int:
    """Accepted, as start-up files use them; there is nothing for them to change here."""
    return 0


@builtin("history")
def do_history(shell: Shell, argv: list[str]) -> int:
    if "-c" in argv:
        shell.history = ()
        return 0
    count = int(argv[1]) if len(argv) > 1 and argv[1].isdecimal() else len(shell.history)
    first = len(shell.history) - count
    for number, line in enumerate(shell.history[max(first, 0) :], max(first, 0) + 1):
        shell.process.print(f"{number:>5}  {line}")
    return 0
