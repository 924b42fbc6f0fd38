"""kubectl options: the flags that every command takes. Upstream: kubectl/pkg/cmd/options"""

from dataclasses import replace

from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.discoverycache import cache_folder
from simulator.kubectl.help import flags_text
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import GLOBAL


@command(
    "options",
    summary="Print the list of flags inherited by all commands",
    examples=(("List the flags that every command takes", "kubectl options"),),
    hidden=True,
)
def options(kubectl: Kubectl) -> Outcome:
    cache = cache_folder(kubectl.terminal, kubectl.options)
    flags = [replace(flag, default=cache) if flag.name == "cache-dir" else flag for flag in GLOBAL]
    kubectl.print("The following options can be passed to any command:\n")
    kubectl.print(flags_text(flags))
    return None


help_command = Command(
    usage="help [command]",
    summary="Help about any command",
    description="Shows the help of a command: `kubectl help rollout undo`.",
    hidden=True,
)
