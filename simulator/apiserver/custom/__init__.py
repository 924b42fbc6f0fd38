"""The kinds a cluster learns from CustomResourceDefinitions: what is served, how objects are read, checked and kept.

Upstream: staging/src/k8s.io/apiextensions-apiserver
"""

from simulator.apiserver.custom.kinds import Kinds
from simulator.apiserver.custom.resource import CustomResource

__all__ = ["CustomResource", "Kinds"]
