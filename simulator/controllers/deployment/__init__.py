"""The Deployment controller: revisions, strategies, scaling, progress. Upstream: pkg/controller/deployment"""

from simulator.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
