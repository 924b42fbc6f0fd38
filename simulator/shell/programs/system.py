"""Programs about the machine, its processes and its environment. Upstream: coreutils(1), procps(1)"""

from __future__ import annotations

from simulator.kernel.clock import SECOND
from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process
from simulator.runtime.programs import Exec, Exit, Outcome, Program, Wait, command, program
from simulator.shell.programs.base import Usage, checked, options, refuse
from simulator.shell.programs.users import group_name, user_name

DURATIONS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text: str) -> int:
    """Microseconds of `5`, `0.5`, `2m`, `infinity`; raises `Usage`."""
    if text in ("infinity", "inf"):
        return 1 << 60
    unit = DURATIONS.get(text[-1:], 1)
    try:
        value = float(text[:-1] if text[-1:] in DURATIONS else text)
    except ValueError:
        raise Usage(f"invalid time interval ‘{text}’") from None
    if value < 0:
        raise Usage(f"invalid time interval ‘{text}’")
    return round(min(value * unit, 1e11) * SECOND)


@program("sleep", "usleep")
class Sleep(Program):
    def start(self, process: Process) -> Outcome:
        try:
            if len(process.argv) < 2:
                raise Usage("missing operand")
            total = sum(duration(word) for word in process.argv[1:])
        except Usage as usage:
            return refuse(process, usage)
        if process.program == "usleep":
            total //= SECOND
        return Wait("awake", until=process.now + total)

    def awake(self, process: Process) -> Outcome:
        return Exit(0)


@command("true")
def true(process: Process) -> int:
    return 0


@command("false")
def false(process: Process) -> int:
    return 1


@command("echo")
def echo(process: Process) -> int:
    from simulator.shell.printing import echo_text

    process.write(1, echo_text(list(process.argv[1:])))
    return 0


@command("printf")
def print_form(process: Process) -> int:
    from simulator.shell.printing import print_text

    if len(process.argv) < 2:
        return process.fail("missing operand")
    text, mistakes = print_text(process.argv[1], list(process.argv[2:]))
    process.write(1, text)
    for mistake in mistakes:
        process.fail(mistake)
    return int(bool(mistakes))


