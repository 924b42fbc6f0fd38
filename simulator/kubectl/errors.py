"""What kubectl says when something is wrong, and with which exit code. Upstream: kubectl/pkg/cmd/util/helpers.go

Failure
├── CommandError      error: …
│   └── UsageError    … and where help is
├── Plain             the words alone
├── Kept              what went wrong in an earlier step
├── Silent            an exit code alone: what there was to say has been said
├── ServerError       a Status the API server answered with
├── NoResource        a resource type that the server does not have
├── Unread            what is wrong with a file, beside what went wrong with objects
└── Several           a number of these
"""

from collections.abc import Sequence
from itertools import groupby

from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at


class Failure(Exception):
    """Ends the command. `shown` is what standard error shows (without the last line break)."""

    code = 1

    @property
    def reason(self) -> str:
        """The reason that a Status gives, where the API server has said one."""
        return ""

    def shown(self) -> str:
        return str(self)

    def listed(self) -> str:
        """As it reads among several errors."""
        return str(self)

    def told(self) -> "Sequence[Failure]":
        """The failures that it is told as, one by one."""
        return (self,)


class Plain(Failure):
    """A sentence that carries no prefix."""


class CommandError(Failure):
    """Something kubectl itself found wrong."""

    def shown(self) -> str:
        message = str(self)
        return message if message.startswith("error: ") else f"error: {message}"


class Kept(Failure):
    """A failure as plain values that lasted from step to step: its words alone, and among others."""

    def __init__(self, shown: str, listed: str) -> None:
        super().__init__(shown)
        self._listed = listed

    def listed(self) -> str:
        return self._listed


class UsageError(CommandError):
    """The arguments do not fit the command; the message ends with where help is."""

    def __init__(self, command: str, message: str) -> None:
        super().__init__(f"{message}\nSee '{command} -h' for help and examples")


class Silent(Failure):
    """Nothing more to say."""

    def __init__(self, code: int = 1) -> None:
        super().__init__("")
        self.code = code


