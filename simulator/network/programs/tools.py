"""ping, traceroute, and what shows a machine's own network: ip, ifconfig, route, ss, netstat.

Upstream: iproute2, iputils, net-tools, busybox networking
"""

from simulator.kernel.clock import SECOND
from simulator.network.programs.answers import reach
from simulator.network.programs.clients import is_busybox
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, command, program
from simulator.runtime.signals import INT

PING_WAIT = 10 * SECOND


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
        if answer["failure"] in ("name", "resolver"):
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
            process.state = {**state, "sent": state["sent"] + 1}
            last = state["count"] and state["sent"] + 1 >= state["count"]
            return Wait("send", until=process.now + (state["wait"] if last else SECOND))
        process.state = {**state, "sent": state["sent"] + 1, "took": answer["latency"]}
        return Wait("receive", until=process.now + answer["latency"])

    def receive(self, process: Process) -> Outcome:
        state = process.state
        milliseconds = state["took"] / 1000
        if is_busybox(process):
            text = f"64 bytes from {state['address']}: seq={state['sent'] - 1} ttl=63 time={milliseconds:.3f} ms"
        else:
            text = f"64 bytes from {state['address']}: icmp_seq={state['sent']} ttl=63 time={milliseconds:.3f} ms"
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


@program("traceroute")
class Traceroute(Program):
    """The way to an address: over the node for what is in the cluster."""

    def start(self, process: Process) -> Outcome:
        hosts = [word for word in process.argv[1:] if not word.startswith("-")]
        if not hosts:
            return Exit(process.fail("missing host"))
        answer = reach(process, hosts[0], 0)
        if answer["failure"] in ("name", "resolver"):
            return Exit(process.fail(f"bad address '{hosts[0]}'"))
        address = answer["address"] or hosts[0]
        process.print(f"traceroute to {hosts[0]} ({address}), 30 hops max, 46 byte packets")
        gateway = gateway_of(process)
        process.print(f" 1  {gateway} ({gateway})  0.009 ms  0.007 ms  0.004 ms")
        process.state = {"address": address, "lost": bool(answer["failure"]), "hop": 2}
        return self.hop(process)

    def hop(self, process: Process) -> Outcome:
        state = process.state
        if not state["lost"]:
            process.print(f" 2  {state['address']} ({state['address']})  0.012 ms  0.010 ms  0.007 ms")
            return Exit(0)
        process.print(f"{state['hop']:>2}  *  *  *")
        process.state = {**state, "hop": state["hop"] + 1}
        return Exit(0) if state["hop"] >= 30 else Wait("hop", until=process.now + 15 * SECOND)


def own(process: Process) -> str:
    """The machine's address."""
    return process.addresses()[0]


def gateway_of(process: Process) -> str:
    return own(process).rpartition(".")[0] + ".1"


def hardware(process: Process) -> str:
    """A hardware address that belongs to the address."""
    return "0a:58:" + ":".join(f"{int(part):02x}" for part in own(process).split("."))


@command("ip")
def ip(process: Process) -> int:
    """`ip addr`, `ip route`, `ip link`."""
    words = [word for word in process.argv[1:] if not word.startswith("-")] or [""]
    brief = "-br" in process.argv or "-brief" in process.argv
    address, gateway = own(process), gateway_of(process)
    network = address.rpartition(".")[0] + ".0"
    if "address".startswith(words[0]) and words[0]:
        if brief:
            process.print(
                f"lo               UNKNOWN        127.0.0.1/8 ::1/128 \neth0@if7         UP             {address}/24 "
            )
            return 0
        process.print(
            "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n"
            "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n"
            "       valid_lft forever preferred_lft forever\n"
            "2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n"
            f"    link/ether {hardware(process)} brd ff:ff:ff:ff:ff:ff\n"
            f"    inet {address}/24 brd {address.rpartition('.')[0]}.255 scope global eth0\n"
            "       valid_lft forever preferred_lft forever"
        )
    elif "route".startswith(words[0]) and words[0]:
        process.print(f"default via {gateway} dev eth0 \n{network}/24 via {gateway} dev eth0 src {address} \n"
                      f"{gateway} dev eth0 scope link src {address} ")  # fmt: skip
    elif "link".startswith(words[0]) and words[0]:
        process.print(
            "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n"
            "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
            "2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group "
            "default\n"
            f"    link/ether {hardware(process)} brd ff:ff:ff:ff:ff:ff"
        )
    else:
        process.error("Usage: ip [ -br ] { addr | route | link }   (other objects are not simulated)")
        return 1
    return 0


@command("ifconfig")
def ifconfig(process: Process) -> int:
    address = own(process)
    process.print(
        f"eth0      Link encap:Ethernet  HWaddr {hardware(process).upper()}  \n"
        f"          inet addr:{address}  Bcast:{address.rpartition('.')[0]}.255  Mask:255.255.255.0\n"
        "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n"
        "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n"
        "          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n"
    )
    return 0


@command("route")
def route(process: Process) -> int:
    gateway = gateway_of(process)
    process.print("Kernel IP routing table")
    process.print("Destination     Gateway         Genmask         Flags Metric Ref    Use Iface")
    process.print(f"default         {gateway:<15} 0.0.0.0         UG    0      0        0 eth0")
    process.print(
        f"{own(process).rpartition('.')[0] + '.0':<15} *               255.255.255.0   U     0      0        0 eth0"
    )
    return 0


def listening(process: Process) -> list[tuple[int, str]]:
    """The ports that programs of this network listen on, with `PID/PROGRAM` for those of this machine."""
    network = process.machines.machine(process.machine)["network"]
    found = []
    for (where, port), (machine, pid) in process.machines.listeners.rows.items():
        if where == network:
            row = process.machines.processes.get((machine, pid))
            name = (
                f"{pid}/{row['argv'][0].rsplit('/', 1)[-1]}" if row is not None and machine == process.machine else "-"
            )
            found.append((port, name))
    return sorted(found)


@command("netstat")
def netstat(process: Process) -> int:
    process.print("Active Internet connections (only servers)")
    process.print("Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name")
    for port, name in listening(process):
        process.print(f"tcp        0      0 {f'0.0.0.0:{port}':<23} {'0.0.0.0:*':<23} LISTEN      {name}")
    return 0


@command("ss")
def ss(process: Process) -> int:
    process.print("State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process")
    for port, name in listening(process):
        pid, _, title = name.partition("/")
        users = f'users:(("{title}",pid={pid},fd=6))' if title else ""
        process.print(f"LISTEN 0      511          0.0.0.0:{port:<5}      0.0.0.0:*    {users}".rstrip())
    return 0
