"""Whether a kind in one of Kubernetes' own groups was approved by its maintainers.

Upstream: apiextensions-apiserver/pkg/apihelpers
"""

from typing import Final
from urllib.parse import urlsplit

from simulator.machinery.objects import Object

ANNOTATION: Final = "api-approved.kubernetes.io"
WHERE: Final = "see https://github.com/kubernetes/enhancements/pull/1111"
MISSING, INVALID, BYPASSED, APPROVED = (
    "MissingAnnotation",
    "InvalidAnnotation",
    "UnapprovedAnnotation",
    "ApprovedAnnotation",
)


def is_protected(group: str) -> bool:
    return f".{group}".endswith((".k8s.io", ".kubernetes.io"))


def approval(definition: Object) -> tuple[str, str]:
    """What the annotation amounts to, and the words for it."""
    given = annotation(definition)
    if not given:
        return MISSING, f'protected groups must have approval annotation "{ANNOTATION}", {WHERE}'
    if given.startswith("unapproved"):
        return BYPASSED, f'not approved: "{given}"'
    try:
        parts = urlsplit(given)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme and parts.netloc:
        return APPROVED, f"approved in {given}"
    wanted = 'with either a URL or a reason starting with "unapproved"'
    return INVALID, f'protected groups must have approval annotation "{ANNOTATION}" {wanted}, {WHERE}'


def annotation(definition: Object) -> str:
    return (definition["metadata"].get("annotations") or {}).get(ANNOTATION) or ""
