"""The table of ValidatingAdmissionPolicyBindings. Upstream: printValidatingAdmissionPolicyBinding"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, UNSET, Cells, Column, Printer, age, spec_of


def row(binding: Object, now: int) -> Cells:
    spec = spec_of(binding)
    return [
        binding["metadata"]["name"],
        spec.get("policyName", ""),
        param_reference(spec.get("paramRef")),
        age(binding, now),
    ]


def param_reference(reference: Object | None) -> str:
    """Which parameters a binding takes: `namespace/name`, `*/name` for every namespace, or what selects them."""
    if reference is None:
        return UNSET
    if reference.get("name"):
        return f"{reference.get('namespace') or '*'}/{reference['name']}"
    return "selector" if reference.get("selector") is not None else UNSET


PRINTER = Printer(
    (
        NAME,
        Column("PolicyName", "PolicyName indicates the policy definition which the policy binding binded to"),
        Column("ParamRef", "ParamRef indicates the param resource which sets the configration param"),
        AGE,
    ),
    row,
)
