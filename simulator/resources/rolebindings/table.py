"""The table of RoleBindings. Upstream: printRoleBinding"""

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Cells, Column, Field, Printer, age, wide


def row(binding: Object, now: int) -> Cells:
    role, subjects = binding.get("roleRef") or {}, binding.get("subjects") or []
    return [
        binding["metadata"]["name"],
        f"{role.get('kind', '')}/{role.get('name', '')}",
        age(binding, now),
        named(subjects, "User"),
        named(subjects, "Group"),
        ", ".join(account(each) for each in subjects if each["kind"] == "ServiceAccount"),
    ]


def named(subjects: list[Object], kind: str) -> str:
    return ", ".join(each["name"] for each in subjects if each["kind"] == kind)


def account(subject: Object) -> str:
    return f"{subject['namespace']}/{subject['name']}" if subject.get("namespace") else subject["name"]


PRINTER = Printer(
    (
        NAME,
        Column("Role", Field("rbac.v1.RoleBinding", "roleRef")),
        AGE,
        wide("Users", "Users in the roleBinding"),
        wide("Groups", "Groups in the roleBinding"),
        wide("ServiceAccounts", "ServiceAccounts in the roleBinding"),
    ),
    row,
)
