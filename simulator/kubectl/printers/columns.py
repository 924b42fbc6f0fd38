"""Tables whose columns a person names. Upstream: kubectl/pkg/cmd/get/customcolumn.go"""

import re
from typing import Any

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.tabwriter import aligned
from simulator.machinery.jsonpath import JSONPath, JSONPathError, relaxed
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure


class ColumnsPrinter:
    """One row an object, with a cell for each path; the header stands above the first."""

    def __init__(self, headers: list[str], paths: list[str], *, show_headers: bool) -> None:
        self._headers = headers
        self._paths = [JSONPath(path, allow_missing_keys=True) for path in paths]
        self._show_headers = show_headers

    def text(self, obj: Object) -> str:
        objects = obj["items"] if str(obj.get("kind", "")).endswith("List") and "items" in obj else [obj]
        rows = [self._headers] if self._show_headers else []
        self._show_headers = False
        rows += [[self._cell(path, item) for path in self._paths] for item in objects]
        return aligned("".join("\t".join(row) + "\n" for row in rows))

    def _cell(self, path: JSONPath, obj: Object) -> str:
        try:
            found = [value for part in path.find(obj) for value in part]
        except JSONPathError:
            found = []
        return ",".join(shown(value) for value in found) if found else "<none>"


def shown(value: Any) -> str:
    """A value as Go prints it in a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "<nil>"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{shown(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(shown, value)) + "]"
    return str(value)


def custom_columns(kubectl: Kubectl, text: str) -> ColumnsPrinter:
    if not text:
        raise CommandError("custom-columns format specified but no custom columns given")
    headers, paths = [], []
    for part in text.split(","):
        header, colon, path = part.partition(":")
        if not colon or ":" in path:
            raise CommandError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        headers.append(header)
        paths.append(relaxed_path(path))
    return ColumnsPrinter(headers, paths, show_headers=not kubectl.options.flag("no-headers"))


def custom_columns_file(kubectl: Kubectl, path: str) -> ColumnsPrinter:
    if not path:
        raise CommandError("custom-columns format specified but no custom columns given")
    try:
        lines = kubectl.terminal.read_file(path).decode().splitlines()
    except OSFailure as failure:
        raise CommandError(f"error reading template {path}, open {path}: {failure.words.lower()}") from None
    if len(lines) < 2:
        raise CommandError("custom-columns format specified but no custom columns given")
    headers, specs = re.split(r"\s+", lines[0].strip()), re.split(r"\s+", lines[1].strip())
    if len(headers) != len(specs):
        raise CommandError(f"number of headers ({len(headers)}) and field specifications ({len(specs)}) don't match")
    paths = [relaxed_path(spec) for spec in specs]
    return ColumnsPrinter(headers, paths, show_headers=not kubectl.options.flag("no-headers"))


def relaxed_path(text: str) -> str:
    """The template of a path written short. Raises CommandError."""
    try:
        return relaxed(text)
    except JSONPathError as error:
        raise CommandError(str(error)) from None
