"""`serviceaccounts/token`: a token for a ServiceAccount. Upstream: pkg/registry/core/serviceaccount/storage/token.go"""

from typing import TYPE_CHECKING

from simulator.api.errors import Conflict, Invalid, NotFound
from simulator.api.requests import Response
from simulator.apiserver.decoding import decode_named
from simulator.apiserver.tokens import ISSUER, Bound
from simulator.kernel.clock import SECOND, timestamp
from simulator.machinery.field import FieldError, invalid
from simulator.machinery.objects import Object

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

GROUP, VERSION, KIND = "authentication.k8s.io", "v1", "TokenRequest"
SHORTEST, LONGEST, DEFAULT = 600, 1 << 32, 3600
HOLDERS = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}


def token(server: "APIServer", write: "Write") -> Response:
    """Answer a TokenRequest with its token."""
    account = server.writer.find(write)
    wish = decode_named(server.schemas, GROUP, VERSION, KIND, server.body(write))
    spec: Object = {"expirationSeconds": DEFAULT, "boundObjectRef": None, **(wish.get("spec") or {})}
    named = {"kind": KIND, "apiVersion": f"{GROUP}/{VERSION}", "metadata": {"name": write.route.name}}
    server.writer.admit_part(write, "CREATE", {**named, "spec": spec})
    spec["audiences"] = spec.get("audiences") or [ISSUER]
    errors = validated(spec)
    if errors:
        raise Invalid(KIND, "", errors, group=GROUP)
    bound = bound_to(server, write, spec["boundObjectRef"])
    seconds = spec["expirationSeconds"]
    text = server.tokens.issue(account, server.clock.now, seconds, audiences=tuple(spec["audiences"]), bound=bound)
    expiry = timestamp(server.clock.now + seconds * SECOND)
    answer = {
        "kind": KIND,
        "apiVersion": f"{GROUP}/{VERSION}",
        "metadata": {
            "name": write.route.name,
            "namespace": write.route.namespace,
            "creationTimestamp": timestamp(server.clock.now),
        },
        "spec": spec,
        "status": {"token": text, "expirationTimestamp": expiry},
    }
    return Response(201, answer)


def validated(spec: Object) -> list[FieldError]:
    """Upstream: ValidateTokenRequest in pkg/apis/authentication/validation"""
    seconds = spec["expirationSeconds"]
    if seconds < SHORTEST:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")]
    if seconds > LONGEST:
        return [invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")]
    return []


def bound_to(server: "APIServer", write: "Write", reference: Object | None) -> Bound | None:
    """The object whose end is to end the token; it must be there."""
    if not reference:
        return None
    kind, name = reference.get("kind", ""), reference.get("name", "")
    resource = HOLDERS.get(kind)
    if resource is None:
        path = "spec.boundObjectRef"
        raise Invalid(KIND, "", [invalid(path, reference, f"cannot bind token to object of type {kind}")], group=GROUP)
    holder = server.read(resource, ("" if kind == "Node" else write.route.namespace, name))
    if holder is None:
        raise NotFound(resource, name)
    uid = holder["metadata"]["uid"]
    if reference.get("uid") and reference["uid"] != uid:
        message = (
            f"the UID in the bound object reference ({reference['uid']}) does not match the UID in record. "
            "The object might have been deleted and then recreated"
        )
        raise Conflict(resource, name, message)
    return Bound(kind, name, uid)
