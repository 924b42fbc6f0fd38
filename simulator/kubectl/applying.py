"""Making one object what its file says: file, last file and object are compared, and the difference is sent.

Upstream: kubectl/pkg/cmd/apply/apply.go, kubectl/pkg/cmd/apply/patcher.go
"""

from contextlib import suppress
from typing import Any

from simulator.kernel.clock import SECOND
from simulator.kubectl.builder import Info
from simulator.kubectl.changes import Reporter, write_query
from simulator.kubectl.client import MERGE, STRATEGIC, NoConnection
from simulator.kubectl.errors import CommandError, Plain, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import LAST_APPLIED, encoded, last_applied, sorted_keys, with_last_applied
from simulator.kubectl.patching import client_schema, served_schema
from simulator.kubectl.recording import recorded
from simulator.machinery.golang import json_text
from simulator.machinery.objects import Object, at
from simulator.machinery.patches import PatchError, merge_patch, strategic, strategic_diff

MOST_TRIES = 5
"""How often a patch is made anew because the object has changed meanwhile."""


def apply_here(kubectl: Kubectl, reporter: Reporter, place: Info) -> Info:
    """Create the object, or patch it where file, last file and object differ."""
    place = place.holding(recorded(kubectl, place.object))
    modified = with_last_applied(place.object)
    if not place.name:
        kubectl.client.log(4, "request.go:1040", '"Error in request" err="resource name may not be empty"')
        raise CommandError(f'error when retrieving current configuration of:\n{described(place)}\nfrom server for: '
                           f'"{place.source}": resource name may not be empty')  # fmt: skip
    try:
        current = kubectl.client.find_in(place.namespace, place.path)
    except ServerError as error:
        doing = f"retrieving current configuration of:\n{described(place)}\nfrom server for:"
        raise error.when(doing, place.source) from None
    except CommandError as error:
        doing = f"error when retrieving current configuration of:\n{described(place)}\nfrom server for:"
        raise CommandError(f'{doing} "{place.source}": {error}') from None
    if current is None:
        return create(kubectl, reporter, place.holding(pruned(modified)))
    if last_applied(current) is None:
        kubectl.warn(
            f"resource {place.resource.name}/{place.name} is missing the {LAST_APPLIED} annotation which is "
            f"required by "
            "kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl "
            "create --save-config or kubectl apply. The missing annotation will be patched automatically."
        )
    updated = patched(kubectl, reporter, place, modified, current)
    warn_if_leaving(kubectl, updated or current)
    if updated is None:
        return told(reporter, place, current, "unchanged")
    return told(reporter, place, updated, "configured")


def told(reporter: Reporter, place: Info, obj: Object, done: str) -> Info:
    """Say at once what was done, unless objects are to be printed: those come together at the end."""
    if reporter.names:
        reporter.report(obj, done)
    return place.holding(obj)


def warn_if_leaving(kubectl: Kubectl, obj: Object) -> None:
    if at(obj, "metadata", "deletionTimestamp"):
        name = obj["metadata"]["name"]
        kubectl.warn(f"Detected changes to resource {name} which is currently being deleted.")


def pruned(value: Any) -> Any:
    """What a first apply sends: without fields that are null, as a later one removes them."""
    if isinstance(value, dict):
        return {key: pruned(each) for key, each in value.items() if each is not None}
    return [pruned(each) for each in value] if isinstance(value, list) else value


def create(kubectl: Kubectl, reporter: Reporter, place: Info) -> Info:
    obj = place.object
    if reporter.strategy != "client":
        try:
            obj = kubectl.client.create(place.collection, obj, write_query(kubectl, reporter.strategy))
        except ServerError as error:
            raise error.when("creating", place.source) from None
    return told(reporter, place, obj, "created")


def patched(kubectl: Kubectl, reporter: Reporter, place: Info, modified: Object, current: Object) -> Object | None:
    """The object after the patch, which is made anew while others change it; None where nothing is to be changed."""
    for attempt in range(MOST_TRIES + 1):
        if attempt:
            if attempt > 1:
                kubectl.terminal.rest(SECOND)
            current = kubectl.client.get(place.path)
        patch, content_type = difference(kubectl, last_applied(current) or {}, modified, current, place)
        if not patch:
            return None
        if reporter.strategy == "client":
            return patched_here(place, current, patch, content_type)
        try:
            return kubectl.client.patch(
                place.path, patch, write_query(kubectl, reporter.strategy), content_type=content_type
            )
        except ServerError as error:
            failure = error
            if error.reason != "Conflict":
                break
    if failure.reason in ("Conflict", "Invalid") and kubectl.options.flag("force"):
        return forced(kubectl, reporter, place, modified, current)
    doing = f"applying patch:\n{json_text(sorted_keys(patch))}\nto:\n{described(place)}\nfor:"
    raise failure.when("patching", place.source).again(doing, place.source) from None


