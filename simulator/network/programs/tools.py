"""ping and traceroute. Upstream: iputils, busybox networking"""

from typing import Any

from simulator.kernel.clock import SECOND
from simulator.network.programs.answers import reach
from simulator.network.programs.clients import is_busybox
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.runtime.signals import INT

PING_WAIT = 10 * SECOND
PATIENCE = 5 * SECOND
MOST_HOPS = 30
FIRST_TTL = 64
"""How many machines a packet of Linux may pass; each takes one."""


@program("ping", "ping6")
class Ping(Program):
    """An echo request a second, until the count is reached or a signal ends it."""

    def start(self, process: Process) -> Outcome:
        words, count, wait, host = list(process.argv[1:]), 0, PING_WAIT, ""
        while words:
            word = words.pop(0)
            if word[:2] in ("-c", "-w", "-W", "-i", "-s", "-t", "-I") and word.startswith("-"):
                value = word[2:] or (words.pop(0) if words else "")
                if word[:2] == "-c" and value.isdecimal():
                    count = int(value)
                elif word[:2] == "-W" and value.isdecimal():
                    wait = int(value) * SECOND
            elif not word.startswith("-"):
                host = word
        if not host:
            return Exit(process.fail("usage error: Destination address required", 2))
        answer = reach(process, host, 0)
        if answer["failure"] in ("name", "resolver", "servfail"):
            words_of = f"bad address '{host}'" if is_busybox(process) else f"{host}: Name or service not known"
            return Exit(process.fail(words_of, 1 if is_busybox(process) else 2))
        address = answer["address"] or host
        form = (
            f"PING {host} ({address}): 56 data bytes"
            if is_busybox(process)
            else f"PING {host} ({address}) 56(84) bytes of data."
        )
        process.print(form)
        process.handle(INT)
        process.state = {
            "host": host, "address": address, "count": count, "sent": 0, "got": 0, "times": [], "wait": wait,
            "begun": process.now,
        }  # fmt: skip
        return self.send(process)

    def send(self, process: Process) -> Outcome:
        state = process.state
        if state["count"] and state["sent"] >= state["count"]:
            return self._sum_up(process)
        answer = reach(process, state["host"], 0)
        if answer["failure"]:
            if answer["failure"] == "unreachable" and not is_busybox(process):
                number = state["sent"] + 1
                process.print(f"From {gateway_of(process)} icmp_seq={number} Destination Host Unreachable")
            process.state = {**state, "sent": state["sent"] + 1}
            last = state["count"] and state["sent"] + 1 >= state["count"]
            return Wait("send", until=process.now + (state["wait"] if last else SECOND))
        took = answer["latency"] + process.random(25)
        process.state = {**state, "sent": state["sent"] + 1, "took": took}
        return Wait("receive", until=process.now + took)

    def receive(self, process: Process) -> Outcome:
        state = process.state
        milliseconds = state["took"] / 1000
        left = FIRST_TTL + 1 - len(process.machines.network.hops(process.machine, state["address"]))
        number = f"seq={state['sent'] - 1}" if is_busybox(process) else f"icmp_seq={state['sent']}"
        text = f"64 bytes from {state['address']}: {number} ttl={left} time={milliseconds:.3f} ms"
        process.print(text)
        process.state = {**state, "got": state["got"] + 1, "times": [*state["times"], state["took"]]}
        if state["count"] and state["sent"] >= state["count"]:
            return self._sum_up(process)
        return Wait("send", until=process.now + SECOND - state["took"])

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return self._sum_up(process)

    @staticmethod
    def _sum_up(process: Process) -> Outcome:
        state = process.state
        sent, got = state["sent"], state["got"]
        lost = 100 * (sent - got) // max(sent, 1)
        process.print(f"\n--- {state['host']} ping statistics ---")
        if is_busybox(process):
            process.print(f"{sent} packets transmitted, {got} packets received, {lost}% packet loss")
        else:
            took = (process.now - state["begun"]) // 1000
            process.print(f"{sent} packets transmitted, {got} received, {lost}% packet loss, time {took}ms")
        if state["times"]:
            low, high = min(state["times"]) / 1000, max(state["times"]) / 1000
            mean = sum(state["times"]) / len(state["times"]) / 1000
            if is_busybox(process):
                process.print(f"round-trip min/avg/max = {low:.3f}/{mean:.3f}/{high:.3f} ms")
            else:
                process.print(f"rtt min/avg/max/mdev = {low:.3f}/{mean:.3f}/{high:.3f}/{(high - low) / 2:.3f} ms")
        return Exit(0 if got else 1)


