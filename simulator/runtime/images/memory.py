"""What a program has worked out from the files of its machine, kept until one of them changes."""

from typing import Any

from simulator.runtime.process import Process

MOST = 200


def worked_out(process: Process) -> dict[Any, Any]:
    """A dictionary that is empty again after any change of the machine's files, and after a fork.

    Every write to a volume stores a new row of its usage, so that the rows themselves tell whether anything changed.
    """
    machines, machine = process.machines, process.machine
    row = machines.rows.rows[machine]
    usage = machines.volumes.usage.rows
    kept = machines.remembered.get(machine)
    if kept is not None and kept[0] is row and kept[1] is usage.get(machine):
        for mount, known in zip(row["mounts"], kept[2], strict=True):
            if usage.get(mount[1]) is not known:
                break
        else:
            found: dict[Any, Any] = kept[3]
            if len(found) > MOST:
                found.clear()
            return found
    fresh: dict[Any, Any] = {}
    machines.remembered[machine] = (row, usage.get(machine), [usage.get(mount[1]) for mount in row["mounts"]], fresh)
    return fresh
