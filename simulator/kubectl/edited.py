"""What is done with objects that were edited: what changed is sent, and what the server refuses is told.

Upstream: kubectl/pkg/cmd/util/editor
"""

import re
from collections.abc import Sequence

from simulator.kubectl.builder import Info
from simulator.kubectl.changes import Reporter, write_query
from simulator.kubectl.client import MERGE, STRATEGIC
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import LAST_APPLIED, encoded, sorted_keys, with_last_applied
from simulator.kubectl.manifests import Manifest, check_header, check_metadata, documents
from simulator.kubectl.patching import client_schema
from simulator.kubectl.recording import recorded
from simulator.machinery.golang import json_text, quoted, syntax
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.patches import merge_patch, strategic_diff

SOURCE = "edited-file"


class Results:
    """What the server did not take, and why the text must be edited again."""

    def __init__(self, kubectl: Kubectl, path: str) -> None:
        self._kubectl = kubectl
        self._path = path
        self.reasons = ""
        self.missing = self.retryable = 0

    def add(self, error: ServerError, path: str) -> None:
        if error.reason == "Invalid":
            causes = at(error.status, "details", "causes", default=())
            self.add_invalid([f"{cause.get('field', '')}: {cause.get('message', '')}" for cause in causes], path)
        elif error.reason == "NotFound":
            self.missing += 1
            self._kubectl.complain(f"error: {described(path)} could not be found on the server")
        else:
            self.retryable += 1
            self._kubectl.complain(f"error: {described(path)} could not be patched: {error}")

    def add_invalid(self, causes: Sequence[str], path: str = "") -> None:
        subject = described(path or self._path)
        self.reasons += commented(f"{subject} was not valid", causes)
        self._kubectl.complain(f"error: {subject} is invalid")


def described(path: str) -> str:
    """The object that a path is of, with its group: `deployments.apps "web"`."""
    parts = path.strip("/").split("/")
    return parts[-2] + (f".{parts[1]}" if parts[0] == "apis" else "") + f" {quoted(parts[-1])}"


def commented(head: str, causes: Sequence[str] = ()) -> str:
    """A reason as comments above the text."""
    lines = [f"# {head}{':' if causes else ''}", *(f"# * {cause}" for cause in causes)]
    return "".join(re.sub(r"\n(?=[^#])", "\n# ", line) + "\n" for line in lines) + "#\n"


def endpoint(kubectl: Kubectl, path: str) -> str:
    """Where the object is read and written: a subresource, where one is named."""
    subresource = kubectl.options.text("subresource") if kubectl.options.has("subresource") else ""
    return f"{path}/{subresource}" if subresource else path


def updated(kubectl: Kubectl, content: str) -> list[Info]:
    """The objects of a text, and where they belong."""
    infos, wrong = list[Info](), list[Failure]()
    for manifest in documents(content.encode(), SOURCE):
        try:
            infos.append(place(kubectl, manifest))
        except Failure as failure:
            wrong.append(failure)
    raise_all(wrong)
    return infos


def place(kubectl: Kubectl, manifest: Manifest | Failure) -> Info:
    if isinstance(manifest, Failure):
        raise manifest
    if failure := check_header(manifest, validate=False) or check_metadata(manifest):
        raise failure
    resource = kubectl.mapper.of(manifest.object, SOURCE)
    namespace = (at(manifest.object, "metadata", "namespace") or kubectl.namespace) if resource.namespaced else ""
    return Info(resource, namespace, at(manifest.object, "metadata", "name", default=""), manifest.object)


def store_all(kubectl: Kubectl, originals: Sequence[Object], infos: Sequence[Info], results: Results) -> None:
    """Send what was changed about each object."""
    managers = {uid(obj): at(obj, "metadata", "managedFields") for obj in originals}
    prepared = [with_annotations(kubectl, info, managers.get(uid(info.object))) for info in infos]
    reporter = Reporter(kubectl)
    for info in prepared:
        before = next((obj for obj in originals if uid(obj) == uid(info.object)), None)
        if before is None:
            raise CommandError(
                f"no original object found for &unstructured.Unstructured{{Object:{syntax(info.object)}}}"
            )
        if sorted_text(before) == sorted_text(info.object):
            reporter.report(info.object, "skipped")
            continue
        patch, content_type = difference(kubectl, before, info)
        if kubectl.options.has("output-patch") and kubectl.options.flag("output-patch"):
            kubectl.print(f"Patch: {json_text(patch)}")
        try:
            path = endpoint(kubectl, info.path)
            reporter.report(
                kubectl.client.patch(path, patch, write_query(kubectl), content_type=content_type), "edited"
            )
        except ServerError as error:
            results.add(error, info.path)


def create_all(kubectl: Kubectl, infos: Sequence[Info]) -> None:
    """Create what a text describes until one is refused; `--field-manager` and `--dry-run` are not asked."""
    query = {**write_query(kubectl), "fieldManager": "kubectl-create"}
    reporter = Reporter(kubectl, truly=True)
    for info in [with_annotations(kubectl, info, None) for info in infos]:
        reporter.report(kubectl.client.create(info.collection, info.object, query), "created")


def sorted_text(obj: Object) -> str:
    return json_text(sorted_keys(obj))


def uid(obj: Object) -> str:
    return str(at(obj, "metadata", "uid", default=""))


def with_annotations(kubectl: Kubectl, info: Info, managers: object) -> Info:
    """An edited object as it is compared: its managers and its namespace are back, and annotations that flags ask for
    are in it."""
    if info.resource.namespaced and info.namespace != kubectl.namespace:
        raise CommandError(
            f"the namespace from the provided object {quoted(info.namespace)} does not match the namespace "
            f"{quoted(kubectl.namespace)}. You must pass '--namespace={info.namespace}' to perform this operation."
        )
    obj = changed(info.object, ("metadata", "managedFields"), managers) if managers else info.object
    if info.namespace and not at(obj, "metadata", "namespace"):
        obj = changed(obj, ("metadata", "namespace"), info.namespace)
    if kubectl.options.has("save-config") and kubectl.options.flag("save-config"):
        obj = with_last_applied(obj)
    return info.holding(recorded(kubectl, obj) if kubectl.options.has("record") else obj)


def difference(kubectl: Kubectl, before: Object, info: Info) -> tuple[Object, str]:
    """The patch from one text to the other, and of which kind it is."""
    after = info.object
    if kubectl.command.name == "edit-last-applied":
        return {"metadata": {"annotations": {LAST_APPLIED: encoded(after)}}}, MERGE
    for field in (("apiVersion",), ("kind",), ("metadata", "name")):
        if at(before, *field) != at(after, *field):
            raise CommandError("At least one of apiVersion, kind and name was changed")
    schema = client_schema(info.resource)
    if schema is None:
        return sorted_keys(merge_patch.two_way(before, after)), MERGE
    return sorted_keys(strategic_diff.two_way(before, after, schema)), STRATEGIC
