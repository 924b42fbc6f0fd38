"""Every verb of kubectl, in the groups and the order in which `kubectl` itself lists them."""

from simulator.kubectl.command import Command
from simulator.kubectl.commands import (
    annotate,
    apply,
    create,
    delete,
    describe,
    edit,
    get,
    label,
    options,
    rollout,
    scale,
    version,
    wait,
)
from simulator.kubectl.help import Group

# fmt: off
GROUPS: tuple[Group, ...] = (
    ("Basic Commands (Beginner)", (
        create.create,
    )),
    ("Basic Commands (Intermediate)", (
        get.get,
        edit.edit,
        delete.delete,
    )),
    ("Deploy Commands", (
        rollout.rollout,
        scale.scale,
    )),
    ("Cluster Management Commands", (
    )),
    ("Troubleshooting and Debugging Commands", (
        describe.describe,
    )),
    ("Advanced Commands", (
        apply.apply,
        wait.wait,
    )),
    ("Settings Commands", (
        label.label,
        annotate.annotate,
    )),
    ("Other Commands", (
        version.version,
    )),
)
# fmt: on

UNLISTED: tuple[Command, ...] = (options.options,)

KUBECTL = Command(
    usage="kubectl [flags]",
    summary="kubectl controls the Kubernetes cluster manager",
    description="kubectl controls the Kubernetes cluster manager.\n\n"
    " Find more information at: https://kubernetes.io/docs/reference/kubectl/",
    commands=tuple(command for _, commands in GROUPS for command in commands) + UNLISTED,
)
