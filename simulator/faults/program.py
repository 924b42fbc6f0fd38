"""fault: the button of a lesson's faults, at the workstation."""

from simulator.faults.board import Board
from simulator.faults.fault import UnknownFault
from simulator.faults.registry import FAULTS
from simulator.runtime.process import Process
from simulator.runtime.programs import command


@command("fault")
def fault(process: Process) -> int:
    """`fault` tells what can be pressed, `fault NAME` presses it."""
    board = process.machines.network.faults
    if not isinstance(board, Board):
        return process.fail("there are no faults on this machine")
    names = process.argv[1:]
    if not names:
        for name, button in board.buttons().items():
            told = button.label.get("en") or FAULTS[button.fault].summary["en"]
            process.print(f"{name}{' (pressed)' if board.has_fired(name) else ''}: {told}")
        return 0
    for name in names:
        try:
            board.press(name)
        except UnknownFault as mistake:
            return process.fail(str(mistake))
    return 0
