"""The programs `bash` and `sh`: how a shell begins and where its commands come from. Upstream: bash(1), ash(1)"""

from __future__ import annotations

from typing import Any

from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.shell import builtins, commands, compounds, jobs, lineedit
from simulator.shell.builtins.settings import OPTIONS
from simulator.shell.interpreter import Frame, Shell, operation
from simulator.shell.nodes import Incomplete, SyntaxMistake, may_close
from simulator.shell.parser import parse_next

PARTS = (builtins, commands, compounds, jobs, lineedit)
"""The modules that bring the shell its builtins and operations."""

PROMPTS = {"bash": "\\s-\\v\\$ ", "sh": "\\w \\$ "}


class ShellProgram(Program):
    """A shell; every flavour is the same machine with other words."""

    def __init__(self, flavour: str) -> None:
        self.flavour = flavour

    def start(self, process: Process) -> Outcome:
        state = self._initial(process)
        shell = Shell(process, state)
        code = self._begin(process, shell)
        return Exit(code) if code is not None else self._go(shell)

    def resume(self, process: Process) -> Outcome:
        return self._go(Shell(process, process.state))

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        shell = Shell(process, process.state)
        if signal == signals.WINCH:
            return None
        if signal == signals.INT and lineedit.interrupt(shell):
            process.state = shell.packed()
            return Wait("resume", until=process.now)
        shell.pending.append(signal)
        return self._go(shell)

    def _go(self, shell: Shell) -> Outcome:
        outcome = shell.run()
        shell.process.state = shell.packed()
        return outcome

    def _initial(self, process: Process) -> dict[str, Any]:
        variables = {name: value for name, value in process.env.items() if _is_identifier(name)}
        variables |= {"PWD": process.cwd, "IFS": " \t\n", "OPTIND": "1"}
        if self.flavour == "bash":
            variables |= {"BASH_VERSION": "5.2.37(1)-release", "BASH": "/bin/bash", "HOSTNAME": process.hostname}
        return {
            "frames": (), "variables": variables,
            "attributes": {name: "x" for name in process.env if _is_identifier(name)},
            "options": {}, "arguments": (), "name": process.argv[0] if process.argv else self.flavour, "status": 0,
            "shell_pid": str(process.pid), "last_background": None, "flavour": self.flavour, "interactive": False,
            "source": "stdin", "functions": {}, "aliases": {}, "traps": {}, "pending": (), "jobs": {}, "finished": {},
            "substituted": None, "reader": None, "history": (), "folders": (), "marks": False, "line": 1,
            "subshell": False,
        }  # fmt: skip

    def _begin(self, process: Process, shell: Shell) -> int | None:
        """Read the command line; an exit code when that is the end already."""
        words = list(process.argv[1:])
        flags = {"login": process.argv[0].startswith("-"), "c": False, "i": False, "s": False}
        while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
            word = words.pop(0)
            if word == "--":
                break
            if word == "--version":
                process.print(
                    "GNU bash, version 5.2.37(1)-release, simulated" if self.flavour == "bash" else "sh, simulated"
                )
                return 0
            if word in ("--login", "--norc", "--noprofile", "--posix"):
                flags["login"] |= word == "--login"
                continue
            mistake = self._flag(shell, word, words, flags)
            if mistake:
                process.error(f"{self.flavour}: {mistake}")
                return 2
        if flags["c"]:
            if not words:
                process.error(f"{self.flavour}: -c: option requires an argument")
                return 2
            shell.source = "-c"
            shell.name = words[1] if len(words) > 1 else shell.name
            shell.arguments = tuple(words[2:])
            shell.push("source", text=words[0], at=0, line=1)
            return None
        if words and not flags["s"]:
            return self._script(process, shell, words)
        shell.arguments = tuple(words)
        if flags["i"] or process.is_terminal(0):
            self._interactive(process, shell, login=bool(flags["login"]))
        else:
            shell.push("stdin", text="")
        return None

    def _flag(self, shell: Shell, word: str, words: list[str], flags: dict[str, Any]) -> str:
        for letter in word[1:]:
            if letter in "cis":
                flags[letter] = True
            elif letter == "l":
                flags["login"] = True
            elif letter == "o" and words:
                name = words.pop(0)
                if name not in OPTIONS:
                    return f"{name}: invalid option name"
                shell.options[OPTIONS[name]] = True
            elif letter in "aefnuvxC":
                if word[0] == "-":
                    shell.options[letter] = True
                else:
                    shell.options.pop(letter, None)
            else:
                return f"{word[0]}{letter}: invalid option"
        return ""

    def _script(self, process: Process, shell: Shell, words: list[str]) -> int | None:
        try:
            text = process.files.text(words[0])
        except OSFailure as failure:
            if self.flavour == "bash":
                process.error(f"bash: {words[0]}: {failure.words}")
            else:
                process.error(f"sh: can't open '{words[0]}': {failure.words}")
            return 127 if failure.name == "ENOENT" else 126
        if text.startswith("\x7fELF"):
            process.error(f"{words[0]}: {words[0]}: cannot execute binary file")
            return 126
        shell.source = shell.name = words[0]
        shell.arguments = tuple(words[1:])
        shell.push("source", text=text, at=0, line=1)
        return None

    def _interactive(self, process: Process, shell: Shell, *, login: bool) -> None:
        shell.interactive = True
        shell.variables.setdefault("PS1", PROMPTS[self.flavour])
        shell.variables.setdefault("PS2", "> ")
        shell.marks = process.env.get("TERM_PROGRAM") == "kubelab"
        process.handle(signals.INT)
        process.handle(signals.WINCH)
        for number in (signals.QUIT, signals.TERM, signals.TSTP, signals.TTIN, signals.TTOU):
            process.handle(number, "ignore")
        shell.push("prompt", text="")
        home = process.env.get("HOME", "/")
        first = ["/etc/profile", f"{home}/.bash_profile", f"{home}/.profile"] if login else []
        second = ["/etc/bash.bashrc", f"{home}/.bashrc"] if self.flavour == "bash" else []
        found = [path for path in first + second if process.files.is_file(path)]
        for path in reversed(found):
            shell.push("source", text=process.files.text(path), at=0, line=1, sourced=True)
        lineedit.load_history(shell)


