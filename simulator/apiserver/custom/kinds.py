"""Every resource a server knows: those of its release and those its CustomResourceDefinitions bring."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from simulator.apiserver.custom.resource import Converter, CustomResource, custom_resource
from simulator.etcd import Store
from simulator.etcd.store import controllers
from simulator.kernel.component import Change
from simulator.machinery import openapi
from simulator.machinery.objects import Object, condition
from simulator.machinery.openapi.custom import schemas_for
from simulator.machinery.releases import release
from simulator.machinery.schemas import Schemas
from simulator.resources import metrics
from simulator.resources.registry import served
from simulator.resources.resource import Resource

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"


API_SERVICES = "apiservices.apiregistration.k8s.io"


class Kinds:
    """Found anew when a definition or an APIService changes; nothing of it is state."""

    def __init__(self, store: Store, version: str, convert: Converter) -> None:
        self._convert = convert
        self._store = store
        self._version = version
        self._is_fresh = False
        self._schemas: Schemas | None = None
        self._derived: dict[str, Any] = {}
        self._all: tuple[Resource, ...] = ()
        self._by_name: Mapping[str, Resource] = {}
        self._by_path: Mapping[tuple[str, str, str], Resource] = {}
        store.subscribe((DEFINITIONS, API_SERVICES), self.observe)

    def observe(self, change: Change) -> None:
        self._is_fresh = False

    def become(self, version: str) -> None:
        """Know what another release serves."""
        self._version = version
        self._is_fresh = False

    @property
    def minor(self) -> int:
        """The minor release whose kinds these are."""
        return release(self._version).minor

    def all(self) -> tuple[Resource, ...]:
        self._refresh()
        return self._all

    def named(self, name: str) -> Resource | None:
        """By its name: `pods`, `deployments.apps`."""
        self._refresh()
        return self._by_name.get(name)

    def at_path(self, group: str, version: str, plural: str) -> Resource | None:
        self._refresh()
        return self._by_path.get((group, version, plural))

    def schemas(self) -> Schemas:
        """The definitions of all kinds."""
        self._refresh()
        if self._schemas is None:
            self._schemas = self._described()
        return self._schemas

    def derived[T](self, name: str, work: Callable[[], T]) -> T:
        """What follows from all kinds, worked out once for as long as they stay the same."""
        self._refresh()
        if name not in self._derived:
            self._derived[name] = work()
        found: T = self._derived[name]
        return found

    def _described(self) -> Schemas:
        custom = [each for each in self._all if isinstance(each, CustomResource)]
        described = (described_as(each, version) for each in custom for version in each.versions)
        return schemas_of(self._version, tuple(described))

    def _refresh(self) -> None:
        if self._is_fresh:
            return
        self._is_fresh = True
        self._schemas = None
        self._derived = {}
        found = [
            custom_resource(each, self._convert, self.minor)
            for each in self._store.list(DEFINITIONS)
            if is_established(each)
        ]
        custom: list[Resource] = [each for each in found if each is not None]
        measured = self._store.get(API_SERVICES, ("", metrics.API_SERVICE)) is not None
        own, self._by_name, self._by_path = directories(self._version, measured=measured)
        self._all = (*own, *custom) if custom else own
        if not custom:
            return
        self._by_name = {**self._by_name, **by_name(custom)}
        self._by_path = {**self._by_path, **by_path(custom)}
        self._store.add_indexes({each.key: (("controller", controllers),) for each in custom})


def by_name(resources: Sequence[Resource]) -> dict[str, Resource]:
    return {each.name: each for each in resources}


def by_path(resources: Sequence[Resource]) -> dict[tuple[str, str, str], Resource]:
    return {
        (each.group, version, each.plural): each.in_version(version) for each in resources for version in each.versions
    }


type Directories = tuple[tuple[Resource, ...], dict[str, Resource], dict[tuple[str, str, str], Resource]]


@lru_cache(maxsize=32)
def directories(version: str, *, measured: bool = False) -> Directories:
    """A release's own resources, and those of the metrics server, by name and by path, the same for all clusters."""
    own = (*served(version), *metrics.RESOURCES) if measured else served(version)
    return own, by_name(own), by_path(own)


def is_established(definition: Object) -> bool:
    found = condition(definition, "Established")
    return found is not None and found["status"] == "True"


def described_as(resource: CustomResource, version: str) -> openapi.Resource:
    """A version of a custom resource as the OpenAPI documents tell of it."""
    parts = tuple(
        openapi.Subresource(each.name, each.group or resource.group, each.version or version, each.kind, each.verbs)
        for each in resource.in_version(version).subresources.values()
    )
    return openapi.Resource(
        resource.group,
        version,
        resource.kind,
        resource.plural,
        resource.namespaced,
        resource.verbs,
        parts,
        resource.schema_text(version),
    )


@lru_cache(maxsize=64)
def schemas_of(version: str, custom: tuple[openapi.Resource, ...]) -> Schemas:
    return schemas_for(version, custom)
