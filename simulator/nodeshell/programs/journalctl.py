"""journalctl: what the services of a node have said. Upstream: journalctl(1)"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from simulator.kernel.clock import SECOND
from simulator.kubelet.journal import Entry
from simulator.machinery.patterns import PatternError, compiled
from simulator.nodeshell.host import Host
from simulator.nodeshell.journals import entries, is_of
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.kernel import boot_lines
from simulator.nodeshell.programs.units import moment_of
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
              "--grep": "grep", "-t": "tag", "--identifier": "tag", "--priority": "priority", "-b": "boot"}  # fmt: skip
PRIORITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
LEVELS = {"F": 2, "E": 3, "W": 4, "I": 6}
"""What the letters of klog mean to the journal."""
FORMS = ("short", "short-full", "short-iso", "short-precise", "short-unix", "cat", "json", "json-pretty")
PLAIN = (  # noqa: SIM905 - easier to read as text
    "-f --follow -r --reverse --no-pager -e --pager-end -x --catalog -k --dmesg -a --all -q --quiet --no-hostname "
    "-l --full --utc --no-full --no-tail --disk-usage --list-boots --system"
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
        if "--disk-usage" in given:
            used = max(8, len(entries(host)) // 512)
            process.print(f"Archived and active journals take up {used}M in the file system.")
            return Exit(0)
        if "--list-boots" in given:
            booted = int(host.row.get("booted", host.cluster.born))
            first, last = moment_of(booted), moment_of(process.now)
            process.print("IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY")
            process.print(f"  0 {str(host.row['boot']).replace('-', '')} {first} {last}")
            return Exit(0)
        lines = self.chosen(process, host, given)
        if lines is None:
            return Exit(1)
        follow = "-f" in given or "--follow" in given
        number = given.get("lines") or (str(FOLLOWED) if follow and "--no-tail" not in given else "")
        if number.isdecimal():
            lines = lines[-int(number) :] if int(number) else []
        for line in reversed(lines) if "-r" in given or "--reverse" in given else lines:
            process.print(line)
        if not lines and not follow and not {"-q", "--quiet"} & given.keys():
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
        form, keep = given.get("output", "short"), self.filter(process, given)
        if form not in FORMS:
            process.error(f"Unknown output '{form}', or one that is not simulated.")
            return None
        if keep is None:
            return None
        if {"-k", "--dmesg"} & given.keys():
            booted = int(host.row.get("booted", host.cluster.born))
            kernel = [(booted + int(late * SECOND), "kernel", text) for late, text in boot_lines(process)]
            return [
                written(host.name, one, form, named="--no-hostname" not in given) for one in kernel if one[0] > after
            ]
        units = [name.removesuffix(".service") for name in given.get("unit", "").split()] or [""]
        found = [one for one in entries(host) if any(not unit or is_of(one, unit) for unit in units)]
        wanted = [one for one in found if bounds[0] <= one[0] <= bounds[1] and one[0] > after and keep(one)]
        return [written(host.name, one, form, named="--no-hostname" not in given) for one in wanted]

    @staticmethod
    def filter(process: Process, given: dict[str, str]) -> Callable[[Entry], bool] | None:
        """Which entries `-p`, `-t` and `-g` leave; None where they are not understood."""
        least, most = 0, len(PRIORITIES) - 1
        if "priority" in given:
            names = given["priority"].split("..")
            ranks = [int(name) if name.isdecimal() else rank_of(name) for name in names]
            if not all(0 <= rank < len(PRIORITIES) for rank in ranks) or len(ranks) > 2:
                process.error(f"Unknown log level {given['priority']}")
                return None
            least, most = (min(ranks), max(ranks)) if len(ranks) == 2 else (0, ranks[0])
        tag = given.get("tag", "")
        pattern = given.get("grep", "")
        try:
            wanted = compiled(f"(?i){pattern}" if pattern == pattern.lower() else pattern)
        except PatternError as error:
            process.error(f'Bad pattern "{given["grep"]}": {error}')
            return None

        def keep(entry: Entry) -> bool:
            _, who, text = entry
            if tag and who.partition("[")[0] != tag:
                return False
            return least <= priority(entry) <= most and wanted.search(text) is not None

        return keep


def rank_of(name: str) -> int:
    """The number of a priority by its name; -1 where there is none of that name."""
    return PRIORITIES.index(name) if name in PRIORITIES else -1


def priority(entry: Entry) -> int:
    """How bad what an entry says is: klog begins with a letter, containerd and systemd say it in words."""
    _, who, text = entry
    if who.startswith("kubelet"):
        return LEVELS.get(text[:1], 6)
    if "level=error" in text or "Failed with result" in text:
        return 3 if "level=error" in text else 4
    return 5 if who.startswith("systemd") and "Main process exited" in text else 6


def written(node: str, entry: Entry, form: str, *, named: bool) -> str:
    """An entry in one of the forms of `-o`."""
    when, who, text = entry
    moment = datetime.fromtimestamp(when // SECOND, UTC)
    micro = f"{when % SECOND:06d}"
    if form == "cat":
        return text
    if form in ("json", "json-pretty"):
        name, _, pid = who.removesuffix("]").partition("[")
        fields = {"MESSAGE": text, "PRIORITY": str(priority(entry)), "SYSLOG_IDENTIFIER": name, "_HOSTNAME": node,
                  "_PID": pid, "_SYSTEMD_UNIT": f"{name}.service", "__REALTIME_TIMESTAMP": str(when)}  # fmt: skip
        return orjson.dumps(fields, option=orjson.OPT_INDENT_2 if form == "json-pretty" else 0).decode()
    stamps = {
        "short": f"{moment:%b %d %H:%M:%S}",
        "short-full": f"{moment:%a %Y-%m-%d %H:%M:%S} UTC",
        "short-iso": f"{moment:%Y-%m-%dT%H:%M:%S}+00:00",
        "short-precise": f"{moment:%b %d %H:%M:%S}.{micro}",
        "short-unix": f"{when // SECOND}.{micro}",
    }
    return f"{stamps[form]} {node + ' ' if named else ''}{who}: {text}"


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
                note(given, WITH_VALUE[name], value if equals else words.pop(0) if words else "")
        elif word[:2] in WITH_VALUE and len(word) > 2 and not word.startswith("--"):
            note(given, WITH_VALUE[word[:2]], word[2:])
        elif word in PLAIN:
            given[word] = ""
        elif word.startswith("-") and not word.startswith("--") and set(word[1:]) <= set("fexrakqlu"):
            for letter in word[1:]:
                if letter == "u" and words:
                    note(given, "unit", words.pop(0))
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


def note(given: dict[str, str], name: str, value: str) -> None:
    """Keep the value of an option; several units are all meant."""
    given[name] = f"{given[name]} {value}" if name == "unit" and name in given else value


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
