"""The table of ValidatingAdmissionPolicies. Upstream: printValidatingAdmissionPolicy"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, UNSET, Cells, Column, Printer, age, spec_of

PARAM_KIND = Column("ParamKind", "ParamKind specifies the kind of resources used to parameterize this policy")


def row(policy: Object, now: int) -> Cells:
    spec = spec_of(policy)
    return [
        policy["metadata"]["name"],
        len(spec.get("validations") or ()),
        param_kind(spec.get("paramKind")),
        age(policy, now),
    ]


def param_kind(kind: Object | None) -> str:
    """The kind of a policy's parameters: `rules.example.com/v1/ReplicaLimit`."""
    return UNSET if kind is None else f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}"


PRINTER = Printer(
    (
        NAME,
        Column(
            "Validations",
            "Validations indicates the number of validation rules defined in this configuration",
            "integer",
        ),
        PARAM_KIND,
        AGE,
    ),
    row,
)
