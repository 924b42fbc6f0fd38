"""The table of NetworkPolicies. Upstream: printNetworkPolicy"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, selector, spec_of


def row(policy: Object, now: int) -> Cells:
    return [policy["metadata"]["name"], selector(spec_of(policy).get("podSelector")), age(policy, now)]


PRINTER = Printer((NAME, Column("Pod-Selector", Field("networking.v1.NetworkPolicySpec", "podSelector")), AGE), row)
