"""Role-based access control: who may do what, and the roles a cluster begins with.

Upstream: plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac
"""

from simulator.apiserver.rbac.authorizer import Authorizer
from simulator.apiserver.rbac.policy import default_objects

__all__ = ["Authorizer", "default_objects"]
