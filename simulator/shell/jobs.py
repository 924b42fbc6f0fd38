"""Jobs: waiting in the foreground, running in the background, stopping and going on. Upstream: bash(1) JOB CONTROL"""

from __future__ import annotations

from typing import Any

from simulator.runtime import signals
from simulator.runtime.errors import OSFailure
from simulator.runtime.programs import Outcome, Wait
from simulator.shell.interpreter import BUILTINS, Frame, Shell, operation


def wait_in_foreground(shell: Shell, pids: tuple[int, ...], source: str, *, quiet: bool = False) -> None:
    """Push the frame that waits for these processes; they get the terminal meanwhile."""
    if shell.owns_terminal() and shell.process.terminal is not None:
        shell.process.terminal.set_foreground(pids[0])
    shell.push("foreground", pids=pids, source=source, **({"quiet": True} if quiet else {}))


@operation("foreground")
def do_foreground(shell: Shell, frame: Frame) -> Outcome | None:
    shell.collect()
    results = [shell.finished.get(pid) for pid in frame["pids"]]
    known = [result for result in results if result is not None]
    if len(known) < len(results) and not any(status < 0 for status, _ in known):
        return Wait("resume", children=True)
    _take_terminal_back(shell)
    if any(status < 0 for status, _ in known):
        _stop(shell, frame)
        return None
    for pid in frame["pids"]:
        shell.finished.pop(pid)
    shell.pop()
    statuses = [status for status, _ in known]
    status = statuses[-1]
    if "pipefail" in shell.options:
        status = next((found for found in reversed(statuses) if found), 0)
    shell.variables["PIPESTATUS"] = dict(enumerate(map(str, statuses)))
    killed = known[-1][1]
    if killed == signals.INT and shell.interactive:
        shell.status = status
        shell.process.write(2, "\n")
        shell.unwind(1)
        shell.status = status
        return None
    if killed not in (0, signals.INT, signals.PIPE) and not shell.subshell:
        _announce(shell, frame, killed)
    shell.end_command(status, frame)
    return None


def _announce(shell: Shell, frame: Frame, killed: int) -> None:
    words = signals.DESCRIPTIONS.get(killed, f"Signal {killed}")
    if shell.interactive:
        shell.process.error(words)
    elif shell.flavour == "bash" and shell.source != "-c":
        shell.complain(f"{frame['pids'][-1]:>5} {words:<23} {frame['source']}")
    else:
        shell.process.error(words)


def _take_terminal_back(shell: Shell) -> None:
    terminal = shell.process.terminal
    if shell.owns_terminal() and terminal is not None:
        terminal.set_foreground(shell.process.group)
        terminal.set_raw(False)


def _stop(shell: Shell, frame: Frame) -> None:
    for pid in frame["pids"]:
        if shell.finished.get(pid, (0, 0))[0] < 0:
            del shell.finished[pid]
    number = frame.get("job") or add(shell, frame["pids"], frame["source"], frame["pids"][0])
    shell.jobs[number] = {**shell.jobs[number], "state": "Stopped"}
    shell.process.error(f"\n[{number}]+  Stopped                 {frame['source']}")
    shell.unwind(1)
    shell.status = 148


def add(shell: Shell, pids: tuple[int, ...], source: str, group: int) -> int:
    """Note a job; its number."""
    number = max(shell.jobs, default=0) + 1
    shell.jobs[number] = {"pids": pids, "source": source, "group": group, "state": "Running"}
    return number


def notice(shell: Shell) -> None:
    """Tell of background jobs that have ended or stopped (before a prompt)."""
    shell.collect()
    for number, job in sorted(shell.jobs.items()):
        results = [shell.finished.get(pid) for pid in job["pids"]]
        if any(result is not None and result[0] < 0 for result in results):
            for pid in job["pids"]:
                shell.finished.pop(pid, None)
            shell.jobs[number] = {**job, "state": "Stopped"}
            shell.process.error(line(shell, number))
        elif all(result is not None for result in results):
            status = results[-1] or (0, 0)
            shell.jobs[number] = {**job, "state": _ending(status)}
            if shell.interactive:
                shell.process.error(line(shell, number))
            del shell.jobs[number]


def _ending(result: tuple[int, int]) -> str:
    status, killed = result
    if killed:
        return signals.DESCRIPTIONS.get(killed, f"Signal {killed}")
    return "Done" if status == 0 else f"Exit {status}"


def line(shell: Shell, number: int, *, long: bool = False) -> str:
    """A job as `jobs` shows it."""
    job = shell.jobs[number]
    current = sorted(shell.jobs)[-1]
    previous = sorted(shell.jobs)[-2] if len(shell.jobs) > 1 else 0
    mark = "+" if number == current else "-" if number == previous else " "
    pid = f" {job['group']}" if long else ""
    ampersand = " &" if job["state"] == "Running" else ""
    return f"[{number}]{mark}{pid}  {job['state']:<24}{job['source']}{ampersand}"


def chosen(shell: Shell, text: str) -> int | None:
    """The job that `%1`, `%%`, `%+`, `%-` or `%name` means."""
    if text in ("", "%", "%%", "%+"):
        return max(shell.jobs, default=None)
    if text == "%-":
        numbers = sorted(shell.jobs)
        return numbers[-2] if len(numbers) > 1 else max(numbers, default=None)
    if text.removeprefix("%").isdecimal():
        number = int(text.removeprefix("%"))
        return number if number in shell.jobs else None
    return next(
        (number for number, job in shell.jobs.items() if job["source"].startswith(text.removeprefix("%"))), None
    )


