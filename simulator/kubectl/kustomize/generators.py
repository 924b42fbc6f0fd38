"""Config maps and secrets that a kustomization makes of files and literals.

Upstream: sigs.k8s.io/kustomize/api/internal/generators, api/kv
"""

from base64 import b64encode
from collections.abc import Iterator

from simulator.kubectl.errors import CommandError
from simulator.kubectl.keyedfiles import hashed_name
from simulator.kubectl.kustomize.loading import Loader
from simulator.kubectl.kustomize.resources import Item
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, changed

GENERATORS = (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret"))


def generated(loader: Loader, kustomization: Object) -> Iterator[Item]:
    """What the generators make, in their order. Raises CommandError."""
    common = kustomization.get("generatorOptions") or {}
    for field, kind in GENERATORS:
        for generator in kustomization.get(field) or ():
            yield one(loader, generator, kind, options_of(common, generator.get("options") or {}))


def options_of(common: Object, own: Object) -> Object:
    """A generator's options: its own ones, and for labels and annotations those of all as well."""
    both = {**common, **own}
    for field in ("labels", "annotations"):
        if pairs := {**(common.get(field) or {}), **(own.get(field) or {})}:
            both[field] = pairs
    return both


def one(loader: Loader, generator: Object, kind: str, options: Object) -> Item:
    if not generator.get("name"):
        raise CommandError(f"a {kind.lower()} must have a name")
    behavior = generator.get("behavior") or ""
    if behavior not in ("", "create", "merge", "replace"):
        behavior = ""
    metadata: Object = {"name": generator["name"]}
    if generator.get("namespace"):
        metadata["namespace"] = generator["namespace"]
    for field in ("labels", "annotations"):
        if options.get(field):
            metadata[field] = options[field]
    obj: Object = {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": metadata,
        **content(kind, entries(loader, generator, kind)),
    }
    if kind == "Secret":
        obj["type"] = generator.get("type") or "Opaque"
    if options.get("immutable"):
        obj["immutable"] = True
    return Item(obj, hashes=not options.get("disableNameSuffixHash"), behavior=behavior)


def content(kind: str, found: dict[str, bytes]) -> Object:
    """The fields that hold the entries."""
    if kind == "Secret":
        return {"data": {key: b64encode(value).decode() for key, value in sorted(found.items())}} if found else {}
    texts: dict[str, str] = {}
    others: dict[str, str] = {}
    for key, value in sorted(found.items()):
        try:
            texts[key] = value.decode()
        except UnicodeDecodeError:
            others[key] = b64encode(value).decode()
    return ({"data": texts} if texts else {}) | ({"binaryData": others} if others else {})


def entries(loader: Loader, generator: Object, kind: str) -> dict[str, bytes]:
    """Keys and contents: environment files, literals, files. Raises CommandError."""
    found: dict[str, bytes] = {}
    envs = [*(generator.get("envs") or ()), *([generator["env"]] if generator.get("env") else ())]
    sources = (
        ("env source files:", envs, from_environment),
        ("literal sources", generator.get("literals") or (), from_literal),
        ("file sources:", generator.get("files") or (), from_file),
    )
    for what, listed, read in sources:
        for source in listed:
            try:
                pairs = list(read(loader, source))
            except CommandError as error:
                raise CommandError(f"loading KV pairs: {what} [{' '.join(listed)}]: {error}") from None
            for key, value in pairs:
                if key in found:
                    raise CommandError(f"{kind.lower()} {generator['name']} illegally repeats the key `{key}`")
                found[key] = value
    return found


def from_environment(loader: Loader, path: str) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(loader.load(path).decode(errors="replace").splitlines(), 1):
        text = (line.removeprefix("\ufeff") if number == 1 else line).lstrip()
        if not text or text.startswith("#"):
            continue
        key, _, value = text.partition("=")
        yield key, value.encode()


def from_literal(loader: Loader, source: str) -> Iterator[tuple[str, bytes]]:
    key, equals, value = source.partition("=")
    if not key or not equals:
        raise CommandError(f"invalid literal source {source}, expected key=value")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    yield key, value.encode()


def from_file(loader: Loader, source: str) -> Iterator[tuple[str, bytes]]:
    count = source.count("=")
    if count > 1:
        raise CommandError(f"source {quoted(source)} key name or file path contains '='")
    if source.startswith("="):
        raise CommandError(f'missing key name for file path "{source[1:]}" in source "{source}"')
    if source.endswith("="):
        raise CommandError(f'missing file path for key name "{source[:-1]}" in source "{source}"')
    key, equals, path = source.partition("=")
    path = path if equals else key
    yield (key if equals else path.rpartition("/")[2]), loader.load(path)


def with_hash(item: Item) -> Item:
    """A generated item with a hash of its content behind its name."""
    obj = item.object
    if not item.hashes:
        return item
    hashed: Object = {"kind": obj["kind"], "name": "", "data": obj.get("data") or ""}
    if obj.get("binaryData"):
        hashed["binaryData"] = obj["binaryData"]
    if obj["kind"] == "Secret":
        hashed["type"] = obj.get("type", "")
    return item.holding(changed(obj, ("metadata", "name"), hashed_name(obj["metadata"]["name"], hashed)))
