"""The functions expressions may call: signatures that the checker reads, each with what carries it out.

Upstream: github.com/google/cel-go/common/decls
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

from simulator.machinery.cel.language import NEWEST
from simulator.machinery.cel.types import DYN, Type, parsed, split
from simulator.machinery.cel.values import NAMES, Instance, Spend, Unfit, type_name

LIBRARIES: Final = (
    "operators",
    "conversions",
    "times",
    "optionals",
    "strings",
    "formatting",
    "lists",
    "listing",
    "patterns",
    "urls",
    "addresses",
    "amounts",
    "versions",
    "formats",
    "authorization",
    "jsonpatch",
)
"""The modules of `libraries`, in which functions are declared."""
PARTICULAR: Final = frozenset({"jsonpatch"})
"""Those that are known only where they are asked for."""
NONE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of a function; a member's receiver is its first parameter."""

    name: str
    is_member: bool
    parameters: tuple[Type, ...]
    result: Type
    implementation: Callable[..., Any]
    names: tuple[str, ...]
    """What the types of the arguments are called; empty where any fits."""
    since: int
    """The minor release in which it came; functions that every release here knows came with none."""
    library: str
    spends: bool
    """Whether it looks deeper than the sizes of its arguments tell, and so is given the means to pay for that."""

    def fits(self, arguments: list[Any]) -> bool:
        """Whether these values may be its arguments, as far as can be seen at the surface."""
        for wanted, given in zip(self.names, arguments, strict=True):
            if wanted and wanted != NAMES.get(type(given)) and not (wanted == "map" and isinstance(given, Instance)):
                return False
        return True


type Implementation = Callable[..., Any]
_declared: dict[str, list[Overload]] = {}


def function[F: Implementation](*signatures: str, since: int = 0, spends: bool = False) -> Callable[[F], F]:
    """Declares a function: `size(string) -> int`, or with a receiver `string#size() -> int`; capitals are any type.

    One that spends is given what pays for its steps as its first argument.
    """

    def declare(implementation: F) -> F:
        for signature in signatures:
            overload = read(signature, implementation, since=since, spends=spends)
            _declared.setdefault(overload.name, []).append(overload)
        return implementation

    return declare


def read(signature: str, implementation: Implementation, *, since: int, spends: bool) -> Overload:
    head, _, result = signature.rpartition(" -> ")
    receiver, is_member, rest = head.rpartition("#")
    name, _, listed = rest.partition("(")
    parameters = tuple(map(parsed, split(listed[:-1])))
    if is_member:
        parameters = (parsed(receiver), *parameters)
    names = tuple("" if each.is_variable or each == DYN else each.name for each in parameters)
    library = implementation.__module__.rpartition(".")[2]
    return Overload(name, bool(is_member), parameters, parsed(result), implementation, names, since, library, spends)


@cache
def overloads(level: int = NEWEST, added: frozenset[str] = NONE) -> dict[str, tuple[Overload, ...]]:
    """Every function that had come by some minor release, by its name, and all of the libraries that are added."""
    for name in LIBRARIES:
        import_module(f"simulator.machinery.cel.libraries.{name}")
    found = {
        name: tuple(
            each for each in known if each.library in added or (each.since <= level and each.library not in PARTICULAR)
        )
        for name, known in _declared.items()
    }
    return {name: known for name, known in found.items() if known}


@cache
def candidates(name: str, is_member: bool, count: int) -> tuple[Overload, ...]:
    """The overloads a call of that form may mean."""
    known = overloads(added=PARTICULAR).get(name, ())
    return tuple(each for each in known if each.is_member is is_member and len(each.parameters) == count)


def call(name: str, known: tuple[Overload, ...], arguments: list[Any], spend: Spend) -> Any:
    """Carry out a call that may mean one of some overloads. Raises `CELError`."""
    for overload in known:
        if overload.fits(arguments):
            paying = (spend,) if overload.spends else ()
            return overload.implementation(*paying, *arguments)
    raise Unfit(f"no such overload: {name}({', '.join(map(type_name, arguments))})")
