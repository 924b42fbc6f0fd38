"""kubectl rollout pause, resume and restart. Upstream: kubectl/pkg/cmd/rollout"""

from collections.abc import Callable

from simulator.kernel.clock import timestamp
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Failure, Several, raise_listed, told
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES, PRINTING, SELECTOR, field_manager
from simulator.kubectl.scheme import SCHEME
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
FLAGS = (*PRINTING, field_manager("kubectl-rollout"), *FILENAMES, SELECTOR)

type Change = Callable[[Kubectl, Object], Object]
"""The patch for an object. Raises ValueError with why it cannot be changed so."""


@command(
    "pause RESOURCE",
    summary="Mark the provided resource as paused",
    description="Mark the provided resource as paused.\n\n"
    ' Its controller leaves it alone until "kubectl rollout resume". Only deployments can be paused.',
    examples=(("Pause a deployment: its running pods stay, changes wait", "kubectl rollout pause deployment/nginx"),),
    flags=FLAGS,
    completes=("type", "deployment"),
    dialect=TYPED,
)
def pause(kubectl: Kubectl) -> Outcome:
    return change(kubectl, paused, "paused")


@command(
    "resume RESOURCE",
    summary="Resume a paused resource",
    description="Resume a paused resource.\n\n Its controller takes care of it again. Only deployments can be resumed.",
    examples=(("Resume a paused deployment", "kubectl rollout resume deployment/nginx"),),
    flags=FLAGS,
    completes=("type", "deployment"),
    dialect=TYPED,
)
def resume(kubectl: Kubectl) -> Outcome:
    return change(kubectl, resumed, "resumed")


@command(
    "restart RESOURCE",
    summary="Restart a resource",
    description="Restart a resource.\n\n Its pods are replaced step by step.",
    examples=(
        (
            "Restart all deployments in the namespace test-namespace",
            "kubectl rollout restart deployment -n test-namespace",
        ),
        ("Restart a deployment", "kubectl rollout restart deployment/nginx"),
        ("Restart a daemon set", "kubectl rollout restart daemonset/abc"),
        ("Restart the deployments with label app=nginx", "kubectl rollout restart deployment --selector=app=nginx"),
    ),
    flags=FLAGS,
    completes=("type", "deployment", "daemonset", "statefulset"),
    dialect=TYPED,
)
def restart(kubectl: Kubectl) -> Outcome:
    return change(kubectl, restarted, "restarted")


def change(kubectl: Kubectl, patch_for: Change, done: str) -> Outcome:
    kubectl.connect()
    if not kubectl.options.args and not kubectl.options.texts("filename") and not kubectl.options.text("kustomize"):
        raise CommandError("required resource not specified")
    reporter = Reporter(kubectl, late=True)
    builder = Builder(kubectl, kubectl.options.args, everything=True, scheme=SCHEME)
    found, missed = builder.collected()
    errors: list[Failure] = [Several(missed)] if missed and builder.lists else told(missed)
    if not found and not errors:
        kubectl.complain(f"No resources found in {kubectl.namespace} namespace.")
    for info in found:
        try:
            patch = patch_for(kubectl, info.object)
        except ValueError as error:
            errors.append(CommandError(f"error: {info.resource.qualified} {quoted(info.name)} {error}"))
            continue
        try:
            reporter.report(send(kubectl, info, patch), done)
        except Failure as failure:
            errors.append(failure)
    raise_listed(errors)
    return None


def send(kubectl: Kubectl, info: Info, patch: Object) -> Object:
    return kubectl.client.patch(info.path, patch, {"fieldManager": kubectl.options.text("field-manager")})


def paused(kubectl: Kubectl, obj: Object) -> Object:
    if obj["kind"] != "Deployment":
        raise ValueError("pausing is not supported")
    if at(obj, "spec", "paused"):
        raise ValueError("is already paused")
    return {"spec": {"paused": True}}


def resumed(kubectl: Kubectl, obj: Object) -> Object:
    if obj["kind"] != "Deployment":
        raise ValueError("resuming is not supported")
    if not at(obj, "spec", "paused"):
        raise ValueError("is not paused")
    return {"spec": {"paused": None}}


def restarted(kubectl: Kubectl, obj: Object) -> Object:
    if obj["kind"] not in ("Deployment", "DaemonSet", "StatefulSet"):
        raise ValueError("restarting is not supported")
    if at(obj, "spec", "paused"):
        raise ValueError("can't restart paused deployment (run rollout resume first)")
    now = timestamp(kubectl.now)
    if at(obj, "spec", "template", "metadata", "annotations", default={}).get(RESTARTED_AT) == now:
        raise CommandError(
            f"failed to create patch for {obj['metadata']['name']}: if restart has already been triggered "
            f"within the past "
            "second, please wait before attempting to trigger another"
        )
    return {"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: now}}}}}
