"""Editing objects in the terminal's editor: what is shown, and what happens to the text when the editor ends.

Upstream: kubectl/pkg/cmd/util/editor
"""

import orjson

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import validation
from simulator.kubectl.command import Outcome, step
from simulator.kubectl.edited import Results, commented, create_all, endpoint, store_all, updated
from simulator.kubectl.errors import CommandError, Failure, Kept, Silent, raise_all
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import last_applied, sorted_keys
from simulator.kubectl.manifests import missing_header
from simulator.kubectl.printers.data import json_lines
from simulator.machinery import yaml
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object, without
from simulator.runtime.errors import OSFailure

HEADER = """# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""
APPLIED_HEADER = """# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
"""
FORMATS = ("json", "kyaml", "yaml")


def begin_edit(kubectl: Kubectl, *, last_applied_only: bool = False) -> Outcome:
    """Write the objects to a file and open it in the editor."""
    check_format(kubectl)
    infos = Builder(kubectl, kubectl.options.args, everything=True).infos()
    if not infos:
        raise CommandError("edit cancelled, no objects found")
    found = [current(kubectl, info) for info in infos]
    objects = [applied for obj in found if (applied := last_applied(obj))] if last_applied_only else found
    if not objects:
        raise CommandError(
            "no last-applied-configuration annotation found on resources, to create the annotation, use command "
            "`kubectl apply set-last-applied --create-annotation`"
        )
    return open_editor(kubectl, orjson.dumps(objects).decode(), infos[0].path)


def check_format(kubectl: Kubectl) -> None:
    """Raises CommandError for a form that is none to edit in."""
    output = kubectl.options.text("output")
    if output not in ("", *FORMATS):
        raise CommandError(
            f"unable to match a printer suitable for the output format {quoted(output)}, allowed formats are: "
            + ",".join(FORMATS)
        )


def begin_creation(kubectl: Kubectl) -> Outcome:
    """Open the editor on one object of the files after the other; what is saved is created."""
    validation(kubectl)
    builder = Builder(kubectl, ())
    builder.check()
    places = list(builder.from_manifests())
    if any(isinstance(place, Info) for place in places):
        check_format(kubectl)
    kubectl.memory["pending"] = [
        (orjson.dumps([place.object]).decode(), place.path) for place in places if isinstance(place, Info)
    ]
    kubectl.memory["failures"] = [kept(place) for place in places if isinstance(place, Failure)]
    return create_next(kubectl)


def kept(failure: Failure) -> tuple[str, str]:
    return failure.shown(), failure.listed()


def create_next(kubectl: Kubectl) -> Outcome:
    """Go on with the next object; after the last, tell what went wrong."""
    pending = list(kubectl.memory["pending"])
    while pending:
        originals, path = pending.pop(0)
        kubectl.memory["pending"] = pending
        try:
            return open_editor(kubectl, originals, path)
        except Failure as failure:
            kubectl.memory["failures"] = [*kubectl.memory["failures"], kept(failure)]
    raise_all([Kept(shown, listed) for shown, listed in kubectl.memory["failures"]])
    return None


def current(kubectl: Kubectl, info: Info) -> Object:
    """An object, or the subresource of it that is edited."""
    place = endpoint(kubectl, info.path)
    return info.object if place == info.path else kubectl.client.get(place)


def written(kubectl: Kubectl, originals: str) -> str:
    """The objects as the editor shows them, without who manages which field; several are put into one list."""
    objects = [without(obj, ("metadata", "managedFields")) for obj in orjson.loads(originals)]
    whole = objects[0] if len(objects) == 1 else {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": objects}
    match kubectl.options.text("output"):
        case "json":
            return json_lines(whole)
        case "kyaml":
            return yaml.dump_kyaml(whole)
    return yaml.dump(whole)


def open_editor(
    kubectl: Kubectl, originals: str, path: str, reasons: str = "", last: str = "", typed: str | None = None
) -> Outcome:
    """Start the editor on the objects, or once more on what was typed, with what is wrong about it above it."""
    ending = "json" if kubectl.options.text("output") == "json" else "yaml"
    head = ""
    if ending == "yaml":
        head = (APPLIED_HEADER if kubectl.command.name == "edit-last-applied" else HEADER) + reasons
    text = head + written(kubectl, originals) if typed is None else head
    if kubectl.options.flag("windows-line-endings") and not creates(kubectl):
        text = text.replace("\n", "\r\n")
    if typed is not None:
        text += uncommented(typed)
    number = kubectl.now % 10**10
    while kubectl.terminal.is_file(name := f"/tmp/kubectl-edit-{number}.{ending}"):
        number += 1
    kubectl.terminal.write_file(name, text.encode())
    editor = editor_of(kubectl)
    words = [*editor.split(), name]
    kubectl.client.log(5, "launcher_others.go:61", f"Opening file with editor [{' '.join(words)}]")
    try:
        kubectl.terminal.spawn(words)
    except OSFailure:
        raise CommandError(f"unable to launch the editor {quoted(editor)}") from None
    return kubectl.wait(edited, originals, path, name, last, typed, children=True)


def editor_of(kubectl: Kubectl) -> str:
    env = kubectl.terminal.env
    return env.get("KUBE_EDITOR") or env.get("EDITOR") or "vi"


@step
def edited(kubectl: Kubectl, originals: str, path: str, name: str, last: str, typed: str | None) -> Outcome:
    """The editor has ended: take its text, and go on. `typed` is what was wrong before, kept in the file `last`."""
    code = kubectl.terminal.ended()
    if code is None:
        return kubectl.wait(edited, originals, path, name, last, typed, children=True)
    if not creates(kubectl):
        return taken(kubectl, code, originals, path, name, last, typed)
    try:
        outcome = taken(kubectl, code, originals, path, name, last, typed)
    except Failure as failure:
        kubectl.memory["failures"] = [*kubectl.memory["failures"], kept(failure)]
        outcome = None
    return create_next(kubectl) if outcome is None else outcome


def creates(kubectl: Kubectl) -> bool:
    """Whether what is edited is to be made; the flag for another system's line endings is not asked then."""
    return kubectl.command.name == "create"


