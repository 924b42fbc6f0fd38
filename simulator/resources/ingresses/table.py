"""The table of Ingresses. Upstream: printIngress"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, NONE, SHOWN, Cells, Column, Printer, age, spec_of
from simulator.resources.services.table import ingress_points


def row(ingress: Object, now: int) -> Cells:
    spec = spec_of(ingress)
    return [
        ingress["metadata"]["name"],
        NONE if spec.get("ingressClassName") is None else spec["ingressClassName"],
        hosts(spec.get("rules") or []),
        ",".join(ingress_points(ingress)),
        "80, 443" if spec.get("tls") else "80",
        age(ingress, now),
    ]


def hosts(rules: list[Object]) -> str:
    """The hosts of the rules; once three are shown, every rule beyond the third counts as one more."""
    named: list[str] = []
    for rule in rules:
        if len(named) == SHOWN:
            return f"{','.join(named)} + {len(rules) - SHOWN} more..."
        if rule.get("host"):
            named.append(rule["host"])
    return ",".join(named) or "*"


PRINTER = Printer(
    (
        NAME,
        Column("Class", "The name of the IngressClass resource that should be used for additional configuration"),
        Column("Hosts", "Hosts that incoming requests are matched against before the ingress rule"),
        Column("Address", "Address is a list containing ingress points for the load-balancer"),
        Column("Ports", "Ports of TLS configurations that open"),
        AGE,
    ),
    row,
)
