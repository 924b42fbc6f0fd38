"""What the server's resources are called, and how a word typed by a person names one of them.

Upstream: k8s.io/client-go/discovery, k8s.io/apimachinery/pkg/api/meta, k8s.io/client-go/restmapper
"""

from dataclasses import dataclass
from functools import lru_cache

from simulator.kubectl.client import Answer, Client, NoConnection
from simulator.kubectl.dialects import API_GROUPS
from simulator.kubectl.discoverycache import DiscoveryCache, parsed
from simulator.kubectl.errors import CommandError, NoResource, ServerError
from simulator.kubectl.statuses import status_of
from simulator.machinery.golang import quoted
from simulator.machinery.names import path_segment
from simulator.machinery.objects import Object, at

ATTEMPTS = 4
"""How often a word is looked up where the server does not answer: as a short name, a name, and twice as a kind."""

BY_NAME = 2
"""The same where it cannot be a kind."""


class Unrecognized(CommandError):
    """Whether the server has a type could not be asked."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of one version, as the server describes it."""

    name: str
    singular: str
    kind: str
    group: str
    version: str
    namespaced: bool
    verbs: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """`deployments.apps`, or `pods`."""
        return f"{self.name}.{self.group}" if self.group else self.name

    @property
    def qualified_kind(self) -> str:
        """`deployment.apps`, or `pod`: what stands before the slash in `deployment.apps/web`."""
        kind = self.kind.lower()
        return f"{kind}.{self.group}" if self.group else kind

    @property
    def group_kind(self) -> str:
        """`Job.batch`, or `Pod`."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def described(self) -> str:
        """`apps/v1, Resource=deployments`, as errors name it."""
        return f"{self.group}/{self.version}, Resource={self.name}"

    @property
    def version_path(self) -> str:
        """Where its group and version are served."""
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Where it is served. Raises CommandError for what is no part of a path."""
        for what, segment in (("namespace", namespace), ("resource name", name)):
            if faults := path_segment(segment):
                raise CommandError(f"invalid {what} {quoted(segment)}: [{' '.join(faults)}]")
        base = self.version_path
        if self.namespaced and namespace:
            base += f"/namespaces/{namespace}"
        return base + f"/{self.name}" + (f"/{name}" if name else "") + (f"/{subresource}" if subresource else "")