@program("traceroute", "tracepath")
class Traceroute(Program):
    """The machines on the way to an address, one after another."""

    def start(self, process: Process) -> Outcome:
        given = self._options(process)
        if given is None or not given["hosts"]:
            return Exit(1 if given is None else process.fail("missing host"))
        host = given["hosts"][0]
        answer = reach(process, host, 0)
        if answer["failure"] in ("name", "resolver", "servfail"):
            return Exit(process.fail(f"bad address '{host}'"))
        address = answer["address"] or host
        process.print(f"traceroute to {host} ({address}), {given['-m']} hops max, 46 byte packets")
        hops = process.machines.network.hops(process.machine, address)
        if answer["failure"]:
            hops = [*hops[:-1], *[""] * (MOST_HOPS - len(hops) + 1)]
        process.state = {**given, "hops": hops, "took": answer["latency"], "hop": given["-f"]}
        return self.hop(process) if given["-f"] <= len(hops) else Exit(0)

    @staticmethod
    def _options(process: Process) -> dict[str, Any] | None:
        """`-n`, `-f FIRST`, `-m MOST`, `-q PROBES`, `-w SECONDS`, and the other words; None for what is none of it."""
        found: dict[str, Any] = {
            "-f": 1,
            "-m": MOST_HOPS,
            "-q": 3,
            "-w": PATIENCE // SECOND,
            "numeric": False,
            "hosts": [],
        }
        words = list(process.argv[1:])
        while words:
            word = words.pop(0)
            if word in ("-n", "-I", "-T", "-U", "-4"):
                found["numeric"] = found["numeric"] or word == "-n"
            elif word[:2] in ("-f", "-m", "-q", "-w", "-p", "-i", "-s"):
                value = word[2:] or (words.pop(0) if words else "")
                if word[:2] in ("-f", "-m", "-q", "-w"):
                    if not value.isdecimal() or not 0 < int(value) <= 255:
                        process.fail(f"invalid number '{value}'")
                        return None
                    found[word[:2]] = min(int(value), 10) if word[:2] == "-q" else int(value)
            elif word.startswith("-"):
                process.fail(f"unrecognized option: {word.lstrip('-')}")
                return None
            else:
                found["hosts"].append(word)
        return found

    def hop(self, process: Process) -> Outcome:
        state = process.state
        hops, number, probes = state["hops"], state["hop"], state["-q"]
        where = hops[number - 1]
        if where:
            whole = max(state["took"], 60) if not answerless(hops) else 60
            times = "  ".join(
                f"{(whole * number // len(hops) + process.random(40)) / 1000:.3f} ms" for _ in range(probes)
            )
            process.print(f"{number:>2}  {where if state['numeric'] else f'{where} ({where})'}  {times}")
        else:
            process.print(f"{number:>2}" + "  *" * probes)
        process.state = {**state, "hop": number + 1}
        if number >= min(len(hops), state["-m"]):
            return Exit(0)
        silent = not hops[number]
        return Wait("hop", until=process.now + (probes * state["-w"] * SECOND if silent else 1000))


def answerless(hops: list[str]) -> bool:
    """Whether the way is lost before its end."""
    return not hops[-1]


def own(process: Process) -> str:
    """The machine's address."""
    return process.addresses()[0]


def gateway_of(process: Process) -> str:
    return own(process).rpartition(".")[0] + ".1"
