"""Objects from files, folders and standard input. Upstream: k8s.io/cli-runtime/pkg/resource/visitor.go"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from json import JSONDecodeError, JSONDecoder
from posixpath import join, normpath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.kubectl.errors import CommandError, Failure, Unread
from simulator.kubectl.lastapplied import sorted_keys
from simulator.kubectl.terminal import Terminal
from simulator.machinery import yaml
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import NameNotFound, NetworkFailure, Refused

if TYPE_CHECKING:
    from simulator.kubectl.kubectl import Kubectl

PHRASES = {status.value: status.phrase for status in HTTPStatus}
EXTENSIONS = (".json", ".yaml", ".yml")
INK = re.compile(r"\S")


def whole_number(digits: str) -> int | float:
    """What JSON's digits mean; more of them than anybody counts with become a number of floating point."""
    return int(digits) if len(digits) < 400 else float(digits)


def no_constant(word: str) -> None:
    """`NaN` and `Infinity` are not JSON."""
    raise JSONDecodeError(word, word, 0)


JSON = JSONDecoder(parse_int=whole_number, parse_constant=no_constant)
DETECTOR = "unstructured.detector"
TYPE_AND_KIND = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
STANDARD_INPUT = ("-", "/dev/stdin", "/dev/fd/0")


def only_file(kubectl: "Kubectl") -> bytes:
    """The content of the one file that --raw sends as it is."""
    name = kubectl.options.texts("filename")[0]
    if name in STANDARD_INPUT:
        content: bytes = kubectl.memory.get("stdin", b"")
        return content
    try:
        return kubectl.terminal.read_file(name)
    except OSFailure as failure:
        raise CommandError(f"open {name}: {failure.words.lower()}") from None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object as a file has it, and where it came from (`STDIN` for standard input)."""

    object: Object
    source: str
    number: int = 0
    """Which document of its file it is in."""
    text: str = ""
    """As the file has it, where that is JSON."""
    is_item: bool = False
    """Whether it stands in a list."""
    document: Object = field(default_factory=dict)
    """What is looked at before it is sent: itself, or the list that begins with it."""

    @property
    def within(self) -> str:
        """The list that it is an item of, by where it stands."""
        return f"{self.source}#{self.number}" if self.is_item else ""


TWICE = "standard input cannot be used for multiple arguments"


def manifests(kubectl: "Kubectl") -> Iterator[Manifest | Unread]:
    """What `-f`, `-R` and `-k` name, in order; in the place of what cannot be read stands what is wrong with it."""
    options = kubectl.options
    if kustomization := options.text("kustomize"):
        from simulator.kubectl.kustomize import build

        try:
            objects = list(build(kubectl.terminal, kustomization))
        except CommandError as error:
            yield Unread(error)
            return
        for obj in objects:
            yield Manifest(obj, kustomization)
        return
    for path in options.texts("filename"):
        yield from from_path(kubectl, path)


def from_path(kubectl: "Kubectl", path: str) -> Iterator[Manifest | Unread]:
    if path in STANDARD_INPUT:
        yield from documents(kubectl.memory.get("stdin", b""), "STDIN" if path == "-" else path)
    elif path.startswith(("http://", "https://")):
        try:
            content = download(kubectl.terminal, path)
        except Failure as failure:
            yield Unread(failure)
            return
        yield from documents(content, path)
    else:
        for file in files(kubectl, path):
            try:
                content = kubectl.terminal.read_file(file)
            except OSFailure as failure:
                yield Unread(CommandError(f"open {failure}"))
                continue
            yield from documents(content, file)


class Unfetched(Failure):
    """A URL that nobody answers at."""

    def __init__(self, url: str, cause: str, sentence: str) -> None:
        super().__init__(f"Get {quoted(url)}: {cause}")
        self.asked, self.why = ("Get", url), cause
        self.sentence = sentence

    def shown(self) -> str:
        return self.sentence

    def listed(self) -> str:
        return self.sentence


def download(terminal: Terminal, url: str) -> bytes:
    """What stands under a URL. Raises Failure in kubectl's words."""
    host = urlsplit(url).hostname or ""
    try:
        answer = terminal.fetch(url)
    except NameNotFound:
        cause = f"dial tcp: lookup {host}: no such host"
        raise Unfetched(url, cause, f"Unable to connect to the server: {cause}") from None
    except Refused as failure:
        asked = (
            f"The connection to the server {urlsplit(url).netloc} was refused - did you specify the right host or port?"
        )
        cause = f"dial tcp {failure.address}:{failure.port}: connect: connection refused"
        raise Unfetched(url, cause, asked) from None
    except NetworkFailure as failure:
        cause = f"dial tcp {failure.address}:{failure.port}: i/o timeout"
        raise Unfetched(url, cause, f"Unable to connect to the server: {cause}") from None
    if answer.status != 200:
        words = f"{answer.status} {answer.reason or PHRASES.get(answer.status, '')}".rstrip()
        told = f"unable to read URL {quoted(url)}, server reported {words}, status code={answer.status}"
        raise CommandError(told)
    return answer.body


