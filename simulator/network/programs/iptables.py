"""iptables and iptables-save, to look at what kube-proxy wrote; nothing can be changed. Upstream: iptables(8)"""

from re import compile as pattern

from simulator.runtime.process import Process
from simulator.runtime.programs import command

BUILT_IN = {
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}
NUMBERS = {"tcp": "6", "udp": "17", "sctp": "132"}
SHOWS = pattern(r"-\w*[LS]\w*")
COMMENT = pattern(r'--comment "([^"]*)"')
VERSION = "iptables v1.8.11 (nf_tables)"


def option(words: list[str], *names: str) -> str:
    """The value of an option; "" where it is not given."""
    for name in names:
        if name in words[:-1]:
            return words[words.index(name) + 1]
    return ""


def rules_of(process: Process, table: str) -> list[str]:
    return process.machines.network.proxy_rules(process.machine, table)


@command("iptables-save")
def iptables_save(process: Process) -> int:
    wanted = option(list(process.argv), "-t", "--table")
    for table in (wanted,) if wanted else tuple(BUILT_IN):
        if table not in BUILT_IN:
            process.error(f"iptables-save: table {table} is not simulated; nat and filter are")
            return 1
        rules = rules_of(process, table)
        process.print(f"*{table}")
        for chain in chains(rules, table):
            process.print(f":{chain} {'ACCEPT' if chain in BUILT_IN[table] else '-'} [0:0]")
        for rule in rules:
            process.print(rule)
        process.print("COMMIT")
    return 0


def chains(rules: list[str], table: str) -> list[str]:
    own = sorted({rule.split()[1] for rule in rules} - set(BUILT_IN[table]))
    return [*BUILT_IN[table], *own]


@command("iptables")
def iptables(process: Process) -> int:
    words = list(process.argv[1:])
    if "--version" in words or "-V" in words:
        process.print(VERSION)
        return 0
    table = option(words, "-t", "--table") or "filter"
    if table not in BUILT_IN:
        process.error(f"{VERSION}: table {table} is not simulated; nat and filter are")
        return 3
    shows = [
        word for word in words if word.startswith("-") and ("L" in word or "S" in word) and not word.startswith("--")
    ]
    shows += [word for word in words if word in ("--list", "--list-rules")]
    if not shows:
        process.error(f"{VERSION}: rules are kube-proxy's here, and only shown: iptables -t nat -L, -S, iptables-save")
        return 2
    rules = rules_of(process, table)
    known = chains(rules, table)
    place = words.index(shows[0])
    chain = words[place + 1] if place + 1 < len(words) and not words[place + 1].startswith("-") else ""
    if chain and chain not in known:
        process.error("iptables: No chain/target/match by that name.")
        return 1
    for name in [chain] if chain else known:
        mine = [rule for rule in rules if rule.split()[1] == name]
        show(
            process,
            name,
            mine,
            rules,
            plainly="S" in shows[0] or shows[0] == "--list-rules",
            built_in=name in BUILT_IN[table],
        )
    return 0


def show(process: Process, chain: str, mine: list[str], rules: list[str], *, plainly: bool, built_in: bool) -> None:
    if plainly:
        process.print(f"-P {chain} ACCEPT" if built_in else f"-N {chain}")
        for rule in mine:
            process.print(rule)
        return
    users = sum(rule.endswith(f" -j {chain}") for rule in rules)
    process.print(f"Chain {chain} ({'policy ACCEPT' if built_in else f'{users} references'})")
    process.print("target     prot opt source               destination         ")
    for rule in mine:
        process.print(listed(rule))
    process.print("")


def listed(rule: str) -> str:
    """A rule as `iptables -L -n` shows it."""
    comment = COMMENT.search(rule)
    words = COMMENT.sub("", rule).split()
    protocol = option(words, "-p")
    source, target = (option(words, name).removesuffix("/32") or "0.0.0.0/0" for name in ("-s", "-d"))
    if "! -s" in rule:
        source = f"!{source}"
    more = [f"/* {comment[1]} */"] if comment is not None else []
    port, chance, to = option(words, "--dport"), option(words, "--probability"), option(words, "--to-destination")
    if port:
        more.append(f"{protocol} dpt:{port}")
    if chance:
        more.append(f"statistic mode random probability {chance}")
    if "--dst-type" in words:
        more.append("ADDRTYPE match dst-type LOCAL")
    if to:
        more.append(f"{protocol} to:{to}")
    if "--reject-with" in words:
        more.append(f"reject-with {option(words, '--reject-with')}")
    number = NUMBERS.get(protocol, "0")
    return f"{option(words, '-j'):<10} {number:<4} --  {source:<20} {target:<20} {' '.join(more)}".rstrip()
