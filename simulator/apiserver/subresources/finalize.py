"""`namespaces/finalize`: takes a finalizer off a Namespace's spec. Upstream: pkg/registry/core/namespace/storage"""

from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, MethodNotAllowed
from simulator.api.requests import Response
from simulator.machinery.objects import at

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write


def finalize(server: "APIServer", write: "Write") -> Response:
    if write.route.verb != "update":
        raise MethodNotAllowed()
    old, body, name = server.writer.find(write), server.body(write), write.route.name
    given = at(body, "metadata", "name", default=name)
    if given != name:
        raise BadRequest(f"the name of the object ({given}) does not match the name on the URL ({name})")
    wish = at(body, "spec", "finalizers") or []
    spec = {field: value for field, value in (old.get("spec") or {}).items() if field != "finalizers"}
    if wish:
        spec["finalizers"] = wish
    new = {**old, "spec": spec}
    return server.shown(write, server.trusted_update("namespaces", new, write.manager, "finalize", write.manager))
