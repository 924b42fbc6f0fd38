"""Data from literals, files, folders and environment files, for config maps and secrets.

Upstream: kubectl/pkg/cmd/create/create_configmap.go, create_secret.go, kubectl/pkg/cmd/util/env_file.go
"""

import re
from collections.abc import Callable
from hashlib import sha256

from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure

type Add = Callable[[str, bytes], None]
"""Takes a key and its content."""

APPEND_HASH = Flag("append-hash", False, "Put a hash of the content behind the name.")
SOURCES = (
    APPEND_HASH,
    Flag("from-env-file", (), "File with lines of the form key=value, one entry each.", kind="slice"),
    Flag(
        "from-file",
        (),
        "File whose content is an entry, as PATH or KEY=PATH; a folder gives all of its files.",
        kind="slice",
    ),
    Flag("from-literal", (), "An entry as it is typed: key=value", kind="array"),
)
ENVIRONMENT_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
ENVIRONMENT_RULE = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not "
    "start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is "
    f"'{ENVIRONMENT_NAME.pattern}')"
)


def check_sources(kubectl: Kubectl) -> None:
    options = kubectl.options
    if options.texts("from-env-file") and (options.texts("from-file") or options.texts("from-literal")):
        raise CommandError("from-env-file cannot be combined with from-file or from-literal")


def add_sources(kubectl: Kubectl, add: Add) -> None:
    """Every entry that the flags name: literals, then files, then environment files."""
    for literal in kubectl.options.texts("from-literal"):
        key, value = parse_literal(literal)
        add(key, value.encode())
    for source in kubectl.options.texts("from-file"):
        add_file(kubectl, source, add)
    for path in kubectl.options.texts("from-env-file"):
        add_environment(kubectl, path, add)


def parse_literal(source: str) -> tuple[str, str]:
    key, equals, value = source.partition("=")
    if not key or not equals:
        raise CommandError(f"invalid literal source {source}, expected key=value")
    return key, value


def parse_file(source: str) -> tuple[str, str]:
    """The key and the path of `PATH` or `KEY=PATH`."""
    count = source.count("=")
    if count == 0:
        return source.rstrip("/").rpartition("/")[2], source
    if count == 1 and source.startswith("="):
        raise CommandError(f"key name for file path {source.removeprefix('=')} missing")
    if count == 1 and source.endswith("="):
        raise CommandError(f"file path for key name {source.removesuffix('=')} missing")
    if count > 1:
        raise CommandError("key names or file paths cannot contain '='")
    key, _, path = source.partition("=")
    return key, path


def add_file(kubectl: Kubectl, source: str, add: Add) -> None:
    key, path = parse_file(source)
    terminal = kubectl.terminal
    if terminal.is_folder(path):
        if "=" in source:
            raise CommandError("cannot give a key name for a directory path")
        for name in terminal.list_folder(path):
            inner = f"{path.rstrip('/')}/{name}"
            if terminal.is_file(inner):
                add(name, read(kubectl, inner))
        return
    add(key, read(kubectl, path))


def read(kubectl: Kubectl, path: str) -> bytes:
    try:
        return kubectl.terminal.read_file(path)
    except OSFailure as failure:
        raise CommandError(f"error reading {path}: {failure.words.lower()}") from None


def add_environment(kubectl: Kubectl, path: str, add: Add) -> None:
    if kubectl.terminal.is_folder(path):
        raise CommandError("env config file cannot be a directory")
    content = read(kubectl, path)
    for number, line in enumerate(content.split(b"\n"), 1):
        entry = environment_line(kubectl, line, path, number)
        if entry is not None:
            add(entry[0], entry[1].encode())


def environment_line(kubectl: Kubectl, line: bytes, path: str, number: int) -> tuple[str, str] | None:
    """The entry of a line, None for what is empty or a comment; a name alone takes its value from the environment."""
    try:
        text = line.removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise CommandError(f"env file {path} contains invalid utf8 bytes at line {number}: {list(line)}") from None
    if number == 1:
        text = text.removeprefix("\ufeff")
    text = text.lstrip()
    if not text or text.startswith("#"):
        return None
    key, equals, value = text.partition("=")
    if not ENVIRONMENT_NAME.fullmatch(key):
        raise CommandError(f"{quoted(key)} is not a valid key name: {ENVIRONMENT_RULE}")
    if equals:
        return key, value
    return key, kubectl.terminal.env.get(key, "")


def hashed_name(name: str, encoded: Object) -> str:
    """A name with the hash of its content behind it. Upstream: kubectl/pkg/util/hash"""
    digest = sha256(json_text({key: encoded[key] for key in sorted(encoded)}).encode()).hexdigest()[:10]
    return f"{name}-{digest.translate(str.maketrans('013ae', 'ghkmt'))}"
