"""Validation of a MutatingAdmissionPolicy. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update
from simulator.resources.common.webhooks import FAILURE_POLICIES, validate_conditions, validate_match

PATCHES = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    if spec.get("failurePolicy") not in FAILURE_POLICIES:
        yield not_supported("spec.failurePolicy", spec.get("failurePolicy") or "", FAILURE_POLICIES)
    constraints = spec.get("matchConstraints")
    if constraints is None:
        yield required("spec.matchConstraints")
    else:
        yield from validate_match(constraints, "spec.matchConstraints")
        if not constraints.get("resourceRules"):
            yield required("spec.matchConstraints.resourceRules")
    yield from validate_conditions(spec.get("matchConditions") or [], "spec.matchConditions")
    if not spec.get("mutations"):
        yield required("spec.mutations", "mutations must contain at least one item")
    for index, mutation in enumerate(spec.get("mutations") or ()):
        place, kind = f"spec.mutations[{index}]", mutation.get("patchType", "")
        if kind not in PATCHES:
            yield not_supported(f"{place}.patchType", kind, tuple(PATCHES))
        elif not (mutation.get(PATCHES[kind]) or {}).get("expression", "").strip():
            yield required(f"{place}.{PATCHES[kind]}.expression", "expression is not specified")
