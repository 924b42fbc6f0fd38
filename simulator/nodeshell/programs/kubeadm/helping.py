"""What kubeadm says of itself. Upstream: cmd/kubeadm/app/cmd/cmd.go, spf13/cobra"""

from simulator.nodeshell.programs.kubeadm.commands import Command, Name, below
from simulator.nodeshell.programs.kubeadm.flags import FLAGS, GLOBAL, Flag, usage
from simulator.nodeshell.programs.kubeadm.workflow import Workflow, listed

BANNER = """

    ┌──────────────────────────────────────────────────────────┐
    │ KUBEADM                                                  │
    │ Easily bootstrap a secure Kubernetes cluster             │
    │                                                          │
    │ Please give us feedback at:                              │
    │ https://github.com/kubernetes/kubeadm/issues             │
    └──────────────────────────────────────────────────────────┘

Example usage:

    Create a two-machine cluster with one control-plane node
    (which controls the cluster), and one worker node
    (where your workloads, like Pods and Deployments run).

    ┌──────────────────────────────────────────────────────────┐
    │ On the first machine:                                    │
    ├──────────────────────────────────────────────────────────┤
    │ control-plane# kubeadm init                              │
    └──────────────────────────────────────────────────────────┘

    ┌──────────────────────────────────────────────────────────┐
    │ On the second machine:                                   │
    ├──────────────────────────────────────────────────────────┤
    │ worker# kubeadm join <arguments-returned-from-init>      │
    └──────────────────────────────────────────────────────────┘

    You can then repeat the second step on as many other machines as you like.
"""


def text(name: Name, command: Command) -> str:
    """The help of a command."""
    above = command.about
    if not name:
        above = BANNER
    elif isinstance(command.does, Workflow) and not command.phase and command.does.phases:
        above = f"{command.about}\n\n{listed(command.does)}\n"
    return f"{above}\n\n{use(name, command)}"


def use(name: Name, command: Command) -> str:
    """How a command is used."""
    words, children = " ".join(("kubeadm", *name)), below(name)
    lines = ["Usage:"]
    if command.does is not None:
        lines.append(f"  {words}{' ' + command.arguments if command.arguments else ''} [flags]")
    if children or not name:
        lines.append(f"  {words} [command]")
    if children:
        width = max(11, *(len(child) for child in children))
        lines += ["", "Available Commands:", *(f"  {child:<{width}} {each.about}" for child, each in children.items())]
    own = {flag: FLAGS[flag] for flag in command.flags}
    lines += ["", "Flags:", usage({**own, "help": Flag("", f"help for {name[-1] if name else 'kubeadm'}", "", "h")})]
    if name:
        lines += ["", "Global Flags:", usage(GLOBAL)]
    if children:
        lines += ["", f'Use "{words} [command] --help" for more information about a command.']
    return "\n".join(lines)
