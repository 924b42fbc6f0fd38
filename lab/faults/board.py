"""What the panel shows of a world: what can be set off and pointed at what, and what stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from lab.language import in_language
from simulator.faults import FAULTS, Offer, Parameter, Standing

SECOND = 1_000_000
FIRST = "dns-broken"
"""What is offered first, if it can happen: it is understood at once, and undone at once."""
GIVEN = "with-"
"""What the names of a form's fields for arguments begin with."""


@dataclass(frozen=True)
class Field:
    """One parameter of the chosen fault, as a form asks for it."""

    parameter: Parameter
    name: str
    value: str
    options: tuple[str, ...]
    least: str
    most: str


@dataclass(frozen=True)
class Stands:
    """A fault that is on."""

    identity: str
    title: Mapping[str, str]
    about: str
    """What it was pointed at."""
    minutes: int
    """For how long, by the world's clock."""


@dataclass(frozen=True)
class Board:
    clusters: tuple[str, ...]
    cluster: str
    offers: tuple[Offer, ...]
    chosen: Offer | None
    fields: tuple[Field, ...]
    standing: tuple[Stands, ...]

    @property
    def by_title(self) -> list[Offer]:
        return sorted(self.offers, key=lambda each: str(in_language(dict(each.title))))


def board(world: Any, asked: Mapping[str, Any]) -> Board:
    """The panel for what was asked so far: `cluster`, `fault`, and its arguments. Texts are in every language."""
    clusters = tuple(world.clusters)
    cluster = asked.get("cluster", "") if asked.get("cluster", "") in clusters else clusters[0]
    offers = tuple(world.faults.offered(cluster))
    known = {each.name: each for each in offers}
    chosen = known.get(asked.get("fault", "")) or known.get(FIRST) or next(iter(offers), None)
    fields = tuple(field(each, chosen, asked) for each in chosen.parameters) if chosen else ()
    standing = tuple(stands(each, world.clock.now, len(clusters) > 1) for each in world.faults.standing())
    return Board(clusters, cluster, offers, chosen, fields, standing)


def field(parameter: Parameter, offer: Offer, asked: Mapping[str, Any]) -> Field:
    name = f"{GIVEN}{parameter.name}"
    value, targets = asked.get(name, parameter.default), tuple(offer.targets.get(parameter.name, ()))
    return Field(parameter, name, plain(value), targets, plain(parameter.least), plain(parameter.most))


def plain(value: Any) -> str:
    """A value as a field of a form has it: numbers without needless zeros, nothing for none and for no end."""
    if value is None or value is False or value == inf:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def stands(each: Standing, now: int, several: bool) -> Stands:
    about = [str(value) for value in each.arguments.values() if isinstance(value, str) and value]
    named = dict(each.label) or dict(FAULTS[each.fault].title)
    where = [each.cluster] if several else []
    return Stands(each.identity, named, ", ".join([*where, *about]), (now - each.since) // SECOND // 60)


def arguments_in(given: Mapping[str, Any]) -> dict[str, str]:
    """The arguments that a form has brought."""
    return {key.removeprefix(GIVEN): str(value) for key, value in given.items() if key.startswith(GIVEN)}