def misnamed(kubectl: "Kubectl") -> list[Failure]:
    """What is wrong with `-f`, `-R` and `-k` themselves. Upstream: resource.FilenameOptions, Builder.FilenameParam"""
    options = kubectl.options
    paths, kustomization = options.texts("filename"), options.text("kustomize")
    wrong: list[Failure] = []
    if paths and kustomization:
        wrong.append(CommandError("only one of -f or -k can be specified"))
    if kustomization and options.flag("recursive"):
        wrong.append(CommandError("the -k flag can't be used with -f or -R"))
    if wrong:
        return wrong
    wrong += [CommandError(TWICE)] * (paths.count("-") - 1)
    for path in paths:
        if path in STANDARD_INPUT or path.startswith(("http://", "https://")):
            continue
        try:
            files(kubectl, path)
        except CommandError as failure:
            wrong.append(failure)
    return wrong


def files(kubectl: "Kubectl", path: str) -> list[str]:
    """The files that a path means: itself, what a pattern matches, or what a folder holds."""
    terminal = kubectl.terminal
    if terminal.is_folder(path):
        found = list(in_folder(kubectl, normpath(path), deeper=kubectl.options.flag("recursive")))
        if not found:
            raise CommandError(f"error reading [{path}]: recognized file extensions are [{' '.join(EXTENSIONS)}]")
        return found
    if terminal.is_file(path):
        return [path]
    folder, _, pattern = path.rpartition("/")
    if any(sign in pattern for sign in "*?[") and terminal.is_folder(folder or "."):
        names = [name for name in terminal.list_folder(folder or ".") if fnmatchcase(name, pattern)]
        if names:
            return [f"{folder}/{name}" if folder else name for name in names]
    raise CommandError(f"the path {quoted(path)} does not exist")


def in_folder(kubectl: "Kubectl", folder: str, *, deeper: bool) -> Iterator[str]:
    for name in kubectl.terminal.list_folder(folder):
        path = normpath(join(folder, name))
        if kubectl.terminal.is_folder(path):
            if deeper:
                yield from in_folder(kubectl, path, deeper=True)
        elif name.endswith(EXTENSIONS):
            yield path


def documents(content: bytes, source: str) -> Iterator[Manifest | Unread]:
    """The objects of a file's documents, lists taken apart; a mistake ends the file, not what stands before it."""
    try:
        documents = (each for each in values(content.decode(errors="replace")) if each[0] is not None)
        for number, (value, text) in enumerate(documents):
            yield from objects(value, source, number, text)
    except CutOff:
        yield Unread(CommandError(f"error parsing {source}: unexpected EOF"))
    except yaml.YAMLError as error:
        yield Unread(CommandError(f"error parsing {source}: {error}"))


class CutOff(ValueError):
    """JSON that ends too early."""


