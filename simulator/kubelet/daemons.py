"""What listens on a node beside its containers: sshd, the kubelet, containerd.

Upstream: pkg/kubelet/server/server.go (InstallAuthFilter), pkg/kubelet/server/auth.go
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from simulator.api.errors import Unauthorized
from simulator.api.requests import ANONYMOUS, CERTIFICATE, Request
from simulator.api.texts import encoded
from simulator.kernel.clock import SECOND
from simulator.kubelet.pages import PORT, Pages
from simulator.network.certificates import trouble
from simulator.runtime.network import (
    BadCertificate,
    Certificate,
    HttpRequest,
    HttpResponse,
    NotEncrypted,
    NotHTTP,
    Refused,
    Reset,
)

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

SSH, HEALTH, RUNTIME = 22, 10248, 40863
PORTS: Final = (("kubelet", (HEALTH, PORT)), ("containerd", (RUNTIME,)))
BANNER: Final = "SSH-2.0-OpenSSH_10.0p2 Debian-7"
"""What sshd says to whoever connects."""
LOCAL: Final = frozenset({HEALTH, RUNTIME})
"""What only the node itself can reach."""
PLAIN: Final = {"content-type": "text/plain; charset=utf-8"}
VERBS: Final = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
PARTS: Final = {
    "stats": ("stats",), "metrics": ("metrics",), "logs": ("log",), "checkpoint": ("checkpoint",),
    "pods": ("pods", "proxy"), "runningpods": ("pods", "proxy"), "healthz": ("healthz", "proxy"),
    "configz": ("configz", "proxy"),
}  # fmt: skip
"""The subresources of a Node of which one must be allowed, by what a path begins with."""
NOT_FOUND: Final = HttpResponse(404, PLAIN, b"404 page not found\n")
YEAR: Final = 365 * 24 * 3600 * SECOND


class Daemons:
    """The services of nodes as those see them who connect to their ports."""

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet

    def ports(self, node: str) -> dict[int, str]:
        """On which ports the services of a node listen, and which does."""
        units = self._kubelet.services
        running = [(name, ports) for name, ports in PORTS if units.unit(node, name)["state"] == "active"]
        return {SSH: "sshd", **{port: name for name, ports in running for port in ports}}

    def listens(self, node: str, port: int, *, within: bool = False) -> bool:
        """Whether a service takes connections at a port, from elsewhere or from within the node."""
        return (within or port not in LOCAL) and port in self.ports(node)

    def answer(self, node: str, port: int, request: HttpRequest, *, within: bool = False) -> HttpResponse:
        """What a service answers. Raises `NetworkFailure` where none listens or none speaks HTTP."""
        if not self.listens(node, port, within=within):
            raise Refused(port=port)
        encrypted = request.url.startswith("https:")
        if port == PORT and encrypted:
            return replace(self._secured(node, request), certificate=self._shown(node, request))
        if encrypted:
            raise NotEncrypted(port=port)
        if port == PORT:
            return HttpResponse(400, PLAIN, b"Client sent an HTTP request to an HTTPS server.\n")
        if port == HEALTH:
            return self._page(node, request) if urlsplit(request.url).path == "/healthz" else NOT_FOUND
        raise NotHTTP(BANNER, port=port) if port == SSH else Reset(port=port)

    def _shown(self, node: str, request: HttpRequest) -> Certificate:
        """The kubelet's certificate, which it signs itself; raises `BadCertificate` for clients that look at it."""
        made = self._kubelet.nodes.row(node).get("booted", self._kubelet.cluster.born)
        stamp = made // SECOND
        issuer = f"CN = {node}-ca@{stamp}"
        shown = Certificate(f"CN = {node}@{stamp}", issuer, (node,), made, made + YEAR, with_issuer=True)
        problem = trouble(shown, urlsplit(request.url).hostname or "", request.trusts, self._kubelet.clock.now)
        if problem and not request.insecure:
            failure = BadCertificate(problem, port=PORT)
            failure.certificate = shown
            raise failure
        return shown

    def _secured(self, node: str, request: HttpRequest) -> HttpResponse:
        """A page for somebody who may see it, as the API server tells the kubelet."""
        headers = {name: value for name, value in request.headers.items() if name != CERTIFICATE}
        if request.certificate:
            headers[CERTIFICATE] = request.certificate
        client, path = self._kubelet.client, urlsplit(request.url).path
        try:
            user = client.identify(Request.to(request.method, path, headers=headers))
        except Unauthorized:
            user = ANONYMOUS
        if user == ANONYMOUS:
            return HttpResponse(401, PLAIN, b"Unauthorized")
        verb = VERBS.get(request.method, "get")
        parts = PARTS.get(path.strip("/").partition("/")[0].lower(), ("proxy",))
        if not any(client.may(user, verb, "nodes", part) for part in parts):
            said = f"Forbidden (user={user.name}, verb={verb}, resource=nodes, subresource(s)=[{' '.join(parts)}])\n"
            return HttpResponse(403, PLAIN, said.encode())
        return self._page(node, request)

    def _page(self, node: str, request: HttpRequest) -> HttpResponse:
        found = Pages(self._kubelet).answer(node, urlsplit(request.url).path)
        body = encoded(found)
        headers = {"content-type": found.content_type, "content-length": str(len(body))}
        return HttpResponse(found.status, headers, body)
