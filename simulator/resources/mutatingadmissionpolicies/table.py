"""The table of MutatingAdmissionPolicies. Upstream: printMutatingAdmissionPolicy"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Printer, age, spec_of
from simulator.resources.validatingadmissionpolicies.table import PARAM_KIND, param_kind


def row(policy: Object, now: int) -> Cells:
    spec = spec_of(policy)
    return [
        policy["metadata"]["name"],
        len(spec.get("mutations") or ()),
        param_kind(spec.get("paramKind")),
        age(policy, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column(
            "Mutations", "Mutation indicates the number of mutations rules defined in this configuration", "integer"
        ),
        PARAM_KIND,
        AGE,
    ),
    row,
)
