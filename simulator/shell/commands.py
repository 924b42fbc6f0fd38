"""Simple commands and pipelines: expanding, finding what is meant, starting it. Upstream: IEEE 1003.1 2.9"""

from __future__ import annotations

from typing import Any

from simulator.runtime.errors import OSFailure
from simulator.runtime.programs import Exec, Outcome
from simulator.shell import jobs
from simulator.shell.expansion import Abandon, Expander
from simulator.shell.interpreter import BUILTINS, Frame, Journaled, Shell, operation
from simulator.shell.redirection import apply, forget

MOST_ELEMENTS = 100_000
SPECIAL_BUILTINS = frozenset({
    ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "trap",
    "unset",
})  # fmt: skip


@operation("simple")
def do_simple(shell: Shell, frame: Frame) -> Outcome | None:
    """Expand a simple command and carry it out."""
    _, line, assignments, words, redirections = frame["node"]
    if shell.source != "-c" or shell.flavour == "bash":
        shell.line = line
    if not frame["journal"]:
        shell.substituted = None
    with Journaled(shell, frame) as expander:
        argv: list[str] = []
        for word in words:
            argv.extend(
                _declaration(shell, expander, word) if word and word[0][0] == "declare" else expander.fields(word)
            )
        targets = [(fd, operator, expander.text(word)) for fd, operator, word in redirections]
        values = [_value(expander, assignment) for assignment in assignments]
    if "x" in shell.options:
        _trace(shell, argv, values)
    if not argv:
        _assign_only(shell, frame, values, targets)
        return None
    if argv[0] in shell.functions:
        _call_function(shell, frame, argv, values, targets)
        return None
    if argv[0] in BUILTINS:
        return _call_builtin(shell, frame, argv, values, targets)
    return _start_program(shell, frame, argv, values, targets)


def _value(expander: Expander, assignment: Any) -> tuple[str, Any, bool, Any]:
    name, index, append, value = assignment
    key = None if index is None else expander.key(name, index)
    if value[:1] != ("array",):
        return name, key, append, expander.text(value, assigned=True)
    elements: dict[Any, str] = {}
    following = 0
    for word in value[1]:
        named = _named_element(expander, name, word)
        if named is not None:
            elements[named[0]] = named[1]
            following = max(following, named[0] + 1) if isinstance(named[0], int) else following
            continue
        for field in expander.fields(word):
            elements[following] = field
            following += 1
        if len(elements) > MOST_ELEMENTS:
            raise Abandon("an array grew too large")
    return name, None, append, elements


def _named_element(expander: Expander, name: str, word: Any) -> tuple[Any, str] | None:
    """`[key]=value` within an array's parentheses."""
    if not word or word[0][0] != "plain" or not word[0][1].startswith("["):
        return None
    text, inner = "", list(word)
    for number, part in enumerate(inner):
        if part[0] == "plain" and "]=" in part[1]:
            before, _, after = part[1].partition("]=")
            key = (*inner[:number], ("plain", before))
            text = expander.text((("plain", after), *inner[number + 1 :]))
            key = (("plain", key[0][1][1:]), *key[1:])
            return expander.key(name, key), text
    return None


def _declaration(shell: Shell, expander: Expander, word: Any) -> list[str]:
    """An assignment as an argument of `export`, `local` and their like: done when the builtin runs."""
    name, key, append, value = _value(expander, word[0][1])
    if isinstance(value, dict) or key is not None:
        shell.assign(name, value, index=key, append=append)
        return [name]
    return [f"{name}{'+' if append else ''}={value}"]


def _trace(shell: Shell, argv: list[str], values: list[Any]) -> None:
    shown = [f"{name}={_shown(value)}" for name, _, _, value in values if isinstance(value, str)]
    shell.process.error((shell.get("PS4") or "+ ") + " ".join(shown + [_shown(word) for word in argv]))


def _shown(word: str) -> str:
    if word and not set(word) & set(" \t\n'\"\\$`*?[]{}()<>|&;#~!"):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _store(shell: Shell, values: list[Any], *, export: bool = False) -> None:
    for name, key, append, value in values:
        shell.assign(name, value, index=key, append=append)
        if export or "a" in shell.options:
            shell.mark(name, "x")


