"""The commands that a shell carries out itself, beside those for jobs. Upstream: bash(1) SHELL BUILTIN COMMANDS"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.programs import Outcome, Wait
from simulator.shell.conditions import BINARY, UNARY, compare
from simulator.shell.expansion import Abandon
from simulator.shell.interpreter import BUILTINS, LOOPS, Frame, Shell, operation
from simulator.shell.printing import echo_text, print_text
from simulator.shell.variables import Held

RESERVED = (
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "while", "until", "do", "done", "in", "function", "time",
    "{", "}", "!", "[[", "]]",
)  # fmt: skip
OPTIONS = {
    "allexport": "a", "errexit": "e", "noglob": "f", "noclobber": "C", "nounset": "u", "verbose": "v", "xtrace": "x",
    "noexec": "n", "monitor": "m", "notify": "b", "pipefail": "pipefail", "emacs": "emacs", "vi": "vi",
    "posix": "posix",
    "hashall": "h", "history": "history", "ignoreeof": "ignoreeof", "braceexpand": "B", "errtrace": "E",
    "functrace": "T",
}  # fmt: skip


type Builtin = Callable[[Shell, list[str]], int | None]


def builtin[B: Builtin](*names: str) -> Callable[[B], B]:
    """Register a function as the builtin of these names."""

    def register(method: B) -> B:
        for name in names:
            BUILTINS[name] = method
        return method

    return register


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


# variables


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


# control


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


# questions


@builtin("test", "[")
def do_bracket(shell: Shell, argv: list[str]) -> int:
    words = argv[1:]
    if argv[0] == "[":
        if not words or words[-1] != "]":
            shell.complain("[: missing `]'")
            return 2
        words = words[:-1]
    try:
        return int(not Question(shell, words).answer())
    except ValueError as mistake:
        shell.complain(f"{argv[0]}: {mistake}")
        return 2


class Question:
    """The grammar of `test`: `!`, `-a`, `-o`, parentheses, one or two operands."""

    def __init__(self, shell: Shell, words: list[str]) -> None:
        self.shell = shell
        self.words = words
        self.position = 0

    def answer(self) -> bool:
        if not self.words:
            return False
        if len(self.words) == 1:
            return self.words[0] != ""
        answer = self.either()
        if self.position < len(self.words):
            raise ValueError(
                "too many arguments" if len(self.words) > 3 else f"{self.words[1]}: binary operator expected"
            )
        return answer

    def peek(self, ahead: int = 0) -> str | None:
        at = self.position + ahead
        return self.words[at] if at < len(self.words) else None

    def take(self) -> str:
        word = self.peek()
        if word is None:
            raise ValueError("argument expected")
        self.position += 1
        return word

    def either(self) -> bool:
        answer = self.both()
        while self.peek() == "-o":
            self.take()
            answer = self.both() or answer
        return answer

    def both(self) -> bool:
        answer = self.single()
        while self.peek() == "-a":
            self.take()
            answer = self.single() and answer
        return answer

    def single(self) -> bool:
        following = self.peek(1)
        if following in BINARY and self.peek(2) is not None and following != "=~":
            left, operator, right = self.take(), self.take(), self.take()
            try:
                return compare(operator, left, right, self.shell.process.files)
            except ValueError as mistake:
                raise ValueError(f"{mistake}: integer expression expected") from None
        word = self.take()
        if word == "!":
            return not self.single()
        if word == "(" and self.peek() is not None:
            answer = self.either()
            if self.take() != ")":
                raise ValueError("`)' expected")
            return answer
        if word in UNARY and self.peek() is not None:
            return self.shell.ask(word, self.take())
        return word != ""


# input


@builtin("read")
def do_read(shell: Shell, argv: list[str]) -> int | None:
    names: list[str] = []
    settings: dict[str, Any] = {"raw": False, "prompt": "", "delimiter": "\n", "count": None, "fd": 0, "silent": False,
                                "array": None, "until": None}  # fmt: skip
    words = argv[1:]
    while words:
        word = words.pop(0)
        if not word.startswith("-") or len(word) < 2 or names:
            names.append(word)
            continue
        for number, letter in enumerate(word[1:], 2):
            if letter in "rse":
                settings["raw"] |= letter == "r"
                settings["silent"] |= letter == "s"
                continue
            if letter not in "pdntuaiN":
                shell.complain(f"read: -{letter}: invalid option")
                return 2
            value = word[number:] or (words.pop(0) if words else "")
            _read_setting(shell, settings, letter, value)
            break
    if settings["prompt"] and shell.process.is_terminal(settings["fd"]):
        shell.process.write(2, settings["prompt"])
    terminal = shell.process.terminal
    if settings["silent"] and terminal is not None:
        terminal.set_echo(False)
    shell.push("read", names=tuple(names), line=b"", **settings)
    return None


def _read_setting(shell: Shell, settings: dict[str, Any], letter: str, value: str) -> None:
    if letter == "p":
        settings["prompt"] = value
    elif letter == "d":
        settings["delimiter"] = value[:1] or "\0"
    elif letter in "nN":
        settings["count"] = int(value) if value.isdecimal() else 1
    elif letter == "u":
        settings["fd"] = int(value) if value.isdecimal() else 0
    elif letter == "a":
        settings["array"] = value
    elif letter == "t":
        try:
            settings["until"] = shell.process.now + round(float(value) * 1_000_000)
        except ValueError:
            raise Abandon(f"read: {value}: invalid timeout specification") from None


@operation("read")
def do_reading(shell: Shell, frame: Frame) -> Outcome | None:
    """Read up to the delimiter, leaving what comes after it for the next reader."""
    delimiter = frame["delimiter"].encode()
    while True:
        part = shell.process.read(frame["fd"], 4096)
        if part is None:
            if frame["until"] is not None and frame["until"] <= shell.process.now:
                return _end_read(shell, frame, 142)
            return Wait("resume", readable=(frame["fd"],), until=frame["until"])
        line = frame["line"] + part
        end = _line_end(line, delimiter, raw=frame["raw"])
        wanted = frame["count"]
        if wanted is not None and (end is None or end > wanted) and len(line) >= wanted:
            shell.process.unread(frame["fd"], line[wanted:])
            frame["line"] = line[:wanted]
            return _end_read(shell, frame, 0)
        if end is not None:
            shell.process.unread(frame["fd"], line[end + 1 :])
            frame["line"] = line[:end]
            return _end_read(shell, frame, 0)
        frame["line"] = line
        if not part:
            return _end_read(shell, frame, 1)


def _line_end(line: bytes, delimiter: bytes, *, raw: bool) -> int | None:
    at = line.find(delimiter)
    while at > 0 and not raw:
        slashes = len(line[:at]) - len(line[:at].rstrip(b"\\"))
        if slashes % 2 == 0:
            break
        at = line.find(delimiter, at + 1)
    return None if at < 0 else at


def _end_read(shell: Shell, frame: Frame, status: int) -> Outcome | None:
    if frame["silent"] and shell.process.terminal is not None:
        shell.process.terminal.set_echo(True)
    text = frame["line"].decode("utf-8", "replace")
    letters = [(character, False) for character in text] if frame["raw"] else _unescaped(text)
    names = list(frame["names"])
    separators = shell.get("IFS")
    separators = " \t\n" if separators is None else separators
    shell.pop()
    if frame["array"] is not None:
        shell.assign(frame["array"], dict(enumerate(_split(letters, separators, 0))))
    elif not names:
        shell.assign("REPLY", "".join(character for character, _ in letters))
    else:
        fields = _split(letters, separators, len(names))
        for number, name in enumerate(names):
            shell.assign(name, fields[number] if number < len(fields) else "")
    shell.status = status
    return None


def _unescaped(text: str) -> list[tuple[str, bool]]:
    """Characters, with whether a backslash protected them."""
    made: list[tuple[str, bool]] = []
    position = 0
    while position < len(text):
        if text[position] == "\\" and position + 1 < len(text):
            position += 1
            if text[position] != "\n":
                made.append((text[position], True))
        else:
            made.append((text[position], False))
        position += 1
    return made


def _split(letters: list[tuple[str, bool]], separators: str, most: int) -> list[str]:
    """Fields by IFS; the last of `most` fields takes all the rest."""
    blanks = [character for character in separators if character in " \t\n"]
    start, end = 0, len(letters)
    while start < end and letters[start] in [(blank, False) for blank in blanks]:
        start += 1
    while end > start and letters[end - 1] in [(blank, False) for blank in blanks]:
        end -= 1
    fields: list[str] = []
    current: list[str] = []
    position, open_ = start, False
    while position < end:
        character, protected = letters[position]
        if protected or character not in separators or (most and len(fields) == most - 1):
            current.append(character)
            open_ = True
            position += 1
            continue
        fields.append("".join(current))
        current, open_ = [], False
        hard = character not in blanks
        position += 1
        while position < end and not letters[position][1] and letters[position][0] in separators:
            if letters[position][0] not in blanks:
                if hard:
                    break
                hard = True
            position += 1
    if open_ or current:
        fields.append("".join(current))
    return fields


@builtin("mapfile", "readarray")
def do_mapfile(shell: Shell, argv: list[str]) -> int | None:
    names = [word for word in argv[1:] if not word.startswith("-")]
    shell.push("mapfile", array=names[0] if names else "MAPFILE", trim=any(word.startswith("-t") for word in argv))
    return None


@operation("mapfile")
def do_mapping(shell: Shell, frame: Frame) -> Outcome | None:
    content = shell.process.gather(0)
    if content is None:
        return Wait("resume", readable=(0,))
    lines = content.decode("utf-8", "replace").splitlines(keepends=not frame["trim"])
    shell.pop()
    shell.assign(frame["array"], dict(enumerate(lines)))
    shell.status = 0
    return None


@builtin("getopts")
def do_getopts(shell: Shell, argv: list[str]) -> int:
    if len(argv) < 3:
        shell.complain("getopts: usage: getopts optstring name [arg ...]")
        return 2
    specification, name = argv[1], argv[2]
    words = argv[3:] if len(argv) > 3 else list(shell.arguments)
    index = int(shell.get("OPTIND") or 1)
    offset = int(shell.get("_OPTOFFSET") or 1)
    word = words[index - 1] if index <= len(words) else ""
    if not word.startswith("-") or word in ("-", "--"):
        shell.assign("OPTIND", str(index + (word == "--")))
        shell.assign(name, "?")
        shell.variables.pop("_OPTOFFSET", None)
        return 1
    letter, rest = word[offset], word[offset + 1 :]
    silent = specification.startswith(":")
    place = specification.find(letter, int(silent)) if letter != ":" else -1
    takes = place >= 0 and specification[place + 1 : place + 2] == ":"
    shell.variables.pop("OPTARG", None)
    if place < 0:
        if silent:
            shell.assign("OPTARG", letter)
        else:
            shell.process.error(f"{shell.name}: illegal option -- {letter}")
        letter = "?"
    elif takes:
        if rest:
            shell.assign("OPTARG", rest)
        elif index < len(words):
            index += 1
            shell.assign("OPTARG", words[index - 1])
        else:
            if silent:
                shell.assign("OPTARG", letter)
            else:
                shell.process.error(f"{shell.name}: option requires an argument -- {letter}")
            letter = ":" if silent else "?"
        rest = ""
    shell.assign(name, letter)
    shell.assign("_OPTOFFSET", str(offset + 1 if rest else 1))
    shell.assign("OPTIND", str(index if rest else index + 1))
    return 0


# the rest


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
