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
        pytest.param(
            "--port=0 --port=8001", "/api/v1/namespaces?watch=1 -m 1", '{"type":"ADDED","object":{"', id="a watch"
        ),
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
        pytest.param("--unix-socket=/tmp/no/s", "error: listen unix /tmp/no/s: bind: no such file or directory", id="a socket nowhere"),
        pytest.param("--unix-socket=/etc/passwd", "error: listen unix /etc/passwd: bind: address already in use", id="a file in its place"),
        pytest.param("--address=1.2.3.4", "error: listen tcp 1.2.3.4:8001: bind: cannot assign requested address", id="an address of others"),
        pytest.param("--address=nope", "error: listen tcp: lookup nope: no such host", id="an address that is a name"),
        pytest.param("--port=99999", "error: listen tcp: address 99999: invalid port", id="no port"),
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


def test_a_socket_in_the_file_system(world: World) -> None:
    began = run(
        world, "kubectl proxy --unix-socket=/tmp/k.sock > log 2>&1 & echo $! > pid; sleep 1; cat log; ls -lF /tmp"
    )
    assert began.splitlines()[0] == "Starting to serve on /tmp/k.sock"
    assert began.splitlines()[-1].startswith("srwx------ 1 you") and began.endswith(" k.sock=\n")
    ask = "curl -s --unix-socket /tmp/k.sock http://localhost/api/v1/namespaces/default"
    twin = World.restore(world.save())
    for each in (world, twin):
        assert run(each, ask).startswith('{"kind":"Namespace","apiVersion":"v1"')
        assert run(each, "cat /tmp/k.sock") == "cat: /tmp/k.sock: No such device or address\n"
        assert run(each, f"kill $(cat pid); sleep 1; {ask}; echo $?; test -S /tmp/k.sock && echo left") == "7\nleft\n"
        assert run(each, f"kubectl proxy -u /tmp/k.sock & sleep 1; {ask} | head -c 5").endswith('{"kin')
    assert run(world, "curl --unix-socket /tmp/none http://localhost/ 2>&1 | tail -1").startswith(
        "curl: (7) Failed to connect"
    )


def test_a_watch_through_the_proxy_goes_on_until_the_proxy_ends(world: World) -> None:
    watch = "curl -sN 'localhost:8001/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=0'"
    run(world, f"kubectl proxy > log & echo $! > pid; sleep 1; {watch} > events; echo $? > code &")
    run(world, "kubectl create cm a; kubectl create cm b; kubectl delete cm a; sleep 1")
    for each in (world, world.fork()):
        events = run(each, "jq -r '.type + \" \" + .object.metadata.name' events").splitlines()
        assert events[-3:] == ["ADDED a", "ADDED b", "DELETED a"]
    run(world, "kill $(cat pid); sleep 1; kubectl create cm c; sleep 20")
    assert run(world, "cat code; grep -c . events") == f"18\n{len(events)}\n"


def test_a_watch_of_the_api_server_itself(world: World) -> None:
    script = """TOKEN=$(kubectl create token default)
kubectl create clusterrolebinding v --clusterrole=view --serviceaccount=default:default >/dev/null
curl -sk -m 2 -H "Authorization: Bearer $TOKEN" "$(kubectl config view -o jsonpath={.clusters[0].cluster.server})/api/v1/namespaces?watch=1" | jq -r .type | sort | uniq -c; echo $?"""
    assert run(world, script).split()[1:2] == ["ADDED"]
