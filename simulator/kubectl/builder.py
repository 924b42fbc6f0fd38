"""Which objects a command is about: from arguments, selectors and files. Upstream: k8s.io/cli-runtime/pkg/resource"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from simulator.kubectl.discovery import Resource, Unrecognized
from simulator.kubectl.errors import CommandError, Failure, ServerError, Unread, raise_all
from simulator.kubectl.manifests import (
    STANDARD_INPUT,
    Invalid,
    Manifest,
    check_fields,
    check_header,
    check_metadata,
    files,
    manifests,
    misnamed,
)
from simulator.kubectl.scheme import unregistered
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, changed
from simulator.machinery.requirements import SelectorError
from simulator.machinery.selectors import parse

if TYPE_CHECKING:
    from simulator.kubectl.kubectl import Kubectl

NOTHING_GIVEN = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""


@dataclass(frozen=True, slots=True)
class Info:
    """One object that a command is about: where it is, and what is known of it."""

    resource: Resource
    namespace: str
    name: str
    object: Object = field(default_factory=dict)
    source: str = ""
    within: str = ""
    """The List in a file that the object is an item of."""

    @property
    def path(self) -> str:
        return self.resource.path(self.namespace, self.name)

    @property
    def placeless(self) -> CommandError | None:
        """What is wrong with an object of a namespace that nothing names, as with `--all-namespaces`."""
        if self.namespace or not self.resource.namespaced:
            return None
        return CommandError(f"no namespace set on resource {self.resource.described} {quoted(self.name)}")

    @property
    def collection(self) -> str:
        return self.resource.path(self.namespace)

    @property
    def label(self) -> str:
        """`deployment.apps/web`, as commands report what they did."""
        return f"{self.resource.qualified_kind}/{self.name}"

    def holding(self, obj: Object) -> "Info":
        """The same place, with the object that is there now."""
        name = at(obj, "metadata", "name", default=self.name)
        return replace(self, object=obj, name=name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Arguments read: types with names, or types to list."""

    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.types and not self.pairs


def wanted(args: Sequence[str]) -> Wanted:
    """Read `TYPE NAME…`, `TYPE,TYPE` or `TYPE/NAME…`; `TYPE,TYPE NAME` means pairs. Raises CommandError."""
    if not args:
        return Wanted()
    types = tuple(dict.fromkeys(args[0].split(",")))
    if len(types) > 1 and len(args) > 1:
        args = [f"{word}/{name}" for word in types for name in args[1:]]
    slashes = [argument for argument in args if "/" in argument]
    if not slashes:
        return Wanted(types=types, names=tuple(args[1:]))
    if len(slashes) != len(args):
        raise CommandError(
            "there is no need to specify a resource type as a separate argument when passing arguments in "
            "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
            "resource/<resource_name>'"
        )
    return Wanted(pairs=tuple(split_pair(argument) for argument in args))


def split_pair(argument: str) -> tuple[str, str]:
    parts = argument.split("/")
    if len(parts) != 2:
        raise CommandError("arguments in resource/name form may not have more than one slash")
    if not parts[0] or not parts[1] or "," in parts[0]:
        raise CommandError("arguments in resource/name form must have a single resource and name")
    return parts[0], parts[1]


