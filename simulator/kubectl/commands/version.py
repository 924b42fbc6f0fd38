"""kubectl version: what client and server are, and whether they fit. Upstream: kubectl/pkg/cmd/version"""

from typing import Any

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.dialects import SERVER_VERSION
from simulator.kubectl.errors import CommandError, Failure
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.kustomize.releases import kustomize_of
from simulator.kubectl.printers.data import indented
from simulator.kubectl.releases import release
from simulator.machinery import yaml

SKEW = 1
"""By how many minor versions client and server may differ."""


@command(
    "version [flags]",
    summary="Print the client and server version information",
    description="Print the client and server version information for the current context.",
    examples=(("Print the client and server versions for the current context", "kubectl version"),),
    flags=(
        Flag("client", False, "Show the client's version only; no server is asked."),
        Flag("output", "", "One of 'yaml' or 'json'.", short="o", choices=("yaml", "json")),
    ),
)
def version(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if not options.flag("client"):
        kubectl.connect(before_namespace=True)
    if options.args:
        raise CommandError(f"extra arguments: [{' '.join(options.args)}]")
    form = options.text("output")
    if form not in ("", "yaml", "json"):
        raise CommandError("--output must be 'yaml' or 'json'")
    if options.flag("match-server-version") and not options.flag("client"):
        _ = kubectl.client  # which compares the two before anything is shown
    own = release(kubectl.terminal.version)
    versions: dict[str, Any] = {"clientVersion": own, "kustomizeVersion": kustomize_of(int(own["minor"]))}
    failure = None
    if not options.flag("client"):
        try:
            versions["serverVersion"] = kubectl.client.speaking(SERVER_VERSION).get(
                "/version", {"timeout": kubectl.client.patience}
            )
        except Failure as error:
            failure = error
    show(kubectl, versions, form)
    if failure is not None:
        raise failure
    if "serverVersion" in versions:
        warn_of_skew(kubectl, own, versions["serverVersion"])
    return None


def show(kubectl: Kubectl, versions: dict[str, Any], form: str) -> None:
    if form == "yaml":
        kubectl.print(yaml.dump(versions))
    elif form == "json":
        ordered = {
            name: versions[name] for name in ("clientVersion", "kustomizeVersion", "serverVersion") if name in versions
        }
        kubectl.write(indented(ordered))
    else:
        kubectl.print(f"Client Version: {versions['clientVersion']['gitVersion']}")
        kubectl.print(f"Kustomize Version: {versions['kustomizeVersion']}")
        if "serverVersion" in versions:
            kubectl.print(f"Server Version: {versions['serverVersion']['gitVersion']}")


def warn_of_skew(kubectl: Kubectl, own: dict[str, str], server: dict[str, Any]) -> None:
    major, minor = int(server["major"]), int(server["minor"].rstrip("+"))
    if major != int(own["major"]) or abs(minor - int(own["minor"])) > SKEW:
        kubectl.warn(
            f"version difference between client ({own['major']}.{own['minor']}) and server ({major}.{minor}) "
            f"exceeds the supported minor version skew of +/-{SKEW}"
        )
