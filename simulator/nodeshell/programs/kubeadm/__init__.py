"""kubeadm, kubelet, reboot: what an administrator runs on a node now and then. Upstream: cmd/kubeadm

Simulated: init, join, reset, upgrade, token, certs, kubeconfig user, config, version. Of the phases only some of
init's can be had alone (see `phases`), and configuration files are not read.
"""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.kernel.clock import SECOND
from simulator.nodeshell.host import Host
from simulator.nodeshell.packages import Packages
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.nodeshell.programs.kubeadm import (
    certificates,
    initializing,
    membership,
    phases,
    planning,
    releases,
    sharing,
    tokens,
    upgrading,
)
from simulator.nodeshell.programs.kubeadm.failures import Failure, Run, Step
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, command, program

EVERYWHERE = "v rootfs add-dir-header log-file log-file-max-size one-output skip-headers skip-log-headers"


class Command(NamedTuple):
    """A sub-command: what it does, at once or step by step, and its flags."""

    does: Run | tuple[Step, ...]
    values: str = ""
    switches: str = ""


READING = "kubeconfig config feature-gates"
UPGRADE = f"{READING} ignore-preflight-errors patches certificate-renewal etcd-upgrade"
COMMANDS: Mapping[tuple[str, ...], Command] = {
    ("certs", "check-expiration"): Command(certificates.check, "cert-dir kubeconfig config"),
    ("certs", "certificate-key"): Command(sharing.show_key),
    ("certs", "renew"): Command(certificates.renew, "cert-dir kubeconfig config"),
    ("config", "images", "list"): Command(releases.images, f"{READING} kubernetes-version image-repository"),
    ("config", "images", "pull"): Command(releases.pull, f"{READING} kubernetes-version image-repository cri-socket"),
    ("config", "print", "init-defaults"): Command(releases.defaults, "component-configs"),
    ("init",): Command(
        initializing.INIT,
        "ignore-preflight-errors pod-network-cidr service-cidr service-dns-domain kubernetes-version cri-socket token "
        "token-ttl control-plane-endpoint certificate-key",
        "skip-token-print upload-certs",
    ),
    ("init", "phase", "addon"): Command(phases.addon, READING),
    ("init", "phase", "certs"): Command(phases.certs, READING),
    ("init", "phase", "control-plane"): Command(phases.control_plane, f"{READING} kubernetes-version"),
    ("init", "phase", "etcd"): Command(phases.etcd, f"{READING} kubernetes-version"),
    ("init", "phase", "kubeconfig"): Command(phases.kubeconfigs, f"{READING} kubernetes-version"),
    ("init", "phase", "upload-certs"): Command((sharing.upload_again,), f"{READING} certificate-key", "upload-certs"),
    ("join",): Command(
        membership.JOIN,
        "certificate-key token discovery-token discovery-token-ca-cert-hash tls-bootstrap-token config cri-socket "
        "ignore-preflight-errors",
        "discovery-token-unsafe-skip-ca-verification control-plane",
    ),
    ("kubeconfig", "user"): Command(certificates.kubeconfig_user, "client-name org config token validity-period"),
    ("reset",): Command(membership.RESET, f"{READING} cri-socket cert-dir ignore-preflight-errors", "force f y"),
    ("token", "create"): Command(
        tokens.create,
        "ttl description groups usages config kubeconfig certificate-key",
        "print-join-command dry-run",
    ),
    ("token", "delete"): Command(tokens.delete, "kubeconfig", "dry-run"),
    ("token", "generate"): Command(tokens.generate, "kubeconfig", "dry-run"),
    ("token", "list"): Command(tokens.show, "kubeconfig o output", "dry-run"),
    ("upgrade", "apply"): Command(upgrading.APPLY, UPGRADE, "y yes f force dry-run"),
    ("upgrade", "node"): Command(upgrading.NODE, UPGRADE, "dry-run"),
    ("upgrade", "plan"): Command(planning.PLAN, f"{READING} ignore-preflight-errors", "print-config"),
    ("version",): Command(releases.version, "o output"),
}


@program("kubeadm")
class Kubeadm(Program):
    """Carries out a sub-command; `process.state` says how far one has come that waits for the cluster."""

    def start(self, process: Process) -> Outcome:
        host = host_of(process)
        if host is None:
            return Exit(process.fail("this machine is no node", 1))
        words = [word for word in process.argv[1:] if not word.startswith("-")]
        name = next((tuple(words[:size]) for size in (3, 2, 1) if tuple(words[:size]) in COMMANDS), None)
        if name is None:
            return fail(process, Failure(f'unknown command "{" ".join(words[:2])}" for "kubeadm"'))
        asked = COMMANDS[name]
        try:
            values = f"{asked.values} {EVERYWHERE}".split()
            flags, words = parsed(process.argv[1:], values, asked.switches.split())
        except UnknownFlag as flag:
            return fail(process, Failure(f"unknown flag: {flag}"))
        if isinstance(asked.does, tuple):
            process.state = {"command": name, "step": 0, "flags": flags, "words": words[len(name) :]}
            return self.go_on(process)
        try:
            return Exit(asked.does(process, host, flags, words[len(name) :]))
        except Failure as failure:
            return fail(process, failure)

    def go_on(self, process: Process) -> Outcome:
        """Take one step after another, for as long as none has to wait."""
        host = host_of(process)
        assert host is not None
        steps = COMMANDS[tuple(process.state["command"])].does
        assert isinstance(steps, tuple)
        while process.state["step"] < len(steps):
            wait: Wait | None
            try:
                wait = steps[process.state["step"]](process, host)
            except Failure as failure:
                return fail(process, failure)
            if wait is not None:
                return wait
            process.state = {**process.state, "step": process.state["step"] + 1}
        return Exit(0)


def fail(process: Process, failure: Failure) -> Exit:
    if failure.before:
        process.error(failure.before)
    process.error(f"error: {failure}")
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
            step = "outages.reboot" if process.program == "reboot" and process.name == "reboot" else "outages.stop"
            process.machines.clock.call_later(0, host.kubelet.address, step, host.name)
        return Wait("down", until=process.now + SECOND)
