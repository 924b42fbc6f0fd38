"""What `kubectl explain --output=plaintext-openapiv2` says, from the server's v2 document.

Upstream: kubectl/pkg/explain/model_printer.go, formatter.go, kube-openapi/pkg/util/proto
"""

import re
from collections.abc import Iterator

from simulator.kubectl.dialects import JSON
from simulator.kubectl.discovery import Resource
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

WIDTH = 80
TEXT, FIELD = 5, 3
"""How far descriptions and the names of fields are indented."""
BULLET = re.compile(r"(\d+\.?|-|\*)\s")
REFERENCE = "#/definitions/"


def told(kubectl: Kubectl, resource: Resource, path: list[str], *, recursive: bool) -> str:
    """The page about a resource or one of its fields. Raises CommandError where there is no such field."""
    swagger = Swagger(kubectl)
    schema = swagger.at(swagger.of(resource), path)
    lines = [f"KIND:     {resource.kind}", f"VERSION:  {resource.api_version}", ""]
    last, texts = swagger.passed(schema)
    if path:
        head = "RESOURCE:" if "properties" in last else "FIELD:   "
        lines += [f"{head} {path[-1]} <{swagger.type_name(schema)}>", ""]
    lines += ["DESCRIPTION:", *described(texts)]
    if "properties" in last:
        fields = swagger.names(last, FIELD, ()) if recursive else swagger.fields(last)
        lines += ["", "FIELDS:", *fields]
    return "\n".join(lines) + "\n"


class Swagger:
    """The definitions of the v2 document."""

    def __init__(self, kubectl: Kubectl) -> None:
        kubectl.documents.swagger()
        document = kubectl.client.fetch("/openapi/v2", None, JSON).object
        self._definitions: dict[str, Object] = document["definitions"]

    def of(self, resource: Resource) -> Object:
        wanted = {"group": resource.group, "version": resource.version, "kind": resource.kind}
        for schema in self._definitions.values():
            if wanted in schema.get("x-kubernetes-group-version-kind", ()):
                return schema
        raise CommandError(f"couldn't find resource for {quoted(f'{resource.api_version}, Kind={resource.kind}')}")

    def target(self, schema: Object) -> Object:
        """What a reference stands for."""
        reference = schema.get("$ref")
        return schema if reference is None else self._definitions[reference.removeprefix(REFERENCE)]

    def passed(self, schema: Object) -> tuple[Object, list[str]]:
        """The schema below references, lists and maps, and what is said on the way to it."""
        texts = [schema.get("description", "")]
        while (inner := self._inner(schema)) is not None:
            schema = inner
            texts.append(schema.get("description", ""))
        return schema, texts

    def _inner(self, schema: Object) -> Object | None:
        if "$ref" in schema:
            return self.target(schema)
        below = schema.get("items") or schema.get("additionalProperties")
        return below if isinstance(below, dict) and "properties" not in schema else None

    def at(self, schema: Object, path: list[str]) -> Object:
        for name in path:
            found = self.passed(schema)[0].get("properties", {}).get(name)
            if found is None:
                raise CommandError(f"field {quoted(name)} does not exist")
            schema = found
        return schema

    def type_name(self, schema: Object) -> str:
        """`string`, `[]Object`, `map[string]integer`."""
        schema = self.target(schema)
        if isinstance(schema.get("items"), dict):
            return f"[]{self.type_name(schema['items'])}"
        if "properties" in schema:
            return "Object"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"map[string]{self.type_name(schema['additionalProperties'])}"
        kind = str(schema.get("type", ""))
        return "map[string]" if kind == "object" else kind

    def fields(self, schema: Object) -> Iterator[str]:
        """Each field with its type and what it is for."""
        for name, field in sorted(schema["properties"].items()):
            required = " -required-" if name in schema.get("required", ()) else ""
            yield f"{' ' * FIELD}{name}\t<{self.type_name(field)}>{required}"
            yield from wrapped(field.get("description", ""))
            yield ""

    def names(self, schema: Object, indent: int, above: tuple[str, ...]) -> Iterator[str]:
        """Each field with its type, and the fields below it; a type inside itself is not entered again."""
        for name, field in sorted(schema["properties"].items()):
            yield f"{' ' * indent}{name}\t<{self.type_name(field)}>"
            references = self._references(field)
            last, _ = self.passed(field)
            if "properties" in last and not any(reference in above for reference in references):
                yield from self.names(last, indent + FIELD, (*above, *references))

    def _references(self, schema: Object) -> list[str]:
        found = []
        inner: Object | None = schema
        while inner is not None:
            found += [inner["$ref"]] if "$ref" in inner else []
            inner = self._inner(inner)
        return found


def described(texts: list[str]) -> list[str]:
    lines: list[str] = []
    for index, text in enumerate(texts):
        if text:
            lines += [""] if index else []
            lines += wrapped(text)
    return lines or [" " * TEXT + "<empty>"]


def wrapped(text: str) -> list[str]:
    """A text in indented lines of at most 80 characters; code and lists keep their lines."""
    lines: list[str] = []
    current = last = ""
    for line in text.split("\n"):
        code, empty = line.startswith("    "), not line.strip()
        if current and (code or empty or last.endswith(":") or BULLET.match(line.strip())):
            lines.append(current)
            current = ""
        if code:
            lines.append(line)
        elif empty and lines:
            lines.append("")
        for word in () if code else line.split():
            if current and len(current) + 1 + len(word) > WIDTH - TEXT:
                lines.append(current)
                current = ""
            current = f"{current} {word}" if current else word
            last = word
    lines += [current] if current else []
    return [" " * TEXT + line if line else "" for line in lines]
