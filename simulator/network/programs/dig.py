"""dig: one question to one name server, and all that comes back. Upstream: bind9 bin/dig/dig.c"""

from dataclasses import dataclass

from simulator.kernel.clock import SECOND
from simulator.network.dns import DOMAIN
from simulator.network.programs.lookup import NO_SERVER, Lookup, searches, servers
from simulator.network.resolver import is_address, reversed_name
from simulator.runtime.images.httplog import http_date
from simulator.runtime.network import Record
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, program

VERSION = "9.20.15-1~deb13u1-Debian"
KINDS = ("A", "AAAA", "SRV", "PTR", "CNAME", "TXT", "NS", "MX", "ANY", "SOA")
TAB = 8


USAGE = "Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}"
NOT_SIMULATED = {
    "trace": "the name servers on the way from the root are not asked one by one",
    "nssearch": "the servers of a zone are not asked one by one",
}
HARMLESS = frozenset(
    """
    short search all comments answer additional authority question stats cmd recurse tcp vc edns dnssec time timeout
    tries retry ttlid ttlunits multiline cookie adflag cdflag rdflag aaonly class qr identify ignore bufsize ndots
    domain keepopen besteffort fail idnin idnout crypto rrcomments showsearch defname subnet nsid
    """.split()  # noqa: SIM905 - words, as a person reads them
)
"""Options that change nothing of what is simulated, or how it is shown in ways that are."""


@dataclass
class Question:
    """What a command line asks for."""

    server: str
    given: str = ""
    name: str = ""
    kind: str = "A"
    short: bool = False
    search: bool = False
    comments: bool = True
    answer: bool = True
    strange: str = ""
    """An option of `+` that it does not have."""


@program("dig")
class Dig(Lookup):
    """Asks for exactly one name, without the search list unless `+search` is given."""

    def start(self, process: Process) -> Outcome:
        question = parse(process)
        if question.strange:
            why = NOT_SIMULATED.get(question.strange)
            if why is not None:
                return Exit(process.fail(f"+{question.strange} is not simulated: {why}"))
            process.error(f"Invalid option: +{question.strange}\n{USAGE}")
            return Exit(1)
        if not question.name:
            question.name, question.kind = ".", "NS"
        if question.given and not is_address(question.given):
            found, problem, took = self.ask(process, question.given, "A", search=True)
            if problem or not found:
                text = f"dig: couldn't get address for '{question.given}': not found\n"
                process.error(text.rstrip())
                return Exit(10)
            question.given = question.server = found[-1].value
        records, problem, took = self.ask(
            process, question.name, question.kind, search=question.search, server=question.given
        )
        if problem == "timeout":
            return self.later(process, silent(process, question), 9, max(took, 15 * SECOND))
        if question.short:
            return self.later(process, "".join(f"{record.value}\n" for record in records), 0, took)
        return self.later(process, told(process, question, records, problem, took), 0, took)


def parse(process: Process) -> Question:
    question = Question((servers(process) or ["127.0.0.1"])[0])
    words = list(process.argv[1:])
    while words:
        word = words.pop(0)
        if word.startswith("@"):
            question.given = question.server = word[1:]
        elif word.startswith("+"):
            option = word[1:]
            question.short = question.short or option == "short"
            question.search = question.search or option == "search"
            if option in ("noall", "nocomments"):
                question.comments = False
                question.answer = question.answer and option != "noall"
            elif option == "answer":
                question.answer = True
            elif option.removeprefix("no").partition("=")[0] not in HARMLESS:
                question.strange = question.strange or option
        elif word == "-x" and words:
            question.name, question.kind = words.pop(0), "PTR"
        elif word == "-t" and words:
            question.kind = words.pop(0).upper()
        elif word in ("-p", "-q") and words:
            question.name = words.pop(0) if word == "-q" else question.name
        elif word.upper() in KINDS:
            question.kind = word.upper()
        elif not word.startswith("-"):
            question.name = word
    return question


def silent(process: Process, question: Question) -> str:
    """What is shown when no server answers."""
    head = banner(process) if not question.short else ""
    return f";; communications error to {question.server}#53: timed out\n" * 3 + head + NO_SERVER + "\n"


def banner(process: Process) -> str:
    return f"\n; <<>> DiG {VERSION} <<>> {' '.join(process.argv[1:])}\n;; global options: +cmd\n"


def columns(*parts: tuple[str, int]) -> str:
    """Words, each beginning at its column: tabs up to it, or a space where the text is past it already."""
    text = ""
    for word, column in parts:
        if text and len(text.expandtabs(TAB)) >= column:
            text += " "
        while len(text.expandtabs(TAB)) < column:
            text += "\t"
        text += word
    return text


def shown(record: Record) -> str:
    name = record.name.rstrip(".") + "."
    return columns((name, 0), (str(record.ttl), 24), ("IN", 32), (record.kind, 40), (record.value, 48))


def told(process: Process, question: Question, records: list[Record], problem: str, took: int) -> str:
    """The whole report."""
    if not question.comments:
        lines = [shown(record) for record in records] if question.answer else []
        return "".join(f"{line}\n" for line in lines)
    asked = reversed_name(question.name) if is_address(question.name) else question.name.rstrip(".")
    asked = records[0].name if records else asked
    inside = f".{asked}".endswith((f".{domain(process)}", ".in-addr.arpa"))
    soa = authority(process, asked) if not records and problem in ("", "NXDOMAIN") and inside else ""
    flags = "qr aa rd" if inside and problem in ("", "NXDOMAIN") else "qr rd" if problem == "REFUSED" else "qr rd ra"
    lines = [
        banner(process).rstrip("\n"),
        ";; Got answer:",
        f";; ->>HEADER<<- opcode: QUERY, status: {problem or 'NOERROR'}, id: {process.random(65536)}",
        f";; flags: {flags}; QUERY: 1, ANSWER: {len(records)}, AUTHORITY: {int(bool(soa))}, ADDITIONAL: 1",
        *([] if "ra" in flags else [";; WARNING: recursion requested but not available"]),
        "",
        ";; OPT PSEUDOSECTION:",
        "; EDNS: version: 0, flags:; udp: 1232",
        ";; QUESTION SECTION:",
        columns((f";{asked.rstrip('.')}.", 0), ("IN", 32), (question.kind, 40)),
        "",
    ]
    if records:
        lines += [";; ANSWER SECTION:", *map(shown, records), ""]
    if soa:
        lines += [";; AUTHORITY SECTION:", soa, ""]
    size = 40 + len(asked) + sum(len(one.name) + len(one.value) + 10 for one in records) + len(soa)
    lines += [
        f";; Query time: {took // 1000} msec",
        f";; SERVER: {question.server}#53({question.server}) (UDP)",
        f";; WHEN: {http_date(process.now, '%a %b %d %H:%M:%S UTC %Y')}",
        f";; MSG SIZE  rcvd: {size}",
        "",
    ]
    return "\n".join(lines) + "\n"


def domain(process: Process) -> str:
    """The domain of the cluster, as the search list tells it."""
    found = (each.removeprefix("svc.") for each in searches(process) if each.startswith("svc."))
    return next(found, DOMAIN)


def authority(process: Process, asked: str) -> str:
    """The start of the zone, by which CoreDNS says that a name of it does not exist."""
    own = domain(process)
    zone = own if asked.endswith(own) else "in-addr.arpa"
    serial = process.now // SECOND
    value = f"ns.dns.{zone}. hostmaster.{zone}. {serial} 7200 1800 86400 30"
    return columns((f"{zone}.", 0), ("30", 24), ("IN", 32), ("SOA", 40), (value, 48))
