"""Whether an object that is sent is the one that its path names.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest/{meta,update}.go, pkg/registry/generic/registry/store.go
"""

from simulator.api.errors import BadRequest, Conflict
from simulator.apiserver.routes import Route
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource

ELSEWHERE = "the namespace of the provided object does not match the namespace sent on the request"


def check_namespace(resource: Resource, obj: Object, namespace: str) -> None:
    """Put an object into the namespace of the path. Upstream: rest.EnsureObjectNamespaceMatchesRequestNamespace"""
    metadata = obj.setdefault("metadata", {})
    own = metadata.get("namespace", "")
    if not resource.namespaced:
        if own:
            raise BadRequest(ELSEWHERE)
        return
    if own and own != namespace:
        raise BadRequest(ELSEWHERE)
    metadata["namespace"] = namespace


def check_identity(resource: Resource, obj: Object, old: Object, route: Route) -> None:
    """An update must speak of the very object it replaces, in the version it has read."""
    metadata = obj.setdefault("metadata", {})
    name = metadata.get("name", "")
    if not name:
        metadata["name"] = route.name
    elif name != route.name:
        raise BadRequest(f"the name of the object ({name}) does not match the name on the URL ({route.name})")
    namespace = metadata.get("namespace", "")
    if namespace and namespace != route.namespace:
        raise BadRequest(
            f"the namespace of the object ({namespace}) does not match the namespace on the URL ({route.namespace})"
        )
    uid = metadata.get("uid", "")
    if uid and uid != old["metadata"]["uid"]:
        message = (
            f"StorageError: invalid object, Code: 4, Key: {registry_path(resource, old)}, ResourceVersion: 0, "
            f"AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: "
            f"{old['metadata']['uid']}"
        )
        raise Conflict(resource.plural, name, message, group=resource.group)
    version = metadata.get("resourceVersion", "")
    if version not in ("", "0") and version != old["metadata"]["resourceVersion"]:
        raise Conflict(resource.plural, name, group=resource.group)


STORED_AS = {
    "nodes": "minions",
    "services": "services/specs",
    "endpoints": "services/endpoints",
    "ingresses.networking.k8s.io": "ingress",
    "replicationcontrollers": "controllers",
}
"""Where etcd keeps the few kinds whose path is not their resource's name."""


def registry_path(resource: Resource, obj: Object) -> str:
    """An object's key in etcd, as errors of the storage show it."""
    place = STORED_AS.get(resource.key, resource.plural)
    metadata = obj["metadata"]
    parts = ("/registry", place, metadata.get("namespace", ""), metadata["name"])
    return "/".join(part for part in parts if part)
