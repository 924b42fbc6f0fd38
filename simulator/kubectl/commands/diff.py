"""kubectl diff: what apply would change. Upstream: kubectl/pkg/cmd/diff"""

from difflib import unified_diff
from typing import Any

from simulator.kernel.clock import micro_timestamp
from simulator.kubectl.applying import difference, warn_if_leaving
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.client import APPLY
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.apply import CLIENT_MANAGER
from simulator.kubectl.errors import CommandError, Failure, ServerError, Silent
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import LAST_APPLIED, last_applied
from simulator.kubectl.migrating import encoded
from simulator.kubectl.options import FILENAMES, MANAGED_FIELDS, SELECTOR, field_manager
from simulator.kubectl.printers.data import unmanaged
from simulator.kubectl.pruning import check_allowed, prunable, warn_of_defaults
from simulator.machinery import yaml
from simulator.machinery.objects import Object, at, changed

ATTEMPTS = 4
TROUBLE = 2
"""The exit code of a comparison that could not be made."""
HIDDEN = "***"
BEFORE, AFTER = "*** (before)", "*** (after)"


@command(
    "diff -f FILENAME",
    summary="Diff the live version against a would-be applied version",
    description="Diff configurations specified by file name or stdin between the current online configuration, and the"
    " configuration as it would be if applied.\n\n"
    ' The output is that of "diff -u -N".\n\n'
    " Exit status: 0 nothing would change. 1 something would change. >1 something went wrong.",
    examples=(
        ("Compare what pod.json says with what there is", "kubectl diff -f pod.json"),
        ("Compare what standard input says", "cat service.yaml | kubectl diff -f -"),
    ),
    flags=(
        Flag("concurrency", 1, "How many objects to look at at once."),
        field_manager(CLIENT_MANAGER),
        *FILENAMES,
        Flag("force-conflicts", False, "With --server-side: take fields over from other managers."),
        Flag("prune", False, "Show what --prune would delete too."),
        Flag("prune-allowlist", (), "Overwrite the default list with <group/version/kind> for --prune"),
        SELECTOR,
        Flag("server-side", False, "Compare with what server-side apply would do."),
        MANAGED_FIELDS,
        Flag("show-secrets", False, "Show the values of secrets."),
    ),
)
def diff(kubectl: Kubectl) -> Outcome:
    try:
        differs = any_differs(kubectl)
    except Failure as failure:
        failure.code = TROUBLE
        raise
    if differs:
        raise Silent(1)
    return None


def any_differs(kubectl: Kubectl) -> bool:
    options = kubectl.options
    if options.args:
        raise kubectl.usage_error(f"Unexpected args: [{' '.join(options.args)}]")
    if not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("must specify one of -f and -k")
    kubectl.connect(before_namespace=True)
    if options.flag("force-conflicts") and not options.flag("server-side"):
        raise CommandError("--force-conflicts only works with --server-side")
    if options.flag("prune"):
        check_allowed(kubectl)
        warn_of_defaults(kubectl)
    pages: dict[str, str] = {}  # the two sides are compared when all objects are known
    seen = []
    for place in Builder(kubectl, ()).from_manifests(validate=False):
        if isinstance(place, Failure):
            raise place
        live, merged = both(kubectl, place)
        pages[file_name(place)] = compared(kubectl, place, live, merged)
        seen.append(place.holding(live or {}))
    if options.flag("prune"):
        for resource, item in prunable(kubectl, seen):
            place = Info(resource, item["metadata"].get("namespace", ""), item["metadata"]["name"])
            pages[file_name(place)] = shown(kubectl, place, yaml.dump(item), "")
    kubectl.write("".join(page for _, page in sorted(pages.items())))
    return any(pages.values())


