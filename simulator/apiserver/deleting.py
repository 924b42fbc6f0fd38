"""Deletes from outside: options, one object or many. Upstream: apiserver/pkg/endpoints/handlers/delete.go"""

from simulator.api.errors import BadRequest
from simulator.api.requests import Request
from simulator.apiserver.decoding import HEAD
from simulator.apiserver.encoding import parse_body
from simulator.apiserver.options import dry_run as asks_dry_run
from simulator.apiserver.options import refused
from simulator.apiserver.storage import DeleteOptions
from simulator.machinery.decoding import DecodeError, decode
from simulator.machinery.field import invalid, not_supported
from simulator.machinery.gojson import sort_of
from simulator.machinery.objects import Object, at
from simulator.machinery.schemas import META, Schemas
from simulator.resources.resource import Resource

BOTH = "orphanDependents and deletionPropagation cannot be both set"
POLICIES = ("Foreground", "Background", "Orphan")
ORPHANED_BY_DEFAULT = frozenset({"jobs.batch", "replicationcontrollers"})
RETURNS_OBJECT = frozenset(
    {
        "pods", "podtemplates", "persistentvolumes", "persistentvolumeclaims", "resourcequotas", "serviceaccounts",
        "services", "storageclasses.storage.k8s.io", "csinodes.storage.k8s.io", "csidrivers.storage.k8s.io",
        "volumeattachments.storage.k8s.io", "volumeattributesclasses.storage.k8s.io",
    }
)  # fmt: skip
"""Kinds whose deletion answers with the object instead of a Status (ReturnDeletedObject)."""


def delete_options(schemas: Schemas, resource: Resource, request: Request) -> DeleteOptions:
    """What a delete asks for, from its body and its query. Raises `BadRequest` where the body holds something else."""
    body = parse_body(request) if request.body else {}
    if not isinstance(body, dict):
        why = f"json: cannot unmarshal {sort_of(body)} into {HEAD}"
        raise BadRequest(f"couldn't get version/kind; json parse error: {why}")
    if body.get("kind") not in (None, "", "DeleteOptions"):
        raise BadRequest("decoded object cannot be converted to DeleteOptions")
    try:
        return options_in(resource, request, decode(body, schemas.type(f"{META}DeleteOptions")).object)
    except DecodeError as error:
        raise BadRequest(str(error)) from None


def options_in(resource: Resource, request: Request, body: Object) -> DeleteOptions:
    """What DeleteOptions say, and the query of the request that carries them. Raises `Invalid`."""
    grace = body.get("gracePeriodSeconds")
    if request.parameter("gracePeriodSeconds"):
        grace = number(request.parameter("gracePeriodSeconds"))
    propagation = body.get("propagationPolicy") or request.parameter("propagationPolicy") or None
    orphan = body.get("orphanDependents")
    if request.parameter("orphanDependents"):
        orphan = request.flag("orphanDependents")
    wrong = []
    if propagation is not None and orphan is not None:
        wrong.append(invalid("propagationPolicy", propagation, BOTH))
    if propagation is not None and propagation not in POLICIES:
        wrong.append(not_supported("propagationPolicy", propagation, (*POLICIES, "nil")))
    if wrong:
        raise refused("DeleteOptions", *wrong)
    if propagation is None and orphan is not None:
        propagation = "Orphan" if orphan else "Background"
    if propagation is None and resource.key in ORPHANED_BY_DEFAULT:
        propagation = "Orphan"
    dry_run = "All" in (body.get("dryRun") or ()) or asks_dry_run(request, "delete")
    return DeleteOptions(
        grace, propagation, at(body, "preconditions", "uid"), at(body, "preconditions", "resourceVersion"), dry_run
    )


def number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def deletion_answer(resource: Resource, obj: Object, *, gone: bool) -> Object:
    """What a delete answers: the object while it lingers, a Status when it is gone (a few kinds: the object still)."""
    if not gone or resource.key in RETURNS_OBJECT:
        return obj
    details: Object = {"name": obj["metadata"]["name"]}
    if resource.group:
        details["group"] = resource.group
    details["kind"] = resource.plural
    details["uid"] = obj["metadata"]["uid"]
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
