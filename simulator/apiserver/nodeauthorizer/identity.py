"""Which node a user is. Upstream: pkg/auth/nodeidentifier/default.go"""

from simulator.api.requests import User

PREFIX = "system:node:"
GROUP = "system:nodes"


def node_of(user: User) -> str | None:
    """The name of the node that asks, empty where it tells none; None for who is no node."""
    if not user.name.startswith(PREFIX) or GROUP not in user.groups:
        return None
    return user.name.removeprefix(PREFIX)