def patched_here(place: Info, current: Object, patch: Object, content_type: str) -> Object:
    """The object as the patch would make it; of kinds that only the server has types for kubectl cannot say."""
    if content_type == MERGE:
        return merge_patch.apply(current, patch)
    schema = client_schema(place.resource)
    if schema is None:
        doing = f'error when applying patch:\n\nto:\n{described(place)}\nfor: "{place.source}"'
        raise CommandError(f"{doing}: applying patch locally: expected a struct, but received a nil")
    return strategic.apply(current, patch, schema)


def forced(kubectl: Kubectl, reporter: Reporter, place: Info, modified: Object, current: Object) -> Object:
    """Delete the object and create it as the file has it; what was there comes back where that is refused."""
    query = write_query(kubectl, reporter.strategy)
    kubectl.client.delete(place.path, delete_options(kubectl), {"dryRun": query["dryRun"]})
    began, timeout = kubectl.now, kubectl.options.duration("timeout")
    while kubectl.client.find(place.path) is not None:
        waited = kubectl.now - began
        if timeout and waited >= timeout:
            doing = f"applying patch:\n{encoded(modified)}to:\n{described(place)}\nfor:"
            raise CommandError(f'error when {doing} "{place.source}": timed out waiting for the condition')
        # each look is kept until the object is gone, so that after the first minute they become fewer
        kubectl.terminal.rest(max(SECOND, waited // 60))
    try:
        return kubectl.client.create(place.collection, modified, query)
    except ServerError as error:
        restore(kubectl, place, current, query, error)
        doing = f"applying patch:\n{encoded(modified)}\nto:\n{described(place)}\nfor:"
        raise error.when(doing, place.source) from None


def restore(kubectl: Kubectl, place: Info, current: Object, query: dict[str, str | None], refused: ServerError) -> None:
    try:
        kubectl.client.create(place.collection, current, query)
    except ServerError as error:
        raise Plain(
            "An error occurred force-replacing the existing object with the newly provided one:\n\n"
            f"{refused}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n{error}"
        ) from None


def delete_options(kubectl: Kubectl) -> Object:
    """How apply deletes what it replaces or prunes. Upstream: asDeleteOptions"""
    body: Object = {"propagationPolicy": kubectl.memory["propagation"]}
    grace = kubectl.options.number("grace-period")
    return {"gracePeriodSeconds": grace, **body} if grace >= 0 else body


def described(place: Info) -> str:
    """A place as errors of apply tell it. Upstream: resource.Info.String"""
    resource = place.resource
    gvr = resource.described
    gvk = f"{resource.group}/{resource.version}, Kind={resource.kind}"
    return f'Resource: "{gvr}", GroupVersionKind: "{gvk}"\nName: "{place.name}", Namespace: "{place.namespace}"'


def ask_how_to_patch(kubectl: Kubectl, place: Info) -> None:
    """Have the server tell how a kind is patched, as upstream does before it compares."""
    resource = place.resource
    told = f"group: {resource.group}, version {resource.version}, kind {resource.kind}"
    try:
        kinds = kubectl.documents.kinds(resource.api_version)
    except (NoConnection, ServerError):
        kinds = None
    if kinds is None:
        kubectl.client.log(5, "patcher.go:140", f"warning: OpenAPI V3 path does not exist - {told}")
    elif not kinds.get(resource.kind):
        said = "warning: OpenAPI V3 path does not support strategic merge patch"
        kubectl.client.log(5, "patcher.go:155", f"{said} - {told}")
    else:
        return
    with suppress(NoConnection, ServerError):
        kubectl.documents.swagger()


def difference(kubectl: Kubectl, before: Object, modified: Object, current: Object, place: Info) -> tuple[Object, str]:
    """The patch that makes an object what the file says, and its content type."""
    options = kubectl.options
    asks = not options.has("openapi-patch") or options.flag("openapi-patch")
    if asks:
        ask_how_to_patch(kubectl, place)
    schema = served_schema(place.resource) if asks else client_schema(place.resource)
    try:
        if schema is None:
            return merge_patch.three_way(before, modified, current), MERGE
        overwrite = not options.has("overwrite") or options.flag("overwrite")
        return strategic_diff.three_way(before, modified, current, schema, overwrite=overwrite), STRATEGIC
    except PatchError as error:
        if schema is not None and options.has("openapi-patch") and options.flag("openapi-patch"):
            for source in ("openapi v3", "openapi"):
                kubectl.complain(f"warning: error calculating patch from {source} spec: {error}")
        trying = (
            f"creating patch with:\noriginal:\n{encoded(before)}\nmodified:\n{encoded(modified)}\n"
            f"current:\n{encoded(current)}\nfor:"
        )
        doing = f'error when applying patch:\n\nto:\n{described(place)}\nfor: "{place.source}": '
        raise CommandError(f'{doing}error when patching "{place.source}": {trying} {error}') from None
