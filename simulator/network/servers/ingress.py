"""The Ingress controller's Pods: requests come in, and go on to the Pods behind the right Service.

Upstream: ingress-nginx rootfs/etc/nginx/template/nginx.tmpl, docs/user-guide/nginx-configuration/annotations.md
"""

from base64 import b64decode
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from simulator.api.client import Client
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object, at
from simulator.network.certificates import make, read
from simulator.network.gateway.routes import certificate_secret
from simulator.network.http1 import REASONS
from simulator.network.ingress.matching import Routes, allowed, chosen, compiled, rewritten, secret_of
from simulator.network.ingress.objects import HEALTH, HTTP, HTTPS
from simulator.network.ingress.rules import Rule, serves
from simulator.network.servers.gateway import Choice, choose, modified
from simulator.network.servers.upstreams import Upstream, upstreams
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import http_date
from simulator.runtime.network import (
    Certificate,
    HttpRequest,
    HttpResponse,
    NetworkFailure,
    NoAnswer,
    TimedOut,
    Unreachable,
)
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Server, Wait, program
from simulator.runtime.signals import INT, QUIT, TERM

INGRESSES = "ingresses.networking.k8s.io"
CLASSES = "ingressclasses.networking.k8s.io"
OWN_TIME = 400
CONNECT_PATIENCE = 5 * SECOND
READ_PATIENCE = 60
HSTS = "max-age=31536000; includeSubDomains"
FAKE = b"Kubernetes Ingress Controller Fake Certificate"
REFUSED = "connect() failed (111: Connection refused)"
TITLES = {503: "Service Temporarily Unavailable", 504: "Gateway Time-out", 308: "Permanent Redirect"}


class Passing(NamedTuple):
    """A request on its way to a Pod."""

    upstream: Upstream
    path: str
    host: str
    """The host it is to ask for; "" leaves that of the client."""
    patience: int
    scheme: str = "http"
    request_headers: tuple[Object, ...] = ()
    response_headers: tuple[Object, ...] = ()


