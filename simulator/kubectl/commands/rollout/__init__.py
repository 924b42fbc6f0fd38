"""kubectl rollout: the changes of Deployments, DaemonSets and StatefulSets. Upstream: kubectl/pkg/cmd/rollout"""

from simulator.kubectl.command import Command
from simulator.kubectl.commands.rollout.change import pause, restart, resume
from simulator.kubectl.commands.rollout.history import history
from simulator.kubectl.commands.rollout.status import status
from simulator.kubectl.commands.rollout.undo import undo

rollout = Command(
    usage="rollout SUBCOMMAND",
    summary="Manage the rollout of a resource",
    description="Manage the rollout of one or many resources.\n\n"
    " It works on:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets",
    examples=(
        ("Go back to the deployment before", "kubectl rollout undo deployment/abc"),
        ("See how far a daemon set's rollout is", "kubectl rollout status daemonset/foo"),
        ("Restart a deployment", "kubectl rollout restart deployment/abc"),
        ("Restart the deployments with label app=nginx", "kubectl rollout restart deployment --selector=app=nginx"),
    ),
    help_to_output=True,
    commands=(history, pause, restart, resume, status, undo),
)
