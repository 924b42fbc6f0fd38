"""What shows a machine's own network: ip, ifconfig, route, ss, netstat. Upstream: iproute2, net-tools"""

from typing import NamedTuple

from simulator.network.binding import bound
from simulator.network.programs.tools import gateway_of, own
from simulator.runtime.process import Process
from simulator.runtime.programs import command


def hardware(address: str) -> str:
    """A hardware address that belongs to the address."""
    return "0a:58:" + ":".join(f"{int(part):02x}" for part in address.split("."))


def interfaces(process: Process) -> list[tuple[str, str]]:
    """The machine's interfaces beside `lo`, each with its address; on a node the Pods' bridge is one."""
    found = [("eth0", own(process))]
    for network, gateway, device in process.machines.network.routes(process.machine):
        if device != "eth0" and not gateway:
            found.append((device, network.replace(".0/24", ".1")))
    return found


IP_FLAGS = ("-br", "-brief", "-4", "-c", "-color")


@command("ip")
def ip(process: Process) -> int:
    """`ip addr`, `ip route`, `ip link`."""
    words = [word for word in process.argv[1:] if not word.startswith("-")] or [""]
    strange = [word for word in process.argv[1:] if word.startswith("-") and word not in IP_FLAGS]
    if strange:
        process.error(f"ip: {strange[0]} is not simulated; there are -br and -4")
        return 1
    brief = "-br" in process.argv or "-brief" in process.argv
    if words[0] and "address".startswith(words[0]):
        show_addresses(process, brief=brief)
    elif words[0] and "route".startswith(words[0]):
        if words[1:2] == ["get"] and len(words) > 2:
            process.print(f"{words[2]} via {gateway_of(process)} dev eth0 src {own(process)} uid 0 \n    cache ")
            return 0
        for line in route_lines(process):
            process.print(line)
    elif words[0] and "link".startswith(words[0]):
        show_links(process)
    elif words[0] and "neighbour".startswith(words[0]):
        process.print(f"{gateway_of(process)} dev eth0 lladdr {hardware(gateway_of(process))} REACHABLE ")
    else:
        process.error("Usage: ip [ -br ] { addr | route | link | neigh }   (other objects are not simulated)")
        return 1
    return 0


def titled(process: Process) -> list[tuple[str, str, str]]:
    """Each interface with its title as `ip` has it, its name and its address; a container's is one end of a pair."""
    found = interfaces(process)
    pair = "@if7" if len(found) == 1 else ""
    return [(f"{name}{pair}", name, address) for name, address in found]


def link_lines(number: int, title: str, address: str, tail: str) -> str:
    """An interface itself; what `ip addr` says more of it follows."""
    return (
        f"{number}: {title}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP {tail}\n"
        f"    link/ether {hardware(address)} brd ff:ff:ff:ff:ff:ff"
    )


def show_addresses(process: Process, *, brief: bool) -> None:
    if brief:
        process.print("lo               UNKNOWN        127.0.0.1/8 ::1/128 ")
        for title, _, address in titled(process):
            process.print(f"{title:<16} UP             {address}/24 ")
        return
    process.print(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n"
        "       valid_lft forever preferred_lft forever"
    )
    for number, (title, name, address) in enumerate(titled(process), 2):
        process.print(
            f"{link_lines(number, title, address, 'group default qlen 1000')}\n"
            f"    inet {address}/24 brd {address.rpartition('.')[0]}.255 scope global {name}\n"
            "       valid_lft forever preferred_lft forever"
        )


def show_links(process: Process) -> None:
    process.print(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00"
    )
    for number, (title, _, address) in enumerate(titled(process), 2):
        process.print(link_lines(number, title, address, "mode DEFAULT group default"))


def route_lines(process: Process) -> list[str]:
    """The routing table as `ip route` shows it."""
    lines = []
    for network, gateway, device in process.machines.network.routes(process.machine):
        if gateway:
            lines.append(f"{network} via {gateway} dev {device} ")
        else:
            own_address = dict(interfaces(process)).get(device, own(process))
            lines.append(f"{network} dev {device} proto kernel scope link src {own_address} ")
    return lines


