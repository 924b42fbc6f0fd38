"""The policies and bindings that are in force, compiled, and the parameters they are given.

Upstream: apiserver/pkg/admission/plugin/policy/generic
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from simulator.apiserver.admission.activation import resources_of_kind
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.matching import GROUP, matched_version
from simulator.etcd import Store
from simulator.kernel.component import Change
from simulator.machinery import selectors
from simulator.machinery.cel import CELError, Program
from simulator.machinery.cel.admission import CONDITION, Environment, Results, environment_of
from simulator.machinery.cel.language import Language
from simulator.machinery.objects import Object

NO_PARAMS: Final = "no params found for policy binding with `Deny` parameterNotFoundAction"

type Compiled = Program | CELError


class ConfigurationError(Exception):
    """A policy or binding that cannot be asked; its failure policy decides."""

    def __str__(self) -> str:
        return f"failed to configure binding: {super().__str__()}"


@dataclass(slots=True)
class Policy:
    """A policy with its bindings; expressions are compiled when they are first needed."""

    spec: Object
    name: str
    bindings: list[Object]
    environment: Environment
    conditions: list[tuple[str, Compiled]] = field(default_factory=list)
    _compiled: dict[tuple[str, Results, bool], Compiled] = field(default_factory=dict)

    @property
    def fails_closed(self) -> bool:
        return self.spec.get("failurePolicy") != "Ignore"

    def compiled(self, text: str, results: Results, *, authorizer: bool = True) -> Compiled:
        key = (text, tuple(results), authorizer)
        if key not in self._compiled:
            try:
                self._compiled[key] = self.environment.compile(text, *results, authorizer=authorizer)
            except CELError as error:
                self._compiled[key] = error
        return self._compiled[key]


class Policies:
    """The policies of one kind that have a binding, by name; found anew when one changes."""

    def __init__(self, store: Store, plural: str, language: Callable[[], Language], *, mutates: bool) -> None:
        self._language = language
        self._read_in: Language | None = None
        """The language in which they were read last: another release speaks another one."""
        self._store = store
        self._policies = f"{plural}.{GROUP}"
        self._bindings = f"{plural.removesuffix('ies')}ybindings.{GROUP}"
        self._mutates = mutates
        self._is_fresh = False
        self._found: list[Policy] = []
        store.subscribe((self._policies, self._bindings), self.observe)

    def observe(self, change: Change) -> None:
        self._is_fresh = False

    def in_force(self) -> list[Policy]:
        language = self._language()
        if not self._is_fresh or language != self._read_in:
            self._is_fresh, self._read_in = True, language
            self._found = list(self._read(language))
        return self._found

    def _read(self, language: Language) -> Iterator[Policy]:
        bindings = self._store.list(self._bindings)
        if not bindings:
            return
        for policy in self._store.list(self._policies):
            name = policy["metadata"]["name"]
            bound = [binding for binding in bindings if binding["spec"].get("policyName") == name]
            if bound and "deletionTimestamp" not in policy["metadata"]:
                yield self._compile(policy, bound, language)

    def _compile(self, policy: Object, bindings: list[Object], language: Language) -> Policy:
        spec, environment = policy["spec"], environment_of(policy, language, mutates=self._mutates)
        found = Policy(spec, policy["metadata"]["name"], bindings, environment)
        conditions = Environment(environment.has_params, language)
        for condition in spec.get("matchConditions") or ():
            found.conditions.append((condition["name"], compiled_condition(conditions, condition["expression"])))
        for variable in spec.get("variables") or ():
            try:
                environment.declare(variable["name"], variable["expression"])
            except CELError:
                continue  # whoever asks for it is told
        return found


def compiled_condition(environment: Environment, text: str) -> Compiled:
    try:
        return environment.compile(text.strip(), *CONDITION)
    except CELError as error:
        return error


def bound(policy: Policy, attributes: Attributes) -> Iterator[tuple[Object, Object | ConfigurationError | None]]:
    """The bindings through which a policy is asked about a write, each with every parameter or why there is none."""
    for binding in policy.bindings:
        match = binding["spec"].get("matchResources")
        if match is not None and matched_version(match, "resourceRules", attributes) is None:
            continue
        try:
            params = params_of(policy, binding, attributes)
        except ConfigurationError as error:
            yield binding, error
            continue
        for param in params:
            yield binding, param


def params_of(policy: Policy, binding: Object, attributes: Attributes) -> list[Object | None]:
    """The parameters with which a policy is asked, once each. Raises `ConfigurationError`.

    Upstream: CollectParams
    """
    kind, reference = policy.spec.get("paramKind"), binding["spec"].get("paramRef")
    if kind is None:
        return [None]
    known = next(resources_of_kind(attributes.backend.resources(), kind["apiVersion"], kind["kind"]), None)
    if known is None:
        group, _, version = kind["apiVersion"].rpartition("/")
        shown = f"{group}/{version}, Kind={kind['kind']}"
        raise ConfigurationError(f"failed to find resource referenced by paramKind: '{shown}'")
    if reference is None:
        return [None]
    resource, version = known
    namespace = reference.get("namespace") or ""
    if not resource.namespaced:
        if namespace:
            raise ConfigurationError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
    elif not namespace:
        namespace = attributes.namespace
        if not namespace:
            rule = "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
            raise ConfigurationError(rule)
    if reference.get("name"):
        one = attributes.backend.read(resource.key, (namespace, reference["name"]))
        found = [] if one is None else [one]
    else:
        wanted = selectors.from_object(reference.get("selector"))
        every = attributes.backend.items(resource.key, namespace or None)
        found = [one for one in every if wanted.matches(one["metadata"].get("labels"))]
    if not found and reference.get("parameterNotFoundAction") == "Deny":
        raise ConfigurationError(NO_PARAMS)
    return [resource.convert(one, version) for one in found]