def _assign_only(shell: Shell, frame: Frame, values: list[Any], targets: list[Any]) -> None:
    _store(shell, values)
    frame["saved"] = apply(shell, targets)
    shell.pop()
    shell.end_command(shell.substituted or 0, frame)


def _call_function(shell: Shell, frame: Frame, argv: list[str], values: list[Any], targets: list[Any]) -> None:
    saved = apply(shell, targets)
    remembered = {name: shell.remembered(name) for name, *_ in values}
    frame.clear()
    frame |= {"op": "after", "saved": saved, "locals": remembered, "arguments": shell.arguments, "function": argv[0]}
    _store(shell, values, export=True)
    shell.arguments = tuple(argv[1:])
    shell.begin(shell.functions[argv[0]])


def _call_builtin(shell: Shell, frame: Frame, argv: list[str], values: list[Any], targets: list[Any]) -> Outcome | None:
    tail = frame["tail"]
    saved = apply(shell, targets)
    if argv[0] == "exec":
        return _execute(shell, frame, argv, values, saved)
    remembered = {} if argv[0] in SPECIAL_BUILTINS else {name: shell.remembered(name) for name, *_ in values}
    quiet = frame.get("quiet")
    frame.clear()
    frame |= {"op": "after", "saved": saved, "locals": remembered}
    if quiet:
        frame["quiet"] = True
    _store(shell, values, export=bool(remembered))
    if argv[0] == "command" and tail and len(argv) > 1:
        frame["tail"] = True
    try:
        status = BUILTINS[argv[0]](shell, argv)
    except OSFailure as failure:
        if failure.name == "EBADF":
            raise OSFailure("EBADF", f"{argv[0]}: write error") from None
        raise
    if status is not None:
        shell.status = status
    return None


def _execute(shell: Shell, frame: Frame, argv: list[str], values: list[Any], saved: Any) -> Outcome | None:
    """`exec`: with words, become that program; without, let the redirections stay."""
    words = argv[1:]
    while words[:1] in (["-a"], ["-c"], ["-l"], ["--"]):
        words = words[2 if words[0] == "-a" else 1 :]
    if not words:
        _store(shell, values)
        forget(shell.process, saved)
        shell.pop()
        shell.status = 0
        return None
    env = {**shell.exported(), **{name: value for name, _, _, value in values}}
    path = find(shell, words[0])
    if path is None:
        frame["saved"] = saved
        shell.pop()
        status = shell.status
        if not shell.interactive:
            shell.unwind(0)
        shell.status = status
        return None
    return _becoming(shell, words, env, path)


def _becoming(shell: Shell, words: list[str], env: dict[str, str], path: str) -> Outcome:
    for number in [number for number in shell.process.fds if number >= 10]:
        shell.process.close(number)
    if is_script(shell, path):
        return Exec(("sh", path, *words[1:]), env=env)
    return Exec(tuple(words), env=env, path=path)


def find(shell: Shell, name: str) -> str | None:
    """The file that a command name means; complains and sets the status when there is none."""
    try:
        return shell.process.find_program(name)
    except OSFailure as failure:
        missing = failure.name in ("ENOENT", "ENOTDIR")
        if "/" not in name and missing:
            words = "command not found" if shell.flavour == "bash" else "not found"
        elif shell.process.files.is_directory(name) and "/" in name:
            words = "Is a directory" if shell.flavour == "bash" else "Permission denied"
        else:
            words = "not found" if missing and shell.flavour != "bash" else failure.words
        shell.complain(f"{name}: {words}")
        shell.status = 127 if missing else 126
        return None


def is_script(shell: Shell, path: str) -> bool:
    """A text without `#!`, which the shell runs itself."""
    node = shell.process.files.find(path)
    return node is not None and "program" not in node and not node.get("content", b"").startswith(b"#!")


