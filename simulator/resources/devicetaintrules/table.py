"""The table of DeviceTaintRules. Upstream: printDeviceTaintRule"""

from simulator.resources.columns import NAME_AND_AGE

PRINTER = NAME_AND_AGE