class Builder:
    """Finds the objects of one command.

    `everything` lets a type without names stand for all its objects (as `get pods` does); `namespace` is where to look.
    With a `scheme`, only kinds that kubectl has types for can be read. Objects of files are fetched as they are now if
    `latest`, else taken as the files have them. `--all` means the same as `everything`; with `select_all` it is a
    selector, which goes with neither names nor other selectors. Without `defaults`, files have to say the namespace.
    """

    def __init__(
        self,
        kubectl: "Kubectl",
        args: Sequence[str],
        *,
        everything: bool = False,
        selector: str | None = None,
        scheme: str = "",
        defaults: bool = True,
        latest: bool = True,
        select_all: bool = False,
    ) -> None:
        self.kubectl = kubectl
        self.latest = latest
        self.scheme = scheme
        self._checked = False
        self._misread: list[Failure] = []
        """What is wrong with the arguments, told together with what is wrong with files."""
        try:
            self.wanted = wanted(args)
        except CommandError as failure:
            self.wanted = Wanted()
            self._misread = [failure]
        options = kubectl.options
        if options.flag("match-server-version"):
            kubectl.check_server()
        self.all_namespaces = options.flag("all-namespaces")
        self.namespace = "" if self.all_namespaces or not defaults else kubectl.namespace
        self.selector = (
            selector if selector is not None else options.text("selector") if options.has("selector") else ""
        )
        self.field_selector = options.text("field-selector") if options.has("field-selector") else ""
        self.all = select_all and options.flag("all")
        self.everything = everything or options.flag("all")

    @property
    def from_files(self) -> bool:
        options = self.kubectl.options
        return options.has("filename") and bool(options.texts("filename") or options.text("kustomize"))

    @property
    def is_one_file(self) -> bool:
        """Whether a single file or kustomization is meant, which then stands or falls as a whole."""
        options = self.kubectl.options
        paths = options.texts("filename")
        if not self.from_files or len(paths) + bool(options.text("kustomize")) != 1:
            return False
        if not paths or paths[0].startswith(("http://", "https://")):
            return True
        return paths[0] not in STANDARD_INPUT and len(files(self.kubectl, paths[0])) == 1

    @property
    def lists(self) -> bool:
        """Whether whole types are asked for, not single objects."""
        wanted = self.wanted
        by_type = self.everything and not wanted.names and not wanted.pairs and bool(wanted.types)
        return not self.from_files and (bool(self.selector or self.field_selector) or self.all or by_type)

    def check(self) -> None:
        """Refuse what cannot be meant: first all that is wrong with single words, then what does not go together."""
        if self._checked:
            return
        self._checked = True
        raise_all(self._faults())
        if self.from_files:
            self._check_files()
        elif self.lists:
            self._check_lists()
            self.resources()
        elif self.wanted.is_empty:
            raise CommandError(NOTHING_GIVEN)
        elif not self.wanted.names and not self.wanted.pairs:
            self.resources()
            raise CommandError("resource(s) were provided, but no name was specified")
        else:
            self._named()

    def _faults(self) -> list[Failure]:
        faults = misnamed(self.kubectl) if self.kubectl.options.has("filename") else []
        if self.all and (self.selector or self.field_selector):
            faults.append(CommandError("setting 'all' parameter but found a non empty selector. "))
        faults += self._misread
        if self.wanted.types:  # what categories there are is asked of the server
            try:
                self.kubectl.connect()
            except CommandError as failure:
                faults.append(failure)
            else:
                if faults or self._conflicts:
                    self._members()
        return faults

    @property
    def _conflicts(self) -> bool:
        """Whether types stand beside what they do not go with."""
        if self.from_files:
            return True
        options = self.kubectl.options
        bulk = options.has("subresource") and bool(options.text("subresource"))
        return self.lists and bool(self.wanted.names or bulk)

    def _check_files(self) -> None:
        if self.wanted.types:
            raise CommandError(
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
            )
        if self.wanted.pairs:
            raise CommandError("resource/name arguments cannot be provided when a path is specified")
        try:
            parse(self.selector)
        except SelectorError as error:
            raise CommandError(f"the provided selector {quoted(self.selector)} is not valid: {error}") from None

    def _check_lists(self) -> None:
        options = self.kubectl.options
        if self.wanted.names:
            raise CommandError("name cannot be provided when a selector is specified")
        if self.wanted.pairs:
            raise CommandError("selectors and the all flag cannot be used when passing resource/name arguments")
        if not self.wanted.types:
            raise CommandError("at least one resource must be specified to use a selector")
        if options.has("subresource") and options.text("subresource"):
            raise CommandError("subresource cannot be used when bulk resources are specified")

    def _members(self) -> list[tuple[str, list[Resource]]]:
        """The words for types, with what categories stand for."""
        return [(word, self.kubectl.mapper.category(word)) for word in self.wanted.types]

    def resources(self) -> list[Resource]:
        """The types named, categories such as `all` expanded, each once."""
        found: list[Resource] = []
        mapper = self.kubectl.mapper
        for word, resources in self._members():
            for resource in resources or [mapper.resolve(word)]:
                if resource not in found:
                    found.append(resource)
        return found

    def targets(self) -> list[Info]:
        """The places of single objects named by arguments; nothing is fetched."""
        self.check()
        return self._named()

    def _named(self) -> list[Info]:
        wanted = self.wanted
        if wanted.pairs:
            places = [(self.kubectl.mapper.resolve(word), name) for word, name in wanted.pairs]
        else:
            resources = self.resources()
            if len(resources) > 1:
                raise CommandError("you must specify only one resource")
            places = [(resource, name) for resource in resources for name in wanted.names]
        return [self._place(resource, name) for resource, name in places]

    def _place(self, resource: Resource, name: str) -> Info:
        if resource.namespaced and self.all_namespaces:
            raise CommandError("a resource cannot be retrieved by name across all namespaces")
        if resource.namespaced and not self.namespace:
            raise CommandError("namespace may not be empty when retrieving a resource by name")
        return Info(resource, self.namespace if resource.namespaced else "", name)

    def query(self) -> dict[str, str]:
        query = {}
        if self.selector:
            query["labelSelector"] = self.selector
        if self.field_selector:
            query["fieldSelector"] = self.field_selector
        return query

    def infos(self, *, missing_is_fine: bool = False) -> list[Info]:
        """The objects themselves, fetched. What fails is raised after all have been tried."""
        return self.collected(missing_is_fine=missing_is_fine, raises=True)[0]

    def visit(self, do: Callable[[Info], None]) -> None:
        """Do something with each object as soon as it is there; what goes wrong with one, or on the way to it, is told
        at the end."""
        errors: list[Failure] = []
        for item in self.each():
            try:
                if isinstance(item, Failure):
                    raise item
                do(item)
            except Failure as failure:
                errors.append(failure)
        raise_all(errors)

    def collected(self, *, missing_is_fine: bool = False, raises: bool = False) -> tuple[list[Info], list[Failure]]:
        """The objects that could be fetched, and what went wrong with others."""
        found, errors = parted(self.each())
        if missing_is_fine:
            errors = [error for error in errors if error.reason != "NotFound"]
        if raises:
            raise_all(errors)
        return found, errors

    def each(self) -> Iterator[Info | Failure]:
        """The objects, each fetched when it is asked for, and what went wrong with others in their place."""
        self.check()
        if self.from_files and self.kubectl.options.has("local") and self.kubectl.options.flag("local"):
            for manifest in manifests(self.kubectl):
                if isinstance(manifest, Failure):
                    yield manifest
                    continue
                here = self.place_of(manifest)
                if self.is_chosen(here.object):
                    yield here.holding(manifest.object)
        elif self.from_files:
            for place in self.places():
                item = place if isinstance(place, Failure) or not self.latest else self._refetched(place)
                if isinstance(item, Failure) or self.is_chosen(item.object):
                    yield item
        elif self.lists:
            for resource in self.resources():
                yield from self._listed(resource)
        else:
            for place in self.targets():
                yield self.fetched(place)

    def unvisited(self) -> Iterator[Info | Failure]:
        """What is to be visited: single objects by their places, for each to be `fetched` when its turn comes."""
        self.check()
        if self.from_files:
            for place in self.places():
                local = self.kubectl.options.has("local") and self.kubectl.options.flag("local")
                yield place if local or isinstance(place, Failure) else replace(place, object={})
        elif self.lists:
            for resource in self.resources():
                yield from self._listed(resource)
        else:
            yield from self.targets()

    def _refetched(self, place: Info) -> Info | Failure:
        """What has become of an object in a file. That it cannot be had is told with what is wrong with the file."""
        item = self.fetched(place)
        return Unread(item, place.within) if isinstance(item, Failure) else item

    def fetched(self, place: Info) -> Info | Failure:
        """The object at a place, or why it cannot be had."""
        if (placeless := place.placeless) is not None:
            return placeless
        try:
            found = place.holding(self.kubectl.client.get_in(place.namespace, place.path))
        except ServerError as error:
            return error
        return self._unreadable(place.resource) or found

    def _unreadable(self, resource: Resource, ending: str = "") -> Failure | None:
        """What is wrong with an answer of a kind that there is no type for."""
        if not self.scheme:
            return None
        return unregistered(resource.api_version, resource.kind, self.scheme, ending=ending)

    def _listed(self, resource: Resource) -> Iterator[Info | Failure]:
        namespace = self.namespace if resource.namespaced else ""
        try:
            listed = list(self.kubectl.client.pieces(resource.path(namespace), self.query()))
        except ServerError as error:
            yield listing_failed(error, resource, self.query())
            return
        if (unreadable := self._unreadable(resource, "List")) is not None:
            yield unreadable
            return
        for item in (item for piece in listed for item in piece.get("items", ())):
            item = {"apiVersion": resource.api_version, "kind": resource.kind, **item}
            metadata = item["metadata"]
            yield Info(resource, metadata.get("namespace", ""), metadata["name"], item)

    def is_chosen(self, obj: Object) -> bool:
        """Whether the label selector, if one is given, selects an object."""
        return not self.selector or parse(self.selector).matches(at(obj, "metadata", "labels"))

    def from_manifests(self, *, validate: bool = False) -> Iterator[Info | Failure]:
        """Where the objects of files belong that are selected, each holding the object as its file has it."""
        self.check()
        return (
            place
            for place in self.places(validate=validate)
            if isinstance(place, Failure) or self.is_chosen(place.object)
        )

    def places(self, *, validate: bool = False) -> Iterator[Info | Failure]:
        """Where the objects of files belong, whatever their labels."""
        ended, unrecognized = False, ""
        for manifest in manifests(self.kubectl):
            if isinstance(manifest, Failure):
                yield manifest
                continue
            if unrecognized and manifest.within == unrecognized:
                continue
            ended = ended and manifest.number > 0
            if ended:
                continue
            try:
                yield self.place_of(manifest, validate=validate)
            except Unrecognized as failure:
                unrecognized = manifest.within  # of a List it is the List that fails
                yield Unread(failure)
            except Failure as failure:
                ended = isinstance(failure, Invalid)
                yield Unread(failure, manifest.within)

    def _unknown(self, manifest: Manifest) -> Failure | None:
        """What is wrong with an object in a file of a kind that there is no type for."""
        if not self.scheme:
            return None
        said = manifest.object
        return unregistered(str(said["apiVersion"]), str(said["kind"]), self.scheme, source=manifest.source)

    def place_of(self, manifest: Manifest, *, validate: bool = False) -> Info:
        wrong = check_header(manifest, validate=validate, typed=bool(self.scheme))
        if validate and wrong is None:
            wrong = check_fields(self.kubectl, manifest)
        wrong = wrong or self._unknown(manifest) or check_metadata(manifest)
        if wrong is not None:
            raise wrong
        resource = self.kubectl.mapper.of(manifest.object, manifest.source)
        return place_of(self.kubectl, resource, manifest, self.namespace)


