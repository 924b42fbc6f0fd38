"""Checks the expressions of ValidatingAdmissionPolicies against the kinds they are put to, and tells in their status.

Upstream: pkg/controller/validatingadmissionpolicystatus, apiserver/pkg/admission/plugin/policy/validating
"""

from collections.abc import Iterator
from typing import Any

from simulator.controllers.base import Controller
from simulator.machinery import schemas
from simulator.machinery.cel import CELError
from simulator.machinery.cel.admission import Environment
from simulator.machinery.cel.kinds import type_of
from simulator.machinery.cel.language import of_stored
from simulator.machinery.cel.schemas import describe
from simulator.machinery.cel.types import DYN, Type
from simulator.machinery.objects import Key, Object

POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io"
MOST_TYPES = 10

type Kind = tuple[str, str, str]


class PolicyStatusController(Controller):
    """A policy's status says of every expression which of the kinds it does not fit."""

    name = "validatingadmissionpolicy-status"
    watches = (POLICIES,)
    resource = POLICIES
    kind = "ValidatingAdmissionPolicy"
    source = "validatingadmissionpolicy-status-controller"

    def reconcile(self, key: Key) -> None:
        policy = self.client.get(POLICIES, *key)
        if policy is None or "deletionTimestamp" in policy["metadata"]:
            return
        status, generation = policy.get("status") or {}, policy["metadata"].get("generation", 0)
        if status.get("observedGeneration") == generation:
            return
        warnings = list(self._warnings(policy["spec"]))
        checking: Object = {"expressionWarnings": warnings} if warnings else {}
        told = {**status, "observedGeneration": generation, "typeChecking": checking}
        self.client.update(POLICIES, {**policy, "status": told})

    def _warnings(self, spec: Object) -> Iterator[Object]:
        kinds = list(self._kinds(spec))
        for index, validation in enumerate(spec.get("validations") or ()):
            for field in ("expression", "messageExpression"):
                text = validation.get(field) or ""
                warning = "\n".join(self._misfits(spec, kinds, text)) if text else ""
                if warning:
                    yield {"fieldRef": f"spec.validations[{index}].{field}", "warning": warning}

    def _misfits(self, spec: Object, kinds: list[tuple[Kind, Type]], text: str) -> Iterator[str]:
        """A line for every kind that an expression does not fit."""
        for (group, version, kind), known in kinds:
            has_params, language = bool(spec.get("paramKind")), of_stored(self.minor)
            environment = Environment(has_params, language, object=known, params=self._params(spec), declared={})
            for variable in spec.get("variables") or ():
                try:
                    environment.declare(variable["name"], variable["expression"])
                except CELError:
                    continue
            try:
                environment.compile(text)
            except CELError as error:
                said = str(error).removeprefix("compilation failed: ")
                yield f"{group}/{version}, Kind={kind}: {said}\n"

    def _params(self, spec: Object) -> Type:
        asked = spec.get("paramKind")
        if not asked:
            return DYN
        group, _, version = asked["apiVersion"].rpartition("/")
        for resource in self.client.resources():
            if (resource.group, resource.kind) == (group, asked["kind"]) and version in resource.versions:
                return self._type(resource, version) or DYN
        return DYN

    def _kinds(self, spec: Object) -> Iterator[tuple[Kind, Type]]:
        """The kinds that a policy names without wildcards, in order."""
        found: dict[Kind, Any] = {}
        for rule in (spec.get("matchConstraints") or {}).get("resourceRules") or ():
            for resource in self.client.resources():
                for version in resource.versions:
                    if names(rule, resource, version) and len(found) < MOST_TYPES:
                        found[(resource.group, version, resource.kind)] = resource
        for kind in sorted(found):
            known = self._type(found[kind], kind[1])
            if known is not None:
                yield kind, known

    def _type(self, resource: Any, version: str) -> Type | None:
        if hasattr(resource, "schema"):
            described = describe(resource.schema(version), resource.kind, is_root=True)
            return None if described is None else described.type
        kind = schemas.schemas(f"1.{self.minor}").type_of_kind(resource.group, version, resource.kind)
        return None if kind is None else type_of(kind, resource.kind)


def names(rule: Object, resource: Any, version: str) -> bool:
    """Whether a rule names a version of a resource, word for word."""
    return (
        resource.group in (rule.get("apiGroups") or ())
        and version in (rule.get("apiVersions") or ())
        and resource.plural in (rule.get("resources") or ())
    )
