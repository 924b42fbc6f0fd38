"""What stands below an object: `pods/log`, `deployments/scale`, `pods/eviction`; one module each, one line here.

A handler takes the server's parts and the write on its way, and gives the response.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.api.requests import Response

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

type Handler = Callable[["APIServer", "Write"], Response]
