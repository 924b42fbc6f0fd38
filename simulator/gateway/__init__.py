"""HTTP and WebSockets in front of a world's API server: what real kubectl, helm and client libraries connect to.

Knows sockets only as ASGI gives them. Whoever mounts it says which world a connection is for, by `Access`.
"""

from simulator.gateway.access import Access
from simulator.gateway.asgi import Gateway

__all__ = ["Access", "Gateway"]
