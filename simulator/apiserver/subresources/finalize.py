"""`namespaces/finalize`: takes a finalizer off a Namespace's spec. Upstream: pkg/registry/core/namespace/storage"""

from typing import TYPE_CHECKING

from simulator.api.errors import MethodNotSupported
from simulator.api.requests import Response

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


def finalize(server: "APIServer", write: "Write") -> Response:
    if write.route.verb != "update":
        raise MethodNotSupported("namespaces", write.route.verb)
    old = server.writer.find(write)
    wish = (server.body(write).get("spec") or {}).get("finalizers") or []
    spec = {field: value for field, value in (old.get("spec") or {}).items() if field != "finalizers"}
    if wish:
        spec["finalizers"] = wish
    new = {**old, "spec": spec}
    return server.shown(write, server.trusted_update("namespaces", new, write.manager, "finalize", write.manager))
