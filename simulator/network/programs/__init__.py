"""The programs that speak over the network: clients such as curl, and tools that show what the network is like."""

from simulator.network.programs import clients, curl, dig, interfaces, iptables, lookup, netcat, openssl, tools

FAMILIES = (clients, curl, dig, interfaces, iptables, lookup, netcat, openssl, tools)
"""The modules that register programs."""
