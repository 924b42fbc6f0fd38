"""The table of DeviceClasses. Upstream: printDeviceClass"""

from simulator.resources.columns import NAME_AND_AGE

PRINTER = NAME_AND_AGE
