"""How a program in a Pod asks the API server with the Pod's own account. Upstream: client-go/rest InClusterConfig"""

from simulator.runtime.images import calls
from simulator.runtime.network import HttpRequest, HttpResponse
from simulator.runtime.process import Process

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
NOT_INSIDE = (
    "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined"
)


def trouble_inside(process: Process) -> str:
    """Why the Pod's own account cannot be used; "" where it can."""
    if not process.env.get("KUBERNETES_SERVICE_HOST"):
        return NOT_INSIDE
    if process.files.find(f"{ACCOUNT}/token") is None:
        return f"open {ACCOUNT}/token: no such file or directory"
    return ""


def ask(process: Process, path: str, method: str = "GET", body: bytes = b"") -> HttpResponse:
    """Send a request to the API server; raises `CallFailed`."""
    host, port = process.env["KUBERNETES_SERVICE_HOST"], process.env.get("KUBERNETES_SERVICE_PORT", "443")
    authority = process.files.find(f"{ACCOUNT}/ca.crt")
    headers = {"authorization": bearer(process), "accept": "application/json"}
    request = HttpRequest(
        method,
        f"https://{host}:{port}{path}",
        headers | ({"content-type": "application/json"} if body else {}),
        body,
        trusts=authority["content"].decode("utf-8", "replace") if authority is not None else "",
    )
    return calls.call(process, request, host, port)


def bearer(process: Process) -> str:
    node = process.files.find(f"{ACCOUNT}/token")
    return "Bearer " + (node["content"].decode("utf-8", "replace") if node is not None else "")
