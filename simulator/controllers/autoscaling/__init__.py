"""Scales workloads by their load. Upstream: pkg/controller/podautoscaler"""

from simulator.controllers.autoscaling.controller import HorizontalPodAutoscalerController

__all__ = ["HorizontalPodAutoscalerController"]
