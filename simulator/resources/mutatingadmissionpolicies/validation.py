"""Validation of a MutatingAdmissionPolicy. Upstream: pkg/apis/admissionregistration/validation"""

from collections.abc import Iterator

from simulator.machinery.cel.admission import CONFIGURATION, Environment, Results
from simulator.machinery.cel.admission import PATCHES as OPERATIONS
from simulator.machinery.cel.language import Language
from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.expressions import expression_errors, variable_errors
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update
from simulator.resources.common.params import validate_param_kind
from simulator.resources.common.webhooks import FAILURE_POLICIES, MUTABLE, validate_conditions, validate_match

REINVOCATION_POLICIES = ("Never", "IfNeeded")
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
    if spec.get("paramKind") is not None:
        yield from validate_param_kind(spec["paramKind"], "spec.paramKind")
    constraints = spec.get("matchConstraints")
    if constraints is None:
        yield required("spec.matchConstraints")
    else:
        yield from validate_match(constraints, "spec.matchConstraints", MUTABLE)
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
        yield from mutation_errors(environment, mutation, f"spec.mutations[{index}]")
    again = spec.get("reinvocationPolicy") or ""
    if not again:
        yield required("spec.reinvocationPolicy")
    elif again not in REINVOCATION_POLICIES:
        yield not_supported("spec.reinvocationPolicy", again, REINVOCATION_POLICIES)


def mutation_errors(environment: Environment, mutation: Object, path: str) -> Iterator[FieldError]:
    """What is wrong with one change: of its fields it has the one that its type names."""
    kind = mutation.get("patchType") or ""
    if not kind:
        yield required(f"{path}.patchType")
        return
    if kind not in PATCHES:
        yield not_supported(f"{path}.patchType", kind, tuple(PATCHES))
        return
    own, results = PATCHES[kind]
    for field, _ in PATCHES.values():
        if field == own and mutation.get(field) is None:
            yield required(f"{path}.{field}", f"must be specified when patchType is {kind}")
        if field != own and mutation.get(field) is not None:
            yield invalid(f"{path}.{field}", f"{{{field}}}", f"must not be specified when patchType is {kind}")
    if mutation.get(own) is not None:
        text = mutation[own].get("expression") or ""
        if not text.strip():
            yield required(f"{path}.{own}.expression", "expression is not specified")
        yield from expression_errors(environment, text, f"{path}.{own}.expression", results)
