"""Programs that images start with before the one that matters."""

from simulator.runtime.process import Process
from simulator.runtime.programs import Exec, Exit, Outcome, Program, program


@program("exec-arguments")
class ExecArguments(Program):
    """An entry point script that prepares and then becomes its arguments."""

    def start(self, process: Process) -> Outcome:
        arguments = process.argv[1:]
        return Exec(tuple(arguments)) if arguments else Exit(0)


@program("unfit")
class Unfit(Program):
    """What runc's init says and does where the kernel refuses a file: it is for another processor, or no program."""

    def start(self, process: Process) -> Outcome:
        process.error(f"exec {process.argv[0]}: exec format error")
        return Exit(255)
