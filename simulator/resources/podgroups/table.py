"""The table of PodGroups. Upstream: printPodGroup"""

from simulator.resources.columns import NAME_AND_AGE

PRINTER = NAME_AND_AGE
