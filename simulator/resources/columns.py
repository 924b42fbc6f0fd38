"""The columns of server-side tables, and the cells that many kinds share. Upstream: pkg/printers/internalversion"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from simulator.kernel.clock import moment
from simulator.machinery import quantities
from simulator.machinery.durations import human_duration
from simulator.machinery.objects import Object
from simulator.machinery.schemas import schemas, versions

NONE = "<none>"
UNSET = "<unset>"
UNKNOWN = "<unknown>"
SHOWN = 3
"""How many entries of a list a cell shows before it only counts the rest."""

type Cells = list[Any]
type Row = Callable[[Object, int], Cells]
"""An object and the present moment (microseconds) to the cells of its row."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the published schemas (`core.v1.PodStatus`, `podIP`), whose description a column borrows."""

    of: str
    name: str

    @property
    def description(self) -> str:
        root = "io.k8s.apimachinery.pkg.apis." if self.of.startswith("meta.") else "io.k8s.api."
        definition = schemas(versions()[-1]).definition(root + self.of)
        text: str = definition["properties"][self.name].get("description", "")
        return text


@dataclass(frozen=True, slots=True)
class Column:
    """One column; those of priority 0 are always shown, the others with `-o wide`."""

    name: str
    about: str | Field
    type: str = "string"
    format: str = ""
    priority: int = 0

    def definition(self) -> Object:
        return {
            "name": self.name,
            "type": self.type,
            "format": self.format,
            "description": self.about if isinstance(self.about, str) else self.about.description,
            "priority": self.priority,
        }


@dataclass(frozen=True)
class Printer:
    """How a kind's table looks: its columns, the cells of one object, and the conditions a row may carry."""

    columns: tuple[Column, ...]
    row: Row
    conditions: Callable[[Object], list[Object] | None] | None = None
    order: Callable[[Object], Any] | None = None
    """Sort key of the rows, for the few tables that are not in the order of the list."""

    @cached_property
    def definitions(self) -> list[Object]:
        """The columns as a Table carries them; shared by all tables."""
        return [column.definition() for column in self.columns]


def wide(name: str, about: str | Field, type: str = "string") -> Column:
    """A column that only `-o wide` shows."""
    return Column(name, about, type, priority=1)


_CREATION = Field("meta.v1.ObjectMeta", "creationTimestamp")

NAME = Column("Name", Field("meta.v1.ObjectMeta", "name"), format="name")
AGE = Column("Age", _CREATION)
CREATED_AT = Column("Created At", _CREATION, "date")
CONTAINERS = wide("Containers", "Names of each container in the template.")
IMAGES = wide("Images", "Images referenced by each container in the template.")


@lru_cache(16_384)
def moment_of(text: str) -> int:
    """The moment a timestamp of an object names."""
    return moment(text)


@lru_cache(4_096)
def since(text: str | None, now: int) -> str:
    """How long ago a timestamp was: `5m`. Upstream: translateTimestampSince"""
    return human_duration(now - moment_of(text)) if text else UNKNOWN


def age(obj: Object, now: int) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)


def name_and_created(obj: Object, now: int) -> Cells:
    metadata = obj["metadata"]
    return [metadata.get("name", ""), metadata.get("creationTimestamp", "")]


def name_and_age(obj: Object, now: int) -> Cells:
    return [obj["metadata"]["name"], age(obj, now)]


DEFAULT = Printer((NAME, CREATED_AT), name_and_created)
"""For kinds without columns of their own. Upstream: rest.NewDefaultTableConvertor"""

NAME_AND_AGE = Printer((NAME, AGE), name_and_age)


def spec_of(obj: Object) -> Object:
    return obj.get("spec") or {}


def status_of(obj: Object) -> Object:
    return obj.get("status") or {}


def pod_spec(obj: Object) -> Object:
    """The Pod spec in an object's template."""
    return spec_of(spec_of(obj).get("template") or {})


def containers(template_spec: Object) -> tuple[str, str]:
    """The names and images of a template's containers, comma-separated."""
    found = template_spec.get("containers") or ()
    return ",".join(each.get("name", "") for each in found), ",".join(each.get("image", "") for each in found)


def labels(pairs: Mapping[str, str] | None) -> str:
    """Labels as a cell: `app=web,tier=front`. Upstream: labels.FormatLabels"""
    return ",".join(f"{key}={value}" for key, value in sorted(pairs.items())) if pairs else NONE


def selector_text(selector: Object | None) -> str:
    """A label selector in the words of `-l`, empty where it has no terms. Upstream: LabelSelectorAsSelector"""
    if not selector:
        return ""
    terms = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for expression in selector.get("matchExpressions") or ():
        key, values = expression["key"], ",".join(sorted(expression.get("values") or ()))
        text = {
            "In": f"{key} in ({values})",
            "NotIn": f"{key} notin ({values})",
            "Exists": key,
            "DoesNotExist": f"!{key}",
        }
        terms.append((key, text.get(expression["operator"], "<error>")))
    return ",".join(text for _, text in sorted(terms, key=lambda term: term[0]))


def selector(selector: Object | None) -> str:
    """A label selector as a cell. Upstream: metav1.FormatLabelSelector"""
    return selector_text(selector) or NONE


def some(entries: Iterable[str], *, empty: str = UNSET, separator: str = ",", shown: int = SHOWN) -> str:
    """The first entries of a list and how many more there are: `a,b,c + 2 more...`."""
    listed = list(entries)
    text = separator.join(listed[:shown])
    if len(listed) > shown:
        return f"{text} + {len(listed) - shown} more..."
    return text or empty


@lru_cache(1_024)
def quantity(text: str | int | None) -> str:
    """A quantity in its canonical form; nothing counts as zero."""
    return str(quantities.parse(text)) if text is not None else "0"


def condition_status(obj: Object, kind: str) -> str | None:
    """The status of a condition, None where there is no such condition."""
    for each in status_of(obj).get("conditions") or ():
        if each["type"] == kind:
            status: str = each["status"]
            return status
    return None
