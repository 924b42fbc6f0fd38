"""`agnhost webhook` and `agnhost crd-conversion-webhook`: servers that answer an API server's reviews.

Upstream: test/images/agnhost/{webhook,crd-conversion-webhook}
"""

import base64
from collections.abc import Callable
from typing import Any, Final

import orjson

from simulator.kernel.clock import HOUR, SECOND
from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import AgnhostServer, Flag, klog, option, subcommand
from simulator.runtime.images.web import LATENCY, PLAIN, Answer, Asked
from simulator.runtime.network import Certificate
from simulator.runtime.process import Process

type Review = dict[str, Any]
type Verdict = dict[str, Any]

MARK: Final = "webhook-e2e-test"
DISALLOWED: Final = "webhook-disallow"
KEPT: Final = "webhook-nondeletable"
DELAY: Final = 5 * SECOND
FOR_EVER: Final = 24 * HOUR


TLS = (
    Flag("tls-cert-file", "", "File containing the default x509 Certificate for HTTPS."),
    Flag("tls-private-key-file", "", "File containing the default x509 private key matching --tls-cert-file."),
    Flag("port", 443, "Secure port that the webhook listens on"),
)


class Reviewer(AgnhostServer):
    """Answers reviews over TLS, with the certificate that it is told to show."""

    def begin(self, process: Process) -> int | None:
        for name in ("tls-cert-file", "tls-private-key-file"):
            path = option(process, name)
            if not path or process.files.find(path) is None:
                klog(process, f"open {path}: no such file or directory", "config.go:47", "F")
                return 255
        return None

    def certificate(self, process: Process, port: int, host: str) -> Certificate | None:
        return calls.certificate(process, option(process, "tls-cert-file"))

    def answer(self, process: Process, asked: Asked) -> Answer:
        status, body, latency = reviewed(asked.path, asked.request.body, process.state["options"])
        return Answer(body, status, "application/json" if status == 200 else PLAIN, latency=latency or LATENCY)


@subcommand(
    "webhook",
    "Starts an external admission controller",
    *TLS,
    Flag("sidecar-image", "", "Image to be used as the injected sidecar"),
)
class AdmissionWebhook(Reviewer):
    """One path for each kind of review."""


@subcommand("crd-conversion-webhook", "Starts an HTTP server on port 443 for CRD conversion", *TLS)
class ConversionWebhook(Reviewer):
    """`/crdconvert`."""


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


def always_allow(review: Review, options: dict[str, Any]) -> Verdict:
    return allowed("this webhook allows all requests")


def always_deny(review: Review, options: dict[str, Any]) -> Verdict:
    return denied(message="this webhook denies all requests")


def add_label(review: Review, options: dict[str, Any]) -> Verdict:
    labels = metadata(review, "labels")
    if not labels:
        return allowed(patch=[{"op": "add", "path": "/metadata/labels", "value": {"added-label": "yes"}}])
    if labels.get("added-label") == "yes":
        return allowed()
    operation = "replace" if "added-label" in labels else "add"
    return allowed(patch=[{"op": operation, "path": "/metadata/labels/added-label", "value": "yes"}])


def pods(review: Review, options: dict[str, Any]) -> Verdict:
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


def mutating_pods(review: Review, options: dict[str, Any]) -> Verdict:
    if (review.get("object") or {}).get("metadata", {}).get("name") != "webhook-to-be-mutated":
        return allowed()
    added = {"image": "webhook-added-image", "name": "webhook-added-init-container", "resources": {}}
    return allowed(patch=[{"op": "add", "path": "/spec/initContainers", "value": [added]}])


def mutating_pods_sidecar(review: Review, options: dict[str, Any]) -> Verdict:
    containers = ((review.get("object") or {}).get("spec") or {}).get("containers") or []
    name = "webhook-added-sidecar"
    if any(each.get("name") == name for each in containers):
        return allowed()
    added = {"image": options.get("sidecar-image", ""), "name": name, "resources": {}}
    return allowed(patch=[{"op": "add", "path": "/spec/containers/-", "value": added}])


def attaching_pods(review: Review, options: dict[str, Any]) -> Verdict:
    if review.get("name") == "to-be-attached-pod":
        return denied(message="attaching to pod 'to-be-attached-pod' is not allowed")
    return allowed()


def unwanted(what: str) -> Callable[[Review, dict[str, Any]], Verdict]:
    """Refuses objects whose data hold a mark, and the deletion of those that hold another."""

    def judge(review: Review, options: dict[str, Any]) -> Verdict:
        if review.get("operation") == "DELETE":
            if content(review, "oldObject").get(MARK) == KEPT:
                return denied(reason=f"the {what} cannot be deleted because it contains unwanted key and value")
        elif content(review).get(MARK) == DISALLOWED:
            words = "unwanted key and value" if what == "configmap" else "unwanted data"
            return denied(reason=f"the {what} contains {words}")
        return allowed()

    return judge


def staged(review: Review, options: dict[str, Any]) -> Verdict:
    """Adds the stage that comes after the one that the data name."""
    values, patch = content(review), []
    for before, after in (("mutation-start", "mutation-stage-1"), ("mutation-stage-1", "mutation-stage-2")):
        if values.get(before) == "yes":
            patch.append({"op": "add", "path": f"/data/{after}", "value": "yes"})
    return allowed(patch=patch)


def definitions(review: Review, options: dict[str, Any]) -> Verdict:
    if metadata(review, "labels").get(MARK) == DISALLOWED:
        return denied(message="the crd contains unwanted label")
    return allowed()


HANDLERS: Final[dict[str, Callable[[Review, dict[str, Any]], Verdict]]] = {
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


def reviewed(path: str, body: bytes, options: dict[str, Any]) -> tuple[int, bytes, int]:
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
