"""Every controller, one line each, in the order in which they start. Upstream: cmd/kube-controller-manager/names"""

from simulator.controllers.base import Controller
from simulator.controllers.deployment import DeploymentController
from simulator.controllers.replicaset import ReplicaSetController, ReplicationControllerController

CONTROLLERS: tuple[type[Controller], ...] = (
    DeploymentController,
    ReplicaSetController,
    ReplicationControllerController,
)
