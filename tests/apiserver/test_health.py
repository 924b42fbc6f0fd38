"""The paths that tell how an API server is: /livez, /readyz, /healthz check by check, /metrics."""

import re
from typing import Any

import pytest

from simulator.api.requests import Response
from tests.apiserver.api import API, config_map

MAPS = "/api/v1/namespaces/default/configmaps"
TROUBLE = "etcdserver: request timed out"


def asked(api: API, url: str) -> tuple[int, str]:
    response: Response = api.request("GET", url)
    assert isinstance(response.body, str)
    return response.status, response.body


@pytest.mark.parametrize(
    ("url", "status", "text"),
    [
        pytest.param("/livez", 200, "ok", id="in a word"),
        pytest.param("/livez/ping", 200, "ok", id="one check"),
        pytest.param("/readyz/poststarthook/rbac/bootstrap-roles", 200, "ok", id="one with slashes"),
        pytest.param("/livez/nope", 404, "404 page not found\n", id="none of that name"),
        pytest.param("/livez/informer-sync", 404, "404 page not found\n", id="not of this endpoint"),
        pytest.param("/logs", 404, "404 page not found\n", id="logs are not served"),
    ],
)
def test_in_a_word(api: API, url: str, status: int, text: str) -> None:
    assert asked(api, url) == (status, text)


def test_every_check(api: API) -> None:
    status, text = asked(api, "/readyz?verbose")
    assert (status, text.splitlines()[:5]) == (
        200,
        ["[+]ping ok", "[+]log ok", "[+]etcd ok", "[+]etcd-readiness ok", "[+]informer-sync ok"],
    )
    assert text.endswith("[+]poststarthook/apiservice-openapiv3-controller ok\n[+]shutdown ok\nreadyz check passed\n")
    assert "shutdown" not in asked(api, "/livez?verbose")[1]
    lines = asked(api, "/livez?verbose&exclude=etcd&exclude=nope")[1].splitlines()
    assert lines[2] == "[+]etcd excluded: ok"
    assert lines[-2:] == [
        'warn: some health checks cannot be excluded: no matches for "nope"',
        "livez check passed",
    ]


def test_without_etcd(api: API) -> None:
    api.world.cluster.server.trouble = lambda: TROUBLE
    status, text = asked(api, "/livez")
    assert (status, text.splitlines()[2], text.splitlines()[-1]) == (
        500,
        "[-]etcd failed: reason withheld",
        "livez check failed",
    )
    assert asked(api, "/livez/etcd") == (500, f"internal server error: etcd failed: {TROUBLE}\n")
    assert asked(api, "/livez?exclude=etcd") == (200, "ok")
    assert asked(api, "/livez/log") == (200, "ok")
    assert 'kubernetes_healthcheck{name="etcd",type="livez"} 0' in asked(api, "/metrics/slis")[1]


def samples(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+\{([a-z_]+="[^"]*",?)*\} \d+', line) for line in lines)
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_metrics_count_what_was_done(api: API) -> None:
    before = samples(asked(api, "/metrics")[1])
    for _ in range(2):
        api.create(MAPS, config_map("a"))
    api.create(f"{MAPS}?dryRun=All", config_map("b"))
    after = samples(asked(api, "/metrics")[1])
    line: Any = 'apiserver_request_total{{code="{}",component="apiserver",dry_run="{}",group="",resource="configmaps",scope="namespace",subresource="",verb="POST",version="v1"}}'
    counts = (line.format(201, ""), line.format(409, ""), line.format(201, "All"))
    assert [after.get(name, 0) - before.get(name, 0) for name in counts] == [1, 1, 1]
    stored = 'apiserver_storage_objects{resource="configmaps"}'
    assert after[stored] - before[stored] == 1
    assert after['apiserver_storage_size_bytes{storage_cluster_id="etcd-0"}'] > 0
    assert any(name.startswith("kubernetes_build_info{") and 'minor="37"' in name for name in after)


def test_a_flood_of_sorts_stays_small(api: API) -> None:
    for number in range(300):
        api.create(f"/api/v1/namespaces/default/kind{number}{'x' * 500}", config_map("a"))
    text = asked(api, "/metrics")[1]
    assert 0 < text.count("apiserver_request_total{") <= 257
    assert len(text) < 100_000


def test_every_path_that_is_listed_answers(api: API) -> None:
    for path in api.get("/")["paths"]:
        assert api.request("GET", path).status == 200, path
