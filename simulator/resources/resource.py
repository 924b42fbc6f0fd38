"""What the API server knows of one resource: its names, versions, verbs, and where the rest of its kind lives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, cast

from simulator.machinery.cel.language import NEWEST, of_written
from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object, at
from simulator.resources.columns import Printer

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
READ_AND_WRITE = ("get", "patch", "update")
CONNECT = ("create", "get")
PROXY = ("create", "delete", "get", "patch", "update")
CREATE = ("create",)

type Path = tuple[str | int, ...]
type Selectable = Path | Callable[[Object], Any]
"""Where a field selector's value stands in an object, or how to work it out."""

type Conversion = Callable[[Object, str], Object]
"""Takes an object (its `apiVersion` says in which shape) and the `apiVersion` wanted; gives a new one in that shape."""


@dataclass(frozen=True, slots=True)
class Subresource:
    """What stands below a resource: `deployments/scale`, `pods/log`.

    Empty group and version mean those of the resource itself.
    """

    name: str
    kind: str
    verbs: tuple[str, ...] = READ_AND_WRITE
    group: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of one group, in all versions in which it is served, the preferred one first.

    `package` names the folder with the rest of the kind: `table.py` (PRINTER), `defaults.py` (default),
    `validation.py` (validate or validate_in) and `strategy.py`, each loaded when first asked for and free to be absent.
    """

    group: str
    kind: str
    plural: str
    versions: tuple[str, ...] = ("v1",)
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    subresources: Mapping[str, Subresource] = field(default_factory=dict)
    singular: str = ""
    package: str = ""
    generation: tuple[Path, ...] | None = None
    """The paths whose change adds one to `metadata.generation`; None where the kind carries no generation."""
    selectable: Mapping[str, Selectable] = field(default_factory=dict)
    """Field selector labels beyond `metadata.name` and `metadata.namespace`, which every kind has; paths lead into the
    object as it is stored."""
    graceful: bool = False
    """Whether deletion waits for a grace period (Pods)."""
    stored_with: tuple[str, str, str] | None = None
    """Group, version and plural of the resource whose objects these are too (`events.k8s.io` shows the core Events)."""
    conversion: Conversion | None = None
    """Changes an object's shape between versions; None where versions differ in `apiVersion` alone."""
    resets: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """The paths that each endpoint, by its subresource, takes back to what they were, where it is not the status
    without a subresource and the spec through `/status`. Upstream: GetResetFields"""
    writes_only: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """The only paths that some subresources write; `*` is each item of a list. Upstream: GetResetFieldsFilter"""
    keeps_status: bool = False
    """Whether who creates an object may say its status too (Nodes)."""
    printer: Printer | None = None
    """The table of a custom resource; the kinds of the house bring theirs in `table.py`."""

    def __post_init__(self) -> None:
        if not self.singular:
            object.__setattr__(self, "singular", self.kind.lower())

    @property
    def storage_version(self) -> str:
        return self.versions[0]

    @property
    def has_status(self) -> bool:
        return "status" in self.subresources

    @property
    def is_stored(self) -> bool:
        """Whether objects are kept, rather than answered on the spot as reviews are."""
        return "get" in self.verbs

    @property
    def name(self) -> str:
        """As errors name it: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def key(self) -> str:
        """Under which name the store keeps the objects: its own, or that of the resource in `stored_with`."""
        if self.stored_with is None:
            return self.name
        group, _, plural = self.stored_with
        return f"{plural}.{group}" if group else plural

    @property
    def list_kind(self) -> str:
        return self.kind + "List"

    def api_version(self, version: str = "") -> str:
        """`v1`, `apps/v1`: the preferred version unless another is named."""
        version = version or self.versions[0]
        return f"{self.group}/{version}" if self.group else version

    def serving(self, versions: tuple[str, ...], *, has_status: bool = True) -> "Resource":
        """The same resource in fewer versions, and without `status` where a release had none."""
        subresources = self.subresources
        if not has_status and self.has_status:
            subresources = {name: each for name, each in subresources.items() if name != "status"}
        if versions == self.versions and subresources is self.subresources:
            return self
        return replace(self, versions=versions, subresources=subresources)

    def resets_at(self, subresource: str) -> tuple[tuple[str, ...], ...]:
        """The paths that writes through a subresource (empty: the object itself) do not reach."""
        found = self.resets.get(subresource)
        if found is not None:
            return found
        if subresource == "status":
            return (("spec",),)
        return (("status",),) if not subresource and self.has_status else ()

    def in_version(self, version: str) -> "Resource":
        """The resource as one of its versions has it; only those of custom kinds differ in more than shape."""
        return self

    def convert(self, obj: Object, version: str) -> Object:
        """An object of this resource as `version` shows it; the very same object where it is in that shape already."""
        return self._shaped(obj, self.api_version(version))

    def stored(self, obj: Object) -> Object:
        """An object in the shape in which the store keeps it."""
        return self._shaped(obj, self.storage_api_version)

    @property
    def storage_api_version(self) -> str:
        if self.stored_with is None:
            return self.api_version(self.storage_version)
        group, version, _ = self.stored_with
        return f"{group}/{version}" if group else version

    def _shaped(self, obj: Object, api_version: str) -> Object:
        if obj.get("apiVersion") == api_version:
            return obj
        shaped = self.conversion(obj, api_version) if self.conversion else obj
        return {**shaped, "apiVersion": api_version}

    def field(self, obj: Object, label: str) -> str | None:
        """What a field selector compares in a stored object, as text; None where the resource has no such label."""
        if label in ("metadata.name", "metadata.namespace"):
            return cast(str, obj["metadata"].get(label[9:], ""))
        where = self.selectable.get(label)
        if where is None:
            return None
        value = where(obj) if callable(where) else at(obj, *where, default="")
        return ("true" if value else "false") if isinstance(value, bool) else str(value)

    def unselectable(self, label: str) -> str:
        """Why a label cannot stand in a field selector. Upstream: runtime.FieldLabelConversionFunc"""
        if not self.selectable:
            return f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"'
        if self.name == "jobs.batch":
            return f'field label "{label}" not supported for batchv1.Job'
        return f"field label not supported: {label}"

    def default(self, obj: Object) -> None:
        """Fill in what the author of a fresh, private object left out, in place."""
        module = part(self.package, "defaults")
        if module is not None:
            module.default(obj)

    def validate(
        self, obj: Object, old: Object | None = None, subresource: str = "", minor: int = NEWEST
    ) -> list[FieldError]:
        """What is wrong with an object, or with its change from `old`; some subresources have rules of their own.

        Where expressions are written, it depends on the server's minor release what they may say: those kinds have
        a `validate_in` instead of a `validate`.
        """
        module = part(self.package, "validation")
        if module is None:
            return []
        judge = getattr(module, "SUBRESOURCES", {}).get(subresource)
        if judge is None and hasattr(module, "validate_in"):
            return cast(list[FieldError], module.validate_in(of_written(minor, old), obj, old))
        return cast(list[FieldError], (judge or module.validate)(obj, old))

    @property
    def strategy(self) -> ModuleType | None:
        """What else the kind does on its way to the store, where it has a `strategy.py`."""
        return part(self.package, "strategy")


@cache
def part(package: str, name: str) -> ModuleType | None:
    """A module of a kind's folder, or None where there is no such file."""
    if not package or find_spec(f"{package}.{name}") is None:
        return None
    return import_module(f"{package}.{name}")


def status(kind: str) -> Subresource:
    return Subresource("status", kind)


def scale() -> Subresource:
    return Subresource("scale", "Scale", group="autoscaling", version="v1")


def below(*subresources: Subresource) -> dict[str, Subresource]:
    """Subresources by name."""
    return {subresource.name: subresource for subresource in subresources}
