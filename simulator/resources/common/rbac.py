"""What bindings of Roles and of ClusterRoles share. Upstream: pkg/apis/rbac"""

from simulator.machinery.objects import Object

GROUP = "rbac.authorization.k8s.io"


def default_binding(binding: Object) -> None:
    """Subjects and roles are of RBAC's group unless they say otherwise; ServiceAccounts are of the core."""
    reference = binding.setdefault("roleRef", {})
    reference["apiGroup"] = reference.get("apiGroup") or GROUP
    for subject in binding.get("subjects") or ():
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = GROUP
