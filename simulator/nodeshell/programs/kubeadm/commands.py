"""The commands of kubeadm, and the phases that can be had alone. Upstream: cmd/kubeadm/app/cmd"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from simulator.nodeshell.programs.kubeadm import (
    certificates,
    configuring,
    differing,
    initializing,
    membership,
    planning,
    releases,
    resetting,
    sharing,
    tokens,
    upgrading,
)
from simulator.nodeshell.programs.kubeadm.failures import Run
from simulator.nodeshell.programs.kubeadm.workflow import Workflow, every

type Name = tuple[str, ...]


class Command(NamedTuple):
    """A command: what it does, what help says of it, its flags, and the phase that it is, if it is one."""

    does: Run | Workflow | None
    about: str
    flags: tuple[str, ...] = ()
    arguments: str = ""
    phase: str = ""


def named(text: str) -> tuple[str, ...]:
    return tuple(text.split())


READING = named("kubeconfig config")
IMAGES = named("config feature-gates image-repository kubernetes-version")
INIT = named("""
    apiserver-advertise-address apiserver-bind-port apiserver-cert-extra-sans cert-dir certificate-key config
    control-plane-endpoint cri-socket dry-run feature-gates ignore-preflight-errors image-repository kubernetes-version
    node-name patches pod-network-cidr service-cidr service-dns-domain skip-certificate-key-print skip-phases
    skip-token-print token token-ttl upload-certs
""")
JOIN = named("""
    apiserver-advertise-address apiserver-bind-port certificate-key config control-plane cri-socket discovery-file
    discovery-token discovery-token-ca-cert-hash discovery-token-unsafe-skip-ca-verification dry-run
    ignore-preflight-errors node-name patches skip-phases tls-bootstrap-token token
""")
RESET = named("""
    cert-dir cleanup-tmp-dir config cri-socket dry-run force ignore-preflight-errors kubeconfig skip-phases yes
""")
NODE = named("""
    certificate-renewal config dry-run etcd-upgrade ignore-preflight-errors kubeconfig patches skip-phases
""")
PLAN = named("""
    allow-experimental-upgrades allow-release-candidate-upgrades config dry-run etcd-upgrade feature-gates
    ignore-preflight-errors kubeconfig output print-config
""")
APPLY = named("""
    allow-experimental-upgrades allow-release-candidate-upgrades certificate-renewal config dry-run etcd-upgrade
    feature-gates force ignore-preflight-errors kubeconfig patches print-config skip-phases yes
