"""One custom resource: what its CustomResourceDefinition says of every version.

Upstream: apiextensions-apiserver/pkg/registry/customresource
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import partial

import orjson

from simulator.apiserver.custom import embedded, scaling
from simulator.apiserver.custom.rules import Judge, Node, compiled
from simulator.kernel.state import thaw
from simulator.machinery import structural
from simulator.machinery.cel.language import NEWEST, of_stored
from simulator.machinery.field import ErrorType, FieldError, invalid
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, condition
from simulator.resources.common.metadata import STANDARD_FINALIZERS, validate_metadata, validate_metadata_update
from simulator.resources.custom import accepted_names, resource_of
from simulator.resources.resource import Resource

BLOCKING = (
    ErrorType.NOT_SUPPORTED,
    ErrorType.REQUIRED,
    ErrorType.TOO_LONG,
    ErrorType.TOO_MANY,
    ErrorType.TYPE_INVALID,
)
"""Errors of an object to which rules in CEL cannot be put."""
UNCHECKED = (
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)


@dataclass(frozen=True, slots=True)
class CustomResource(Resource):
    """A resource whose defaults and rules stand in the schemas of its definition."""

    definition: Object = field(default_factory=dict, compare=False, repr=False)
    shown_version: str = ""
    """Whose columns, subresources and selectable fields these are; empty for the preferred version's."""
    minor: int = NEWEST
    """The minor release of the server, whose functions rules may call."""
    variants: dict[str, "CustomResource"] = field(default_factory=dict, compare=False, repr=False)
    """The resource as each of its versions has it."""
    _rules: dict[str, Node | None] = field(default_factory=dict, init=False, compare=False, repr=False)
    """The rules of each version, compiled when first put."""

    @property
    def storage_version(self) -> str:
        return storage_version(self.definition)

    @property
    def list_kind(self) -> str:
        return accepted_names(self.definition).get("listKind") or f"{self.kind}List"

    @property
    def is_going(self) -> bool:
        """Whether the definition was deleted and only waits for its objects to go."""
        return (condition(self.definition, "Terminating") or {}).get("status") == "True"

    def in_version(self, version: str) -> "CustomResource":
        return self.variants.get(version, self)

    def field(self, obj: Object, label: str) -> str | None:
        """What a field selector of this version compares, whatever version the object is stored in."""
        return Resource.field(self, Resource.convert(self, obj, self.shown_version or self.versions[0]), label)

    @property
    def named_versions(self) -> list[str]:
        """All that the definition names, whether they are served or not."""
        return [each["name"] for each in self.definition["spec"]["versions"]]

    def of_version(self, version: str) -> Object:
        """What the definition says of a version."""
        found: Object = next(each for each in self.definition["spec"]["versions"] if each["name"] == version)
        return found

    def schema(self, version: str) -> Object:
        found: Object = at(self.of_version(version), "schema", "openAPIV3Schema", default={})
        return found

    def schema_text(self, version: str) -> bytes:
        return orjson.dumps(self.schema(version))

    def pruned(self, obj: Object, version: str) -> tuple[Object, list[str]]:
        """The object without unknown fields, and what is to be said of those."""
        unknown: list[str] = []
        keeps = at(self.definition, "spec", "preserveUnknownFields", default=False)
        if keeps:
            return thaw(obj), unknown
        return structural.prune(obj, self.schema(version), unknown, is_object=True), unknown

    def convert(self, obj: Object, version: str) -> Object:
        """The object in this version, as the schemas of now have it: with the defaults of the version in which it was
        stored, and without what that or this one does not know."""
        found = self._known(obj)
        stored_in = version_of(obj)
        if stored_in in self.named_versions and structural.has_defaults(self.schema(stored_in)):
            found = thaw(found)
            structural.default(found, self.schema(stored_in))
        shaped = Resource.convert(self, found, version)
        return shaped if shaped is found else self._known(shaped)

    def _known(self, obj: Object) -> Object:
        """The object without what the schema of its version does not know; the very same where it knows all."""
        version = version_of(obj)
        if version not in self.named_versions or at(self.definition, "spec", "preserveUnknownFields", default=False):
            return obj
        schema = self.schema(version)
        return obj if structural.is_pruned(obj, schema, is_object=True) else self.pruned(obj, version)[0]

    def kept(self, obj: Object) -> Object:
        """What is stored of an object: what the schema of that version knows."""
        return self._known(Resource.stored(self, obj))

    def default(self, obj: Object) -> None:
        schema = self.schema(version_of(obj))
        if not at(self.definition, "spec", "preserveUnknownFields", default=False):
            structural.drop_nulls(obj, schema)
        structural.default(obj, schema)

    def validate(
        self, obj: Object, old: Object | None = None, subresource: str = "", minor: int = NEWEST
    ) -> list[FieldError]:
        return self.judge(obj, old, [], subresource)

    def judge(
        self, obj: Object, old: Object | None, warnings: list[str], subresource: str = "", version: str = ""
    ) -> list[FieldError]:
        """What is wrong with an object that was sent in some version; faults of parts that did not change become
        warnings. Where a webhook converts, it is the version in which it is stored that counts."""
        if version and self.conversion is None:
            obj = Resource.convert(self, obj, version)
        errors = self._judged(obj, old, warnings, subresource)
        if not errors:
            warnings += finalizer_warnings(obj, old)
        return errors

    def _judged(self, obj: Object, old: Object | None, warnings: list[str], subresource: str) -> list[FieldError]:
        errors = list(validate_metadata(obj, namespaced=self.namespaced, core=False))
        if old is not None:
            errors += validate_metadata_update(obj, old, core=False)
        version = version_of(obj)
        before = structural.MISSING if old is None else self.convert(old, version)
        found = list(structural.validate(obj, self.schema(version), old=before))
        scale = at(self.of_version(version), "subresources", "scale")
        if scale:
            found += scaling.validate(obj, scale, spec=subresource != "status")
        found += embedded.validate(obj, self.schema(version))
        found.sort(key=lambda error: error.type is ErrorType.DUPLICATE)  # lists are looked at after their schemas
        if version not in self._rules:
            self._rules[version] = compiled(self.schema(version), of_stored(self.minor))
        rules = self._rules[version]
        if rules is None:
            return errors + found
        if any(error.type in BLOCKING for error in found):
            return [*errors, *found, invalid("<nil>", None, UNCHECKED)]
        return errors + found + Judge(warnings).judge(rules, obj, None if old is None else before)

    def scale_paths(self, version: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Where the replicas wanted, the replicas there are, and the selector's text stand."""
        asked = at(self.of_version(version), "subresources", "scale") or {}
        names = ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")
        spec, status, selector = (tuple(asked.get(name, "").lstrip(".").split(".")) for name in names)
        return spec, status, selector


def finalizer_warnings(obj: Object, old: Object | None) -> list[str]:
    """What is said of new finalizers whose names others may use too. Upstream: customresource/validator.go"""
    before = () if old is None else old["metadata"].get("finalizers") or ()
    new = sorted({*(obj["metadata"].get("finalizers") or ())} - {*before, *STANDARD_FINALIZERS})
    why = "to avoid accidental conflicts with other finalizer writers"
    return [
        f"metadata.finalizers: {quoted(name)}: prefer a domain-qualified finalizer name "
        + (f"including a path (/) {why}" if "." in name else why)
        for name in new
        if "/" not in name
    ]


type Converter = Callable[[Object, Object, str], Object]
"""Takes a definition, an object and the `apiVersion` wanted, and asks the definition's webhook for the object in it."""


def custom_resource(definition: Object, convert: Converter, minor: int = NEWEST) -> CustomResource | None:
    """The resource a definition describes; None where it serves no version."""
    plain = resource_of(definition)
    if plain is None:
        return None
    asked = at(definition, "spec", "conversion", "strategy") == "Webhook"
    conversion = partial(convert, definition) if asked else None
    variants: dict[str, CustomResource] = {}
    for version in plain.versions:
        shown = resource_of(definition, version)
        assert shown is not None
        shown = replace(shown, conversion=conversion)
        variants[version] = custom(shown, definition, version, minor, variants)
    return custom(replace(plain, conversion=conversion), definition, "", minor, variants)


def custom(
    plain: Resource, definition: Object, version: str, minor: int, variants: dict[str, CustomResource]
) -> CustomResource:
    parts = {each.name: getattr(plain, each.name) for each in fields(plain)}
    return CustomResource(**parts, definition=definition, shown_version=version, minor=minor, variants=variants)


def storage_version(definition: Object) -> str:
    return next(str(each["name"]) for each in definition["spec"]["versions"] if each.get("storage"))


def version_of(obj: Object) -> str:
    return str(obj["apiVersion"]).rpartition("/")[2]
