"""The paths of an OpenAPI document: which requests a resource takes, with which kind and parameters.

Upstream: k8s.io/apiserver/pkg/endpoints/installer.go, api/openapi-spec
"""

from dataclasses import dataclass
from typing import Any, Final

from simulator.machinery.schemas import Schemas

STRATEGIC_MERGE: Final = "application/strategic-merge-patch+json"
PATCH_TYPES: Final = (
    "application/json-patch+json",
    "application/merge-patch+json",
    STRATEGIC_MERGE,
    "application/apply-patch+yaml",
)
META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1."
LIST_PARAMETERS: Final = {
    "continue": ("string", "The place to go on from, as an earlier answer to the same list gave it."),
    "fieldSelector": ("string", "Restricts the answer to objects whose fields match."),
    "labelSelector": ("string", "Restricts the answer to objects whose labels match."),
    "limit": ("integer", "The most objects to answer at once."),
    "resourceVersion": ("string", "How fresh the answer has to be."),
    "resourceVersionMatch": ("string", "How resourceVersion is applied to lists."),
    "sendInitialEvents": ("boolean", "Begins a watch with the objects that exist."),
    "timeoutSeconds": ("integer", "How long a list or watch may take."),
    "watch": ("boolean", "Answers with changes as they happen instead of a list."),
}
WRITE_PARAMETERS: Final = {
    "dryRun": ("string", "When 'All', goes through every stage but keeps nothing."),
    "fieldManager": ("string", "The name of who makes the change."),
    "fieldValidation": ("string", "What to do about unknown or repeated fields: Ignore, Warn or Strict."),
}
DELETE_PARAMETERS: Final = {
    "dryRun": WRITE_PARAMETERS["dryRun"],
    "gracePeriodSeconds": ("integer", "How long the object may take to end."),
    "propagationPolicy": ("string", "What becomes of dependents: Orphan, Background or Foreground."),
}
FORCE: Final = {"force": ("boolean", "Takes over fields that others manage, for apply patches.")}
PARAMETERS: Final = {
    "list": LIST_PARAMETERS,
    "post": WRITE_PARAMETERS,
    "put": WRITE_PARAMETERS,
    "patch": {**WRITE_PARAMETERS, **FORCE},
    "delete": DELETE_PARAMETERS,
    "deletecollection": {**LIST_PARAMETERS, **DELETE_PARAMETERS},
}
METHODS: Final = {"get": "get", "list": "get", "post": "post", "put": "put", "patch": "patch", "connect": "get"}
ACTIONS: Final = {"create": "post", "update": "put"}
VERBS: Final = {"get": "read", "post": "create", "put": "replace", "deletecollection": "deleteCollection"}
WORDS: Final = {
    "get": "read the specified",
    "list": "list objects of kind",
    "post": "create a",
    "put": "replace the specified",
    "patch": "partially update the specified",
    "delete": "delete a",
    "deletecollection": "delete collection of",
    "connect": "connect to",
}


@dataclass(frozen=True, slots=True)
class Subresource:
    """A part of a resource with a path of its own, such as `scale`, and the kind it takes and gives."""

    name: str
    group: str
    version: str
    kind: str
    verbs: tuple[str, ...]
    """Of `get`, `create`, `update`, `patch`, `delete`; `connect` for those that open a stream."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What the documents tell of a resource. `verbs` are discovery's: `get`, `list`, `create`, …"""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: tuple[str, ...]
    subresources: tuple[Subresource, ...] = ()
    schema: bytes = b""
    """For custom kinds: the `openAPIV3Schema` of the version, as JSON."""

    @property
    def root(self) -> str:
        """The path of the group and version, such as `apis/apps/v1`."""
        return f"apis/{self.group}/{self.version}" if self.group else f"api/{self.version}"

    @property
    def patch_types(self) -> tuple[str, ...]:
        """The forms of patches; a custom kind has no Go type that tells how its lists are merged."""
        return tuple(each for each in PATCH_TYPES if not self.schema or each != STRATEGIC_MERGE)


def paths_of(resources: tuple[Resource, ...], known: Schemas, *, v3: bool) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for resource in resources:
        paths.setdefault(f"/{resource.root}/", {"get": discovery(v3=v3)})
        paths.update(paths_of_resource(resource, known, v3=v3))
    return dict(sorted(paths.items()))


