"""The table of FlowSchemas, in the order in which they match. Upstream: printFlowSchema"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, NONE, Cells, Column, Field, Printer, age, condition_status, spec_of

SPEC = "flowcontrol.v1.FlowSchemaSpec"


def row(schema: Object, now: int) -> Cells:
    spec = spec_of(schema)
    method = spec.get("distinguisherMethod")
    dangling = condition_status(schema, "Dangling")
    return [
        schema["metadata"]["name"],
        (spec.get("priorityLevelConfiguration") or {}).get("name", ""),
        spec.get("matchingPrecedence", 0),
        NONE if method is None else method.get("type", ""),
        age(schema, now),
        "?" if dangling is None else dangling,
    ]


def precedence(schema: Object) -> tuple[int, str]:
    return spec_of(schema).get("matchingPrecedence", 0), schema["metadata"]["name"]


PRINTER = Printer(
    (
        NAME,
        Column("PriorityLevel", Field("flowcontrol.v1.PriorityLevelConfigurationReference", "name")),
        Column("MatchingPrecedence", Field(SPEC, "matchingPrecedence")),
        Column("DistinguisherMethod", Field(SPEC, "distinguisherMethod")),
        AGE,
        Column("MissingPL", "references a broken or non-existent PriorityLevelConfiguration"),
    ),
    row,
    order=precedence,
)
