"""kubectl plugin: programs called kubectl-… in the PATH. Upstream: kubectl/pkg/cmd/plugin"""

from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl


@command(
    "list [flags]",
    summary="List all visible plugin executables on a user's PATH",
    description='List the plugins on the PATH: executable files whose name begins with "kubectl-".',
    examples=(
        ("List the plugins", "kubectl plugin list"),
        ("List their names without the paths", "kubectl plugin list --name-only"),
    ),
    flags=(Flag("name-only", False, "Show the name of each plugin, not its path"),),
)
def plugins(kubectl: Kubectl) -> Outcome:
    found = [
        (folder, name)
        for folder in dict.fromkeys(kubectl.terminal.env.get("PATH", "").split(":"))
        if folder and kubectl.terminal.is_folder(folder)
        for name in kubectl.terminal.list_folder(folder)
        if name.startswith("kubectl-")
    ]
    if not found:
        raise CommandError("unable to find any kubectl plugins in your PATH")
    kubectl.print("The following compatible plugins are available:\n")
    for folder, name in found:
        kubectl.print(name if kubectl.options.flag("name-only") else f"{folder.rstrip('/')}/{name}")
    return None


plugin = Command(
    usage="plugin [flags]",
    summary="Provides utilities for interacting with plugins",
    description="Provides utilities for interacting with plugins.\n\n"
    " A plugin is a program called kubectl-NAME in the PATH; kubectl NAME runs it.",
    examples=(
        ("List the plugins", "kubectl plugin list"),
        ("List their names without the paths", "kubectl plugin list --name-only"),
    ),
    commands=(plugins,),
)
