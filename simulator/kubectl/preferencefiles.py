"""What a kuberc file says: its first document that holds preferences. Upstream: kubectl/pkg/kuberc/marshal.go"""

from collections.abc import Iterator
from typing import Any

from simulator.kubectl.terminal import Terminal
from simulator.kubectl.tracing import log_head
from simulator.machinery import yaml
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.yaml.reader import split

GROUP = "kubectl.config.k8s.io"
API_VERSION = f"{GROUP}/v1beta1"
ALPHA = f"{GROUP}/v1alpha1"
SCHEME = "pkg/config/scheme/scheme.go:30"

OPTION = {"name": None, "default": None}
SHAPE: dict[str, Any] = {
    "apiVersion": None,
    "kind": None,
    "defaults": [{"command": None, "options": [OPTION]}],
    "aliases": [{"name": None, "command": None, "prependArgs": [None], "appendArgs": [None], "options": [OPTION]}],
    "credentialPluginPolicy": None,
    "credentialPluginAllowlist": [{"name": None, "command": None}],
}
"""The fields that preferences have: lists hold what is in them, None is a value."""
RENAMED = {"overrides": "defaults", "flags": "options"}
"""What the older version calls fields."""


class Unfit(ValueError):
    """A document that holds no preferences."""


def decoded(terminal: Terminal, path: str, *, verbosity: int = 0) -> Object | None:
    """The preferences in a file; None in an empty one. Raises `Unfit` where it holds something else."""

    def log(place: str, text: str) -> None:
        if verbosity >= 5:
            terminal.write_error(f"{log_head('I', terminal.now)} {place}] kuberc: {text}\n")

    tried = 0
    for document in split(terminal.read_file(path).decode(errors="replace")):
        if not document.strip():
            continue
        tried += 1
        try:
            found, objection = read(document)
        except (Unfit, yaml.YAMLError) as error:
            said = str(error).removeprefix(yaml.CONVERTING)
            log("marshal.go:71", f"strict decoding error for entry {tried} in {path}: {said}")
            continue
        version = str(found["apiVersion"])
        log("marshal.go:94", f"using entry {tried} ({version}) in {path}")
        if objection:
            terminal.write_error(
                f"kuberc: ignoring strict decoding error in {path}: strict decoding error: {objection}"
            )
        newest: Object = current(found)
        return newest
    if tried:
        raise Unfit(f"no valid preferences found in {path}, use --v=5 to see details")
    log("marshal.go:103", f"no preferences found in {path}")
    return None


def read(document: str) -> tuple[Object, str]:
    """The preferences in a document, and what a strict reader objects to. Raises `Unfit` and `YAMLError`."""
    objections = []
    try:
        found = yaml.load(document, unique=True)
    except yaml.YAMLError as error:
        found = yaml.load(document)
        objections.append(str(error).removeprefix(yaml.CONVERTING))
    if not isinstance(found, dict):
        raise Unfit("couldn't get version/kind; json parse error")
    version, kind = str(found.get("apiVersion") or ""), str(found.get("kind") or "")
    if kind != "Preference" or version not in (API_VERSION, ALPHA):
        raise Unfit(f"no kind {quoted(kind)} is registered for version {quoted(version)} in scheme {quoted(SCHEME)}")
    shape = older(SHAPE) if version == ALPHA else SHAPE
    objections += [f"unknown field {quoted(field)}" for field in unknown(found, shape, "")]
    return found, ", ".join(objections)


def unknown(value: Any, shape: Any, path: str) -> Iterator[str]:
    """The fields that preferences do not have. Raises `Unfit` where a value is of another kind than it must be."""
    if value is None:
        return
    if not isinstance(value, type(shape) if shape is not None else str):
        raise Unfit(f"json: cannot unmarshal into Go struct field Preference.{path.partition('[')[0]}")
    if isinstance(shape, list):
        for index, item in enumerate(value):
            yield from unknown(item, shape[0], f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, part in value.items():
            here = f"{path}.{name}" if path else name
            if name in shape:
                yield from unknown(part, shape[name], here)
            else:
                yield here


def older(shape: Any) -> Any:
    names = {new: old for old, new in RENAMED.items()}
    if isinstance(shape, list):
        return [older(item) for item in shape]
    return {names.get(name, name): older(part) for name, part in shape.items()} if isinstance(shape, dict) else shape


def current(value: Any) -> Any:
    """Preferences of an older version as the newest has them."""
    if isinstance(value, list):
        return [current(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {RENAMED.get(name, name): current(part) for name, part in value.items()}
    return found | {"apiVersion": API_VERSION} if found.get("apiVersion") == ALPHA else found
