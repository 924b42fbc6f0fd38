"""Validation of a CustomResourceDefinition. Upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object, condition
from simulator.resources.common.metadata import (
    Errors,
    validate_metadata,
    validate_metadata_update,
    validate_name,
    validate_unchanged,
)
from simulator.resources.common.webhooks import REVIEW_VERSIONS, validate_client
from simulator.resources.customresourcedefinitions import approval
from simulator.resources.customresourcedefinitions.internal import as_internal
from simulator.resources.customresourcedefinitions.versions import version_errors

NOT_AT_ALL = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"


def validate_in(language: Language, obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(language, obj, old))


def errors_of(language: Language, obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from (
        validate_metadata(obj, namespaced=False, core=False)
        if old is None
        else validate_metadata_update(obj, old, core=False)
    )
    spec = obj.get("spec") or {}
    given, described = (obj.get("metadata") or {}).get("name", ""), spec.get("names") or {}
    expected = f"{described.get('plural', '')}.{spec.get('group', '')}"
    if old is None and given != expected:
        yield invalid("metadata.name", given, 'must be spec.names.plural+"."+spec.group')
    yield from validate_group(spec.get("group", ""))
    yield from validate_approval(obj, old)
    if spec.get("scope") not in ("Cluster", "Namespaced"):
        yield not_supported("spec.scope", spec.get("scope", ""), ("Cluster", "Namespaced"))
    yield from validate_versions(spec.get("versions") or [], language)
    yield from validate_names(described)
    yield from validate_conversion(spec.get("conversion") or {})
    kept = ((old or {}).get("spec") or {}).get("preserveUnknownFields")
    if spec.get("preserveUnknownFields") and not kept:
        yield invalid("spec.preserveUnknownFields", True, NOT_AT_ALL)
    if old is not None:
        yield from validate_stored(obj)
        before = old.get("spec") or {}
        known = before.get("names") or {}
        if (condition(old, "Established") or {}).get("status") == "True":
            yield from validate_unchanged(spec.get("scope"), before.get("scope"), "spec.scope")
            yield from validate_unchanged(described.get("kind"), known.get("kind"), "spec.names.kind")
        yield from validate_unchanged(spec.get("group"), before.get("group"), "spec.group")
        yield from validate_unchanged(described.get("plural"), known.get("plural"), "spec.names.plural")


def validate_group(group: str) -> Errors:
    if not group:
        yield required("spec.group")
        return
    wrong = names.dns_subdomain(group)
    if wrong:
        yield invalid("spec.group", group, ",".join(wrong))
    elif "." not in group:
        yield invalid("spec.group", group, "should be a domain with at least one dot")


def validate_approval(obj: Object, old: Object | None) -> Errors:
    """Kubernetes' own groups are for kinds that its maintainers have seen."""
    if not approval.is_protected((obj.get("spec") or {}).get("group", "")):
        return
    found, words = approval.approval(obj)
    if old is not None and approval.approval(old)[0] == found:
        return
    place = f"metadata.annotations[{approval.ANNOTATION}]"
    if found == approval.MISSING:
        yield required(place, words)
    elif found == approval.INVALID:
        yield invalid(place, approval.annotation(obj), words)


def validate_versions(versions: list[Object], language: Language) -> Errors:
    taken: list[str] = []
    for index, version in enumerate(versions):
        place = f"spec.versions[{index}]"
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            yield required(f"{place}.schema.openAPIV3Schema", "schemas are required")
        yield from validate_name(version.get("name", ""), f"{place}.name", names.dns_1035_label)
        taken.append(version.get("name", ""))
    yield from version_errors(versions, language)
    if len(set(taken)) < len(taken):
        yield invalid("spec.versions", as_internal(versions), "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        yield invalid("spec.versions", as_internal(versions), "must have exactly one version marked as storage version")


def validate_conversion(conversion: Object) -> Errors:
    """How objects get from one version to another."""
    strategy, webhook = conversion.get("strategy") or "None", conversion.get("webhook")
    place = "spec.conversion"
    if strategy not in ("None", "Webhook"):
        yield not_supported(f"{place}.strategy", strategy, ("None", "Webhook"))
    elif strategy == "None":
        rule = "should not be set when strategy is not set to Webhook"
        if webhook is not None:
            yield forbidden(f"{place}.webhookClientConfig", rule)
        if (webhook or {}).get("conversionReviewVersions"):
            yield forbidden(
                f"{place}.conversionReviewVersions", "should not be set when strategy is not set to Webhook"
            )
    elif (webhook or {}).get("clientConfig") is None:
        yield required(f"{place}.webhookClientConfig", "required when strategy is set to Webhook")
    else:
        assert webhook is not None
        yield from validate_client(webhook["clientConfig"], f"{place}.webhookClientConfig")
        versions = webhook.get("conversionReviewVersions") or []
        if not versions:
            yield required(f"{place}.conversionReviewVersions")
        elif not set(versions) & set(REVIEW_VERSIONS):
            rule = f"must include at least one of {', '.join(REVIEW_VERSIONS)}"
            yield invalid(f"{place}.conversionReviewVersions", versions, rule)


def validate_stored(obj: Object) -> Errors:
    """A version in which objects are still kept has to stay."""
    kept = (obj.get("status") or {}).get("storedVersions") or []
    versions = (obj.get("spec") or {}).get("versions") or []
    listed = [version.get("name", "") for version in versions]
    if not kept:
        yield invalid("status.storedVersions", kept, "must have at least one stored version")
        return
    for version in versions:
        if version.get("storage") and version.get("name") not in kept:
            yield invalid("status.storedVersions", kept, f"must have the storage version {version.get('name')}")
    for index, name in enumerate(kept):
        if name not in listed:
            rule = (
                f"missing from spec.versions; {name} was previously a storage version, and must remain in "
                f"spec.versions until a storage migration ensures no data remains persisted in {name} and removes "
                f"{name} from status.storedVersions"
            )
            yield invalid(f"status.storedVersions[{index}]", name, rule)


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
    for field in ("shortNames", "categories"):
        for index, name in enumerate(described.get(field) or ()):
            yield from validate_name(name, f"spec.names.{field}[{index}]", names.dns_1035_label)