@command("ifconfig")
def ifconfig(process: Process) -> int:
    address = own(process)
    process.print(
        f"eth0      Link encap:Ethernet  HWaddr {hardware(address).upper()}  \n"
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


class Socket(NamedTuple):
    """What a program of this network listens on."""

    protocol: str
    port: int
    address: str
    name: str
    """`PID/PROGRAM` of those of this machine, on a node of all."""


def listening(process: Process) -> list[Socket]:
    """What programs of this network listen on; on a node its services too."""
    machines = process.machines
    network = machines.machine(process.machine)["network"]
    host = machines.network.host(process.machine)
    node = host if host is not None and process.machine == host.nodes.machine(host.name) else None
    found = [Socket(*one) for one in node.sockets()] if node is not None else []
    numbers = node.numbers() if node is not None else {}
    for protocol, table in (("tcp", machines.listeners), ("udp", machines.datagrams)):
        for (where, port), (machine, pid) in table.rows.items():
            if where == network:
                row = machines.processes.get((machine, pid))
                number = numbers.get((machine, pid), pid if machine == process.machine else 0)
                name = f"{number}/{row['argv'][0].rsplit('/', 1)[-1]}" if row is not None and number else "-"
                found += [Socket(protocol, port, where, name) for where in (bound(row, port) if row else ("0.0.0.0",))]
    return sorted(found)


def chosen(process: Process) -> list[Socket]:
    """What the letters of the command line ask for: `t` and `u`, or both; without `l` and `a`, what is connected."""
    letters = "".join(
        word.lstrip("-") for word in process.argv[1:] if word.startswith("-") and not word.startswith("--")
    )
    if "l" not in letters and "a" not in letters and process.name == "ss":
        return []  # connections are over as soon as they are answered
    wanted = [name for name in ("tcp", "udp") if name[0] in letters] or ["tcp", "udp"]
    return [one for one in listening(process) if one.protocol in wanted]


@command("netstat")
def netstat(process: Process) -> int:
    process.print("Active Internet connections (only servers)")
    process.print("Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name")
    for protocol, port, address, name in chosen(process):
        state = "LISTEN" if protocol == "tcp" else ""
        process.print(f"{protocol}        0      0 {f'{address}:{port}':<23} {'0.0.0.0:*':<23} {state:<11} {name}")
    return 0


@command("ss")
def ss(process: Process) -> int:
    if any(word.startswith("-") and "s" in word and not word.startswith("--") for word in process.argv[1:]):
        return sums(process)
    rows = chosen(process)
    both = len({one.protocol for one in rows}) > 1
    process.print(f"{'Netid ' if both else ''}State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process")
    for protocol, port, address, name in rows:
        pid, _, title = name.partition("/")
        users = f'users:(("{title}",pid={pid},fd=6))' if title and "p" in "".join(process.argv[1:]) else ""
        state, waiting = ("LISTEN", 511) if protocol == "tcp" else ("UNCONN", 0)
        head = f"{protocol:<5} " if both else ""
        process.print(f"{head}{state} 0      {waiting:<6} {address:>13}:{port:<5}      0.0.0.0:*    {users}".rstrip())
    return 0


def sums(process: Process) -> int:
    """`ss -s`: how many sockets there are."""
    counts = {name: sum(1 for one in listening(process) if one.protocol == name) for name in ("tcp", "udp")}
    process.print(f"Total: {sum(counts.values())}")
    process.print(f"TCP:   {counts['tcp']} (estab 0, closed 0, orphaned 0, timewait 0)")
    process.print("\nTransport Total     IP        IPv6")
    for name, count in (("RAW", 0), ("UDP", counts["udp"]), ("TCP", counts["tcp"]), ("INET", sum(counts.values()))):
        process.print(f"{name:<9} {count:<9} {count:<9} 0        ")
    process.print("FRAG      0         0         0        \n")
    return 0


@command("tcpdump", "tshark")
def tcpdump(process: Process) -> int:
    return process.fail(
        "packets are not simulated one by one, so there are none to show; `curl -v`, `nc -zv`, `ss -tlnp` and the "
        "plan of the cluster show what connections do", 1
    )  # fmt: skip
