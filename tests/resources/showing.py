"""Tables as a person sees them: what kubectl prints of the Table that the server sends."""

from simulator.kernel.clock import HOUR, MINUTE, moment, timestamp
from simulator.machinery.objects import Object
from simulator.resources.registry import find
from simulator.resources.tables import table

NOW = moment("2026-11-02T12:00:00Z")


def ago(length: int) -> str:
    return timestamp(NOW - length)


HOUR_AGO, FIVE_MINUTES_AGO = ago(HOUR), ago(5 * MINUTE)


def named(name: str, **beside: object) -> Object:
    """An object of that name, made five minutes ago."""
    return {"metadata": {"name": name, "creationTimestamp": FIVE_MINUTES_AGO}, **beside}


def shown(resource: str, *objects: Object, wide: bool = False) -> str:
    """`kubectl get` of some objects of a resource such as `pods` or `deployments.apps`."""
    answer = table(find(*resource.split(".", 1)), list(objects), now=NOW)
    columns = [place for place, column in enumerate(answer["columnDefinitions"]) if wide or not column["priority"]]
    lines = [[answer["columnDefinitions"][place]["name"].upper() for place in columns]]
    lines += [[cell(row["cells"][place]) for place in columns] for row in answer["rows"]]
    widths = [max(len(line[place]) for line in lines) + 3 for place in range(len(columns))]
    texts = ["".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in lines]
    return "\n" + "".join(text.rstrip() + "\n" for text in texts)


def cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
