"""`agnhost webhook` and `agnhost crd-conversion-webhook`: servers that answer an API server's reviews.

Upstream: test/images/agnhost/{webhook,crd-conversion-webhook}
"""

import base64
from collections.abc import Callable
from typing import Any, Final

import orjson

from simulator.kernel.clock import HOUR, SECOND
from simulator.runtime.network import Certificate
from simulator.runtime.process import Process

type Review = dict[str, Any]
type Verdict = dict[str, Any]

MARK: Final = "webhook-e2e-test"
DISALLOWED: Final = "webhook-disallow"
KEPT: Final = "webhook-nondeletable"
DELAY: Final = 5 * SECOND
FOR_EVER: Final = 24 * HOUR


def allowed(message: str = "", patch: list[Any] | None = None) -> Verdict:
    found: Verdict = {"allowed": True}
    if message:
        found["status"] = {"metadata": {}, "message": message}
    if patch:
        found |= {"patch": base64.b64encode(orjson.dumps(patch)).decode(), "patchType": "JSONPatch"}
    return found


def denied(*, message: str = "", reason: str = "") -> Verdict:
    status = {"metadata": {}, **({"message": message} if message else {}), **({"reason": reason} if reason else {})}
    return {"allowed": False, "status": status}


def metadata(review: Review, name: str) -> dict[str, str]:
    found: dict[str, str] = ((review.get("object") or {}).get("metadata") or {}).get(name) or {}
    return found


def content(review: Review, which: str = "object") -> dict[str, str]:
    found: dict[str, str] = (review.get(which) or {}).get("data") or {}
    return found


def always_allow(review: Review, options: dict[str, str]) -> Verdict:
    return allowed("this webhook allows all requests")


def always_deny(review: Review, options: dict[str, str]) -> Verdict:
    return denied(message="this webhook denies all requests")


def add_label(review: Review, options: dict[str, str]) -> Verdict:
    labels = metadata(review, "labels")
    if not labels:
        return allowed(patch=[{"op": "add", "path": "/metadata/labels", "value": {"added-label": "yes"}}])
    if labels.get("added-label") == "yes":
        return allowed()
    operation = "replace" if "added-label" in labels else "add"
    return allowed(patch=[{"op": operation, "path": "/metadata/labels/added-label", "value": "yes"}])


def pods(review: Review, options: dict[str, str]) -> Verdict:
    wrong = []
    containers = ((review.get("object") or {}).get("spec") or {}).get("containers") or []
    wrong += ["the pod contains unwanted container name;" for each in containers if DISALLOWED in each.get("name", "")]
    if metadata(review, "labels").get(MARK) == DISALLOWED:
        wrong.append("the pod contains unwanted label;")
    if hangs(review):
        wrong.append("the pod response should not be sent;")
    return denied(message=" ".join(wrong)) if wrong else allowed()


def hangs(review: Review) -> bool:
    """Whether the webhook never answers."""
    return metadata(review, "labels").get(MARK) == "wait-forever"


def mutating_pods(review: Review, options: dict[str, str]) -> Verdict:
    if (review.get("object") or {}).get("metadata", {}).get("name") != "webhook-to-be-mutated":
        return allowed()
    added = {"image": "webhook-added-image", "name": "webhook-added-init-container", "resources": {}}
    return allowed(patch=[{"op": "add", "path": "/spec/initContainers", "value": [added]}])


def mutating_pods_sidecar(review: Review, options: dict[str, str]) -> Verdict:
    containers = ((review.get("object") or {}).get("spec") or {}).get("containers") or []
    name = "webhook-added-sidecar"
    if any(each.get("name") == name for each in containers):
        return allowed()
    added = {"image": options.get("sidecar-image", ""), "name": name, "resources": {}}
    return allowed(patch=[{"op": "add", "path": "/spec/containers/-", "value": added}])


def attaching_pods(review: Review, options: dict[str, str]) -> Verdict:
    if review.get("name") == "to-be-attached-pod":
        return denied(message="attaching to pod 'to-be-attached-pod' is not allowed")
    return allowed()