@program("env", "printenv", "nohup", "timeout", "nice", "setsid", "stdbuf", "time")
class Runner(Program):
    """Programs that set something up and then become (or start) another program."""

    def start(self, process: Process) -> Outcome:
        try:
            outcome: Outcome = getattr(self, process.program)(process)
        except Usage as usage:
            return refuse(process, usage)
        return outcome

    def printenv(self, process: Process) -> Outcome:
        names = process.argv[1:]
        for name in names or process.env:
            if name in process.env:
                process.print(process.env[name] if names else f"{name}={process.env[name]}")
        return Exit(int(any(name not in process.env for name in names)))

    def env(self, process: Process) -> Outcome:
        words, variables = list(process.argv[1:]), dict(process.env)
        while words and words[0].startswith("-"):
            word = words.pop(0)
            if word in ("-i", "-", "--ignore-environment"):
                variables = {}
            elif word == "-u" and words:
                variables.pop(words.pop(0), None)
            elif word.startswith("--unset="):
                variables.pop(word[8:], None)
            elif word == "-S" and words:
                words = words.pop(0).split() + words
            else:
                raise Usage(f"invalid option -- '{word[1:2]}'", 125)
        while words and "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            variables[name] = value
        if words:
            return self.become(process, words, variables)
        for name, value in variables.items():
            process.print(f"{name}={value}")
        return Exit(0)

    def become(self, process: Process, words: list[str], variables: dict[str, str] | None = None) -> Outcome:
        try:
            process.find_program(words[0])
        except OSFailure as failure:
            process.error(f"{process.name}: ‘{words[0]}’: {failure.words}")
            return Exit(127 if failure.name == "ENOENT" else 126)
        return Exec(tuple(words), env=variables)

    def nohup(self, process: Process) -> Outcome:
        if len(process.argv) < 2:
            raise Usage("missing operand", 125)
        process.handle(signals.HUP, "ignore")
        if process.is_terminal(1):
            process.error("nohup: ignoring input and appending output to 'nohup.out'")
            process.open("nohup.out", "a", descriptor=1)
        if process.is_terminal(2):
            process.duplicate(1, 2)
        return self.become(process, list(process.argv[1:]))

    def nice(self, process: Process) -> Outcome:
        words = list(process.argv[1:])
        while words and words[0].startswith("-"):
            words = words[2:] if words[0] == "-n" else words[1:]
        return self.become(process, words) if words else Exit(0)

    setsid = stdbuf = nice

    def timeout(self, process: Process) -> Outcome:
        flags, words = options(
            process, "s:k:v", {"signal=": "s", "kill-after=": "k", "preserve-status": "p"}, code=125, stop=True
        )
        if len(words) < 2:
            raise Usage("missing operand", 125)
        number = signals.number(flags.get("s", "TERM"))
        if number is None:
            raise Usage(f"{flags['s']}: invalid signal", 125)
        try:
            pid = process.spawn(words[1:])
        except OSFailure as failure:
            process.error(f"timeout: failed to run command ‘{words[1]}’: {failure.words}")
            return Exit(127 if failure.name == "ENOENT" else 126)
        limit = duration(words[0])
        process.state = {
            "pid": pid,
            "until": process.now + limit if limit else None,
            "signal": number,
            "kept": "p" in flags,
            "late": False,
        }
        return self.guard(process)

    def guard(self, process: Process) -> Outcome:
        state = process.state
        ended = process.reap()
        if ended is not None and ended.status >= 0:
            return Exit(124 if state["late"] and not state["kept"] and ended.signal != signals.KILL else ended.status)
        if state["until"] is not None and process.now >= state["until"]:
            process.kill(state["pid"], state["signal"])
            process.state = {**state, "until": None, "late": True}
        return Wait("guard", children=True, until=process.state["until"])

    def time(self, process: Process) -> Outcome:
        words = [word for word in process.argv[1:] if word != "-p"]
        process.state = {"begun": process.now}
        try:
            process.spawn(words)
        except OSFailure as failure:
            process.error(f"time: cannot run {words[0] if words else ''}: {failure.words}")
            return Exit(127)
        return Wait("timed", children=True)

    def timed(self, process: Process) -> Outcome:
        ended = process.reap()
        if ended is None:
            return Wait("timed", children=True)
        passed = (process.now - process.state["begun"]) / SECOND
        process.error(f"real\t{int(passed // 60)}m {passed % 60:.2f}s\nuser\t0m 0.00s\nsys\t0m 0.00s")
        return Exit(ended.status)


@command("which")
def which(process: Process) -> int:
    code = 0
    for name in process.argv[1:]:
        if name.startswith("-"):
            continue
        try:
            process.print(process.find_program(name))
        except OSFailure:
            code = 1
    return code


@command("whoami", "logname")
def whoami(process: Process) -> int:
    process.print(user_name(process, process.user))
    return 0


@command("id", "groups")
@checked
def id_(process: Process) -> int:
    flags, _ = options(process, "ungGr", {"user": "u", "group": "g", "name": "n", "groups": "G"})
    if process.name == "groups":
        flags = {"G": True, "n": True}
    groups = list(dict.fromkeys(process.groups))
    named = "n" in flags
    if "u" in flags:
        process.print(user_name(process, process.user) if named else str(process.user))
    elif "g" in flags:
        process.print(group_name(process, groups[0]) if named else str(groups[0]))
    elif "G" in flags:
        process.print(" ".join(group_name(process, group) if named else str(group) for group in groups))
    else:

        def shown(number: int, name: str) -> str:
            return f"{number}({name})" if name != str(number) else str(number)

        listed = ",".join(shown(group, group_name(process, group)) for group in groups)
        process.print(
            f"uid={shown(process.user, user_name(process, process.user))} "
            f"gid={shown(groups[0], group_name(process, groups[0]))} groups={listed}"
        )
    return 0


