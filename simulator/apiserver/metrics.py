"""What the API server tells of itself in Prometheus' format, as far as a simulated one can tell it truly.

Upstream: apiserver/pkg/endpoints/metrics, apiserver/pkg/storage/etcd3/metrics, component-base/metrics
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.api.requests import Request, Response
from simulator.apiserver import health
from simulator.apiserver.releases import version_info

if TYPE_CHECKING:
    from simulator.apiserver.server import APIServer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
SCOPE = """\
# Of the metrics of a real API server, the lab serves those that it can count. Nothing takes measurable time here, so
# that there are no latencies; of requests those count that the audit log can have, too: writes, and what is read from a
# machine of the cluster.
"""
BUILD = (
    "A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, "
    "Go version, and compiler from which Kubernetes was built, and platform on which it is running."
)
REQUESTS = (
    "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, "
    "component, and HTTP response code."
)
OBJECTS = (
    "Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be "
    "-1."
)
LABELS = ("code", "dry_run", "group", "resource", "scope", "subresource", "verb", "version")

type Sample = tuple[Mapping[str, str], int | float]


def answer(server: "APIServer", request: Request, parts: list[str]) -> Response:
    """Answer `/metrics` and `/metrics/slis`."""
    failing = health.STORAGE if server.trouble() else ()
    checks = [
        ({"name": check, "type": endpoint}, int(check not in failing))
        for endpoint in health.ENDPOINTS
        for check in sorted(health.checks(endpoint))
    ]
    slis = family(
        "kubernetes_healthcheck", "gauge", "[STABLE] This metric records the result of a single healthcheck.", checks
    )
    if parts == ["slis"]:
        return Response(200, slis, {"content-type": CONTENT_TYPE})
    text = SCOPE + requests(server) + storage(server) + build(server)
    return Response(200, text, {"content-type": CONTENT_TYPE})


def requests(server: "APIServer") -> str:
    samples = [
        ({**dict(zip(LABELS, key, strict=True)), "component": "apiserver"}, count)
        for key, count in sorted(server.audit.counted())
    ]
    return family("apiserver_request_total", "counter", f"[STABLE] {REQUESTS}", samples)


def storage(server: "APIServer") -> str:
    stored = sorted(one.key for one in server.resources() if one.is_stored)
    counts = [({"resource": key}, len(server.rows(key))) for key in stored]
    size = [({"storage_cluster_id": "etcd-0"}, server.store.size)]
    return family("apiserver_storage_objects", "gauge", f"[STABLE] {OBJECTS}", counts) + family(
        "apiserver_storage_size_bytes",
        "gauge",
        "[STABLE] Size of the storage database file physically allocated in bytes.",
        size,
    )


def build(server: "APIServer") -> str:
    info = version_info(server.release)
    names = (
        "build_date",
        "compiler",
        "git_commit",
        "git_tree_state",
        "git_version",
        "go_version",
        "major",
        "minor",
        "platform",
    )
    labels = {name: str(info[camel(name)]) for name in names}
    return family("kubernetes_build_info", "gauge", f"[BETA] {BUILD}", [(labels, 1)])


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def family(name: str, kind: str, about: str, samples: Iterable[Sample]) -> str:
    """A metric with its samples."""
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{{{labelled(labels)}}} {value}" for labels, value in samples]
    return "\n".join(lines) + "\n" if len(lines) > 2 else ""


def labelled(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{escaped(labels[name])}"' for name in sorted(labels))


def escaped(value: Any) -> str:
    return str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
