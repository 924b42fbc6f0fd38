"""kubeadm upgrade diff: how the manifests of a node would differ. Upstream: cmd/kubeadm/app/cmd/upgrade/diff.go"""

from collections.abc import Mapping
from difflib import unified_diff

from simulator.controlplane.manifests import FOLDER, PROGRAMS
from simulator.machinery import yaml
from simulator.machinery.releases import release
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.asking import needs_admin, note, read_configuration
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.nodeshell.programs.kubeadm.nodefiles import wanted_manifests
from simulator.nodeshell.programs.kubeadm.settings import settings
from simulator.nodeshell.programs.kubeadm.upgrading import adopt
from simulator.runtime.process import Process

MOST = 1000
"""Lines of context."""


def diff(process: Process, host: Host, flags: Mapping[str, str], names: list[str]) -> int:
    """Compare what is there with what another release would have."""
    note(process, ignore=[], dry=False)
    needs_admin(process)
    read_configuration(process, host, "upgrade/diff")
    adopt(process, host)
    named = names[0] if names else ""
    if not named:
        raise Failure("missing one or more required arguments. Required arguments: [version]")
    try:
        chosen = release(named)
    except ValueError:
        raise Failure(f'version "{named}" doesn\'t match patterns for neither semantic version nor labels') from None
    lines = flags.get("context-lines", "3")
    made = wanted_manifests(process, host, chosen, settings(process)["cluster"])
    for program in PROGRAMS[1:]:
        path = f"{FOLDER}/{program}.yaml"
        if not process.files.is_file(path):
            raise Failure(f"open {path}: no such file or directory")
        before, after = process.files.text(path), yaml.dump(made[program])
        context = int(lines) if lines.isdecimal() else 3
        process.stdout.write("".join(unified_diff(
            before.splitlines(True), after.splitlines(True), path, "new manifest", n=min(context, MOST))))  # fmt: skip
    return 0