def builtin_jobs(shell: Shell, argv: list[str]) -> int:
    notice_ended(shell)
    for number in sorted(shell.jobs):
        job = shell.jobs[number]
        shell.process.print(str(job["group"]) if "-p" in argv else line(shell, number, long="-l" in argv))
        if job["state"] not in ("Running", "Stopped"):
            del shell.jobs[number]
    return 0


def notice_ended(shell: Shell) -> None:
    """Mark jobs that have ended, without telling."""
    shell.collect()
    for number, job in shell.jobs.items():
        results = [shell.finished.get(pid) for pid in job["pids"]]
        if results and all(result is not None and result[0] >= 0 for result in results):
            shell.jobs[number] = {**job, "state": _ending(results[-1] or (0, 0))}


def builtin_fg(shell: Shell, argv: list[str]) -> int | None:
    number = chosen(shell, argv[1] if len(argv) > 1 else "")
    if number is None:
        shell.complain(f"{argv[0]}: {argv[1] if len(argv) > 1 else 'current'}: no such job")
        return 1
    job = shell.jobs[number]
    if argv[0] == "bg":
        shell.jobs[number] = {**job, "state": "Running"}
        shell.process.print(f"[{number}]+ {job['source']} &")
        _signal_job(shell, job, signals.CONT)
        return 0
    shell.process.print(job["source"])
    del shell.jobs[number]
    if shell.process.terminal is not None:
        shell.process.terminal.set_foreground(job["group"])
    shell.push("foreground", pids=job["pids"], source=job["source"])
    _signal_job(shell, job, signals.CONT)
    return None


def _signal_job(shell: Shell, job: Any, number: int) -> None:
    for pid in job["pids"]:
        if pid not in shell.finished:
            shell.process.kill(pid, number)


def builtin_wait(shell: Shell, argv: list[str]) -> int | None:
    words = [word for word in argv[1:] if not word.startswith("-")]
    pids: list[int] = []
    for word in words:
        number = chosen(shell, word) if word.startswith("%") else None
        if number is not None:
            pids.extend(shell.jobs[number]["pids"])
        elif word.isdecimal():
            if int(word) not in shell.finished and int(word) not in shell.process.children():
                shell.complain(f"wait: pid {word} is not a child of this shell")
                return 127
            pids.append(int(word))
        else:
            shell.complain(f"wait: {word}: no such job")
            return 127
    every = not words
    if every:
        pids = [pid for job in shell.jobs.values() if job["state"] == "Running" for pid in job["pids"]]
    shell.push("wait", pids=tuple(pids), every=every, any="-n" in argv)
    return None


@operation("wait")
def do_wait(shell: Shell, frame: Frame) -> Outcome | None:
    shell.collect()
    done = [pid for pid in frame["pids"] if pid in shell.finished]
    if len(done) < len(frame["pids"]) and not (frame["any"] and done):
        return Wait("resume", children=True)
    shell.pop()
    shell.status = 0 if frame["every"] or not done else shell.finished[done[0 if frame["any"] else -1]][0]
    for number, job in list(shell.jobs.items()):
        if all(pid in done for pid in job["pids"]):
            del shell.jobs[number]
    for pid in done:
        del shell.finished[pid]
    return None


def builtin_kill(shell: Shell, argv: list[str]) -> int:
    words, number = argv[1:], signals.TERM
    if words[:1] == ["-l"] or words[:1] == ["-L"]:
        names = [signals.NAMES.get(int(word) & 127, word) for word in words[1:] if word.isdecimal()]
        listed = [f"{known:>2}) SIG{name}" for known, name in signals.NAMES.items()]
        shell.process.print(
            "\n".join(names) if words[1:] else "\n".join("\t".join(listed[at : at + 5]) for at in range(0, 31, 5))
        )
        return 0
    if words and words[0].startswith("-") and words[0] != "--":
        name = words.pop(0)[1:]
        if name in ("s", "n") and words:
            name = words.pop(0)
        known = signals.number(name)
        if known is None:
            shell.complain(f"kill: {name}: invalid signal specification")
            return 1
        number = known
    words = words[1:] if words[:1] == ["--"] else words
    if not words:
        shell.process.error(
            "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]"
        )
        return 2
    return int(any(not _kill(shell, word, number) for word in words))


def _kill(shell: Shell, word: str, number: int) -> bool:
    if word.startswith("%"):
        job = chosen(shell, word)
        if job is None:
            shell.complain(f"kill: {word}: no such job")
            return False
        _signal_job(shell, shell.jobs[job], number)
        if shell.jobs[job]["state"] == "Stopped" and number in (signals.TERM, signals.HUP):
            _signal_job(shell, shell.jobs[job], signals.CONT)
        return True
    if not word.lstrip("-").isdecimal():
        shell.complain(f"kill: {word}: arguments must be process or job IDs")
        return False
    try:
        shell.process.kill(int(word), number)
    except OSFailure as failure:
        shell.complain(f"kill: ({word}) - {failure.words}")
        return False
    return True


BUILTINS |= {
    "jobs": builtin_jobs, "fg": builtin_fg, "bg": builtin_fg, "wait": builtin_wait, "kill": builtin_kill,
}  # fmt: skip
