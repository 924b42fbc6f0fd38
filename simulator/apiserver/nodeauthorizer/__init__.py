"""What nodes may do: their own objects, and what the Pods on them need.

Upstream: plugin/pkg/auth/authorizer/node, plugin/pkg/auth/nodeidentifier
"""

from simulator.apiserver.nodeauthorizer.authorizer import NodeAuthorizer
from simulator.apiserver.nodeauthorizer.identity import node_of

__all__ = ["NodeAuthorizer", "node_of"]
