"""The table of IngressClasses. Upstream: printIngressClass"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, NONE, Cells, Column, Printer, age, spec_of


def row(ingress_class: Object, now: int) -> Cells:
    spec = spec_of(ingress_class)
    return [
        ingress_class["metadata"]["name"],
        spec.get("controller", ""),
        parameters(spec.get("parameters")),
        age(ingress_class, now),
    ]


def parameters(reference: Object | None) -> str:
    if reference is None:
        return NONE
    group = f".{reference['apiGroup']}" if reference.get("apiGroup") is not None else ""
    return f"{reference['kind']}{group}/{reference['name']}"


PRINTER = Printer(
    (
        NAME,
        Column("Controller", "Controller that is responsible for handling this class"),
        Column("Parameters", "A reference to a resource with additional parameters"),
        AGE,
    ),
    row,
)
