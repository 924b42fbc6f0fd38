"""nslookup, host and getent: asking the resolver. Upstream: bind9 dnsutils, busybox networking/nslookup.c"""

from functools import partial

from simulator.kernel.clock import SECOND
from simulator.network.programs.clients import is_busybox
from simulator.network.resolver import is_address, look_up, reversed_name, settings
from simulator.runtime.network import NameNotFound, NetworkFailure, Record, ServerFailed
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

NO_SERVER = ";; connection timed out; no servers could be reached"
QUERY_TIME = 1_000


CODES = ("SERVFAIL", "REFUSED")


def servers(process: Process) -> list[str]:
    """The name servers of `/etc/resolv.conf`."""
    return list(settings(process.files).servers)


def searches(process: Process) -> list[str]:
    """The search list."""
    return list(settings(process.files).searches)


class Lookup(Program):
    """Asks, waits as long as that takes, and shows what it prepared meanwhile."""

    def ask(
        self, process: Process, name: str, kind: str, *, search: bool, server: str = ""
    ) -> tuple[list[Record], str, int]:
        """The records of a name (with the search list or as it stands), what went wrong, and how long that took."""
        known = settings(process.files)
        if server:
            known = known._replace(servers=(server,))
        full = reversed_name(name) + "." if is_address(name) else name if search else name.rstrip(".") + "."
        try:
            network, machine = process.machines.network, process.machine
            asking = partial(network.query, machine)
            return look_up(full, kind, known, asking), "", QUERY_TIME
        except NameNotFound as failure:
            return [], "NXDOMAIN", failure.after or QUERY_TIME
        except ServerFailed as failure:
            return [], str(failure) if str(failure) in CODES else "SERVFAIL", failure.after or QUERY_TIME
        except NetworkFailure as failure:
            return [], "timeout", failure.after or 10 * SECOND

    def find(self, process: Process, name: str, kind: str) -> tuple[list[Record], str, int]:
        """What the C library finds, which looks into `/etc/hosts` first."""
        try:
            return process.resolve(name, kind), "", QUERY_TIME
        except NetworkFailure as failure:
            return [], "NXDOMAIN", failure.after or QUERY_TIME

    def later(self, process: Process, text: str, code: int, took: int) -> Outcome:
        process.state = {"text": text, "code": code}
        return Wait("show", until=process.now + took)

    def show(self, process: Process) -> Outcome:
        process.write(1, process.state["text"])
        return Exit(process.state["code"])


@program("nslookup")
class Nslookup(Lookup):
    """Both dialects: busybox tries every domain of the search list and tells of each, bind's stops at an answer."""

    def start(self, process: Process) -> Outcome:
        kind, words = "A", []
        for word in process.argv[1:]:
            option, _, value = word.lstrip("-").partition("=")
            if word.startswith("-"):
                kind = value.upper() if option in ("type", "query", "q", "querytype") else kind
            else:
                words.append(word)
        if not words:
            process.error("Usage: nslookup [-type=TYPE] HOST [SERVER]")
            return Exit(1)
        given = words[1] if len(words) > 1 else ""
        server = given or (servers(process) or ["127.0.0.1"])[0]
        mark = ":" if is_busybox(process) else "#"
        head = f"Server:\t\t{server}\nAddress:\t{server}{mark}53\n\n"
        if is_address(words[0]):
            return self._reverse(process, words[0], head, given)
        if is_busybox(process):
            return self._each(process, words[0], kind, head, given)
        records, problem, took = self.ask(process, words[0], kind, search=True, server=given)
        if problem == "timeout":
            return self.later(process, f"{NO_SERVER}\n\n", 1, took)
        if problem:
            return self.later(process, f"{head}** server can't find {words[0]}: {problem}\n\n", 1, took)
        if not records:
            return self.later(process, f"{head}*** Can't find {words[0]}: No answer\n\n", 1, took)
        return self.later(process, head + "".join(map(shown, records)) + "\n", 0, took)

    def _each(self, process: Process, name: str, kind: str, head: str, given: str) -> Outcome:
        bare = name.rstrip(".")
        candidates = [bare] if "." in name else [f"{bare}.{domain}" for domain in searches(process)] or [bare]
        text, code, took = head, 0, 0
        for one in ("A", "AAAA") if kind == "A" else (kind,):
            for candidate in candidates:
                records, problem, spent = self.ask(process, candidate, one, search=False, server=given)
                took += spent
                if problem == "timeout":
                    return self.later(process, f"{NO_SERVER}\n\n", 1, spent)
                if problem:
                    text, code = f"{text}** server can't find {candidate}: {problem}\n\n", 1
                else:
                    text += "".join(map(shown, records)) + "\n"
        return self.later(process, text, code, took)

    def _reverse(self, process: Process, address: str, head: str, given: str) -> Outcome:
        records, problem, took = self.ask(process, address, "PTR", search=True, server=given)
        arpa = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
        if problem == "timeout":
            return self.later(process, f"{NO_SERVER}\n\n", 1, took)
        if problem or not records:
            return self.later(process, f"{head}** server can't find {arpa}: {problem or 'NXDOMAIN'}\n\n", 1, took)
        end = "" if is_busybox(process) else "."
        text = "".join(f"{arpa}\tname = {record.value.rstrip('.')}{end}\n" for record in records)
        return self.later(process, (head if is_busybox(process) else "") + text + "\n", 0, took)


