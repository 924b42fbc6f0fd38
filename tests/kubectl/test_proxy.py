"""kubectl proxy at the workstation: what curl gets, what the filters refuse, and that it survives a fork."""

import pytest

from simulator.world import World
from tests.kubelet.support import command

FORBIDDEN = "Forbidden\n"
MISSING = "404 page not found\n"
LISTING = """<!doctype html>
<meta name="viewport" content="width=device-width">
<pre>
<a href="a.txt">a.txt</a>
</pre>
"""


@pytest.fixture
def world() -> World:
    world = World.boot(seed="proxy")
    run(world, "mkdir files; echo hello > files/a.txt")
    return world


def run(world: World, script: str) -> str:
    said, _ = command(world, "workstation", "sh", "-c", script, seconds=30)
    return said


@pytest.mark.parametrize(
    ("flags", "curl", "shown"),
    [
        pytest.param(
            "", "/api/v1/namespaces/default/pods?limit=1", '{"kind":"PodList","apiVersion":"v1"', id="the API"
        ),
        pytest.param("", "/static/a.txt", MISSING, id="no folder unless asked"),
        pytest.param("", "/api/v1/namespaces/default/pods/x/exec", FORBIDDEN, id="no exec unless allowed"),
        pytest.param("", "/version -H Host:evil.example", FORBIDDEN, id="another host"),
        pytest.param("--disable-filter", "/version -H Host:evil.example", '{\n  "major": "1"', id="no filter"),
        pytest.param("--reject-paths=^/version", "/version", FORBIDDEN, id="a path that is refused"),
        pytest.param("--reject-methods=POST,PUT", "/api -X POST", FORBIDDEN, id="a method that is refused"),
        pytest.param("--accept-paths=^/api/", "/version", FORBIDDEN, id="a path that is not accepted"),
        pytest.param("--www=files", "/static/a.txt", "hello\n", id="a file"),
        pytest.param("--www=files", "/static/", LISTING, id="a folder"),
        pytest.param("--www=files", "/static/../../etc/passwd --path-as-is", MISSING, id="nothing outside the folder"),
        pytest.param("--www=files --www-prefix=/my", "/my/a.txt", "hello\n", id="files elsewhere"),
        pytest.param("--api-prefix=/k8s", "/k8s/version", '{\n  "major": "1"', id="the API elsewhere"),
        pytest.param("--api-prefix=/k8s", "/version", MISSING, id="nothing beside it"),
        pytest.param("--api-prefix=/k8s", "/k8s", '<a href="/k8s/">Temporary Redirect</a>.\n', id="without the slash"),
        pytest.param("--port=0 --port=8001", "/api/v1/pods?watch=1", "Streams through kubectl proxy", id="no streams"),
    ],
)
def test_what_curl_gets(world: World, flags: str, curl: str, shown: str) -> None:
    path, _, rest = curl.partition(" ")
    said = run(world, f"kubectl proxy {flags} 2>/dev/null >&2 & sleep 1; curl -s {rest} 'localhost:8001{path}'")
    assert said.startswith(shown), said


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        pytest.param("--unix-socket=/tmp/s --port=8002", "error: cannot set --unix-socket and --port at the same time", id="two places"),
        pytest.param("--unix-socket=/tmp/s", "error: sockets in the file system are not simulated: serve on a port", id="a socket"),
        pytest.param("--address=1.2.3.4", "error: listen tcp 1.2.3.4:8001: bind: cannot assign requested address", id="an address of others"),
        pytest.param("--accept-hosts=[", "proxy_server.go:83] Error compiling re: error parsing regexp: missing closing ]: `[`", id="a pattern that is none"),
    ],
)  # fmt: skip
def test_what_cannot_be_served(world: World, flags: str, error: str) -> None:
    assert run(world, f"kubectl proxy {flags}").rstrip("\n").endswith(error)


def test_the_port_is_taken_and_given_back(world: World) -> None:
    run(world, "kubectl proxy > log 2>&1 & echo $! > pid; sleep 1")
    assert run(world, "cat log; kubectl proxy") == (
        "Starting to serve on 127.0.0.1:8001\nerror: listen tcp 127.0.0.1:8001: bind: address already in use\n"
    )
    twin = world.fork()
    for each in (world, twin):
        assert (
            run(each, "curl -s localhost:8001/healthz; kill $(cat pid); sleep 1; curl -s localhost:8001/healthz")
            == "ok"
        )
