"""The table of ResourceClaimTemplates. Upstream: printResourceClaimTemplate"""

from simulator.resources.columns import NAME_AND_AGE

PRINTER = NAME_AND_AGE