def shown(record: Record) -> str:
    """One record as nslookup prints it."""
    name = record.name.rstrip(".")
    match record.kind:
        case "CNAME":
            return f"{name}\tcanonical name = {record.value.rstrip('.')}.\n"
        case "SRV":
            return f"{name}\tservice = {record.value}\n"
        case "PTR":
            return f"{name}\tname = {record.value}\n"
    return f"Name:\t{name}\nAddress: {record.value}\n"


@program("host")
class Host(Lookup):
    """The short form of asking."""

    def start(self, process: Process) -> Outcome:
        words = [word for word in process.argv[1:] if not word.startswith("-")]
        if not words:
            process.error("Usage: host [-t TYPE] NAME [SERVER]")
            return Exit(1)
        name = words[-1] if "-t" in process.argv and len(words) > 1 else words[0]
        kind = words[0].upper() if "-t" in process.argv and len(words) > 1 else "PTR" if is_address(name) else "A"
        records, problem, took = self.ask(process, name, kind, search=True)
        if problem == "timeout":
            return self.later(process, f"{NO_SERVER}\n", 1, took)
        if problem:
            number = {"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}[problem]
            return self.later(process, f"Host {name} not found: {number}({problem})\n", 1, took)
        words_for = {
            "A": "has address",
            "CNAME": "is an alias for",
            "PTR": "domain name pointer",
            "SRV": "has SRV record",
        }
        text = "".join(f"{r.name.rstrip('.')} {words_for.get(r.kind, 'has')} {r.value}\n" for r in records)
        return self.later(process, text or f"{name} has no {kind} record\n", 0, took)


@program("getent")
class Getent(Lookup):
    """Names as programs see them: hosts, passwd, group."""

    def start(self, process: Process) -> Outcome:
        database, keys = "".join(process.argv[1:2]), list(process.argv[2:])
        if database in ("hosts", "ahosts", "ahostsv4") and keys:
            kind = "PTR" if is_address(keys[0]) else "A"
            records, problem, took = self.find(process, keys[0], kind)
            if problem or not records:
                return self.later(process, "", 2, took)
            if kind == "PTR":
                return self.later(process, f"{keys[0]:<15} {records[0].value.rstrip('.')}\n", 0, took)
            addresses = [record for record in records if record.kind == "A"]
            alias = "" if addresses and addresses[-1].name.rstrip(".") == keys[0] else f" {keys[0]}"
            text = "".join(f"{r.value:<15} {r.name.rstrip('.')}{alias}\n" for r in addresses)
            return self.later(process, text, 0, took)
        if database in ("passwd", "group"):
            lines = process.files.text(f"/etc/{database}").splitlines()
            found = [
                line for line in lines if not keys or line.split(":")[0] in keys or line.split(":")[2:3] == keys[:1]
            ]
            return self.later(process, "".join(f"{line}\n" for line in found), 0 if found else 2, 0)
        process.error(f"Unknown database: {database}")
        return Exit(1)
