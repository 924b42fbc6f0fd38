"""journalctl: what the services of a node have said. Upstream: journalctl(1)"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.nodeshell.host import Host
from simulator.nodeshell.journals import entries, shown
from simulator.nodeshell.programs.asking import host_of
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

FOLLOWED = 10
"""How many lines `-f` begins with."""
UNITS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
}
RELATIVE = re.compile(r"-?(\d+)\s*([a-z]+?)s?(?:\s+ago)?")
WITH_VALUE = {"-u": "unit", "--unit": "unit", "-n": "lines", "--lines": "lines", "-S": "since", "--since": "since",
              "-U": "until", "--until": "until", "-o": "output", "--output": "output", "-p": "priority", "-g": "grep",
              "--grep": "grep", "-t": "tag", "-b": "boot"}  # fmt: skip
PLAIN = (  # noqa: SIM905 - easier to read as text
    "-f --follow -r --reverse --no-pager -e --pager-end -x -k -a --all -q --no-hostname -l --full --utc"
).split()


@program("journalctl")
class Journalctl(Program):
    """Prints the journal, and with `-f` goes on with what comes."""

    def start(self, process: Process) -> Outcome:
        host = host_of(process)
        if host is None or process.machine != host.nodes.machine(host.name):
            process.error("No journal files were found.\n-- No entries --")
            return Exit(1)
        given = options(process)
        if given is None:
            return Exit(1)
        lines = self.chosen(process, host, given)
        if lines is None:
            return Exit(1)
        follow = "-f" in given or "--follow" in given
        number = given.get("lines") or (str(FOLLOWED) if follow else "")
        if number.isdecimal():
            lines = lines[-int(number) :] if int(number) else []
        for line in reversed(lines) if "-r" in given or "--reverse" in given else lines:
            process.print(line)
        if not lines and not follow:
            process.print("-- No entries --")
        if not follow:
            return Exit(0)
        process.state = {"given": given, "seen": process.now}
        return Wait("more", stream=True)

    def more(self, process: Process) -> Outcome:
        """What was written since."""
        host = host_of(process)
        if host is None:
            return Exit(1)
        state: dict[str, Any] = process.state
        for line in self.chosen(process, host, state["given"], after=state["seen"]) or ():
            process.print(line)
        process.state = {**state, "seen": process.now}
        return Wait("more", stream=True)

    def chosen(self, process: Process, host: Host, given: dict[str, str], after: int = -1) -> list[str] | None:
        """The lines that are asked for; None where the question is not understood."""
        bounds = []
        for name, otherwise in (("since", 0), ("until", process.now)):
            when = moment_named(given[name], process.now) if name in given else otherwise
            if when is None:
                process.error(f"Failed to parse timestamp: {given[name]}")
                return None
            bounds.append(when)
        found = entries(host, given.get("unit", "").removesuffix(".service"))
        wanted = [one for one in found if bounds[0] <= one[0] <= bounds[1] and one[0] > after]
        if given.get("grep"):
            wanted = [one for one in wanted if given["grep"].lower() in one[2].lower()]
        if given.get("output") == "cat":
            return [one[2] for one in wanted]
        return [shown(host.name, one) for one in wanted]


def options(process: Process) -> dict[str, str] | None:
    given: dict[str, str] = {}
    words = list(process.argv[1:])
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name in WITH_VALUE and (equals or not word.startswith("--") or words):
            if name in ("-b", "-n") and (not words or words[0].startswith("-")):
                given[WITH_VALUE[name]] = "10" if name == "-n" else ""
            else:
                given[WITH_VALUE[name]] = value if equals else words.pop(0) if words else ""
        elif word[:2] in WITH_VALUE and len(word) > 2 and not word.startswith("--"):
            given[WITH_VALUE[word[:2]]] = word[2:]
        elif word in PLAIN:
            given[word] = ""
        elif word.startswith("-") and not word.startswith("--") and set(word[1:]) <= set("fexrakqlu"):
            for letter in word[1:]:
                if letter == "u" and words:
                    given["unit"] = words.pop(0)
                else:
                    given[f"-{letter}"] = ""
        else:
            process.error(
                f"journalctl: unrecognized option '{word}'"
                if word.startswith("-")
                else f"Failed to add match '{word}': Invalid argument"
            )
            return None
    return given


def moment_named(text: str, now: int) -> int | None:
    """What `--since` and `--until` mean: `10 min ago`, `-1h`, `today`, `09:00`, `2026-11-02 09:00:00`."""
    moment = datetime.fromtimestamp(now // SECOND, UTC)
    midnight = moment.replace(hour=0, minute=0, second=0)
    named = {
        "now": moment,
        "today": midnight,
        "yesterday": midnight - timedelta(days=1),
        "tomorrow": midnight + timedelta(days=1),
    }
    if text in named:
        return int(named[text].timestamp()) * SECOND
    found = RELATIVE.fullmatch(text.strip())
    if found is not None and found[2] in UNITS:
        return now - int(found[1]) * UNITS[found[2]] * SECOND
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()) * SECOND
        except ValueError:
            continue
    for form in ("%H:%M:%S", "%H:%M"):
        try:
            clock = datetime.strptime(text, form)
            return int(midnight.replace(hour=clock.hour, minute=clock.minute, second=clock.second).timestamp()) * SECOND
        except ValueError:
            continue
    return None
