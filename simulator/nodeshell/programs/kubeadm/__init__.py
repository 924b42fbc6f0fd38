"""kubeadm, kubelet, reboot: what an administrator runs on a node now and then. Upstream: cmd/kubeadm

Simulated: every command but `alpha`; what is asked for comes from flags or from files (`documents`, `settings`). What a
lab has in one way only, such as the network of Pods, is refused with a sentence (`settings.unsimulated`).
"""

from simulator.kernel.clock import SECOND
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.nodeshell.programs.kubeadm import helping, workflow
from simulator.nodeshell.programs.kubeadm.commands import Command, Name, below, commands
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.flags import EVERYWHERE, FLAGS, SHORT, whole
from simulator.nodeshell.programs.kubeadm.workflow import Workflow
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, command, program


@program("kubeadm")
class Kubeadm(Program):
    """Carries out a command; `process.state` says how far one has come that waits for the cluster."""

    def start(self, process: Process) -> Outcome:
        host = host_of(process)
        if host is None:
            return Exit(process.fail("this machine is no node", 1))
        name, asked = meant([word for word in process.argv[1:] if not word.startswith("-")])
        try:
            flags, words = read(process.argv[1:], asked)
        except UnknownFlag as flag:
            return fail(process, Failure(f"unknown flag: {flag}"))
        words = words[len(name) :]
        if "help" in flags or (asked.does is None and not words):
            process.print(helping.text(name, asked))
            return Exit(0)
        process.state = {"command": name, "step": 0, "flags": flags, "words": words, "phase": asked.phase}
        if asked.does is None:
            path = " ".join(("kubeadm", *name))
            return fail(process, Failure(f'unknown command "{words[0]}" for "{path}"'))
        if asked.phase and words and not asked.arguments:
            return fail(process, Failure(f'unknown command "{words[0]}" for "kubeadm {" ".join(name)}"'))
        if isinstance(asked.does, Workflow):
            return self.go_on(process)
        try:
            return Exit(asked.does(process, host, flags, words))
        except Failure as failure:
            return fail(process, failure)

    def go_on(self, process: Process) -> Outcome:
        """Take one step after another, for as long as none has to wait."""
        host, asked = host_of(process), commands()[tuple(process.state["command"])]
        assert host is not None and isinstance(asked.does, Workflow)
        steps = workflow.plan(asked.does, asked.phase)
        while process.state["step"] < len(steps):
            phase, step = steps[int(process.state["step"])]
            skipped = process.state.get("skip") or ()
            wait: Wait | None = None
            try:
                workflow.check_names(asked.does, skipped)
            except Failure as failure:
                return fail(process, failure)
            try:
                wait = None if phase and workflow.is_skipped(phase, skipped) else step(process, host)
            except Failure as failure:
                return fail(process, failure, phase)
            if wait is not None:
                return wait
            process.state = {**process.state, "step": process.state["step"] + 1}
        return Exit(0)


def meant(words: list[str]) -> tuple[Name, Command]:
    """The command that words begin with; those after it are its arguments."""
    name: Name = ()
    for word in words:
        if word not in below(name):
            break
        name = (*name, word)
    return name, commands()[name]


def read(words: tuple[str, ...], asked: Command) -> tuple[dict[str, str], list[str]]:
    """The flags of a command by their long names, and its words. Raises `UnknownFlag`."""
    known = [*asked.flags, *(short for short, name in SHORT.items() if name in asked.flags)]
    takes = [name for name in known if FLAGS[SHORT.get(name, name)].takes]
    flags, plain = parsed(words, [*takes, *EVERYWHERE], [*known, "h", "help"])
    found = whole(flags)
    if "h" in found:
        found["help"] = found.pop("h")
    return {name: value for name, value in found.items() if name not in EVERYWHERE}, plain


def fail(process: Process, failure: Failure, phase: str = "") -> Exit:
    if failure.before:
        process.error(failure.before)
    where = f"error execution phase {phase}: " if phase else ""
    process.error(f"error: {where}{failure}")
    process.error("To see the stack trace of this error execute with --v=5 or higher")
    return Exit(failure.code)


@command("kubelet")
def kubelet(process: Process) -> int:
    host: Host | None = host_of(process)
    if host is not None and process.argv[1:] == ("--version",):
        process.print(f"Kubernetes v{Packages(host).installed('kubelet')}")
        return 0
    return process.fail("it runs as a service: systemctl status kubelet", 1)


@program("reboot", "poweroff")
class Reboot(Program):
    """The machine goes down, and with `reboot` comes up again."""

    def start(self, process: Process) -> Outcome:
        host = host_of(process)
        if host is None or process.machine != host.nodes.machine(host.name):
            process.error(f"{process.name}: only the nodes of a cluster can be switched off")
            return Exit(1)
        return Wait("down", until=process.now + SECOND)

    def down(self, process: Process) -> Outcome:
        host = host_of(process)
        if host is not None:
            again = process.name == "reboot"
            process.machines.clock.call_later(0, host.kubelet.address, "outages.switched", host.name, again)
        return Wait("down", until=process.now + SECOND)
