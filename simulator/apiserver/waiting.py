"""How long a request has to wait for others: for webhooks, and for servers behind APIServices.

Upstream: apiserver/pkg/endpoints/handlers/{rest,finisher}. Nothing stands still meanwhile: what it took is told with
the answer, and whoever asked waits that long for it.
"""

from collections.abc import Callable
from typing import Final

from simulator.api.errors import Timeout
from simulator.api.requests import Request, Response
from simulator.apiserver.nodes import NodeAccess, NoReply
from simulator.kernel.clock import SECOND

LONGEST: Final = 34 * SECOND
"""How long a write may take altogether."""


class Waiting:
    """The server's calls to others while it answers a request, and what they have taken so far."""

    def __init__(self, nodes: Callable[[], NodeAccess]) -> None:
        self._nodes = nodes
        self.spent = 0
        self._depth = 0

    def begin(self) -> int:
        """A request begins, maybe within another one; what that one had spent is given back at the end."""
        before, self.spent = self.spent, 0
        self._depth += 1
        return before

    def end(self, before: int) -> int:
        """What the request has waited for others."""
        took, self.spent = self.spent, before
        self._depth -= 1
        return took

    def call(
        self,
        host: str,
        address: str,
        port: int,
        request: Request,
        *,
        trusts: str,
        timeout: int,
        insecure: bool = False,
        follows: bool = False,
    ) -> Response:
        """`NodeAccess.call`, on the way of the request."""
        try:
            said = self._nodes().call(
                host, address, port, request, trusts=trusts, timeout=timeout, insecure=insecure, follows=follows
            )
        except NoReply as failure:
            self.add(failure.after)
            raise
        self.add(said.latency)
        return said

    def add(self, took: int) -> None:
        """Count what somebody took; a component's own writes wait for nobody."""
        if self._depth:
            self.spent += took

    @property
    def left(self) -> int:
        """How much longer a write may take."""
        return LONGEST - self.spent

    def check(self) -> None:
        """Raises `Timeout` when a write has taken too long."""
        if self.left <= 0:
            raise Timeout("Timeout: request did not complete within requested timeout - context deadline exceeded")
