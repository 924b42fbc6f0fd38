"""The programs that speak over the network: clients such as curl, and tools that show what the network is like."""

from simulator.network.programs import clients, curl, lookup, tools

FAMILIES = (clients, curl, lookup, tools)
"""The modules that register programs."""
