"""apply --prune: delete what was applied before and is in no file any more. Upstream: kubectl/pkg/cmd/apply/prune.go"""

from collections.abc import Iterator

from simulator.kubectl.applying import delete_options
from simulator.kubectl.builder import Info
from simulator.kubectl.changes import Reporter
from simulator.kubectl.discovery import Resource
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.lastapplied import last_applied
from simulator.kubectl.tracing import log_head
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

KINDS = (
    ("v1", "ConfigMap"),
    ("v1", "Endpoints"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Pod"),
    ("v1", "ReplicationController"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "Ingress"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("v1", "Namespace"),
    ("v1", "PersistentVolume"),
)
"""What is looked through when nothing else is said: kinds in namespaces, then the others."""

DEPRECATED = (
    "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace "
    "flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in "
    "the --prune-allowlist flag."
)


def prune(kubectl: Kubectl, reporter: Reporter, applied: list[Info]) -> None:
    """Delete the objects that carry the annotation of apply and were not applied now."""
    warn_of_defaults(kubectl)
    for resource, item in prunable(kubectl, applied):
        prune_one(kubectl, reporter, resource, item)


def warn_of_defaults(kubectl: Kubectl) -> None:
    if not allowed(kubectl):
        kubectl.complain(f"{log_head('W', kubectl.now)} prune.go:71] {DEPRECATED}")


def prunable(kubectl: Kubectl, kept: list[Info]) -> Iterator[tuple[Resource, Object]]:
    """The objects that carry the annotation of apply, where those are that are kept, without them."""
    selector = kubectl.options.text("selector")
    query = {"labelSelector": selector} if selector else None
    uids = {at_uid(info) for info in kept}
    namespaces = list(dict.fromkeys(info.namespace for info in kept if info.namespace)) or [kubectl.namespace]
    for resource in resources(kubectl):
        for namespace in namespaces if resource.namespaced else [""]:
            for item in kubectl.client.collection(resource.path(namespace), query).get("items", ()):
                if last_applied(item) is not None and item["metadata"]["uid"] not in uids:
                    yield resource, {"apiVersion": resource.api_version, "kind": resource.kind, **item}


def at_uid(info: Info) -> str:
    return str(info.object.get("metadata", {}).get("uid", ""))


def resources(kubectl: Kubectl) -> list[Resource]:
    found = [kubectl.mapper.of_kind(api_version, kind) for api_version, kind in allowed(kubectl) or KINDS]
    return [resource for resource in found if resource is not None]


def allowed(kubectl: Kubectl) -> list[tuple[str, str]]:
    """The versions and kinds of the allowlist. Raises CommandError."""
    wanted = []
    for text in kubectl.options.texts("prune-allowlist"):
        parts = text.split("/")
        if len(parts) != 3:
            raise CommandError(f"invalid GroupVersionKind format: {text}, please follow <group/version/kind>")
        group = "" if parts[0] == "core" else parts[0]
        wanted.append((f"{group}/{parts[1]}" if group else parts[1], parts[2]))
    return wanted


def check_allowed(kubectl: Kubectl) -> None:
    for api_version, kind in allowed(kubectl):
        if kubectl.mapper.of_kind(api_version, kind) is None:
            raise CommandError(f"no matches for kind {quoted(kind)} in version {quoted(api_version)}")


def prune_one(kubectl: Kubectl, reporter: Reporter, resource: Resource, item: Object) -> None:
    metadata = item["metadata"]
    if reporter.strategy != "client":
        path = resource.path(metadata.get("namespace", ""), metadata["name"])
        dry = {"dryRun": "All"} if reporter.strategy == "server" else None
        kubectl.client.delete(path, delete_options(kubectl), dry)
    if reporter.names:
        reporter.report(item, "pruned")
    else:
        reporter.show(item)
