"""The table of Workloads. Upstream: printWorkload"""

from simulator.resources.columns import NAME_AND_AGE

PRINTER = NAME_AND_AGE