def _start_program(
    shell: Shell, frame: Frame, argv: list[str], values: list[Any], targets: list[Any]
) -> Outcome | None:
    quiet = bool(frame.get("quiet"))
    if not _is_last(shell, frame):
        shell.process.make_room()
    frame["saved"] = apply(shell, targets)
    path = find(shell, argv[0])
    if path is None:
        status = shell.status
        shell.pop()
        shell.end_command(status, frame)
        return None
    env = {**shell.exported(), **{name: value for name, _, _, value in values if isinstance(value, str)}}
    if _is_last(shell, frame):
        return _becoming(shell, argv, env, path)
    words, found = (["sh", path, *argv[1:]], "") if is_script(shell, path) else (argv, path)
    group = 0 if shell.owns_terminal() else None
    try:
        pid = shell.process.spawn(
            words, env=env, path=found, group=group, handlers=shell.ignored(),
            fds={fd: fd for fd in shell.process.fds if fd < 10},
        )  # fmt: skip
    except OSFailure as failure:
        shell.pop()
        shell.complain(f"{argv[0]}: {_refusal(shell, path, failure)}")
        shell.end_command(127 if failure.name == "ENOENT" else 126, frame)
        return None
    shell.pop()
    jobs.wait_in_foreground(shell, (pid,), " ".join(argv), quiet=quiet)
    return None


def _is_last(shell: Shell, frame: Frame) -> bool:
    """Nothing follows in this process, so that it can become the program, as a real shell's last command does."""
    return bool(frame["tail"]) and not shell.traps and not shell.interactive


def _refusal(shell: Shell, path: str, failure: OSFailure) -> str:
    if failure.name != "ENOENT":
        return failure.words
    first = shell.process.files.find(path) or {}
    interpreter = first.get("content", b"")[2:].split(b"\n")[0].decode("utf-8", "replace").strip()
    if shell.flavour == "bash":
        return f"cannot execute: required file not found ({interpreter})"
    return "not found"


@operation("pipeline")
def do_pipeline(shell: Shell, frame: Frame) -> None:
    """Start every command of a pipeline in a child, and wait for all of them."""
    _, negated, commands, source = frame["node"]
    if frame.get("answered"):
        shell.pop()
        shell.status = int(shell.status == 0)
        return
    shell.process.make_room(len(commands))
    if negated:
        frame["answered"] = True
        frame["quiet"] = True
        if len(commands) == 1:
            shell.begin(commands[0], quiet=True)
            return
    else:
        shell.pop()
    pids = start_pipeline(shell, commands)
    jobs.wait_in_foreground(shell, pids, source, quiet=negated or bool(frame.get("quiet")))


def start_pipeline(shell: Shell, commands: tuple[Any, ...], *, group: int | None = None) -> tuple[int, ...]:
    """Start the commands, joined by pipes; their pids."""
    process, before = shell.process, None
    pids: list[int] = []
    own = shell.owns_terminal()
    for number, command in enumerate(commands):
        wiring = {} if before is None else {0: before}
        following = None
        if number < len(commands) - 1:
            following, writer = process.pipe()
            wiring[1] = writer
        chosen = (pids[0] if pids else 0) if own else group
        pids.append(shell.fork(command, wiring, group=chosen))
        if before is not None:
            process.close(before)
        if following is not None:
            process.close(wiring[1])
        before = following
    return tuple(pids)


@operation("background")
def do_background(shell: Shell, frame: Frame) -> None:
    """Start a command and go on without waiting."""
    _, node, source = frame["node"]
    shell.process.make_room()
    wiring: dict[int, int] = {}
    if not shell.interactive:
        wiring[0] = shell.process.open("/dev/null")
    pid = shell.fork(node, wiring, group=0 if shell.interactive else None)
    if wiring:
        shell.process.close(wiring[0])
    shell.last_background = str(pid)
    number = jobs.add(shell, (pid,), source, pid)
    if shell.interactive:
        shell.process.error(f"[{number}] {pid}")
    shell.pop()
    shell.status = 0


@operation("subshell")
def do_subshell(shell: Shell, frame: Frame) -> None:
    if not frame.get("tail"):
        shell.process.make_room()
    shell.frames.pop()
    if frame.get("tail"):
        shell.subshell = True
        shell.begin(frame["node"][1], tail=True)
        return
    group = 0 if shell.owns_terminal() else None
    pid = shell.fork(frame["node"][1], group=group)
    jobs.wait_in_foreground(shell, (pid,), "(subshell)", quiet=bool(frame.get("quiet")))