class Mapper:
    """Finds resources by what they are called, as the cache on disk knows them: the server is asked where that does not
    know a name, or is too old."""

    def __init__(self, client: Client, cache: DiscoveryCache) -> None:
        self._client = client
        self._cache = cache
        self._resources: list[Resource] | None = None
        self._fresh = False
        self._told: list[str] = []

    @property
    def resources(self) -> list[Resource]:
        """Every resource of every version, in the server's order of preference."""
        if self._resources is None:
            self._resources = self._remembered()
        return self.refreshed() if self._resources is None else self._resources

    def refreshed(self) -> list[Resource]:
        """Every resource as the server tells them now."""
        if not self._fresh or self._resources is None:
            self._resources, self._fresh = self._discover(), True
        return self._resources

    @property
    def preferred(self) -> list[Resource]:
        """Every resource in the version that the server prefers."""
        seen: dict[tuple[str, str], Resource] = {}
        for resource in self.resources:
            seen.setdefault((resource.group, resource.name), resource)
        return list(seen.values())

    def resolve(self, word: str, attempts: int = ATTEMPTS) -> Resource:
        """The resource that `deploy`, `deployments.apps`, `deployments.v1.apps` or `Deployment` names."""
        found = self.lookup(word, attempts)
        if found is None:
            name, _, group = word.partition(".")
            raise NoResource(name, group)
        return found

    def lookup(self, word: str, attempts: int = ATTEMPTS) -> Resource | None:
        self._persist(attempts)
        found = self._looked_up(word)
        if found is None and not self._fresh:
            self._invalidate()
            found = self._looked_up(word)
        return found

    def _persist(self, attempts: int) -> None:
        """Know the server's resources, for all that it may not answer at first."""
        for attempt in range(1, attempts + 1):
            try:
                self._resources = self.resources
                return
            except NoConnection as error:
                if attempt == 1:
                    said = f'"Error loading discovery information" err={quoted(error.cause)}'
                    self._client.log(1, "shortcut.go:177", said)
                if attempt == attempts:
                    raise

    def known(self, word: str) -> Resource | None:
        """The same, if that is remembered: the server is not asked anew."""
        return self._looked_up(word)

    def _looked_up(self, word: str) -> Resource | None:
        parts = word.split(".", 2)
        if len(parts) == 3 and (found := self._by_name(parts[0], parts[2], parts[1])):
            return found
        name, _, group = word.partition(".")
        found = self._named(name, group)
        if found is None and len(parts) == 3:  # a short name stands for its resource, whatever version is asked for
            found = self._by_short_name(parts[0], self._of_group(self.resources, parts[2]))
        return found

    def _named(self, name: str, group: str) -> Resource | None:
        return self._by_name(name, group) or self._by_short_name(name, self._of_group(self.resources, group))

    def _by_name(self, name: str, group: str, version: str = "") -> Resource | None:
        """The first resource of this plural, singular or kind."""
        name = name.lower()
        candidates = [resource for resource in self.resources if not version or resource.version == version]
        for resource in self._of_group(candidates, group):
            if name in (resource.name, resource.singular, resource.kind.lower()):
                return resource
        return None

    @staticmethod
    def _of_group(resources: list[Resource], group: str) -> list[Resource]:
        """Those of a group, or else of groups that begin with it."""
        exact = [resource for resource in resources if not group or resource.group == group]
        return exact or [resource for resource in resources if resource.group.startswith(group)]

    def _by_short_name(self, name: str, candidates: list[Resource]) -> Resource | None:
        """The first resource with this short name; of another group's the person is told."""
        named = [resource for resource in candidates if name in resource.short_names]
        others = [one for one in named if (one.group, one.name) != (named[0].group, named[0].name)]
        for other in {one.qualified: None for one in others}:
            self._warn(f'short name "{name}" could also match lower priority resource {other}')
        return named[0] if named else None

    def _warn(self, text: str) -> None:
        if text not in self._told:
            self._told.append(text)
            self._client.tell(text)

    def look_anew(self) -> None:
        """Names are looked up once more: what is said of them is said again."""
        self._told.clear()

    def category(self, word: str) -> list[Resource]:
        """The resources of a category such as `all`; empty for what is none."""
        try:
            preferred = self.preferred
        except NoConnection:
            return []
        return [resource for resource in preferred if word in resource.categories and "list" in resource.verbs]

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """The resource whose objects carry this apiVersion and kind."""
        wanted = (api_version, kind)
        found = next((one for one in self.resources if (one.api_version, one.kind) == wanted), None)
        if found is None and not self._fresh:
            self._invalidate()
            found = next((one for one in self.resources if (one.api_version, one.kind) == wanted), None)
        return found

    def of(self, obj: Object, source: str = "") -> Resource:
        """The resource of an object that came from a file. Raises CommandError where the server has none."""
        api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
        try:
            found = self.of_kind(api_version, kind)
        except NoConnection as error:
            if not source:
                raise
            raise Unrecognized(f"unable to recognize {quoted(source)}: {error.cause}") from None
        if found is None:
            metadata = at(obj, "metadata", default={})
            raise CommandError(
                f"resource mapping not found for name: {quoted(metadata.get('name', ''))} namespace: "
                f"{quoted(metadata.get('namespace', ''))} from {quoted(source)}: no matches for kind {quoted(kind)} in "
                f"version {quoted(api_version)}\nensure CRDs are installed first"
            )
        return found

    def _invalidate(self) -> None:
        """Ask anew, as what was remembered does not have everything."""
        self._client.log(5, "discovery.go:279", '"Invalidating discovery information"')
        self.refreshed()

    def _remembered(self) -> list[Resource] | None:
        content = self._cache.read()
        found = None if content is None else remembered(content)
        return None if found is None else list(found)

    def _discover(self) -> list[Resource]:
        groups = [group for path in ("/api", "/apis") for group in self._ask(path).get("items", ())]
        self._cache.write(groups)
        return [found for group in groups for found in resources_of(group)]

    def _ask(self, path: str) -> Object:
        client = self._client.speaking(API_GROUPS)
        try:
            response = client.send("GET", path, {"timeout": client.patience}, doing=path)
        except NoConnection as error:
            cause = f"err={quoted(error.cause)}"
            client.log(0, "memcache.go:381", f'"Couldn\'t get current server API group list" {cause}', severity="E")
            client.log(3, "cached_discovery.go:153", f'"Skipped caching discovery info due to error" {cause}')
            raise
        if response.status >= 400:
            raise ServerError(status_of(response))
        return Answer(response).object


@lru_cache(maxsize=32)
def remembered(content: bytes) -> tuple[Resource, ...] | None:
    """What a file of the cache holds, worked out once for all runs; None where somebody has written into it."""
    groups = parsed(content)
    try:
        return None if groups is None else tuple(found for group in groups for found in resources_of(group))
    except (AttributeError, KeyError, TypeError):
        return None


def resources_of(group: Object) -> list[Resource]:
    """The resources of one APIGroupDiscovery."""
    name = at(group, "metadata", "name", default="")
    return [
        Resource(
            name=entry["resource"],
            singular=entry.get("singularResource", ""),
            kind=entry["responseKind"]["kind"],
            group=name,
            version=version["version"],
            namespaced=entry["scope"] == "Namespaced",
            verbs=tuple(entry.get("verbs", ())),
            short_names=tuple(entry.get("shortNames", ())),
            categories=tuple(entry.get("categories", ())),
            subresources=tuple(sub["subresource"] for sub in entry.get("subresources", ())),
        )
        for version in group.get("versions", ())
        for entry in version.get("resources", ())
        if "responseKind" in entry
    ]
