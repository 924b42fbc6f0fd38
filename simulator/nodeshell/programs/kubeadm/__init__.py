"""kubeadm, kubelet, reboot: what an administrator runs on a node now and then. Upstream: cmd/kubeadm

Simulated: token, certs, config images list, upgrade plan, reset and join of workers, version. A cluster is not
initialized anew, and its version does not change.
"""

from collections.abc import Mapping

from simulator.kernel.clock import SECOND
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.kubeadm import certificates, membership, releases, tokens
from simulator.nodeshell.programs.kubeadm.failures import Failure, Run, not_simulated
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, command, program

WITH_VALUE = (
    "token",
    "ttl",
    "discovery-token-ca-cert-hash",
    "config",
    "description",
    "cri-socket",
    "node-name",
    "o",
    "client-name",
    "org",
)
COMMANDS: Mapping[tuple[str, ...], Run] = {
    ("certs", "check-expiration"): certificates.check,
    ("certs", "renew"): certificates.renew,
    ("config", "images", "list"): releases.images,
    ("init",): membership.init,
    ("join",): membership.join,
    ("kubeconfig", "user"): certificates.kubeconfig_user,
    ("reset",): membership.reset,
    ("token", "create"): tokens.create,
    ("token", "delete"): tokens.delete,
    ("token", "list"): tokens.show,
    ("upgrade", "apply"): not_simulated("changing a cluster's version"),
    ("upgrade", "node"): not_simulated("changing a node's version"),
    ("upgrade", "plan"): releases.plan,
    ("version",): releases.version,
}


@command("kubeadm")
def kubeadm(process: Process) -> int:
    host = host_of(process)
    if host is None:
        return process.fail("this machine is no node", 1)
    flags, words = options(process.argv[1:])
    for length in (3, 2, 1):
        run = COMMANDS.get(tuple(words[:length])) if len(words) >= length else None
        if run is None:
            continue
        try:
            return run(process, host, flags, words[length:])
        except Failure as failure:
            process.error(str(failure))
            process.error("To see the stack trace of this error execute with --v=5 or higher")
            return 1
    process.error(f'error: unknown command "{" ".join(words[:2])}" for "kubeadm"')
    return 1


def options(words: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    flags: dict[str, str] = {}
    plain: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("-"):
            plain.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        if not equals and name in WITH_VALUE and left:
            value = left.pop(0)
        flags[name] = value
    return flags, plain


@command("kubelet")
def kubelet(process: Process) -> int:
    host = host_of(process)
    if host is not None and process.argv[1:] == ("--version",):
        process.print(f"Kubernetes {host.nodes.version(host.name)}")
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
            step = "outages.reboot" if process.program == "reboot" and process.name == "reboot" else "outages.stop"
            process.machines.clock.call_later(0, host.kubelet.address, step, host.name)
        return Wait("down", until=process.now + SECOND)
