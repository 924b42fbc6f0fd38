"""kubectl explain: what a field is for, from the server's own documents. Upstream: kubectl/pkg/explain/v2"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from simulator.kubectl.client import NoConnection
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.discovery import BY_NAME, Resource
from simulator.kubectl.errors import CommandError, NoResource, Plain
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.swagger import told
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

WIDTH = 76
INDENT = "    "
SHOWN_VALUES = 4
NAMED = ("Quantity", "IntOrString")
"""Types that are told by name although they are written as plain values."""
DEEPEST = 50
"""Where a recursion ends at last: schemas may hold themselves."""
REFERENCE = "#/components/schemas/"
OUTPUTS = ("plaintext", "plaintext-openapiv2")


@command(
    "explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] "
    "[-o|--output=plaintext|plaintext-openapiv2]",
    summary="Get documentation for a resource",
    description="Describe fields and structure of various resources.\n\n"
    " Fields are named with dots:\n\n  <type>.<fieldName>[.<fieldName>]\n\n"
    " What is said about them comes from the server.\n\n"
    'Use "kubectl api-resources" for a complete list of supported resources.',
    examples=(
        ("Explain a resource and its fields", "kubectl explain pods"),
        ("Show all fields of a resource", "kubectl explain pods --recursive"),
        ("Explain another version of it", "kubectl explain deployments --api-version=apps/v1"),
        ("Explain one field", "kubectl explain pods.spec.containers"),
        ("Explain a resource in another format", "kubectl explain deployment --output=plaintext-openapiv2"),
    ),
    flags=(
        Flag("api-version", "", "Use this group and version of the resource."),
        Flag(
            "output",
            "plaintext",
            "Format. Valid values are: (plaintext, plaintext-openapiv2).",
            short="o",
            choices=OUTPUTS,
        ),
        Flag("max-depth", 0, "With --recursive: how deep to go. 0: all the way."),
        Flag("recursive", False, "Show the fields of the fields, and so on, by name only.", short="R"),
    ),
)
def explain(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    kubectl.connect(before_namespace=True)
    if not options.args:
        raise CommandError(
            'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of '
            "supported resources."
        )
    if len(options.args) > 1:
        raise CommandError("We accept only this format: explain RESOURCE")
    if options.number("max-depth") < 0:
        raise CommandError("--max-depth must be non-negative")
    if options.number("max-depth") and not options.flag("recursive"):
        raise CommandError("--max-depth requires --recursive")
    word, path = split(kubectl, options.args[0])
    resource = chosen(kubectl, word)
    if options.text("output") == OUTPUTS[1]:
        kubectl.write(told(kubectl, resource, path, recursive=options.flag("recursive")))
        return None
    document = Document(kubectl, resource)
    if options.text("output") not in OUTPUTS:
        raise CommandError(f"unrecognized format: {options.text('output')}")
    document.root()
    depth = (options.number("max-depth") or DEEPEST) if options.flag("recursive") else 0
    try:
        kubectl.write(plain(document, resource, path, depth=depth))
    except FieldMissing as missing:
        kubectl.print(missing.head)
        raise
    return None


def split(kubectl: Kubectl, text: str) -> tuple[str, list[str]]:
    """The resource that a dotted text begins with, and the fields after it."""
    if ".." in text or "[" in text or text.startswith("."):
        raise CommandError("invalid jsonpath syntax, first node must be field node")
    if "," in text:
        raise CommandError("unrecognized character in action: U+002C ','")
    parts = text.rstrip(".").split(".")
    for end in range(min(len(parts), 6), 1, -1):
        word = ".".join(parts[:end])
        try:
            found = kubectl.mapper.known(word)
        except NoConnection:
            found = kubectl.mapper.known(parts[0])  # asked again, by the first word alone
        if found is not None and found.group and parts[1:end] == found.group.split("."):
            return word, parts[end:]
    return parts[0], parts[1:]


def chosen(kubectl: Kubectl, word: str) -> Resource:
    try:
        resource = kubectl.mapper.resolve(word, BY_NAME)
    except NoResource as error:
        raise Plain(str(error)) from None
    version = kubectl.options.text("api-version")
    if not version:
        return resource
    group, _, version = version.rpartition("/")
    return replace(resource, group=group, version=version)


def described(resource: Resource) -> str:
    """A resource as errors of its documentation name it."""
    return f"{resource.group}/{resource.version}, Resource={resource.name}"


class Document:
    """The schemas of one group and version, as the server describes them."""

    def __init__(self, kubectl: Kubectl, resource: Resource) -> None:
        document = kubectl.documents.whole(resource.api_version)
        if document is None:
            raise CommandError(f"couldn't find resource for {quoted(described(resource))}")
        self._schemas: dict[str, Object] = document["components"]["schemas"]
        self._resource = resource

    def root(self) -> Object:
        wanted = {"group": self._resource.group, "version": self._resource.version, "kind": self._resource.kind}
        for schema in self._schemas.values():
            if wanted in schema.get("x-kubernetes-group-version-kind", ()):
                return schema
        raise CommandError(f"GVR ({described(self._resource)}) not found in OpenAPI schema")

    def resolved(self, schema: Object) -> Object:
        """A schema with its reference followed."""
        reference = schema.get("$ref") or next((one["$ref"] for one in schema.get("allOf", ()) if "$ref" in one), None)
        return schema if reference is None else self._schemas[reference.removeprefix(REFERENCE)]

    def properties(self, schema: Object) -> dict[str, Object]:
        """The fields below a schema, through lists and maps."""
        schema = self.resolved(schema)
        while "properties" not in schema:
            inner = schema.get("items") or schema.get("additionalProperties")
            if not isinstance(inner, dict):
                return {}
            schema = self.resolved(inner)
        found: dict[str, Object] = schema["properties"]
        return found

    def required(self, schema: Object) -> list[str]:
        schema = self.resolved(schema)
        while "properties" not in schema:
            inner = schema.get("items") or schema.get("additionalProperties")
            if not isinstance(inner, dict):
                return []
            schema = self.resolved(inner)
        return list(schema.get("required", ()))

    def type_name(self, schema: Object) -> str:
        """`string`, `[]Container`, `map[string]Quantity`."""
        reference = schema.get("$ref") or next((one["$ref"] for one in schema.get("allOf", ()) if "$ref" in one), None)
        if reference is not None:
            name, target = str(reference.rpartition(".")[2]), self.resolved(schema)
            plain = target.get("type", "object") != "object" and name not in NAMED
            return str(target["type"]) if plain else name
        if isinstance(schema.get("items"), dict):
            return f"[]{self.type_name(schema['items'])}"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"map[string]{self.type_name(schema['additionalProperties'])}"
        kind = schema.get("type", "Object")
        return "Object" if kind == "object" else str(kind)


def plain(document: Document, resource: Resource, path: list[str], *, depth: int) -> str:
    """What is said about a resource or a field; with a depth, its fields by name only, down to there."""
    head = [f"GROUP:      {resource.group}"] if resource.group else []
    head += [f"KIND:       {resource.kind}", f"VERSION:    {resource.version}", ""]
    lines = head
    schema = document.root()
    for index, name in enumerate(path):
        found = document.properties(schema).get(name)
        if found is None:
            raise FieldMissing("\n".join(head), path[-1])
        schema = found
        if index == len(path) - 1:
            lines.append(f"FIELD: {name} <{document.type_name(schema)}>")
            values = schema.get("enum")
            lines += ["ENUM:", *(f"    {enum_text(value)}" for value in values), ""] if values else ["", ""]
    lines.append("DESCRIPTION:")
    lines += description(document, schema)
    fields = document.properties(schema)
    if fields:
        lines.append("FIELDS:")
        lines += list(field_lines(document, schema, 1, depth=depth))
    return "\n".join(lines) + "\n\n"


class FieldMissing(Plain):
    """There is no such field; the head of the answer is shown all the same."""

    def __init__(self, head: str, name: str) -> None:
        super().__init__(f"error: field {quoted(name)} does not exist")
        self.head = head


def description(document: Document, schema: Object) -> list[str]:
    """What is said about a field, and about its type where that says more."""
    texts = [schema.get("description", "")]
    inner: Any = schema
    while isinstance(inner, dict):
        target = document.resolved(inner)
        if target is not inner and target.get("description"):
            texts.append(target["description"])
        inner = target.get("items") or target.get("additionalProperties") if "properties" not in target else None
    whole = list(dict.fromkeys(text for text in texts if text))
    if not whole:
        return [f"{INDENT}<empty>"]
    lines = [line for text in whole for line in wrapped(text)]
    return [*lines, INDENT]


def field_lines(document: Document, schema: Object, level: int, *, depth: int) -> Iterator[str]:
    """Each field with its type; its description, or its own fields."""
    fields, required = document.properties(schema), document.required(schema)
    for name in sorted(fields):
        field = fields[name]
        mark = " -required-" if name in required else ""
        indent = "  " * level
        yield f"{indent}{name}\t<{document.type_name(field)}>{mark}"
        yield from enum_lines(field, indent)
        if depth:
            if level < depth:
                yield from field_lines(document, field, level + 1, depth=depth)
        else:
            yield from wrapped(field.get("description") or "<no description>")
            yield ""


def enum_lines(field: Object, indent: str) -> list[str]:
    values = field.get("enum")
    if not values:
        return []
    shown = [enum_text(value) for value in values[:SHOWN_VALUES]]
    return [f"{indent}enum: {', '.join(shown)}" + (", ...." if len(values) > SHOWN_VALUES else "")]


def enum_text(value: Any) -> str:
    return str(value) or '""'


def wrapped(text: str) -> list[str]:
    """A text in indented lines of at most 80 characters; its own line breaks and blanks are kept.

    Upstream: github.com/mitchellh/go-wordwrap
    """
    lines = []
    for paragraph in text.split("\n"):
        current = ""
        for blanks, word in re.findall(r"( *)([^ ]*)", paragraph):
            if current and word and len(current) + len(blanks) + len(word) > WIDTH:
                lines.append(INDENT + current)
                current = word
            else:
                current += blanks + word
        lines.append(INDENT + current)
    return lines
