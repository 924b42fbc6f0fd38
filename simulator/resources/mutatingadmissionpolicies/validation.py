"""Validation of a MutatingAdmissionPolicy. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery.cel.admission import CONFIGURATION, Environment, Results
from simulator.machinery.cel.admission import PATCHES as OPERATIONS
from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.expressions import expression_errors, variable_errors
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update
from simulator.resources.common.webhooks import FAILURE_POLICIES, validate_conditions, validate_match

PATCHES: dict[str, tuple[str, Results]] = {
    "ApplyConfiguration": ("applyConfiguration", CONFIGURATION),
    "JSONPatch": ("jsonPatch", OPERATIONS),
}


def validate_in(language: Language, obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(language, obj, old))


def errors_of(language: Language, obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from (
        validate_metadata(obj, namespaced=False, core=False)
        if old is None
        else validate_metadata_update(obj, old, core=False)
    )
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
    has_params = spec.get("paramKind") is not None
    conditions = spec.get("matchConditions") or []
    yield from validate_conditions(conditions, "spec.matchConditions", language, has_params=has_params)
    environment = Environment(has_params, language, builds_objects=True, declared={})
    yield from variable_errors(environment, spec.get("variables") or [], "spec.variables")
    if not spec.get("mutations"):
        yield required("spec.mutations", "mutations must contain at least one item")
    for index, mutation in enumerate(spec.get("mutations") or ()):
        place, kind = f"spec.mutations[{index}]", mutation.get("patchType", "")
        if kind not in PATCHES:
            yield not_supported(f"{place}.patchType", kind, tuple(PATCHES))
            continue
        field, results = PATCHES[kind]
        text = (mutation.get(field) or {}).get("expression") or ""
        if not text.strip():
            yield required(f"{place}.{field}.expression", "expression is not specified")
        yield from expression_errors(environment, text, f"{place}.{field}.expression", results)
