"""`pods/eviction`: deletes a Pod if its budgets allow. Upstream: pkg/registry/core/pod/storage/eviction.go"""

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.api.errors import BadRequest, InternalError, NotFound, TooManyRequests, Unexplained
from simulator.api.requests import Response
from simulator.apiserver.deleting import options_in
from simulator.apiserver.storage import DeleteOptions, check_preconditions
from simulator.kernel.clock import timestamp
from simulator.machinery.objects import Object, at, changed, condition
from simulator.machinery.selectors import from_object

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer
    from simulator.apiserver.writing import Write

BUDGETS = "poddisruptionbudgets.policy"
KIND = {"kind": "Eviction", "apiVersion": "policy/v1"}
DONE = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def eviction(server: "APIServer", write: "Write") -> Response:
    """Evict a Pod, or refuse with 429 while a budget has nothing to spare."""
    body = server.body(write)
    if at(body, "metadata", "name", default="") != write.route.name:
        raise BadRequest("name in URL does not match name in Eviction object")
    options = wishes(server, write, body)
    server.writer.admit_part(write, "CREATE", {**body, **KIND})
    key = (write.route.namespace, write.route.name)
    pod = server.read("pods", key)
    if pod is None:
        raise NotFound("pods", write.route.name)
    dry_run, resource = options.dry_run, server.resource("pods")
    check_preconditions(resource, pod, options)
    if not ignores_budgets(pod):
        budgets = [b for b in server.items(BUDGETS, key[0]) if covers(b, pod)]
        if len(budgets) > 1:
            raise InternalError(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
            )
        if budgets and not spares_unready(budgets[0], pod):
            spend(server, write, budgets[0], dry_run=dry_run)
        if not dry_run:
            disrupted(server, write, pod)
            options = replace(options, resource_version=None)  # it has been held against the Pod as it was
    server.storage.delete(resource, key, options, writer=write.manager)
    return Response(201, DONE)


def wishes(server: "APIServer", write: "Write", body: Object) -> DeleteOptions:
    """How the Pod is to be deleted. Upstream: propagateDryRun"""
    asked, wanted = body.get("deleteOptions") or {}, write.dry_run
    own = asked.get("dryRun") or []
    if own and wanted and own != ["All"]:
        shown = " ".join(map(str, own))
        raise Unexplained(f"Non-matching dry-run options in request and content: [All] and [{shown}]")
    return replace(options_in(server.resource("pods"), write.request, asked), dry_run=wanted or "All" in own)


def ignores_budgets(pod: Object) -> bool:
    """Pods that are over, or have not begun, or are going anyway."""
    phase = at(pod, "status", "phase", default="")
    return phase in ("Succeeded", "Failed", "Pending") or bool(pod["metadata"].get("deletionTimestamp"))


def covers(budget: Object, pod: Object) -> bool:
    selector = budget["spec"].get("selector")
    return selector is not None and from_object(selector).matches(pod["metadata"].get("labels") or {})


def spares_unready(budget: Object, pod: Object) -> bool:
    """A Pod that is not ready may go while the healthy ones suffice, or always where the policy says so."""
    ready = condition(pod, "Ready")
    if ready is not None and ready["status"] == "True":
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status", {})
    return bool(
        status.get("currentHealthy", 0) >= status.get("desiredHealthy", 0) and status.get("desiredHealthy", 0) > 0
    )


def spend(server: "APIServer", write: "Write", budget: Object, *, dry_run: bool) -> None:
    name, status = budget["metadata"]["name"], budget.get("status", {})
    causes = [{"reason": "DisruptionBudget"}]
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 1):
        causes[0]["message"] = f"The disruption budget {name} is still being processed by the server."
        raise TooManyRequests(message, {"causes": causes, "retryAfterSeconds": 10})
    if status.get("disruptionsAllowed", 0) <= 0:
        needed, healthy = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
        causes[0]["message"] = f"The disruption budget {name} needs {needed} healthy pods and has {healthy} currently"
        raise TooManyRequests(message, {"causes": causes})
    if dry_run:
        return
    going = {**(status.get("disruptedPods") or {}), write.route.name: timestamp(server.clock.now)}
    status = {**status, "disruptionsAllowed": status["disruptionsAllowed"] - 1, "disruptedPods": going}
    server.trusted_update(BUDGETS, {**budget, "status": status}, write.manager, manager="kube-apiserver")


def disrupted(server: "APIServer", write: "Write", pod: Object) -> Object:
    """Note on the Pod why it goes."""
    entry = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(server.clock.now),
    }
    conditions = [c for c in at(pod, "status", "conditions", default=()) if c["type"] != "DisruptionTarget"]
    marked = changed(pod, ("status", "conditions"), [*conditions, entry])
    return server.trusted_update("pods", marked, write.manager, "eviction")