def _is_identifier(name: str) -> bool:
    return name.isidentifier() and name.isascii()


@operation("stdin")
def do_stdin(shell: Shell, frame: Frame) -> Outcome | None:
    """The next command of a script that comes through stdin, read line by line."""
    while True:
        if (frame["text"].endswith("\n") and not frame.get("waiting")) or frame.get("over"):
            shell.has_read(len(frame["text"]))
            try:
                node, at, _ = parse_next(frame["text"], 0, 1, tuple(shell.aliases.items()))
            except Incomplete as mistake:
                if frame.get("over") and mistake.expected == "<<":
                    shell.end_document(frame, mistake)
                    continue
                if frame.get("over"):
                    return shell.refuse(mistake, frame["text"])
                frame["closing"], frame["alone"] = mistake.closing, mistake.alone
            except SyntaxMistake as mistake:
                return shell.refuse(mistake, frame["text"])
            else:
                frame["text"], frame["closing"], frame["alone"] = frame["text"][at:], "", False
                if node is not None:
                    shell.begin(node)
                    return None
                if frame.get("over"):
                    shell.pop()
                    return None
                frame["text"] = ""
        part = shell.process.read(0, 65536)
        if part is None:
            return Wait("resume", readable=(0,))
        if not part:
            frame["over"] = True
            continue
        line, newline, rest = part.partition(b"\n")
        shell.process.unread(0, rest)
        added = (line + newline).decode("utf-8", "surrogateescape")
        frame["text"] += added
        frame["waiting"] = not may_close(added, frame.get("closing", ""), frame.get("alone", False))


@program("bash")
class Bash(ShellProgram):
    def __init__(self) -> None:
        super().__init__("bash")


@program("sh")
class Sh(ShellProgram):
    def __init__(self) -> None:
        super().__init__("sh")
