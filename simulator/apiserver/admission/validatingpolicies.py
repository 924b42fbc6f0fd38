"""Asks ValidatingAdmissionPolicies whether a write is let in.

Upstream: apiserver/pkg/admission/plugin/policy/validating. Policies are asked about everything that people, programs
and controllers create, and about what people and programs change and delete; not about a component's own updates.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.api.errors import APIError, Forbidden
from simulator.apiserver.admission.activation import Activation, conditions_met
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.matching import matched_version
from simulator.apiserver.admission.policies import ConfigurationError, Policies, Policy, bound
from simulator.apiserver.rbac.authorizer import Authorizer
from simulator.etcd import Store
from simulator.machinery.cel import CELError, CostExceeded
from simulator.machinery.cel.admission import ANNOTATION, CONDITION, MESSAGE
from simulator.machinery.cel.language import Language
from simulator.machinery.objects import Object
from simulator.machinery.yaml import compact_json

LONGEST_MESSAGE: Final = 5 * 1024
LONGEST_ANNOTATION: Final = 10 * 1024
CODES: Final = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413, "Invalid": 422}
FAILURE: Final = "validation.policy.admission.k8s.io/validation_failure"


@dataclass(frozen=True, slots=True)
class Denial:
    """One reason why a write is not let in."""

    policy: str
    binding: str
    message: str
    reason: str = "Invalid"
    index: int = 0
    """Which validation it was."""


@dataclass(slots=True)
class Verdict:
    """What a policy says of one write with one parameter."""

    broken: list[tuple[int, str, str]] = field(default_factory=list)
    """Which validation, why, and with which reason."""
    annotations: list[tuple[str, str]] = field(default_factory=list)


class ValidatingPolicies:
    """Every policy that is bound and that looks at a write has its say; the first denial is the answer."""

    name = "ValidatingAdmissionPolicy"
    on = ("*",)
    operations = ("CREATE", "UPDATE", "DELETE", "CONNECT")

    def __init__(self, store: Store, authorizer: Authorizer, language: Callable[[], Language]) -> None:
        self._policies = Policies(store, "validatingadmissionpolicies", language, mutates=False)
        self._authorizer = authorizer

    def validate(self, attributes: Attributes) -> None:
        policies = self._policies.in_force()
        if not policies:
            return
        denials: list[Denial] = []
        for policy in policies:
            version = matched_version(policy.spec["matchConstraints"], "resourceRules", attributes)
            if version is not None:
                self._ask(policy, Activation(attributes, version, self._authorizer), denials)
        if denials:
            raise refused(attributes, denials[0])

    def _ask(self, policy: Policy, activation: Activation, denials: list[Denial]) -> None:
        """Ask one policy through each of its bindings that holds here."""
        attributes = activation.attributes
        notes: dict[str, list[str]] = {}
        for binding, param in bound(policy, attributes):
            title = binding["metadata"]["name"]
            if isinstance(param, ConfigurationError):
                if policy.fails_closed:
                    denials.append(Denial(policy.name, title, str(param)))
                continue
            verdict = judged(policy, activation, param)
            for index, message, reason in verdict.broken:
                act(binding, Denial(policy.name, title, message, reason, index), attributes, denials)
            for key, value in verdict.annotations:
                known = notes.setdefault(key, [])
                if value not in known:
                    known.append(value)
        for key, values in notes.items():
            attributes.annotations[f"{policy.name}/{key}"] = ", ".join(values)


def act(binding: Object, denial: Denial, attributes: Attributes, denials: list[Denial]) -> None:
    """Do with a denial what the binding says."""
    actions = binding["spec"].get("validationActions") or []
    if "Deny" in actions:
        denials.append(denial)
    if "Warn" in actions:
        who = f"ValidatingAdmissionPolicy '{denial.policy}' with binding '{denial.binding}'"
        attributes.warnings.append(f"Validation failed for {who}: {denial.message}")
    if "Audit" in actions:
        told = {
            "message": denial.message,
            "policy": denial.policy,
            "binding": denial.binding,
            "expressionIndex": denial.index,
            "validationActions": actions,
        }
        attributes.annotations[FAILURE] = compact_json([told])


def judged(policy: Policy, activation: Activation, param: Object | None) -> Verdict:
    """What a policy says, its match conditions met."""
    verdict = Verdict()
    try:
        if policy.conditions and not conditions_met(activation, policy.conditions, param):
            return verdict
    except CELError as error:
        if policy.fails_closed:
            verdict.broken.append((0, str(error), "Invalid"))
        return verdict
    values = activation.with_declared(activation.variables(param), policy.environment.programs)
    try:
        for index, validation in enumerate(policy.spec.get("validations") or ()):
            put(policy, validation, index, activation, values, verdict)
    except CostExceeded as error:
        if policy.fails_closed:
            verdict.broken.append((0, str(error), "Invalid"))
        return verdict
    for annotation in policy.spec.get("auditAnnotations") or ():
        annotate(policy, annotation, activation, values, verdict)
    return verdict


def put(
    policy: Policy, validation: Object, index: int, activation: Activation, values: dict[str, Any], verdict: Verdict
) -> None:
    """Put one validation to a write."""
    program = policy.compiled(validation["expression"], CONDITION)
    try:
        if isinstance(program, CELError):
            raise CELError(f"compilation error: {program}")
        fits = activation.evaluate(program, values)
    except CostExceeded:
        raise
    except CELError as error:
        if policy.fails_closed:
            verdict.broken.append((index, str(error), "Invalid"))
        return
    if fits is not True:
        told = message_of(policy, validation, activation, values)
        verdict.broken.append((index, told, validation.get("reason") or "Invalid"))


def message_of(policy: Policy, validation: Object, activation: Activation, values: dict[str, Any]) -> str:
    text = validation.get("messageExpression") or ""
    told = ""
    if text.strip():
        program = policy.compiled(text, MESSAGE, authorizer=False)
        try:
            found = "" if isinstance(program, CELError) else activation.evaluate(program, values)
        except CELError:
            found = ""
        told = found.strip() if isinstance(found, str) else ""
        told = "" if len(told) > LONGEST_MESSAGE or "\n" in told else told
    return told or (validation.get("message") or "").strip() or f"failed expression: {validation['expression'].strip()}"


def annotate(
    policy: Policy, annotation: Object, activation: Activation, values: dict[str, Any], verdict: Verdict
) -> None:
    """Work out what a policy wants noted in the audit log."""
    program = policy.compiled(annotation["valueExpression"].strip(), ANNOTATION)
    try:
        if isinstance(program, CELError):
            raise CELError(f"compilation error: {program}")
        found = activation.evaluate(program, values)
    except CELError as error:
        if policy.fails_closed:
            verdict.broken.append((0, str(error), "Invalid"))
        return
    text = found.strip() if isinstance(found, str) else ""
    if text:
        verdict.annotations.append((annotation["key"], text[:LONGEST_ANNOTATION]))


def refused(attributes: Attributes, denial: Denial) -> APIError:
    message = (
        f"ValidatingAdmissionPolicy '{denial.policy}' with binding '{denial.binding}' denied request: {denial.message}"
    )
    resource = attributes.resource
    error = Forbidden(resource.plural, named(attributes), message, group=resource.group)
    error.reason, error.code = denial.reason, CODES.get(denial.reason, 422)
    error.details = {**(error.details or {}), "causes": [{"message": message}]}
    return error


def named(attributes: Attributes) -> str:
    """How a refusal names the object. Upstream: apiserver/pkg/admission/errors.go"""
    return attributes.name or (attributes.object.get("metadata") or {}).get("generateName") or "Unknown"
