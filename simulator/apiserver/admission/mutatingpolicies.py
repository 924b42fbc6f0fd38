"""Lets MutatingAdmissionPolicies change what is written.

Upstream: apiserver/pkg/admission/plugin/policy/mutating
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.api.errors import APIError, Forbidden, InternalError
from simulator.apiserver.admission.activation import Activation, conditions_met
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.matching import matched_version
from simulator.apiserver.admission.patches import applied, patched
from simulator.apiserver.admission.policies import ConfigurationError, Policies, Policy, bound
from simulator.apiserver.admission.reinvocation import Course, course_of
from simulator.apiserver.admission.validatingpolicies import named
from simulator.apiserver.admission.webhooks import redecoded
from simulator.apiserver.rbac.authorizer import Authorizer
from simulator.etcd import Store
from simulator.machinery.cel import CELError
from simulator.machinery.cel.admission import CONFIGURATION, PATCHES
from simulator.machinery.cel.language import Language
from simulator.machinery.objects import Object
from simulator.machinery.schemas import Schemas

type Key = tuple[str, str, str]
"""Names of policy, binding and parameter."""


@dataclass(frozen=True, slots=True)
class Failure:
    policy: Policy
    binding: str
    message: str


class MutatingPolicies:
    """Every policy that is bound and that looks at a write may change it, one after another."""

    name = "MutatingAdmissionPolicy"
    on = ("*",)
    operations = ("CREATE", "UPDATE", "CONNECT")

    def __init__(
        self,
        store: Store,
        authorizer: Authorizer,
        schemas: Callable[[], Schemas],
        language: Callable[[], Language],
    ) -> None:
        self._policies = Policies(store, "mutatingadmissionpolicies", language, mutates=True)
        self._authorizer = authorizer
        self._schemas = schemas

    def admit(self, attributes: Attributes) -> None:
        policies = self._policies.in_force()
        if not policies:
            return
        course: Course[Key] = course_of(self.name, attributes)
        failures: list[Failure] = []
        for policy in policies:
            version = matched_version(policy.spec["matchConstraints"], "resourceRules", attributes)
            if version is not None:
                failures.extend(self._through_bindings(policy, version, attributes, course))
        course.output = attributes.object
        failures = [each for each in failures if each.policy.fails_closed]
        if failures:
            raise refused(attributes, failures)

    def _through_bindings(
        self, policy: Policy, version: str, attributes: Attributes, course: Course[Key]
    ) -> Iterator[Failure]:
        for binding, param in bound(policy, attributes):
            title = binding["metadata"]["name"]
            if isinstance(param, ConfigurationError):
                yield Failure(policy, title, str(param))
                continue
            key = (policy.name, title, (param or {}).get("metadata", {}).get("name", ""))
            if attributes.is_reinvocation and key not in course.again:
                continue
            try:
                self._invoke(policy, Activation(attributes, version, self._authorizer), param, course, key)
            except CELError as error:
                yield Failure(policy, title, str(error))

    def _invoke(
        self, policy: Policy, activation: Activation, param: Object | None, course: Course[Key], key: Key
    ) -> None:
        """Let a policy change the object; all its mutations see what those before them did."""
        attributes = activation.attributes
        if policy.conditions and not conditions_met(activation, policy.conditions, param):
            return
        before = attributes.object
        for mutation in policy.spec.get("mutations") or ():
            attributes.object = self._mutated(policy, mutation, activation, param)
            activation = Activation(attributes, activation.version, self._authorizer)
        if attributes.object != before:
            course.changed()
            attributes.wants_reinvocation = True
        if policy.spec.get("reinvocationPolicy") == "IfNeeded":
            course.invoked.append(key)

    def _mutated(self, policy: Policy, mutation: Object, activation: Activation, param: Object | None) -> Object:
        is_patch = mutation["patchType"] == "JSONPatch"
        text = mutation["jsonPatch" if is_patch else "applyConfiguration"]["expression"]
        program = policy.compiled(text, PATCHES if is_patch else CONFIGURATION)
        if isinstance(program, CELError):
            raise CELError(f"compilation error: {program}")
        values = activation.with_declared(activation.variables(param), policy.environment.programs)
        found, shown = activation.evaluate(program, values), values["object"]
        attributes, resource = activation.attributes, activation.attributes.resource
        if is_patch:
            changed = patched(found, shown)
        else:
            changed = applied(found, shown, self._schemas(), resource, activation.version)
        try:
            return redecoded(self._schemas(), resource, activation.version, changed, typed=not attributes.kind)
        except InternalError as error:
            raise CELError(error.message) from None


def refused(attributes: Attributes, failures: list[Failure]) -> APIError:
    """Upstream: apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go"""
    resource = attributes.resource
    error = Forbidden(resource.plural, named(attributes), "admission request denied by policy", group=resource.group)
    told = [
        f"policy '{each.policy.name}' with binding '{each.binding}' denied request: {each.message}" for each in failures
    ]
    error.message, error.reason = told[0], REASON
    error.details = {**(error.details or {}), "causes": [{"message": message} for message in told]}
    return error


REASON: Final = "Invalid"
