"""Whether the API server is alive and ready, as a whole and check by check. Upstream: apiserver/pkg/server/healthz"""

from typing import TYPE_CHECKING

from simulator.api.errors import PageNotFound
from simulator.api.requests import Request, Response

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

ENDPOINTS = ("healthz", "livez", "readyz")
STORAGE = ("etcd", "etcd-readiness")
"""The checks that fail while etcd does not answer."""
READY = ("etcd-readiness", "informer-sync", "shutdown")
"""What only readiness asks for."""
CHECKS = (
    "ping", "log", "etcd", "etcd-readiness", "informer-sync",
    *(
        f"poststarthook/{hook}"
        for hook in (
            "start-apiserver-admission-initializer", "generic-apiserver-start-informers",
            "priority-and-fairness-config-consumer", "priority-and-fairness-filter",
            "storage-object-count-tracker-hook", "start-apiextensions-informers",
            "start-apiextensions-controllers", "crd-informer-synced",
            "start-system-namespaces-controller", "start-cluster-authentication-info-controller",
            "start-kube-apiserver-identity-lease-controller", "start-kube-apiserver-identity-lease-garbage-collector",
            "start-legacy-token-tracking-controller", "start-service-ip-repair-controllers", "rbac/bootstrap-roles",
            "scheduling/bootstrap-system-priority-classes", "priority-and-fairness-config-producer",
            "bootstrap-controller", "start-kubernetes-service-cidr-controller", "aggregator-reload-proxy-client-cert",
            "start-kube-aggregator-informers", "apiservice-status-local-available-controller",
            "apiservice-status-remote-available-controller", "apiservice-registration-controller",
            "apiservice-discovery-controller", "kube-apiserver-autoregistration",
        )
    ),
    "autoregister-completion", "poststarthook/apiservice-openapi-controller",
    "poststarthook/apiservice-openapiv3-controller", "shutdown",
)  # fmt: skip
HEADERS = {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"}


def checks(endpoint: str) -> list[str]:
    """What an endpoint looks at, in its order."""
    return [check for check in CHECKS if endpoint == "readyz" or check not in READY]


def paths() -> list[str]:
    """Every path that answers about health."""
    return [
        path for endpoint in ENDPOINTS for path in (f"/{endpoint}", *(f"/{endpoint}/{one}" for one in checks(endpoint)))
    ]


def answer(server: "APIServer", request: Request, parts: list[str]) -> Response:
    """Answer `/livez`, `/livez?verbose&exclude=etcd`, `/livez/etcd`."""
    endpoint, check = parts[0], "/".join(parts[1:])
    trouble = server.trouble()
    if check:
        if check not in checks(endpoint):
            raise PageNotFound()
        if trouble and check in STORAGE:
            return Response(500, f"internal server error: {check} failed: {trouble}\n", dict(HEADERS))
        return Response(200, "ok")
    lines, failed = looked_at(endpoint, request, failing=STORAGE if trouble else ())
    if failed:
        return Response(500, f"{lines}{endpoint} check failed\n", dict(HEADERS))
    is_verbose = any(name == "verbose" for name, _ in request.query)
    return Response(200, f"{lines}{endpoint} check passed\n" if is_verbose else "ok", dict(HEADERS))


def looked_at(endpoint: str, request: Request, failing: tuple[str, ...]) -> tuple[str, bool]:
    """A line for each check, and whether one of them failed."""
    excluded = {part for name, value in request.query if name == "exclude" for part in value.split(",")}
    lines, failed = "", False
    for check in checks(endpoint):
        if check in excluded:
            excluded.remove(check)
            lines += f"[+]{check} excluded: ok\n"
        elif check in failing:
            failed = True
            lines += f"[-]{check} failed: reason withheld\n"
        else:
            lines += f"[+]{check} ok\n"
    if excluded:
        unknown = ", ".join(f'"{name}"' for name in sorted(excluded))
        lines += f"warn: some health checks cannot be excluded: no matches for {unknown}\n"
    return lines, failed
