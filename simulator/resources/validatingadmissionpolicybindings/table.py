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
    return go_text(reference["selector"]) if reference.get("selector") is not None else UNSET


def go_text(selector: Object) -> str:
    """A label selector as Go prints the struct, which is what this table shows."""
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    terms = "".join(
        f"LabelSelectorRequirement{{Key:{term['key']},Operator:{term['operator']},"
        f"Values:[{' '.join(term.get('values') or ())}],}},"
        for term in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{terms}}},}}"
    )


PRINTER = Printer(
    (
        NAME,
        Column("PolicyName", "PolicyName indicates the policy definition which the policy binding binded to"),
        Column("ParamRef", "ParamRef indicates the param resource which sets the configration param"),
        AGE,
    ),
    row,
)
