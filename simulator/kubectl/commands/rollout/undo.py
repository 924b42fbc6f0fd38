"""kubectl rollout undo: back to an earlier revision. Upstream: kubectl/pkg/polymorphichelpers/rollback.go"""

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter
from simulator.kubectl.client import JSON_PATCH, STRATEGIC
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.rollout.history import described_pods
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import LAST_APPLIED, last_applied
from simulator.kubectl.options import DRY_RUN, FILENAMES, PRINTING, SELECTOR
from simulator.kubectl.revisions import REVISION, REVISIONLESS, Revision, revisions, unhashed
from simulator.kubectl.scheme import SCHEME
from simulator.machinery.objects import Object, at

KEPT = (
    LAST_APPLIED,
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
"""Annotations that a Deployment keeps when the others come from the revision."""


@command(
    "undo (TYPE NAME | TYPE/NAME) [flags]",
    summary="Undo a previous rollout",
    description="Roll back to a previous rollout.",
    examples=(
        ("Go back to the deployment before", "kubectl rollout undo deployment/abc"),
        ("Go back to revision 3 of a daemon set", "kubectl rollout undo daemonset/abc --to-revision=3"),
        ("See what going back would do", "kubectl rollout undo --dry-run=server deployment/abc"),
    ),
    flags=(
        *PRINTING,
        DRY_RUN,
        *FILENAMES,
        SELECTOR,
        Flag("to-revision", 0, "The revision to go back to. 0 means the one before.", kind="int64"),
    ),
    completes=("type", "deployment", "daemonset", "statefulset"),
    dialect=TYPED,
)
def undo(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    reporter = Reporter(kubectl, late=True)
    kubectl.connect()
    if not options.args and not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("required resource not specified")
    Builder(kubectl, options.args, everything=True, scheme=SCHEME).visit(
        lambda info: reporter.report(info.object, roll_back(kubectl, info, reporter.strategy))
    )
    return None


def roll_back(kubectl: Kubectl, info: Info, strategy: str) -> str:
    """Send the template of the revision; what happened, in words."""
    obj = info.object
    if last_applied(obj) is not None:
        kubectl.warn(
            f"resource {info.resource.name}/{info.name} was previously managed with 'kubectl apply'. "
            f"Rolling back will not "
            f"update the {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' "
            "operations. Consider using 'kubectl apply' with your previous configuration file instead."
        )
    if obj["kind"] not in ("Deployment", "DaemonSet", "StatefulSet"):
        if obj["kind"] in REVISIONLESS:
            raise CommandError(f'no rollbacker has been implemented for "{info.resource.group_kind}"')
        shown = f"{{{info.resource.group} {obj['kind']}}}"
        raise CommandError(
            f'error retrieving rollbacker for "{info.resource.group_kind}", no visitor method exists for {shown}'
        )
    obj = kubectl.clientset.get(info.path)
    wanted = kubectl.options.number("to-revision")
    target = find(info, revisions(kubectl, obj), wanted)
    if obj["kind"] == "Deployment" and at(obj, "spec", "paused"):
        raise CommandError(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        )
    if strategy == "client":
        template = described_pods(kubectl, target.template)
        return template if obj["kind"] == "Deployment" else f"will roll back to {template}"
    if unhashed(target.template) == unhashed(obj["spec"]["template"]):
        return f"skipped rollback (current template already matches revision {target.number})"
    query = {"dryRun": "All"} if strategy == "server" else None
    if obj["kind"] == "Deployment":
        kubectl.client.patch(info.path, deployment_patch(obj, target), query, content_type=JSON_PATCH)
    else:
        kubectl.client.patch(info.path, target.object["data"], query, content_type=STRATEGIC)
    return "rolled back"


def find(info: Info, known: list[Revision], wanted: int) -> Revision:
    if wanted:
        for one in known:
            if one.number == wanted:
                return one
        raise CommandError(f"unable to find specified revision {wanted} in history")
    if len(known) < 2 and info.resource.kind != "Deployment":
        raise CommandError("no last revision to roll back to")
    if len(known) < 2:
        raise CommandError(f'no rollout history found for {info.resource.kind.lower()} "{info.name}"')
    return known[-2]


def deployment_patch(obj: Object, target: Revision) -> list[Object]:
    """The revision's template, and its annotations beside those that a Deployment keeps."""
    present = at(obj, "metadata", "annotations", default={})
    kept = {key: value for key, value in present.items() if key in KEPT}
    given = {
        key: value for key, value in at(target.object, "metadata", "annotations", default={}).items() if key not in KEPT
    }
    return [
        {"op": "replace", "path": "/spec/template", "value": unhashed(target.template)},
        {"op": "replace", "path": "/metadata/annotations", "value": kept | given},
    ]