def taken(kubectl: Kubectl, code: int, originals: str, path: str, name: str, last: str, typed: str | None) -> Outcome:
    """What is done with the text that the editor left, or once more the editor."""
    if code:
        preserved(kubectl, last)
        raise CommandError(f'there was a problem with the editor "{editor_of(kubectl)}"')
    content = kubectl.terminal.read_file(name).decode(errors="replace")
    kubectl.client.log(4, "editoptions.go:310", f"User edited:\n{content.removesuffix('\n')}")
    if typed is not None and stripped(typed) == stripped(content):
        preserved(kubectl, name)
        raise CommandError("Edit cancelled, no valid changes were saved.")
    if last:
        kubectl.terminal.remove_file(last)
    results = Results(kubectl, path)
    if wrong := invalid(kubectl, content):
        results.add_invalid([f'<nil>: Invalid value: "The edited file failed validation": {wrong}'])
        return open_editor(kubectl, originals, path, results.reasons, name, content)
    if cancelled := unchanged(written(kubectl, originals), content):
        kubectl.terminal.remove_file(name)
        kubectl.complain(f"Edit cancelled, {cancelled}.")
        return None
    return store(kubectl, originals, path, name, content)


def store(kubectl: Kubectl, originals: str, path: str, name: str, content: str) -> Outcome:
    """Send what was changed; what is refused as invalid is shown again."""
    results = Results(kubectl, path)
    try:
        infos = updated(kubectl, content)
    except (Failure, yaml.YAMLError) as failure:
        reasons = commented(f"The edited file had a syntax error: {failure}")
        return open_editor(kubectl, originals, path, reasons, name, content)
    try:
        if creates(kubectl):
            create_all(kubectl, infos)
        else:
            store_all(kubectl, orjson.loads(originals), infos, results)
    except Failure:
        preserved(kubectl, name)
        raise
    if results.retryable:
        kubectl.complain(f"You can run `kubectl replace -f {name}` to try this update again.")
        raise Silent()
    if results.missing:
        kubectl.complain(f"The edits you made on deleted resources have been saved to {quoted(name)}")
        raise Silent()
    if results.reasons:
        return open_editor(kubectl, originals, path, results.reasons, name, content)
    kubectl.terminal.remove_file(name)
    return None


def preserved(kubectl: Kubectl, name: str) -> None:
    """Tell where what was typed can be found."""
    if name:
        kubectl.complain(f"A copy of your changes has been stored to {quoted(name)}")


def invalid(kubectl: Kubectl, content: str) -> str:
    """What is wrong with a text before it is an object at all."""
    if validation(kubectl) == "Ignore":
        return ""
    try:
        value = yaml.load(stripped(content))
    except yaml.YAMLError as error:
        return str(error).removeprefix(yaml.CONVERTING)
    if not isinstance(value, dict):
        return "invalid object to validate"
    if wrong := missing_header(value):
        return wrong
    try:
        kubectl.validator.check(value)
    except CommandError as error:
        return str(error)
    return ""


def unchanged(before: str, content: str) -> str:
    """Why nothing is to be done about a text."""
    if stripped(before) == stripped(content):
        return "no changes made"
    return "" if uncommented(content).strip() else "saved file was empty"


def stripped(text: str) -> str:
    """What a text says, as JSON; where it cannot be read, its lines that are no comments."""
    try:
        return json_text(sorted_keys(yaml.load(text)))
    except yaml.YAMLError:
        return uncommented(text)


def uncommented(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("#"))
