"""kubectl patch: change fields of objects, in one of three patch languages. Upstream: kubectl/pkg/cmd/patch"""

from collections.abc import Iterator
from typing import Any

import orjson

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter, check_local, dry_run, write_query
from simulator.kubectl.client import JSON_PATCH, MERGE, STRATEGIC
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.errors import CommandError, Failure, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, FILENAMES, LOCAL, PRINTING, field_manager, subresource
from simulator.kubectl.patching import client_schema
from simulator.kubectl.recording import RECORD, record
from simulator.machinery import yaml
from simulator.machinery.gojson import sort_of, syntax_error
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.patches import PatchError, json_patch, merge_patch, strategic
from simulator.runtime.errors import OSFailure

KINDS = {"json": JSON_PATCH, "merge": MERGE, "strategic": STRATEGIC}


@command(
    "patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    summary="Update fields of a resource",
    description="Update fields of a resource using strategic merge patch, a JSON merge patch, or a JSON patch.\n\n"
    " The patch may be JSON or YAML. Custom resources know no strategic merge patch.",
    examples=(
        (
            "Mark a node unschedulable with a strategic merge patch as JSON",
            'kubectl patch node k8s-node-1 -p \'{"spec":{"unschedulable":true}}\'',
        ),
        (
            "The same as YAML",
            "kubectl patch node k8s-node-1 -p $'spec:\\n unschedulable: true'",
        ),
        (
            "Change a container's image; spec.containers[*].name says which",
            'kubectl patch pod valid-pod -p \'{"spec":{"containers":[{"name":"web","image":"new image"}]}}\'',
        ),
        (
            "Change a container's image with a JSON patch, by position",
            'kubectl patch pod valid-pod --type=\'json\' -p=\'[{"op": "replace", "path": '
            '"/spec/containers/0/image", "value":"new image"}]\'',
        ),
        (
            "Change the replicas through the scale subresource",
            "kubectl patch deployment nginx --subresource='scale' --type='merge' -p '{\"spec\":{\"replicas\":2}}'",
        ),
    ),
    flags=(
        *PRINTING,
        DRY_RUN,
        RECORD,
        field_manager("kubectl-patch"),
        *FILENAMES,
        LOCAL,
        Flag("patch", "", "The patch.", short="p"),
        Flag("patch-file", "", "A file with the patch."),
        subresource("Patch this subresource."),
        Flag("type", "strategic", "The language of the patch: one of [json merge strategic]", choices=tuple(KINDS)),
    ),
    completes=("resource", "object"),
)
def patch(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    reporter = Reporter(kubectl, late=True)
    if not options.flag("local"):
        kubectl.connect()
    check(kubectl)
    kind = options.text("type").lower()
    body = as_json(patch_text(kubectl))
    errors: list[Failure] = []
    tried = False
    for item in objects(kubectl):
        tried = True
        try:
            patch_one(kubectl, reporter, item, body, kind)
        except Failure as failure:
            errors.append(failure)
    if not tried:
        raise CommandError("no objects passed to patch")
    raise_all(errors)
    return None


def patch_one(kubectl: Kubectl, reporter: Reporter, item: Info | Failure, body: bytes, kind: str) -> None:
    if isinstance(item, Failure):
        raise item
    patched = changed(kubectl, item, body, kind)
    # A dry run is not told apart here, as in the real program.
    done = "patched" if patched != item.object else "patched (no change)"
    if not kubectl.options.flag("local"):
        patched = record(kubectl, item, dry_run(kubectl)) or patched
    reporter.strategy = "none"
    reporter.report(patched, done)


def check(kubectl: Kubectl) -> None:
    options = kubectl.options
    text, path = options.text("patch"), options.text("patch-file")
    if text and path:
        raise CommandError("cannot specify --patch and --patch-file together")
    if not text and not path:
        raise CommandError("must specify --patch or --patch-file containing the contents of the patch")
    if options.flag("local") and options.args:
        raise CommandError("cannot specify --local and server resources")
    check_local(kubectl)
    if (kind := options.text("type")).lower() not in KINDS:
        raise CommandError(f"--type must be one of [{' '.join(KINDS)}], not {quoted(kind)}")


def patch_text(kubectl: Kubectl) -> str:
    path = kubectl.options.text("patch-file")
    if not path:
        return kubectl.options.text("patch")
    try:
        return kubectl.terminal.read_file(path).decode(errors="replace")
    except OSFailure as failure:
        raise CommandError(f"unable to read patch file: open {path}: {failure.words.lower()}") from None


def as_json(text: str) -> bytes:
    """The patch as JSON; what begins as JSON does, or is not YAML either, goes to the server as it is."""
    if text.lstrip().startswith("{"):
        return text.encode()
    try:
        return orjson.dumps(yaml.load(text))
    except yaml.YAMLError:
        return text.encode()


def objects(kubectl: Kubectl) -> Iterator[Info | Failure]:
    """What is to be patched, and what could not be found. Files say it themselves; else it is what the server has."""
    name = kubectl.options.text("subresource")
    builder = Builder(kubectl, kubectl.options.args, selector="", latest=False)
    if not name or builder.from_files:
        yield from builder.each()
        return
    for target in builder.targets():
        try:
            yield target.holding(kubectl.client.get_in(target.namespace, f"{target.path}/{name}"))
        except Failure as failure:
            yield failure


def changed(kubectl: Kubectl, info: Info, body: bytes, kind: str) -> Object:
    """The patched object, as the server made it or as it would be."""
    strategy = dry_run(kubectl)
    if kubectl.options.flag("local") or strategy == "client":
        return changed_here(info, body, kind)
    name = kubectl.options.text("subresource")
    path = f"{info.path}/{name}" if name else info.path
    try:
        return kubectl.client.patch(path, body, write_query(kubectl, strategy), content_type=KINDS[kind])
    except ServerError as error:
        if error.reason != "UnsupportedMediaType":
            raise
        version = info.object["apiVersion"]
        what = f"{version}, Kind={info.object['kind']}" if "/" in version else f"/{version}, Kind={info.object['kind']}"
        raise CommandError(f"{KINDS[kind]} is not supported by {what}: {error}") from None


def changed_here(info: Info, body: bytes, kind: str) -> Object:
    """The object as it would be. Raises CommandError in the words of the libraries that the real one patches with."""
    try:
        patch: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise CommandError(MALFORMED.get(kind) or syntax_error(body)) from None
    try:
        return APPLIED[kind](info, patch)
    except PatchError as error:
        raise CommandError(str(error)) from None


MALFORMED = {"strategic": "invalid JSON document", "merge": "Invalid JSON Patch"}


def json_patched(info: Info, patch: Any) -> Object:
    if not isinstance(patch, list):
        what = "object" if isinstance(patch, dict) else sort_of(patch)
        raise CommandError(f"json: cannot unmarshal {what} into Go value of type jsonpatch.Patch")
    return json_patch.apply(info.object, patch)


def merged(info: Info, patch: Any) -> Object:
    if isinstance(patch, list):
        raise CommandError("json: cannot unmarshal array into Go value of type unstructured.detector")
    if not isinstance(patch, dict):
        raise CommandError(MALFORMED["merge"])
    return merge_patch.apply(info.object, patch)


def strategically_merged(info: Info, patch: Any) -> Object:
    schema = client_schema(info.resource)
    if schema is None:
        version, _, _ = str(info.object["apiVersion"]).rpartition("/")
        what = f"{'' if version else '/'}{info.object['apiVersion']}, Kind={info.object['kind']}"
        raise CommandError(f"strategic merge patch is not supported for {what} locally, try --type merge")
    if not isinstance(patch, dict | None):
        raise CommandError(MALFORMED["strategic"])
    return strategic.apply(info.object, patch or {}, schema)


APPLIED = {"json": json_patched, "merge": merged, "strategic": strategically_merged}