@command("hostname")
def hostname(process: Process) -> int:
    words = process.argv[1:]
    if "-i" in words or "-I" in words:
        addresses = process.addresses()
        outward = [address for address in addresses if not address.startswith("127.")] or addresses
        process.print(" ".join(outward) + (" " if "-I" in words else ""))
    elif "-f" in words or "--fqdn" in words:
        process.print(full_name(process))
    elif words and not words[0].startswith("-"):
        return process.fail("you must be root to change the host name")
    else:
        process.print(process.hostname.split(".")[0] if "-s" in words else process.hostname)
    return 0


def full_name(process: Process) -> str:
    """The first name that `/etc/hosts` has for the machine's own."""
    for line in process.files.text("/etc/hosts").splitlines():
        names = line.partition("#")[0].split()[1:]
        if process.hostname in names:
            return names[0]
    return process.hostname


@command("uname", "arch")
@checked
def uname(process: Process) -> int:
    flags, _ = options(
        process, "asnrvmpio", {"all": "a", "kernel-name": "s", "machine": "m", "kernel-release": "r", "nodename": "n"}
    )
    known = {
        "s": "Linux",
        "n": process.hostname,
        "r": "6.12.40-kubelab",
        "v": "#1 SMP PREEMPT_DYNAMIC",
        "m": "x86_64",
        "o": "GNU/Linux",
    }
    if process.name == "arch":
        flags = {"m": True}
    wanted = "snrvmo" if "a" in flags else "".join(letter for letter in "snrvmpio" if letter in flags) or "s"
    process.print(" ".join(known.get(letter, "unknown") for letter in wanted))
    return 0


@command("tty")
def tty(process: Process) -> int:
    process.print("/dev/pts/0" if process.is_terminal(0) else "not a tty")
    return int(not process.is_terminal(0))


@command("clear", "reset")
def clear(process: Process) -> int:
    process.write(1, "\x1b[H\x1b[2J\x1b[3J" if process.name == "clear" else "\x1bc")
    return 0


@command("tput")
def tput(process: Process) -> int:
    terminal = process.terminal
    known = {
        "cols": str(terminal.columns if terminal else 80),
        "lines": str(terminal.rows if terminal else 24),
        "colors": "256",
    }
    text = {"clear": "\x1b[H\x1b[2J", "bold": "\x1b[1m", "sgr0": "\x1b(B\x1b[m", "smul": "\x1b[4m", "rmul": "\x1b[24m"}
    word = process.argv[1] if len(process.argv) > 1 else ""
    if word == "setaf" and len(process.argv) > 2:
        process.write(1, f"\x1b[3{process.argv[2]}m")
    elif word in known:
        process.print(known[word])
    elif word in text:
        process.write(1, text[word])
    else:
        return process.fail(f"unknown terminfo capability '{word}'")
    return 0


@command("stty")
def stty(process: Process) -> int:
    terminal = process.terminal
    if terminal is None or not process.is_terminal(0):
        return process.fail("'standard input': Inappropriate ioctl for device")
    for word in process.argv[1:]:
        if word == "size":
            process.print(f"{terminal.rows} {terminal.columns}")
        elif word in ("echo", "-echo"):
            terminal.set_echo(word == "echo")
        elif word in ("raw", "cbreak", "-icanon"):
            terminal.set_raw(True, signals=word != "raw")
        elif word in ("sane", "-raw", "cooked", "icanon"):
            terminal.set_raw(False)
    return 0


@command("sudo", "su")
def sudo(process: Process) -> int:
    return process.fail("becoming another user is not simulated on this machine")


@command("man", "help", "info")
def man(process: Process) -> int:
    """No manual pages come with the simulation; say what does."""
    from simulator.runtime.programs import PROGRAMS

    if len(process.argv) < 2:
        process.print("What manual page do you want?")
        return 1
    name = process.argv[-1]
    if name in PROGRAMS:
        process.print(
            f"{name}: manual pages are not part of this simulated machine. "
            f"The usual options of {name} work; an option that does not says so."
        )
        return 0
    process.error(f"No manual entry for {name}")
    return 16


@command("logger", "wall")
def logger(process: Process) -> int:
    process.error(" ".join(process.argv[1:]))
    return 0