def both(kubectl: Kubectl, place: Info) -> tuple[Object | None, Object]:
    """The object as it is and as it would be; once more where they do not agree on what there is."""
    for attempt in range(1, ATTEMPTS + 1):
        live = kubectl.client.find_in(place.namespace, place.path)
        warn_if_leaving(kubectl, live or {})
        if attempt == ATTEMPTS:
            kind = f"{place.resource.group}/{place.resource.version}, Kind={place.resource.kind}"
            said = f"Object ({kind}: {place.name}) keeps changing, diffing without lock"
            kubectl.client.log(0, "diff.go:723", said, severity="W")
        try:
            return live, applied(kubectl, place, live, locked=attempt < ATTEMPTS)
        except ServerError as error:
            if error.reason != "Conflict" or attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def compared(kubectl: Kubectl, place: Info, live: Object | None, merged: Object) -> str:
    """How an object would change; empty where it would not."""
    if live is not None and not kubectl.options.flag("show-managed-fields"):
        live = unmanaged(live)
    if not kubectl.options.flag("show-managed-fields"):
        merged = unmanaged(merged)
    is_masked = place.resource.kind == "Secret" and not kubectl.options.flag("show-secrets")
    if is_masked:
        live, merged = masked(live, merged)
    before = "" if live is None else yaml.dump(live)
    if live is None and is_masked:
        before = "null\n"  # what hides values makes an object of no object
    after = yaml.dump(merged)
    if before == after:
        return ""
    return shown(kubectl, place, before, after)


def applied(kubectl: Kubectl, place: Info, live: Object | None, *, locked: bool) -> Object:
    """The object as it would be, if it is still what it was where that matters; the server keeps nothing of it."""
    options = kubectl.options
    query: dict[str, Any] = {"dryRun": "All", "fieldManager": options.text("field-manager")}
    if options.flag("server-side"):
        query |= {"force": options.flag("force-conflicts")}
        if not options.changed("field-manager"):
            query["fieldManager"] = "kubectl"
        return kubectl.client.patch(place.path, encoded(place.object), query, content_type=APPLY)
    if live is None:
        return kubectl.client.create(place.collection, place.object, query)
    patch, content_type = difference(kubectl, last_applied(live) or {}, with_annotations(place.object), live, place)
    if not patch:
        return live
    if locked:
        patch = changed(patch, ("metadata", "resourceVersion"), live["metadata"]["resourceVersion"])
    return kubectl.client.patch(place.path, patch, query, content_type=content_type)


def with_annotations(obj: Object) -> Object:
    """The object with a map of annotations even when it is empty, as last-applied configurations have it."""
    metadata = obj["metadata"]
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != LAST_APPLIED}
    return {**obj, "metadata": {**metadata, "annotations": annotations}}


def masked(live: Object | None, merged: Object) -> tuple[Object | None, Object]:
    """Both with their values hidden; values that change stay told apart."""
    old, new = at(live or {}, "data", default={}), at(merged, "data", default={})
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for key in (*old, *new):
        same = old.get(key) == new.get(key) or key not in old or key not in new
        before[key], after[key] = (HIDDEN, HIDDEN) if same else (BEFORE, AFTER)
    shown_live = None if live is None else {**live, "data": {key: before[key] for key in old}} if old else live
    return shown_live, {**merged, "data": {key: after[key] for key in new}} if new else merged


def file_name(place: Info) -> str:
    resource = place.resource
    group = f"{resource.group}." if resource.group else ""
    return f"{group}{resource.version}.{resource.kind}.{place.namespace}.{place.name}"


def shown(kubectl: Kubectl, place: Info, before: str, after: str) -> str:
    """What `diff -u -N` prints of the two files."""
    stamp = micro_timestamp(kubectl.now).replace("T", " ").replace("Z", "000 +0000")
    live, merged = (f"/tmp/{word}-{kubectl.now % 2**32}/{file_name(place)}" for word in ("LIVE", "MERGED"))
    lines = unified_diff(before.splitlines(), after.splitlines(), live, merged, stamp, stamp, lineterm="")
    return f"diff -u -N {live} {merged}\n" + "".join(f"{line}\n" for line in lines)
