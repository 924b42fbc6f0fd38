"""Runs Pods until enough of them succeeded. Upstream: pkg/controller/job"""

from simulator.controllers.job.controller import JobController

__all__ = ["JobController"]