def paths_of_resource(resource: Resource, known: Schemas, *, v3: bool) -> dict[str, Any]:
    scope = "/namespaces/{namespace}" if resource.namespaced else ""
    collection = f"/{resource.root}{scope}/{resource.plural}"
    own = Subresource("", resource.group, resource.version, resource.kind, resource.verbs)

    def item(part: Subresource, verbs: tuple[str, ...], *names: str) -> dict[str, Any]:
        operations: dict[str, Any] = {}
        for verb in verbs:
            action = ACTIONS.get(verb, verb)
            method = "delete" if action.startswith("delete") else METHODS[action]
            operations[method] = operation(action, resource, part, known, v3=v3)
        parameters = [path_parameter(name, v3=v3) for name in names]
        return {**operations, "parameters": parameters} if parameters else operations

    def present(*verbs: str) -> tuple[str, ...]:
        return tuple(verb for verb in verbs if verb in resource.verbs)

    namespace = ("namespace",) if resource.namespaced else ()
    paths = {
        collection: item(own, present("list", "create", "deletecollection"), *namespace),
        f"{collection}/{{name}}": item(own, present("get", "update", "patch", "delete"), "name", *namespace),
    }
    if resource.namespaced and "list" in resource.verbs:
        paths[f"/{resource.root}/{resource.plural}"] = item(own, ("list",))
    for part in resource.subresources:
        paths[f"{collection}/{{name}}/{part.name}"] = item(part, part.verbs, "name", *namespace)
    return {path: below for path, below in paths.items() if any(key != "parameters" for key in below)}


def operation(action: str, resource: Resource, part: Subresource, known: Schemas, *, v3: bool) -> dict[str, Any]:
    described = f"{WORDS[action]} {part.kind}"
    result: dict[str, Any] = {
        "description": described,
        "operationId": operation_id(action, resource, part),
        "tags": [tag_of(resource)],
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": {"group": part.group, "kind": part.kind, "version": part.version},
    }
    parameters = [query_parameter(name, *about, v3=v3) for name, about in PARAMETERS.get(action, {}).items()]
    body = body_of(action, part, known)
    if body and v3:
        media = resource.patch_types if action == "patch" else ("*/*",)
        result["requestBody"] = {"content": {kind: {"schema": ref(body, v3=True)} for kind in media}}
        if not action.startswith("delete"):
            result["requestBody"]["required"] = True
    elif body:
        parameters.insert(0, {"in": "body", "name": "body", "schema": ref(body, v3=False)})
    if parameters:
        result["parameters"] = parameters
    if not v3:
        result["consumes"] = list(resource.patch_types) if action == "patch" else ["*/*"]
        result["produces"] = ["application/json", "application/yaml"]
    result["responses"] = responses(answer_of(action, part, known), v3=v3, created=action in ("post", "put", "patch"))
    return result


def operation_id(action: str, resource: Resource, part: Subresource) -> str:
    verb = {"get": "read", "post": "create", "put": "replace", "deletecollection": "deleteCollection"}.get(
        action, action
    )
    group = "".join(word.capitalize() for word in (resource.group.split(".")[0] or "core").split("-"))
    scope = "Namespaced" if resource.namespaced else ""
    name = "".join(word.capitalize() for word in part.name.split("-"))
    return f"{verb}{group}{resource.version.capitalize()}{scope}{resource.kind}{name}"


def tag_of(resource: Resource) -> str:
    return f"{resource.group.split('.')[0] or 'core'}_{resource.version}"


def body_of(action: str, part: Subresource, known: Schemas) -> str:
    if action == "patch":
        return META + "Patch"
    if action.startswith("delete"):
        return META + "DeleteOptions"
    return (known.for_kind(part.group, part.version, part.kind) or "") if action in ("post", "put") else ""


def answer_of(action: str, part: Subresource, known: Schemas) -> str:
    if action.startswith("delete"):
        return META + "Status"
    if action == "connect":
        return ""
    kind = part.kind + "List" if action == "list" else part.kind
    return known.for_kind(part.group, part.version, kind) or ""


def ref(name: str, *, v3: bool) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}" if v3 else f"#/definitions/{name}"}


def responses(name: str, *, v3: bool, created: bool) -> dict[str, Any]:
    schema = {"schema": ref(name, v3=v3) if name else {"type": "string"}}
    content = {"content": {"application/json": schema}} if v3 else schema
    answers: dict[str, Any] = {"200": {"description": "OK", **content}}
    if created:
        answers["201"] = {"description": "Created", **content}
    answers["401"] = {"description": "Unauthorized"}
    return answers


def query_parameter(name: str, kind: str, description: str, *, v3: bool) -> dict[str, Any]:
    about = {"description": description, "in": "query", "name": name}
    typed = {"schema": {"type": kind, "uniqueItems": True}} if v3 else {"type": kind, "uniqueItems": True}
    return {**about, **typed}


def path_parameter(name: str, *, v3: bool) -> dict[str, Any]:
    description = "name of the object" if name == "name" else "namespace of the object"
    typed = {"schema": {"type": "string", "uniqueItems": True}} if v3 else {"type": "string", "uniqueItems": True}
    return {"description": description, "in": "path", "name": name, "required": True, **typed}


def discovery(*, v3: bool) -> dict[str, Any]:
    described = "get available resources"
    answers = responses(META + "APIResourceList", v3=v3, created=False)
    return {"description": described, "responses": answers}