def values(text: str) -> Iterator[tuple[Any, str]]:
    """What a text holds, one after the other: JSON, each with its own text, as far as it is that, then YAML.

    Upstream: apimachinery/pkg/util/yaml (YAMLOrJSONDecoder)
    """
    start, text = 0, text.rstrip()
    if text.lstrip().startswith("{"):
        while start < len(text):
            start = next(INK.finditer(text, start)).start()
            try:
                value, end = JSON.raw_decode(text, start)
            except JSONDecodeError as error:
                if error.pos >= len(text) or error.msg.startswith("Unterminated"):
                    raise CutOff from None
                break
            except RecursionError:
                raise yaml.YAMLError("exceeded max depth of 10000") from None
            yield value, text[start:end]
            start = end
    for value in yaml.load_all(text[start:]):
        yield value, ""


def objects(value: Any, source: str, number: int, text: str = "", *, whole: Object | None = None) -> Iterator[Manifest]:
    """A document, or the items of one that is a list; `whole` is that list, for the first of its items."""
    if isinstance(value, dict) and str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
        for index, item in enumerate(value["items"]):
            yield from objects(item, source, number, whole={} if index else value if whole is None else whole)
    else:
        yield Manifest(value, source, number, text, whole is not None, value if whole is None else whole)


def check_metadata(manifest: Manifest) -> Failure | None:
    """What is wrong with labels or annotations that are not texts."""
    metadata = manifest.object.get("metadata")
    if not isinstance(metadata, dict):
        return None
    for name in ("annotations", "labels"):
        for value in (metadata.get(name) or {}).values():
            if not isinstance(value, str) and value is not None:
                return CommandError(
                    f"unable to decode {quoted(manifest.source)}: json: cannot unmarshal {json_word(value)} into Go "
                    f"struct field ObjectMeta.metadata.{name} of type string"
                )
    return None


def json_word(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return {int: "number", float: "number", str: "string", list: "array", dict: "object"}.get(type(value), "value")


def check_header(manifest: Manifest, *, validate: bool, typed: bool = False) -> Failure | None:
    """What is wrong with a document that is no object, or one that does not say what it is; `typed`: it is read as one
    of kubectl's own types."""
    obj = manifest.object
    is_object = isinstance(obj, dict)
    missing = missing_header(obj) if is_object else "invalid object to validate"
    if not missing:
        return None
    if validate:
        return Invalid(manifest, missing)
    if not is_object:
        why = f"json: cannot unmarshal {json_word(obj)} into Go value of type {TYPE_AND_KIND if typed else DETECTOR}"
        before = "couldn't get version/kind; json parse error: " if typed else ""
        return CommandError(f"unable to decode {quoted(manifest.source)}: {before}{why}")
    text = manifest.text or json_text(sorted_keys(obj))
    if "kind" in missing:
        return CommandError(f"unable to decode {quoted(manifest.source)}: Object 'Kind' is missing in '{text}'")
    return CommandError(f"unable to decode {quoted(manifest.source)}: Object 'apiVersion' is missing in '{text}'")


def check_fields(kubectl: "Kubectl", manifest: Manifest) -> Failure | None:
    """Why it cannot be known whether the server checks the fields of an object."""
    try:
        if manifest.document:
            kubectl.validator.check(manifest.document)
    except CommandError as error:
        return Invalid(manifest, str(error))
    return None


class Invalid(CommandError):
    """An object is not what it should be; nothing more is read of its file."""

    def __init__(self, manifest: Manifest, why: str) -> None:
        super().__init__(
            f"error validating {quoted(manifest.source)}: error validating data: {why}; if you choose to ignore "
            "these errors, turn validation off with --validate=false"
        )


def missing_header(obj: Object) -> str:
    """Which of the fields that say what an object is are not set."""
    words = [f"{field} not set" for field in ("apiVersion", "kind") if not obj.get(field)]
    return "[" + ", ".join(words) + "]" if len(words) > 1 else "".join(words)