""")
RENEW = named("cert-dir config kubeconfig")
COMMANDS: Mapping[Name, Command] = {
    (): Command(None, "Easily bootstrap a secure Kubernetes cluster"),
    ("certs",): Command(None, "Commands related to handling Kubernetes certificates"),
    ("certs", "certificate-key"): Command(sharing.show_key, "Generate certificate keys"),
    ("certs", "check-expiration"): Command(
        certificates.check, "Check certificates expiration for a Kubernetes cluster",
        named("allow-missing-template-keys cert-dir config kubeconfig output show-managed-fields"),
    ),
    ("certs", "generate-csr"): Command(
        certificates.requests, "Generate keys and certificate signing requests", named("cert-dir config kubeconfig-dir")
    ),
    ("certs", "renew"): Command(certificates.renew, "Renew certificates for a Kubernetes cluster", RENEW),
    ("config",): Command(None, "Manage configuration for a kubeadm cluster persisted in a ConfigMap in the cluster"),
    ("config", "images"): Command(None, "Interact with container images used by kubeadm"),
    ("config", "images", "list"): Command(
        releases.images,
        "Print a list of images kubeadm will use. The configuration file is used in case any images or image "
        "repositories are customized",
        (*IMAGES, "output", "kubeconfig", "experimental-output", "show-managed-fields"),
    ),
    ("config", "images", "pull"): Command(
        releases.pull, "Pull images used by kubeadm", (*IMAGES, "cri-socket", "kubeconfig")
    ),
    ("config", "migrate"): Command(
        configuring.migrate,
        "Read an older version of the kubeadm configuration API types from a file, and output the similar config "
        "object for the newer version",
        named("allow-experimental-api kubeconfig new-config old-config"),
    ),
    ("config", "print"): Command(None, "Print configuration"),
    **{
        ("config", "print", f"{action}-defaults"): Command(
            configuring.defaults,
            f"Print default {action} configuration, that can be used for 'kubeadm {action}'",
            named("component-configs kubeconfig"),
        )
        for action in ("init", "join", "reset", "upgrade")
    },
    ("config", "validate"): Command(
        configuring.validate,
        "Read a file containing the kubeadm configuration API and report any validation problems",
        named("allow-experimental-api config kubeconfig"),
    ),
    ("init",): Command(
        initializing.INIT, "Run this command in order to set up the Kubernetes control plane", INIT
    ),
    ("join",): Command(
        membership.JOIN, "Run this on any machine you wish to join an existing cluster", JOIN, "[api-server-endpoint]"
    ),
    ("kubeconfig",): Command(None, "Kubeconfig file utilities"),
    ("kubeconfig", "user"): Command(
        certificates.kubeconfig_user, "Output a kubeconfig file for an additional user",
        named("client-name config org token validity-period"),
    ),
    ("reset",): Command(
        resetting.RESET,
        "Performs a best effort revert of changes made to this host by 'kubeadm init' or 'kubeadm join'", RESET,
    ),
    ("token",): Command(None, "Manage bootstrap tokens"),
    ("token", "create"): Command(
        tokens.create, "Create bootstrap tokens on the server",
        named("certificate-key config description dry-run groups kubeconfig print-join-command ttl usages"), "[token]",
    ),
    ("token", "delete"): Command(
        tokens.delete, "Delete bootstrap tokens on the server", named("dry-run kubeconfig"), "[token-value] ..."
    ),
    ("token", "generate"): Command(
        tokens.generate, "Generate and print a bootstrap token, but do not create it on the server",
        named("dry-run kubeconfig"),
    ),
    ("token", "list"): Command(
        tokens.show, "List bootstrap tokens on the server",
        named("allow-missing-template-keys dry-run kubeconfig output show-managed-fields"),
    ),
    ("upgrade",): Command(None, "Upgrade your cluster smoothly to a newer version with this command"),
    ("upgrade", "apply"): Command(
        upgrading.APPLY, "Upgrade your Kubernetes cluster to the specified version", APPLY, "[version]"
    ),
    ("upgrade", "diff"): Command(
        differing.diff,
        "Show what differences would be applied to existing static pod manifests. See also: kubeadm upgrade apply "
        "--dry-run",
        named("config context-lines kubeconfig"), "[version]",
    ),
    ("upgrade", "node"): Command(upgrading.NODE, "Upgrade commands for a node in the cluster", NODE),
    ("upgrade", "plan"): Command(
        planning.PLAN,
        "Check which versions are available to upgrade to and validate whether your current cluster is upgradeable. To "
        "skip the internet check, pass in the optional [version] parameter",
        PLAN, "[version]",
    ),
    ("version",): Command(releases.version, "Print the version of kubeadm", ("output",)),
}  # fmt: skip
RENEWABLE = {
    "admin.conf": "Renew the certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself",
    "all": "Renew all available certificates",
}


@cache
def commands() -> dict[Name, Command]:
    """All of them: a phase is a command below `phase`, and those with parts have one that stands for all of them."""
    found = dict(COMMANDS)
    for name, command in COMMANDS.items():
        if isinstance(command.does, Workflow) and name != ("upgrade", "plan"):
            found |= dict(phases_of(name, command, command.does))
    return found


def phases_of(name: Name, command: Command, workflow: Workflow) -> Iterator[tuple[Name, Command]]:
    about = f'Use this command to invoke single phase of the "{name[-1]}" workflow'
    yield (*name, "phase"), Command(None, about)
    flags = tuple(flag for flag in command.flags if flag != "skip-phases")
    for path, phase in every(workflow.phases):
        place = (*name, "phase", *path.split("/"))
        if not phase.parts:
            yield place, Command(workflow, phase.about, flags, command.arguments, path)
            continue
        yield place, Command(None, phase.about, flags)
        yield (*place, "all"), Command(workflow, phase.about, flags, command.arguments, path)


def below(name: Name) -> dict[str, Command]:
    """The commands one step below a command, by their last word."""
    found = {each[-1]: command for each, command in commands().items() if each[:-1] == name and each}
    return dict(sorted(found.items()))
