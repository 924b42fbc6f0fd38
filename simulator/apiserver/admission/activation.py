"""What the expressions of admission see of a write.

Upstream: apiserver/pkg/admission/plugin/cel/{activation,condition}.go
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.api.requests import User
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.rbac.authorizer import Action, Authorizer
from simulator.machinery.cel import Budget, CELError, CostExceeded, Program
from simulator.machinery.cel.libraries import authorization
from simulator.machinery.cel.values import Lazy, timestamp
from simulator.machinery.objects import Object
from simulator.resources.resource import Resource

OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"


class Activation:
    """The variables of expressions for one write, in the version in which a policy sees it."""

    def __init__(self, attributes: Attributes, version: str, authorizer: Authorizer) -> None:
        self.attributes = attributes
        self.version = version
        self.budget = Budget()
        self._authorizer = authorizer
        self._variables: dict[str, Any] = {}

    def variables(self, params: Object | None = None) -> dict[str, Any]:
        """Everything but the policy's own variables."""
        if not self._variables:
            attributes, resource = self.attributes, self.attributes.resource
            shown = [
                resource.convert(obj, self.version) if obj else None for obj in (attributes.object, attributes.old)
            ]
            self._variables = {
                "object": shown[0],
                "oldObject": shown[1],
                "request": request_of(attributes, self.version),
                "namespaceObject": namespace_of(attributes),
                **self._authorizers(),
            }
        return {**self._variables, "params": params}

    def _authorizers(self) -> dict[str, Any]:
        attributes = self.attributes
        authorizer = authorization.Authorizer(self._ask)
        own = authorization.ResourceCheck(
            authorizer,
            group=attributes.resource.group,
            resource=attributes.resource.plural,
            subresource=attributes.subresource,
            namespace=attributes.namespace,
            name=attributes.name,
        )
        return {"authorizer": authorizer, "authorizer.requestResource": own}

    def _ask(self, name: str, check: authorization.Check) -> tuple[bool, str]:
        user = service_account(name) if name else self.attributes.user
        action = Action(
            check.verb, check.group, check.resource, check.subresource, check.namespace, check.name, check.path
        )
        decision = self._authorizer.authorize(user, action)
        return decision.allowed, decision.reason

    def evaluate(self, program: Program, values: Mapping[str, Any]) -> Any:
        """The value of an expression. Raises `CELError` in the words of admission."""
        try:
            found = program.evaluate(values, self.budget)
        except CostExceeded as error:
            raise CostExceeded(f"expression '{program.text}' resulted in error: {error}") from None
        except CELError as error:
            raise CELError(f"expression '{program.text}' resulted in error: {error}") from None
        if self.budget.left < 0:
            raise CostExceeded(OUT_OF_BUDGET)
        return found

    def with_declared(self, values: dict[str, Any], programs: Mapping[str, Program | CELError]) -> dict[str, Any]:
        """The values with a policy's own variables, each worked out when it is first asked for."""
        found = dict(values)
        found["variables"] = Lazy(self._declared(programs, found))
        return found

    def _declared(self, programs: Mapping[str, Program | CELError], values: dict[str, Any]) -> Callable[[str], Any]:
        def compute(name: str) -> Any:
            program = programs[name]
            if isinstance(program, CELError):
                raise CELError(f'composited variable "{name}" fails to compile: {program}')
            try:
                return program.evaluate(values, self.budget)
            except CELError as error:
                raise CELError(f'composited variable "{name}" fails to evaluate: {error}') from None

        return compute


type Conditions = list[tuple[str, Program | CELError]]


def conditions_met(activation: Activation, conditions: Conditions, params: Object | None) -> bool:
    """Whether a write meets all conditions. Raises `CELError` where one fails and none is false."""
    values = activation.variables(params)
    failures: list[str] = []
    for _, program in conditions:
        if isinstance(program, CELError):
            failures.append(f"compilation error: {program}")
            continue
        try:
            if activation.evaluate(program, values) is False:
                return False
        except CELError as error:
            failures.append(str(error))
    if failures:
        raise CELError(failures[0] if len(failures) == 1 else f"[{', '.join(failures)}]")
    return True


def request_of(attributes: Attributes, version: str) -> Object:
    """The request as expressions see it. Upstream: CreateAdmissionRequest"""
    resource, own = attributes.resource, attributes.version or attributes.resource.storage_version
    kind = {"group": resource.group, "version": version, "kind": resource.kind}
    asked = {**kind, "version": own}
    if attributes.kind:
        group, _, of_part = attributes.object["apiVersion"].rpartition("/")
        kind = asked = {"group": group, "version": of_part, "kind": attributes.kind}
    found: Object = {
        "kind": kind,
        "resource": {"group": resource.group, "version": version, "resource": resource.plural},
        "requestKind": asked,
        "requestResource": {"group": resource.group, "version": own, "resource": resource.plural},
        "operation": attributes.operation,
        "userInfo": user_info(attributes.user),
        "dryRun": attributes.dry_run,
        "options": options_of(attributes),
    }
    for name, value in (("name", attributes.name), ("namespace", attributes.namespace)):
        if value:
            found[name] = value
    if attributes.subresource:
        found |= {"subResource": attributes.subresource, "requestSubResource": attributes.subresource}
    return found


OPTIONS = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}


def options_of(attributes: Attributes) -> Object | None:
    kind = OPTIONS.get(attributes.operation)
    if kind is None:
        return None
    head = {"kind": kind, "apiVersion": "meta.k8s.io/v1", **attributes.options}
    return {**head, "dryRun": ["All"]} if attributes.dry_run else head


def user_info(user: User) -> Object:
    found: Object = {"username": user.name, "groups": list(user.groups)}
    if user.uid:
        found["uid"] = user.uid
    if user.extra:
        found["extra"] = {name: list(values) for name, values in user.extra}
    return found


def namespace_of(attributes: Attributes) -> Object | None:
    """The Namespace of what is written, moments in their own type; None for what is in none."""
    if not attributes.namespace or attributes.resource.key == "namespaces":
        return None
    found = attributes.backend.read("namespaces", ("", attributes.namespace))
    if found is None:
        return None
    metadata = {name: value for name, value in found["metadata"].items() if name != "managedFields"}
    for name in ("creationTimestamp", "deletionTimestamp"):
        if name in metadata:
            metadata[name] = timestamp(metadata[name])
    return {"metadata": metadata, "spec": found.get("spec") or {}, "status": found.get("status") or {}}


def service_account(name: str) -> User:
    namespace = name.split(":")[2]
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
    return User(name, groups)


def resources_of_kind(resources: tuple[Resource, ...], api_version: str, kind: str) -> Iterator[tuple[Resource, str]]:
    """The resources that have a kind, each with the version asked for."""
    group, _, version = api_version.rpartition("/")
    for resource in resources:
        if resource.group == group and resource.kind == kind and version in resource.versions:
            yield resource, version
