"""Every test runs with stored values deep-frozen: whoever changes one in place fails at once."""

from simulator.kernel.freezing import frozen
from simulator.kernel.state import State

State.freeze_by_default = staticmethod(frozen)
