"""The expressions of admission: what they may speak of, and what they must come to.

Upstream: apiserver/pkg/admission/plugin/cel/{compile,composition}.go, apiserver/pkg/cel/mutation
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from simulator.machinery.cel import LATEST, CELError, Program, compile
from simulator.machinery.cel.functions import NONE
from simulator.machinery.cel.language import Language
from simulator.machinery.cel.types import (
    AUTHORIZER,
    BOOL,
    DYN,
    INT,
    NULL,
    RESOURCE_CHECK,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
    object_type,
)
from simulator.machinery.objects import Object

STRINGS: Final = list_of(STRING)
GVK: Final = object_type("kubernetes.GroupVersionKind", {"group": STRING, "version": STRING, "kind": STRING})
GVR: Final = object_type("kubernetes.GroupVersionResource", {"group": STRING, "version": STRING, "resource": STRING})
USER: Final = object_type(
    "kubernetes.UserInfo",
    {"username": STRING, "uid": STRING, "groups": STRINGS, "extra": map_of(STRING, STRINGS)},
)
REQUEST: Final = object_type(
    "kubernetes.AdmissionRequest",
    {
        "kind": GVK,
        "resource": GVR,
        "subResource": STRING,
        "requestKind": GVK,
        "requestResource": GVR,
        "requestSubResource": STRING,
        "name": STRING,
        "namespace": STRING,
        "operation": STRING,
        "userInfo": USER,
        "dryRun": BOOL,
        "options": DYN,
    },
)
NAMESPACE_META: Final = object_type(
    "kubernetes.NamespaceMetadata",
    {
        "name": STRING,
        "generateName": STRING,
        "namespace": STRING,
        "labels": map_of(STRING, STRING),
        "annotations": map_of(STRING, STRING),
        "UID": STRING,
        "creationTimestamp": TIMESTAMP,
        "deletionGracePeriodSeconds": INT,
        "deletionTimestamp": TIMESTAMP,
        "generation": INT,
        "resourceVersion": STRING,
        "finalizers": STRINGS,
    },
)
NAMESPACE_CONDITION: Final = object_type(
    "kubernetes.NamespaceCondition",
    {"status": STRING, "type": STRING, "lastTransitionTime": TIMESTAMP, "message": STRING, "reason": STRING},
)
NAMESPACE: Final = object_type(
    "kubernetes.Namespace",
    {
        "metadata": NAMESPACE_META,
        "spec": object_type("kubernetes.NamespaceSpec", {"finalizers": STRINGS}),
        "status": object_type(
            "kubernetes.NamespaceStatus", {"conditions": list_of(NAMESPACE_CONDITION), "phase": STRING}
        ),
    },
)
JSON_PATCH: Final = object_type("JSONPatch", {"op": STRING, "path": STRING, "from": STRING, "value": DYN})
OBJECT: Final = Type("Object", (), {}, is_open=True)
VARIABLES: Final = "kubernetes.variables"
PATCHING: Final = frozenset({"jsonpatch"})
"""The library that only expressions which build patches have."""


@dataclass(slots=True)
class Environment:
    """The variables of a policy's or a webhook's expressions; those a policy declares come one after another."""

    has_params: bool = False
    language: Language = LATEST
    has_authorizer: bool = True
    builds_objects: bool = False
    """Whether expressions may build patches."""
    object: Type = DYN
    params: Type = DYN
    declared: dict[str, Type] | None = None
    """The policy's own variables; None where it cannot have any."""
    programs: dict[str, Program | CELError] = field(default_factory=dict)

    def variables(self, *, authorizer: bool = True) -> Mapping[str, Type]:
        known: dict[str, Type] = {
            "object": self.object,
            "oldObject": self.object,
            "namespaceObject": NAMESPACE,
            "request": REQUEST,
        }
        if self.has_params:
            known["params"] = self.params
        if self.has_authorizer and authorizer:
            known |= {"authorizer": AUTHORIZER, "authorizer.requestResource": RESOURCE_CHECK}
        if self.declared is not None:
            known["variables"] = object_type(VARIABLES, self.declared)
        return known

    @property
    def _added(self) -> frozenset[str]:
        return PATCHING if self.builds_objects else NONE

    def compile(self, text: str, *results: Type, authorizer: bool = True) -> Program:
        """Compile an expression that has to come to one of some types; to any where none is named."""
        objects = patch_type if self.builds_objects else no_type
        try:
            program = compile(
                text, self.variables(authorizer=authorizer), objects, language=self.language, added=self._added
            )
        except CELError as error:
            raise CELError(f"compilation failed: {error}") from None
        if results and program.type not in results:
            shown = str(results[0]) if len(results) == 1 else f"one of [{' '.join(map(str, results))}]"
            raise CELError(f"must evaluate to {shown} but got {program.type}")
        return program

    def declare(self, name: str, text: str) -> None:
        """Add a variable, for the expressions that come after it. Raises `CELError`, and keeps it all the same."""
        assert self.declared is not None
        try:
            program = self.compile(text)
        except CELError as error:
            self.declared = {**self.declared, name: DYN}
            self.programs[name] = error
            raise
        self.declared = {**self.declared, name: program.type}
        self.programs[name] = program


def no_type(name: str) -> Type | None:
    return None


def patch_type(name: str) -> Type | None:
    """The types of which patches are built: `Object`, `Object.spec`, `JSONPatch`."""
    if name == "JSONPatch":
        return JSON_PATCH
    if name == "Object" or name.startswith("Object."):
        return Type(name, (), {}, is_open=True)
    return None


def environment_of(policy: Object, language: Language, *, mutates: bool) -> Environment:
    """The environment of an admission policy, before its variables."""
    return Environment(bool(policy["spec"].get("paramKind")), language, builds_objects=mutates, declared={})


type Results = Sequence[Type]
CONDITION: Final[Results] = (BOOL,)
MESSAGE: Final[Results] = (STRING,)
ANNOTATION: Final[Results] = (STRING, NULL)
CONFIGURATION: Final[Results] = (OBJECT,)
PATCHES: Final[Results] = (list_of(JSON_PATCH),)
