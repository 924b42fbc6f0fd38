"""kubectl set subject. Upstream: kubectl/pkg/cmd/set/set_subject.go"""

from simulator.kubectl.builder import Info
from simulator.kubectl.changes import check_all
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.create.rolebinding import GROUP
from simulator.kubectl.commands.set.changing import SETTING_SELECTED, apply_changes, begun, found, unfit
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object


@command(
    "subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] "
    "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    summary="Update the user, group, or service account in a role binding or cluster role binding",
    description="Update the user, group, or service account in a role binding or cluster role binding.",
    examples=(
        (
            "Add a service account to a cluster role binding",
            "kubectl set subject clusterrolebinding admin --serviceaccount=namespace:serviceaccount1",
        ),
        (
            "Add two users and a group to a role binding",
            "kubectl set subject rolebinding admin --user=user1 --user=user2 --group=group1",
        ),
    ),
    flags=(
        *SETTING_SELECTED,
        Flag("group", (), "Groups to bind"),
        Flag("serviceaccount", (), "Service accounts to bind, as <namespace>:<name>"),
        Flag("user", (), "Users to bind"),
    ),
    dialect=TYPED,
)
def subject(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    reporter = begun(kubectl)
    infos = found(kubectl, options.args)
    check_all(kubectl)
    if not any(options.texts(flag) for flag in ("user", "group", "serviceaccount")):
        raise CommandError("you must specify at least one value of user, group or serviceaccount")
    added = subjects(kubectl)

    def change(info: Info) -> Object:
        if info.resource.kind not in ("RoleBinding", "ClusterRoleBinding"):
            raise unfit(info, "setting subjects is only supported for RoleBinding/ClusterRoleBinding")
        present = list(info.object.get("subjects") or ())
        wanted = present + [one for one in added if one not in present]
        return {**info.object, "subjects": wanted} if wanted != present else info.object

    apply_changes(kubectl, reporter, infos, change, done="subjects updated", failure="subjects to rolebinding:")
    return None


def subjects(kubectl: Kubectl) -> list[Object]:
    """Whom the flags name, each once and in order of name."""
    options = kubectl.options
    made: list[Object] = []
    for flag, kind in (("user", "User"), ("group", "Group")):
        for name in sorted(dict.fromkeys(options.texts(flag))):
            made.append({"apiGroup": GROUP, "kind": kind, "name": name})
    for account in dict.fromkeys(options.texts("serviceaccount")):
        parts = account.split(":")
        if len(parts) != 2:
            raise CommandError("serviceaccount must be <namespace>:<name>")
        namespace, name = parts
        if not namespace or not name:
            raise CommandError("serviceaccount must be <namespace>:<name>")
        made.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    return made
