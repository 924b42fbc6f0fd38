"""kubectl create rolebinding and clusterrolebinding.

Upstream: kubectl/pkg/cmd/create/create_rolebinding.go, create_clusterrolebinding.go
"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

GROUP = "rbac.authorization.k8s.io"
BINDINGS = Collection(f"{GROUP}/v1", "RoleBinding", "rolebindings", failure="failed to create rolebinding:")
CLUSTER_BINDINGS = Collection(
    f"{GROUP}/v1",
    "ClusterRoleBinding",
    "clusterrolebindings",
    namespaced=False,
    failure="failed to create clusterrolebinding:",
)
CLUSTER_ROLE = Flag("clusterrole", "", "The cluster role to bind")
SUBJECTS = (
    Flag("group", (), "A group to bind. May be repeated."),
    Flag("serviceaccount", (), "A service account to bind, as <namespace>:<name>. May be repeated."),
    Flag("user", (), "A user to bind. May be repeated."),
)


def subjects_of(kubectl: Kubectl) -> list[Object]:
    """Whom the flags name: users, groups, service accounts."""
    options = kubectl.options
    found: list[Object] = [{"kind": "User", "apiGroup": GROUP, "name": name} for name in options.texts("user")]
    found += [{"kind": "Group", "apiGroup": GROUP, "name": name} for name in options.texts("group")]
    for account in options.texts("serviceaccount"):
        parts = account.split(":")
        if len(parts) != 2 or not all(parts):
            raise CommandError("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": parts[1], "namespace": parts[0]})
    return found


@command(
    "rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] "
    "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    summary="Create a role binding for a particular role or cluster role",
    examples=(
        (
            "Bind two users and a group to the cluster role admin, in one namespace",
            "kubectl create rolebinding admin --clusterrole=admin --user=user1 --user=user2 --group=group1",
        ),
        (
            "Bind a service account to a role",
            "kubectl create rolebinding admin-binding --role=admin --serviceaccount=monitoring:sa-dev",
        ),
    ),
    flags=(*CREATING, CLUSTER_ROLE, Flag("role", "", "The role to bind"), *SUBJECTS),
)
def rolebinding(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    role, cluster_role = options.text("role"), options.text("clusterrole")
    if bool(role) == bool(cluster_role):
        raise CommandError("exactly one of clusterrole or role must be specified")
    reference = {"apiGroup": GROUP, "kind": "Role" if role else "ClusterRole", "name": role or cluster_role}
    bind(kubectl, metadata_of(kubectl, name), reference, BINDINGS)
    return None


@command(
    "clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] "
    "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    summary="Create a cluster role binding for a particular cluster role",
    examples=(
        (
            "Bind two users and a group to the cluster role cluster-admin",
            "kubectl create clusterrolebinding cluster-admin --clusterrole=cluster-admin --user=user1 --user=user2 "
            "--group=group1",
        ),
    ),
    flags=(*CREATING, CLUSTER_ROLE, *SUBJECTS),
    required=("clusterrole",),
)
def clusterrolebinding(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": kubectl.options.text("clusterrole")}
    bind(kubectl, metadata_of(kubectl, name, namespaced=False), reference, CLUSTER_BINDINGS)
    return None


def bind(kubectl: Kubectl, metadata: Object, reference: Object, collection: Collection) -> None:
    obj: Object = {"metadata": metadata, "roleRef": reference}
    if subjects := subjects_of(kubectl):
        obj["subjects"] = subjects
    create_one(kubectl, obj, collection)
