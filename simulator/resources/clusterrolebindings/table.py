"""The table of ClusterRoleBindings. Upstream: printClusterRoleBinding"""

from simulator.resources.columns import AGE, NAME, Column, Field, Printer, wide
from simulator.resources.rolebindings.table import row

PRINTER = Printer(
    (
        NAME,
        Column("Role", Field("rbac.v1.ClusterRoleBinding", "roleRef")),
        AGE,
        wide("Users", "Users in the clusterRoleBinding"),
        wide("Groups", "Groups in the clusterRoleBinding"),
        wide("ServiceAccounts", "ServiceAccounts in the clusterRoleBinding"),
    ),
    row,
)
