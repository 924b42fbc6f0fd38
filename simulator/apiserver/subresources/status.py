"""`status` and other parts of an object itself, read and written apart from the rest."""

from typing import TYPE_CHECKING

from simulator.api.requests import Response

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


def update_part(server: "APIServer", write: "Write") -> Response:
    """GET, PUT or PATCH the part the path names; the writer sees to it that nothing else changes."""
    return server.update_subresource(write)
