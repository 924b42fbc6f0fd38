"""Editing objects in the terminal's editor: the text that is shown, and what is done with it afterwards.

Upstream: kubectl/pkg/cmd/util/editor
"""

from collections.abc import Sequence

from simulator.kubectl.builder import Builder
from simulator.kubectl.changes import Reporter, write_query
from simulator.kubectl.client import MERGE, STRATEGIC
from simulator.kubectl.command import Outcome, step
from simulator.kubectl.errors import CommandError, Failure, ServerError, Silent
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import LAST_APPLIED, encoded, last_applied
from simulator.kubectl.patching import client_schema
from simulator.kubectl.printers.data import json_lines
from simulator.kubectl.recording import recorded
from simulator.machinery import yaml
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.patches import merge_patch, strategic_diff
from simulator.runtime.errors import OSFailure

HEADER = """# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""


FORMATS = ("json", "kyaml", "yaml")


class AnotherObject(CommandError):
    """The text is of another object now."""

    def __init__(self) -> None:
        super().__init__("At least one of apiVersion, kind and name was changed")


def begin_edit(kubectl: Kubectl, *, last_applied_only: bool = False) -> Outcome:
    """Write the objects to a file and open it in the editor."""
    output = kubectl.options.text("output")
    if output not in ("", *FORMATS):
        raise CommandError(
            f"unable to match a printer suitable for the output format {quoted(output)}, allowed formats are: "
            + ",".join(FORMATS)
        )
    infos = Builder(kubectl, kubectl.options.args, everything=True).infos()
    if not infos:
        kubectl.complain("edit cancelled, no objects found")
        return None
    objects = []
    for info in infos:
        place = endpoint(kubectl, info.path)
        found = info.object if place == info.path else kubectl.client.get(place)
        obj = last_applied(found) if last_applied_only else without_managed_fields(found)
        if obj is None:
            raise CommandError(
                "no last-applied-configuration annotation found on resources, to create the annotation, use command "
                "`kubectl apply set-last-applied --create-annotation`"
            )
        objects.append(obj)
    text = written(kubectl, objects)
    return open_editor(kubectl, text, text, tuple(info.path for info in infos))


def endpoint(kubectl: Kubectl, path: str) -> str:
    """Where the object is read and written: a subresource, where one is named."""
    subresource = kubectl.options.text("subresource") if kubectl.options.has("subresource") else ""
    return f"{path}/{subresource}" if subresource else path


def without_managed_fields(obj: Object) -> Object:
    metadata = {key: value for key, value in obj["metadata"].items() if key != "managedFields"}
    return {**obj, "metadata": metadata}


def written(kubectl: Kubectl, objects: Sequence[Object]) -> str:
    """The objects as the editor shows them; several are put into one list."""
    whole = (
        objects[0] if len(objects) == 1 else {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [*objects]}
    )
    return json_lines(whole) if kubectl.options.text("output") == "json" else yaml.dump(whole)


def open_editor(kubectl: Kubectl, text: str, original: str, paths: tuple[str, ...], problem: str = "") -> Outcome:
    """Start the editor on the text, with what was wrong with it before above it."""
    comments = HEADER + "".join(f"# {line}\n" for line in problem.splitlines()) + ("#\n" if problem else "")
    ending = "json" if kubectl.options.text("output") == "json" else "yaml"
    name = f"/tmp/kubectl-edit-{kubectl.now % 10**10}.{ending}"
    kubectl.terminal.write_file(name, (comments + text).encode())
    env = kubectl.terminal.env
    editor = env.get("KUBE_EDITOR") or env.get("EDITOR") or "vi"
    try:
        kubectl.terminal.spawn([*editor.split(), name])
    except OSFailure:
        raise CommandError(
            f'unable to launch the editor "{editor}": exec: "{editor.split()[0]}": executable file not found in $PATH'
        ) from None
    return kubectl.wait(edited, name, comments + text, original, paths, children=True)


@step
def edited(kubectl: Kubectl, name: str, shown: str, original: str, paths: tuple[str, ...]) -> Outcome:
    """The editor has ended: take its text."""
    code = kubectl.terminal.ended()
    if code is None:
        return kubectl.wait(edited, name, shown, original, paths, children=True)
    if code:
        raise CommandError(f"there was a problem with the editor {quoted_editor(kubectl)}")
    content = kubectl.terminal.read_file(name).decode(errors="replace")
    kubectl.terminal.remove_file(name)
    text = "".join(line for line in content.splitlines(keepends=True) if not line.startswith("#"))
    if not text.strip():
        kubectl.complain("Edit cancelled, saved file was empty.")
        return None
    if text == original:
        kubectl.complain("Edit cancelled, no changes made.")
        return None
    if content == shown:
        keep(kubectl, name, content)
        raise CommandError("Edit cancelled, no valid changes were saved.")
    try:
        objects = parsed(text)
        store_all(kubectl, objects, original, paths)
    except AnotherObject:
        keep(kubectl, name, content)
        raise
    except (Failure, yaml.YAMLError) as failure:
        return again(kubectl, text, original, paths, failure)
    return None


def keep(kubectl: Kubectl, name: str, content: str) -> None:
    """Leave what was typed where it can be found."""
    kubectl.terminal.write_file(name, content.encode())
    kubectl.complain(f'A copy of your changes has been stored to "{name}"')


def quoted_editor(kubectl: Kubectl) -> str:
    env = kubectl.terminal.env
    return f'"{env.get("KUBE_EDITOR") or env.get("EDITOR") or "vi"}"'


def again(kubectl: Kubectl, text: str, original: str, paths: tuple[str, ...], failure: Exception) -> Outcome:
    """Show the text once more with what is wrong about it; an unchanged text gives up."""
    problem = failure.shown() if isinstance(failure, Failure) else f"error parsing: {failure}"
    if isinstance(failure, ServerError):
        kubectl.complain(f"error: {resource_of(paths[0])} {quoted(paths[0].rpartition('/')[2])} is invalid")
    if isinstance(failure, Silent):
        raise failure
    return open_editor(kubectl, text, original, paths, problem)


def resource_of(path: str) -> str:
    """The resource that a path is of, with its group: `deployments.apps`."""
    parts = path.strip("/").split("/")
    return parts[-2] + (f".{parts[1]}" if parts[0] == "apis" else "")


def parsed(text: str) -> list[Object]:
    document = yaml.load(text)
    if not isinstance(document, dict):
        raise CommandError("the edited file has to hold an object")
    return list(document["items"]) if document.get("kind") == "List" else [document]


def store_all(kubectl: Kubectl, objects: Sequence[Object], original: str, paths: tuple[str, ...]) -> None:
    """Send what was changed about each object."""
    reporter = Reporter(kubectl)
    only_annotation = kubectl.command.name == "edit-last-applied"
    for obj, before, path in zip(objects, parsed(original), paths, strict=False):
        if only_annotation:
            body = {"metadata": {"annotations": {LAST_APPLIED: encoded(obj)}}}
            updated = kubectl.client.patch(path, body, write_query(kubectl), content_type=MERGE)
            reporter.report(updated, "edited")
            continue
        if kubectl.options.has("save-config") and kubectl.options.flag("save-config"):
            obj = changed(obj, ("metadata", "annotations", LAST_APPLIED), encoded(obj))
        patch, content_type = difference(kubectl, before, recorded(kubectl, obj))
        if not patch:
            reporter.report(before, "skipped")
            continue
        if kubectl.options.flag("output-patch"):
            kubectl.print(f"Patch: {json_text(patch)}")
        updated = kubectl.client.patch(endpoint(kubectl, path), patch, write_query(kubectl), content_type=content_type)
        reporter.report(updated, "edited")


def difference(kubectl: Kubectl, before: Object, after: Object) -> tuple[Object, str]:
    """The patch from one text to the other."""
    for field in ("apiVersion", "kind"):
        if before.get(field) != after.get(field):
            raise CommandError(f"{field} was changed")
    if at(before, "metadata", "name") != at(after, "metadata", "name"):
        raise AnotherObject()
    if before.get("kind") == "Scale":
        raise CommandError("a scale cannot be edited")
    resource = kubectl.mapper.of(before)
    schema = client_schema(resource)
    if schema is None:
        return merge_patch.two_way(before, after), MERGE
    return strategic_diff.two_way(before, after, schema), STRATEGIC