def unwanted(what: str) -> Callable[[Review, dict[str, str]], Verdict]:
    """Refuses objects whose data hold a mark, and the deletion of those that hold another."""

    def judge(review: Review, options: dict[str, str]) -> Verdict:
        if review.get("operation") == "DELETE":
            if content(review, "oldObject").get(MARK) == KEPT:
                return denied(reason=f"the {what} cannot be deleted because it contains unwanted key and value")
        elif content(review).get(MARK) == DISALLOWED:
            words = "unwanted key and value" if what == "configmap" else "unwanted data"
            return denied(reason=f"the {what} contains {words}")
        return allowed()

    return judge


def staged(review: Review, options: dict[str, str]) -> Verdict:
    """Adds the stage that comes after the one that the data name."""
    values, patch = content(review), []
    for before, after in (("mutation-start", "mutation-stage-1"), ("mutation-stage-1", "mutation-stage-2")):
        if values.get(before) == "yes":
            patch.append({"op": "add", "path": f"/data/{after}", "value": "yes"})
    return allowed(patch=patch)


def definitions(review: Review, options: dict[str, str]) -> Verdict:
    if metadata(review, "labels").get(MARK) == DISALLOWED:
        return denied(message="the crd contains unwanted label")
    return allowed()


HANDLERS: Final[dict[str, Callable[[Review, dict[str, str]], Verdict]]] = {
    "/always-allow-delay-5s": always_allow,
    "/always-deny": always_deny,
    "/add-label": add_label,
    "/pods": pods,
    "/pods/attach": attaching_pods,
    "/mutating-pods": mutating_pods,
    "/mutating-pods-sidecar": mutating_pods_sidecar,
    "/configmaps": unwanted("configmap"),
    "/mutating-configmaps": staged,
    "/custom-resource": unwanted("custom resource"),
    "/mutating-custom-resource": staged,
    "/crd": definitions,
}


def begin(process: Process, options: dict[str, str]) -> int | None:
    """The certificate has to be there before anything is served."""
    for name in ("tls-cert-file", "tls-private-key-file"):
        path = options.get(name, "")
        if not path or process.files.find(path) is None:
            process.error(f"F{process.pid:04d}       1 config.go:47] open {path}: no such file or directory")
            return 255
    return None


def certificate(process: Process) -> Certificate | None:
    """What is shown to clients."""
    from simulator.network.certificates import read  # the network's programs know it; images are loaded before

    node = process.files.find(process.state["options"]["tls-cert-file"])
    return read(node["content"].decode(errors="replace")) if node is not None else None


def answer(path: str, body: bytes, options: dict[str, str]) -> tuple[int, bytes, int]:
    """Status, body and latency of the answer to a review."""
    if path == "/readyz":
        return 200, b"ok", 0
    handler = HANDLERS.get(path)
    if handler is None and path != "/crdconvert":
        return 404, b"404 page not found\n", 0
    try:
        review = orjson.loads(body)
        request = review["request"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return 400, b"", 0
    head = {"kind": review.get("kind"), "apiVersion": review.get("apiVersion")}
    if handler is None:
        return 200, orjson.dumps({**head, "response": converted(request)}), 0
    response = {"uid": request.get("uid"), **handler(request, options)}
    latency = DELAY if path == "/always-allow-delay-5s" else FOR_EVER if path == "/pods" and hangs(request) else 0
    return 200, orjson.dumps({**head, "response": response}), latency


def converted(request: Review) -> Verdict:
    """The objects of a ConversionReview in another version: `hostPort` is `host` and `port` in v2."""
    wanted = request.get("desiredAPIVersion", "")
    found = [convert(obj, wanted) for obj in request.get("objects") or ()]
    return {"uid": request.get("uid"), "convertedObjects": found, "result": {"metadata": {}, "status": "Success"}}


def convert(obj: dict[str, Any], wanted: str) -> dict[str, Any]:
    changed = {**obj, "apiVersion": wanted}
    before, after = (text.rpartition("/")[2] for text in (obj.get("apiVersion", ""), wanted))
    if (before, after) == ("v1", "v2") and "hostPort" in changed:
        host, _, port = str(changed.pop("hostPort")).partition(":")
        changed |= {"host": host, "port": port}
    elif (before, after) == ("v2", "v1") and ("host" in changed or "port" in changed):
        changed["hostPort"] = f"{changed.pop('host', '')}:{changed.pop('port', '')}"
    return changed