@program("ingress-controller")
class IngressServer(Server):
    """Serves what Ingresses say now; it keeps nothing but what it can read again."""

    def start(self, process: Process) -> Outcome:
        for port in (HTTP, HTTPS, HEALTH):
            process.listen(port)
        for number in (TERM, INT, QUIT):
            process.handle(number)
        process.error("-" * 79 + "\nIngress controller of the lab, as ingress-nginx works\n" + "-" * 79)
        return Wait("start_no_more")

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return Exit(0)

    # TLS.

    def certificate(self, process: Process, port: int, host: str) -> Certificate | None:
        """The certificate of the Secret that an Ingress names for a host, or one that nobody trusts."""
        if port != HTTPS:
            return None
        reader = process.machines.network.reader(process.machine)
        where = None
        if reader is not None:
            where = secret_of(routes(process, reader), host) or certificate_secret(reader, host)
        secret = reader.get("secrets", *where) if reader is not None and where is not None else None
        found = read(decoded(secret, "tls.crt")) if secret is not None else None
        if where is not None and found is None:
            name = "/".join(where)
            warn(process, f'Error getting SSL certificate "{name}": local SSL certificate {name} was not found. '
                 "Using default certificate")  # fmt: skip
        return found or fake(process)

    # Requests.

    def serve(self, process: Process, request: HttpRequest) -> HttpResponse:
        parts = urlsplit(request.url)
        if parts.port == HEALTH:
            known = parts.path in ("/healthz", "/is-dynamic-lb-initialized")
            return HttpResponse(200 if known else 404, {"content-length": "0"}, latency=OWN_TIME)
        secure = parts.scheme == "https"
        if not secure and parts.port == HTTPS:
            return self._page(process, 400, "The plain HTTP request was sent to HTTPS port")
        host = (request.headers.get("host") or parts.netloc).partition(":")[0].lower()
        reader = process.machines.network.reader(process.machine)
        if reader is None:
            return self._page(process, 503)
        table = routes(process, reader)
        rule = chosen(table, host, parts.path or "/", request, process.random)
        upstream = None
        choice = choose(process, reader, request, host, HTTPS if secure else HTTP) if rule is None else None
        if choice is not None:
            answer, upstream = self._by_gateway(process, choice, request, host, secure=secure), choice.upstream
        else:
            answer, upstream = self._answer(process, reader, table, rule, request, host, secure=secure)
        self._log(process, request, choice.label if choice is not None else label_of(rule), answer, upstream)
        return answer

    def _answer(
        self, process: Process, reader: Client, table: Routes, rule: Rule | None, request: HttpRequest, host: str,
        *, secure: bool,
    ) -> tuple[HttpResponse, Upstream | None]:  # fmt: skip
        if rule is None:
            return self._page(process, 404), None
        early = self._early(process, table, rule, request, host, secure=secure)
        if early is not None:
            return early, None
        found = upstreams(reader, rule.namespace, rule.backend) if rule.backend is not None else []
        if not found:
            where = f"{rule.namespace}/{rule.backend.service}" if rule.backend is not None else rule.namespace
            warn(process, f'Service "{where}" does not have any active Endpoint.')
            return self._page(process, 503), None
        upstream = found[process.random(len(found))] if len(found) > 1 else found[0]
        limit = rule.annotations.get("proxy-read-timeout", "")
        passing = Passing(
            upstream, rewritten(rule, urlsplit(request.url).path or "/"), rule.annotations.get("upstream-vhost", ""),
            (int(limit) if limit.isdecimal() else READ_PATIENCE) * SECOND,
            "https" if rule.annotations.get("backend-protocol", "").upper() == "HTTPS" else "http",
        )  # fmt: skip
        return self._pass_on(process, passing, request, host, secure=secure), upstream

    def _by_gateway(
        self, process: Process, choice: Choice, request: HttpRequest, host: str, *, secure: bool
    ) -> HttpResponse:
        """What an HTTPRoute asks for."""
        if choice.location:
            return self._page(process, choice.status, location=choice.location)
        if choice.upstream is None:
            return self._page(process, choice.status)
        passing = Passing(
            choice.upstream, choice.path, choice.host, choice.patience or READ_PATIENCE * SECOND, "http",
            choice.request_headers, choice.response_headers,
        )  # fmt: skip
        return self._pass_on(process, passing, request, host, secure=secure)

    def _early(
        self, process: Process, table: Routes, rule: Rule, request: HttpRequest, host: str, *, secure: bool
    ) -> HttpResponse | None:
        """What an annotation answers before anybody behind is asked."""
        notes = rule.annotations
        ranges = notes.get("allowlist-source-range") or notes.get("whitelist-source-range")
        if ranges and not allowed(request.source, ranges):
            return self._page(process, 403)
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        has_tls = secret_of(table, host) is not None
        if not secure and (
            notes.get("force-ssl-redirect") == "true" or (has_tls and notes.get("ssl-redirect") != "false")
        ):
            return self._page(process, 308, location=f"https://{host}{target}")
        if notes.get("permanent-redirect"):
            return self._page(process, 301, location=notes["permanent-redirect"])
        if notes.get("temporal-redirect"):
            return self._page(process, 302, location=notes["temporal-redirect"])
        if notes.get("app-root") and parts.path in ("", "/"):
            return self._page(process, 302, location=f"{parts.scheme}://{host}{notes['app-root']}")
        return None

    def _pass_on(
        self, process: Process, passing: Passing, request: HttpRequest, host: str, *, secure: bool
    ) -> HttpResponse:
        parts = urlsplit(request.url)
        upstream = passing.upstream
        scheme = "https" if secure else "http"
        headers = {
            **{name: value for name, value in request.headers.items() if name != "connection"},
            "host": passing.host or request.headers.get("host", host),
            "x-request-id": f"{process.random(1 << 128):032x}",
            "x-real-ip": request.source,
            "x-forwarded-for": request.source,
            "x-forwarded-host": host,
            "x-forwarded-port": "443" if secure else "80",
            "x-forwarded-proto": scheme,
            "x-forwarded-scheme": scheme,
            "x-scheme": scheme,
        }
        headers = modified(headers, passing.request_headers)
        place = f"{passing.scheme}://{upstream.host}:{upstream.port}"
        url = f"{place}{passing.path}" + (f"?{parts.query}" if parts.query else "")
        try:
            asked = HttpRequest(request.method, url, headers, request.body, timeout=passing.patience, insecure=True)
            answer = process.http(asked)
        except NetworkFailure as failure:
            return self._failed(process, request, failure, f"{upstream.host}:{upstream.port}", passing.patience)
        kept = {name: value for name, value in answer.headers.items() if name not in ("connection", "server", "date")}
        whole = {"date": http_date(process.now), **kept, "connection": "keep-alive"}
        if secure:
            whole["strict-transport-security"] = HSTS
        whole = modified(whole, passing.response_headers)
        return HttpResponse(answer.status, whole, answer.body, answer.reason, answer.latency + OWN_TIME,
                            server=answer.server)  # fmt: skip

    def _failed(
        self, process: Process, request: HttpRequest, failure: NetworkFailure, where: str, patience: int
    ) -> HttpResponse:
        late = isinstance(failure, TimedOut | Unreachable)
        took = patience if isinstance(failure, NoAnswer) else CONNECT_PATIENCE if late else 0
        words = "upstream timed out (110: Operation timed out)" if late else REFUSED
        asked = f"{request.method} {urlsplit(request.url).path} HTTP/1.1"
        stamp = http_date(process.now, "%Y/%m/%d %H:%M:%S")
        process.error(
            f"{stamp} [error] 29#29: *1 {words} while connecting to upstream, client: {request.source}, "
            f'request: "{asked}", upstream: "http://{where}"'
        )
        return replace(self._page(process, 504 if late else 502), latency=took + OWN_TIME)

    @staticmethod
    def _page(process: Process, status: int, words: str = "", *, location: str = "") -> HttpResponse:
        """nginx's own page for a status."""
        title = f"{status} {TITLES.get(status) or REASONS.get(status, '')}"
        more = f"<center>{words}</center>\r\n" if words else ""
        body = (
            f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n{more}"
            "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        ).encode()
        headers = {"date": http_date(process.now), "content-type": "text/html", "content-length": str(len(body)),
                   "connection": "keep-alive", **({"location": location} if location else {})}  # fmt: skip
        return HttpResponse(status, headers, body, TITLES.get(status, ""), OWN_TIME)

    @staticmethod
    def _log(
        process: Process, request: HttpRequest, name: str, answer: HttpResponse, upstream: Upstream | None
    ) -> None:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        behind = "- - - -"
        if upstream is not None:
            behind = f"{upstream.host}:{upstream.port} {len(answer.body)} {answer.latency / SECOND:.3f} {answer.status}"
        stamp = http_date(process.now, "%d/%b/%Y:%H:%M:%S +0000")
        process.print(
            f'{request.source} - - [{stamp}] "{request.method} {target} HTTP/1.1" {answer.status} {len(answer.body)} '
            f'"-" "{request.headers.get("user-agent", "-")}" {len(target) + 80} {answer.latency / SECOND:.3f} '
            f"[{name or 'upstream-default-backend'}] [] {behind}"
        )


def label_of(rule: Rule | None) -> str:
    """The name of what is behind a rule, as the log has it."""
    if rule is None or rule.backend is None:
        return ""
    return f"{rule.namespace}-{rule.backend.service}-{rule.backend.port}"


def warn(process: Process, text: str) -> None:
    stamp = http_date(process.now, "%m%d %H:%M:%S")
    process.error(f"W{stamp}.{process.now % SECOND:06d}       7 controller.go:1216] {text}")


def routes(process: Process, reader: Client) -> Routes:
    """The rules of all Ingresses that are the controller's; worked out anew only when one of them changes."""
    known: dict[Any, Any] = process.machines.remembered
    ingresses, classes = reader.rows(INGRESSES), reader.rows(CLASSES)
    seen = tuple(one["metadata"]["resourceVersion"] for rows in (ingresses, classes) for one in rows.values())
    key = "ingress-controller", process.machine
    kept = known.get(key)
    if kept is None or kept[0] != seen:
        kept = known[key] = seen, compiled([ingresses[name] for name in sorted(ingresses)], serves(classes.values()))
    table: Routes = kept[1]
    return table


def decoded(secret: Object, name: str) -> str:
    try:
        return b64decode(at(secret, "data", name, default="")).decode()
    except ValueError:
        return ""


def fake(process: Process) -> Certificate | None:
    """The certificate for hosts that have none."""
    kept = process.machines.remembered.get("fake-certificate")
    if kept is None:
        subject = f"/O=Acme Co/CN={FAKE.decode()}"
        pem, _ = make(FAKE, subject, ("ingress.local",), process.started)
        kept = process.machines.remembered["fake-certificate"] = read(pem)
    found: Certificate | None = kept
    return found


repository(
    "docker.io/kubelab/ingress",
    {"1.0": "1.0", "latest": "1.0"},
    98_400_000,
    (layer("kubelab-ingress", {"/ingress-controller": executable("ingress-controller")}),),
    entrypoint=("/ingress-controller",),
)
