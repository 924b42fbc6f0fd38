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
LONGEST_WAIT = 300
"""How many windows a machine waits at most after it has spent more than a window's share in one step."""
LONGEST_STEP = 2_000_000
"""What one step of a process may spend; then the kernel's own limit of CPU time ends it (SIGXCPU)."""
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
    windows before stand for, and what these were at the last two `MEASURED` moments. What a step spends beyond the
    share of its window is taken from the next ones.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self.clock = clock
        self.spending = state.table("runtime/budgets")

    def wait(self, machine: str) -> int:
        """Microseconds until the machine may go on; 0 when it may go on now."""
        row = self._current(machine)
        window, spent, streak, _, _ = row
        share = share_of(streak)
        if spent < share:
            return 0
        self.spending.put(machine, row)  # what is waited for is counted from here
        return (window + min(spent // share, LONGEST_WAIT)) * WINDOW - self.clock.now

    def spend(self, machine: str, units: int) -> None:
        window, spent, streak, used, seen = self._current(machine)
        self.spending.put(machine, (window, spent + STEP + units, streak, used, seen))

    def forgive(self, machine: str) -> None:
        """Somebody at the keyboard has ended what computed so much: what comes next need not wait for it."""
        row = self.spending.get(machine)
        if row is not None:
            window, _, _, used, seen = self._current(machine)
            self.spending.put(machine, (window, 0, 0, used, seen))

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
        share, passed = share_of(streak), number - window
        full = min(spent // share, passed)
        used += full * WINDOW or spent
        measured = number - number % (MEASURED // WINDOW)
        if window < measured:
            seen = (*seen[-1:], (measured * WINDOW, used))
        left = max(min(spent, share * LONGEST_WAIT) - share * passed, 0)
        return number, left, max(min(streak + full, 2 * PATIENCE) - (passed - full), 0), used, seen


def share_of(streak: int) -> int:
    """What a machine may spend in a window after so many in a row that it has used up."""
    return SLOWED if streak > PATIENCE else UNITS


def worth(spent: int, streak: int) -> int:
    """The CPU that the steps of a window stand for: all of one, where a program would not stop by itself."""
    return WINDOW if spent >= share_of(streak) else spent
