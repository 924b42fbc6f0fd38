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
MEASURED = 15_000 * MILLISECOND
"""Between the moments of which it is known what had been used by then."""

type Spending = tuple[int, int, int, int, tuple[tuple[int, int], ...]]


class Budgets:
    """Spending by machine: `runtime/budgets`.

    A row is the number of the window, units spent in it, windows used up of late, the microseconds of CPU that all the
    windows before stand for, and what these were at the last two `MEASURED` moments.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self.clock = clock
        self.spending = state.table("runtime/budgets")

    def wait(self, machine: str) -> int:
        """Microseconds until the machine may go on; 0 when it may go on now."""
        window, spent, streak, _, _ = self._current(machine)
        allowed = SLOWED if streak > PATIENCE else UNITS
        return 0 if spent < allowed else (window + 1) * WINDOW - self.clock.now

    def spend(self, machine: str, units: int) -> None:
        window, spent, streak, used, seen = self._current(machine)
        self.spending.put(machine, (window, spent + STEP + units, streak, used, seen))

    def used(self, machine: str, moment: int) -> int:
        """The microseconds of CPU that a machine's steps stood for by now, or by a `MEASURED` moment of late."""
        row = self.spending.rows.get(machine)
        if row is None:
            return 0
        window, spent, streak, used, seen = row
        if window * WINDOW < moment:
            return int(used + worth(spent, streak))
        return int(next((cpu for when, cpu in seen if when >= moment), used))

    def _current(self, machine: str) -> Spending:
        number = self.clock.now // WINDOW
        row: Spending | None = self.spending.get(machine)
        if row is None:
            return number, 0, 0, 0, ()
        window, spent, streak, used, seen = row
        if window == number:
            return row
        used += worth(spent, streak)
        measured = number - number % (MEASURED // WINDOW)
        if window < measured:
            seen = (*seen[-1:], (measured * WINDOW, used))
        idle = number - window - 1
        streak = max(min(streak + 1, 2 * PATIENCE) if used_up(spent, streak) else streak - 1, 0) - min(idle, streak)
        return number, 0, streak, used, seen


def used_up(spent: int, streak: int) -> bool:
    return spent >= (SLOWED if streak > PATIENCE else UNITS)


def worth(spent: int, streak: int) -> int:
    """The CPU that the steps of a window stand for: all of one, where a program would not stop by itself."""
    return WINDOW if used_up(spent, streak) else spent
