"""Validation of a CustomResourceDefinition. Upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    Errors,
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    given, described = (obj.get("metadata") or {}).get("name", ""), spec.get("names") or {}
    expected = f"{described.get('plural', '')}.{spec.get('group', '')}"
    if old is None and given != expected:
        yield invalid("metadata.name", given, 'must be spec.names.plural+"."+spec.group')
    yield from validate_group(spec.get("group", ""))
    if spec.get("scope") not in ("Cluster", "Namespaced"):
        yield not_supported("spec.scope", spec.get("scope", ""), ("Cluster", "Namespaced"))
    yield from validate_versions(spec.get("versions") or [])
    yield from validate_names(described)
    if old is not None:
        before = old.get("spec") or {}
        for field in ("group", "scope"):
            yield from validate_unchanged(spec.get(field), before.get(field), f"spec.{field}")
        for field in ("kind", "plural"):
            kept = (before.get("names") or {}).get(field)
            yield from validate_unchanged(described.get(field), kept, f"spec.names.{field}")


def validate_group(group: str) -> Errors:
    if not group:
        yield required("spec.group")
        return
    wrong = names.dns_subdomain(group)
    if wrong:
        yield invalid("spec.group", group, ",".join(wrong))
    elif "." not in group:
        yield invalid("spec.group", group, "should be a domain with at least one dot")


def validate_versions(versions: list[Object]) -> Errors:
    if not versions:
        yield required("spec.versions")
    taken: list[str] = []
    for index, version in enumerate(versions):
        name, place = version.get("name", ""), f"spec.versions[{index}]"
        yield from validate_name(name, f"{place}.name", names.dns_1035_label)
        if name in taken:
            yield duplicate(f"{place}.name", name)
        taken.append(name)
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            yield required(f"{place}.schema.openAPIV3Schema", "schemas are required")
    if versions and sum(bool(version.get("storage")) for version in versions) != 1:
        yield invalid("spec.versions", versions, "must have exactly one version marked as storage version")


def validate_names(described: Object) -> Errors:
    for field in ("plural", "singular"):
        if not described.get(field):
            yield required(f"spec.names.{field}")
        else:
            yield from validate_name(described[field], f"spec.names.{field}", names.dns_1035_label)
    for field in ("kind", "listKind"):
        value = described.get(field, "")
        if not value:
            yield required(f"spec.names.{field}")
            continue
        wrong = names.dns_1035_label(value.lower())
        if wrong:
            rule = "may have mixed case, but should otherwise match: " + ",".join(wrong)
            yield invalid(f"spec.names.{field}", value, rule)
    if described.get("kind") and described.get("kind") == described.get("listKind"):
        yield invalid("spec.names.listKind", described["listKind"], "kind and listKind may not be the same")
    for index, short in enumerate(described.get("shortNames") or ()):
        yield from validate_name(short, f"spec.names.shortNames[{index}]", names.dns_1035_label)
