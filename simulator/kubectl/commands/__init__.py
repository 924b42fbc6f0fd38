"""Every verb of kubectl, in the groups and the order in which `kubectl` itself lists them."""

from simulator.kubectl.command import Command
from simulator.kubectl.commands import (
    describe,
    get,
    options,
    version,
)
from simulator.kubectl.help import Group

GROUPS: tuple[Group, ...] = (
    (
        "Basic Commands (Intermediate)",
        (get.get,),
    ),
    (
        "Troubleshooting and Debugging Commands",
        (describe.describe,),
    ),
    (
        "Other Commands",
        (version.version,),
    ),
)

UNLISTED: tuple[Command, ...] = (options.options,)

KUBECTL = Command(
    usage="kubectl [flags]",
    summary="kubectl controls the Kubernetes cluster manager",
    description="kubectl controls the Kubernetes cluster manager.\n\n"
    " Find more information at: https://kubernetes.io/docs/reference/kubectl/",
    commands=tuple(command for _, commands in GROUPS for command in commands) + UNLISTED,
)
