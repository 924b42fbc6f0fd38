"""ssh to the nodes of the world's clusters, and sudo, which there has nothing to add. Upstream: ssh(1), sudo(8)"""

from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.sessions import FAILED, begin_session, relay, session_signal
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import NameNotFound, NetworkFailure, TimedOut, Unreachable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exec, Exit, Outcome, Program, Wait, program

WITH_VALUE = "BbcDEeFIiJLlmOopQRSWw"


@program("ssh")
class Ssh(Program):
    """Logs in to a node as root: a shell on a terminal, or one command."""

    def start(self, process: Process) -> Outcome:
        given, words = options(process.argv[1:])
        if not words:
            process.error(
                "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-l login_name] [-p port] destination [command [argument ...]]"
            )
            return Exit(FAILED)
        name = words[0].rpartition("@")[2]
        try:
            node: Host = process.machines.network.door(process.machine, name)
        except NetworkFailure as failure:
            after = process.now + failure.after
            process.state = {"said": reason(name, failure)}
            return Wait("refused", until=after)
        return self._log_in(process, node, name, words[1:], given)

    def refused(self, process: Process) -> Outcome:
        process.error(process.state["said"])
        return Exit(FAILED)

    def _log_in(self, process: Process, node: Host, name: str, command: list[str], given: dict[str, str]) -> Outcome:
        terminal = process.terminal
        tty = terminal is not None and process.is_terminal(0) and (not command or "t" in given) and "T" not in given
        argv = ("bash", "-c", " ".join(command)) if command else ("bash", "-l")
        return begin_session(process, node.open(), argv, tty=tty, farewell=name)

    def relay(self, process: Process) -> Outcome:
        return relay(process)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return session_signal(process, signal)


def options(words: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """Options before the destination; what follows it is the command."""
    given: dict[str, str] = {}
    left = list(words)
    while left and left[0].startswith("-") and len(left[0]) > 1:
        word = left.pop(0)
        if word[1] in WITH_VALUE:
            given[word[1]] = word[2:] or (left.pop(0) if left else "")
        else:
            given.update(dict.fromkeys(word[1:], ""))
    return given, left


def reason(name: str, failure: NetworkFailure) -> str:
    if isinstance(failure, NameNotFound):
        return f"ssh: Could not resolve hostname {name}: Name or service not known"
    why = "Connection refused"
    if isinstance(failure, TimedOut):
        why = "Connection timed out"
    elif isinstance(failure, Unreachable):
        why = "No route to host"
    return f"ssh: connect to host {name} port 22: {why}"


@program("node-sudo")
class Sudo(Program):
    """On a node everybody is root already: the command is run as it is."""

    def start(self, process: Process) -> Outcome:
        words = list(process.argv[1:])
        login = False
        while words and words[0].startswith("-"):
            word = words.pop(0)
            login = login or word in ("-i", "-s", "--login", "--shell")
            if word in ("-u", "-g", "--user", "--group") and words:
                words.pop(0)
        if not words and not login:
            process.error(
                "usage: sudo -h | -K | -k | -V\nusage: sudo [-ABbEHnPS] [-u user] [VAR=value] [-i | -s] [command]"
            )
            return Exit(1)
        argv = tuple(words) or ("bash", "-l")
        try:
            path = process.find_program(argv[0])
        except OSFailure:
            process.error(f"sudo: {argv[0]}: command not found")
            return Exit(1)
        return Exec(argv, path=path)
