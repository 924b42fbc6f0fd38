"""kubectl alpha: where commands live that may still change; there are none. Upstream: kubectl/pkg/cmd/alpha.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.kubectl import Kubectl


@command(
    "alpha",
    summary="Commands for features in alpha",
    description="These commands correspond to alpha features that are not enabled in Kubernetes clusters by default.",
    hidden=True,
)
def alpha(kubectl: Kubectl) -> Outcome:
    kubectl.complain("No alpha commands are available in this version of kubectl")
    return None