class Exited(Failure):
    """A command inside a container ended with another code than 0."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class NoResource(Failure):
    """The server does not know this resource type."""

    def __init__(self, resource: str, group: str = "", version: str = "") -> None:
        message = f"the server doesn't have a resource type {quoted(resource)}"
        if group:
            message += f" in group {quoted(group)}"
        if version:
            message += f" and version {quoted(version)}" if group else f" in version {quoted(version)}"
        super().__init__(message)

    def shown(self) -> str:
        return f"error: {self}"


class ServerError(Failure):
    """The Status of a request that failed, with what was being done (`error when creating "web.yaml"`)."""

    def __init__(self, status: Object, doing: str = "") -> None:
        message = status.get("message") or "unknown"
        super().__init__(f"{doing}: {message}" if doing else message)
        self.status = status

    @property
    def reason(self) -> str:
        return str(self.status.get("reason", ""))

    def when(self, verb: str, source: str) -> "ServerError":
        """The same error, saying what was done with which file."""
        return ServerError(self.status, f"error when {verb} {quoted(source)}") if source else self

    def again(self, verb: str, source: str) -> "ServerError":
        """Said within another saying."""
        return ServerError({**self.status, "message": str(self)}, f"error when {verb} {quoted(source)}")

    def named(self, doing: str) -> "ServerError":
        return ServerError(self.status, doing)

    def shown(self) -> str:
        if self.reason == "Invalid":
            return self._invalid()
        return self.listed()

    def listed(self) -> str:
        """Where an invalid object is not taken apart."""
        if self.reason == "Unauthorized":
            return f"error: You must be logged in to the server ({self})"
        return f"Error from server ({self.reason}): {self}" if self.reason else f"Error from server: {self}"

    def _invalid(self) -> str:
        details = self.status.get("details")
        if not details:
            return f"The request is invalid: {self}"
        kind = details.get("kind")
        subject = f"The {kind} {quoted(details.get('name', ''))} is invalid" if kind else "The request is invalid"
        found = [f"{cause.get('field', '')}: {cause.get('message', '')}" for cause in _causes(details)]
        causes = list(dict.fromkeys(found))
        if not causes:
            return subject if kind else f"{subject}: {self}"
        if len(causes) == 1:
            return f"{subject}: {causes[0]}\n"
        return f"{subject}: \n" + "".join(f"* {cause}\n" for cause in causes)


def _causes(details: Object) -> list[Object]:
    return list(at(details, "causes", default=[]))


class Unread(Failure):
    """What is wrong with a file, or with a document in it. Objects of other files are visited nevertheless."""

    def __init__(self, failure: Failure, within: str = "") -> None:
        """`within`: the List in whose place the failures of its items are told as one."""
        super().__init__(str(failure))
        self.failure = failure
        self.within = within

    @property
    def reason(self) -> str:
        return self.failure.reason

    def shown(self) -> str:
        return self.failure.shown()

    def listed(self) -> str:
        return self.failure.listed()

    def told(self) -> Sequence[Failure]:
        return self.failure.told()


class Several(Failure):
    """What went wrong in a number of places. Upstream: k8s.io/apimachinery/pkg/util/errors (Aggregate)"""

    def __init__(self, errors: Sequence[Failure]) -> None:
        texts = list(dict.fromkeys(str(error) for error in leaves(errors)))
        super().__init__(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
        self.errors = tuple(errors)

    def shown(self) -> str:
        """A line of each; one that holds a single failure is opened once."""
        if len(self.errors) == 1 and not isinstance(self.errors[0], Several):
            return self.errors[0].shown()
        return "".join(f"{error.listed()}\n" for error in self.told())

    def told(self) -> Sequence[Failure]:
        only = self.errors[0] if len(self.errors) == 1 else self
        return only.errors if isinstance(only, Several) else (only,)

    def listed(self) -> str:
        """Among still others they stand in brackets, each once. Upstream: apimachinery/pkg/util/errors"""
        said = list(dict.fromkeys(str(error) for error in self.errors))
        return said[0] if len(said) == 1 else f"[{', '.join(said)}]"


def together(errors: Sequence[Failure], *, files_first: bool = False) -> Failure | None:
    """What there is to tell of a visit to objects: nothing, the one failure, or all, those of files as one of them.

    Upstream: k8s.io/cli-runtime/pkg/resource/visitor.go (EagerVisitorList, ContinueOnErrorVisitor)
    """
    told = [error for error in errors if not isinstance(error, Unread)]
    unread = [error for error in errors if isinstance(error, Unread)]
    if unread:
        told.insert(0 if files_first else len(told), Several(by_list(unread)))
    return told[0] if len(told) == 1 else Several(told) if told else None


def by_list(errors: Sequence[Unread]) -> list[Failure]:
    """What is wrong with files, that of the items of a List as one."""
    parts: list[Failure] = []
    for within, those in groupby(errors, key=lambda error: error.within):
        failures = [error.failure for error in those]
        parts += [Several(failures)] if within else failures
    return parts


def raise_all(errors: Sequence[Failure], *, files_first: bool = False) -> None:
    """Raise what there is to raise."""
    if (failure := together(errors, files_first=files_first)) is not None:
        raise failure


def raise_listed(errors: Sequence[Failure]) -> None:
    """Raise what a command has collected on its way as a list; what is wrong with a single file is then told bare."""
    if len(errors) == 1 and not isinstance(errors[0], Several):
        raise errors[0]
    if errors:
        raise Several(errors)


def told(errors: Sequence[Failure]) -> list[Failure]:
    """What went wrong in a visit, as one failure, or none."""
    failure = together(errors)
    return [] if failure is None else [failure]


def leaves(errors: Sequence[Failure]) -> list[Failure]:
    """The single failures of all."""
    singles: list[Failure] = []
    for error in errors:
        if isinstance(error, Several):
            singles += leaves(error.errors)
        else:
            singles.append(error.failure if isinstance(error, Unread) else error)
    return singles
