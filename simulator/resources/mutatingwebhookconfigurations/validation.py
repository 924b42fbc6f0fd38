"""Validation of a MutatingWebhookConfiguration. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, duplicate, not_supported
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update
from simulator.resources.common.webhooks import validate_review_versions, validate_webhook


def validate_in(language: Language, obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(language, obj, old))


def errors_of(language: Language, obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from (
        validate_metadata(obj, namespaced=False, core=False)
        if old is None
        else validate_metadata_update(obj, old, core=False)
    )
    taken: list[str] = []
    for index, webhook in enumerate(obj.get("webhooks") or ()):
        place, name = f"webhooks[{index}]", webhook.get("name", "")
        yield from validate_webhook(webhook, place, language)
        policy = webhook.get("reinvocationPolicy")
        if policy is not None and policy not in ("IfNeeded", "Never"):
            yield not_supported(f"{place}.reinvocationPolicy", policy, ("IfNeeded", "Never"))
        yield from validate_review_versions(
            webhook.get("admissionReviewVersions") or [], f"{place}.admissionReviewVersions"
        )
        if name and name in taken:
            yield duplicate(f"{place}.name", name)
        taken.append(name)
