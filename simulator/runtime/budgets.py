"""How much work a machine may do in a stretch of virtual time, so that a busy loop never makes a slow neighbour."""

from simulator.kernel.clock import MILLISECOND, Clock
from simulator.kernel.state import State

WINDOW = 100 * MILLISECOND
UNITS = 25_000
"""What a machine may spend in a window; a unit is about a microsecond of work."""
PATIENCE = 50
"""How many windows in a row (or nearly so) a machine may use up before it is taken for a busy loop."""
SLOWED = 500
"""What a busy loop may spend in a window."""
STEP = 25
"""What any step of a process costs, whatever it does."""
SPAWN = 150
"""What it costs to start a process."""


class Budgets:
    """Spending by machine: `runtime/budgets`, (number of the window, units spent in it, windows used up of late)."""

    def __init__(self, state: State, clock: Clock) -> None:
        self.clock = clock
        self.spending = state.table("runtime/budgets")

    def wait(self, machine: str) -> int:
        """Microseconds until the machine may go on; 0 when it may go on now."""
        window, spent, streak = self._current(machine)
        allowed = SLOWED if streak > PATIENCE else UNITS
        return 0 if spent < allowed else (window + 1) * WINDOW - self.clock.now

    def spend(self, machine: str, units: int) -> None:
        window, spent, streak = self._current(machine)
        self.spending.put(machine, (window, spent + STEP + units, streak))

    def _current(self, machine: str) -> tuple[int, int, int]:
        number = self.clock.now // WINDOW
        window, spent, streak = self.spending.get(machine) or (number, 0, 0)
        if window == number:
            return window, spent, streak
        used_up = spent >= (SLOWED if streak > PATIENCE else UNITS)
        idle = number - window - 1
        return number, 0, max(min(streak + 1, 2 * PATIENCE) if used_up else streak - 1, 0) - min(idle, streak)