def parted(items: Iterable[Info | Failure]) -> tuple[list[Info], list[Failure]]:
    """What was found, and what went wrong with others."""
    found: list[Info] = []
    errors: list[Failure] = []
    for item in items:
        if isinstance(item, Info):
            found.append(item)
        else:
            errors.append(item)
    return found, errors


def listing_failed(error: ServerError, resource: Resource, query: Mapping[str, str]) -> ServerError:
    """A refused list, with what was asked. Upstream: resource.EnhanceListError"""
    if error.reason not in ("BadRequest", "NotFound"):
        return error
    labels, fields = query.get("labelSelector", ""), query.get("fieldSelector", "")
    if not labels and not fields:
        return error.named(f"Unable to list {quoted(resource.described)}")
    return error.named(
        f"Unable to find {quoted(resource.described)} that match label selector {quoted(labels)}, field selector "
        f"{quoted(fields)}"
    )


def place_of(kubectl: "Kubectl", resource: Resource, manifest: Manifest, given: str) -> Info:
    """Where an object belongs: the namespace it names, or else the given one, in which the command works."""
    obj = manifest.object
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    namespace = metadata.get("namespace", "")
    if resource.namespaced:
        if kubectl.namespace_given and namespace and namespace != kubectl.namespace:
            raise CommandError(
                f"the namespace from the provided object {quoted(namespace)} does not match the namespace "
                f"{quoted(kubectl.namespace)}. You must pass '--namespace={namespace}' to perform this operation."
            )
        if not namespace and given:
            namespace = given
            obj = changed(obj, ("metadata", "namespace"), namespace)
    place = namespace if resource.namespaced else ""
    return Info(resource, place, metadata.get("name", ""), obj, manifest.source, manifest.within)
