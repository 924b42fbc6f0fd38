"""kubectl auth: who one is and what one may do. Upstream: kubectl/pkg/cmd/auth"""

from simulator.kubectl.command import Command
from simulator.kubectl.commands.auth.can_i import can_i
from simulator.kubectl.commands.auth.reconcile import reconcile
from simulator.kubectl.commands.auth.whoami import whoami

auth = Command(
    usage="auth [flags]",
    summary="Inspect authorization",
    commands=(can_i, reconcile, whoami),
)
