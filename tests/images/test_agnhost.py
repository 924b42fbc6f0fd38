"""agnhost's sub-commands, as a terminal shows them."""

import json

import pytest

from simulator.runtime.images.agnhost import SUBCOMMANDS
from simulator.runtime.images.agnhost.command import NOT_SIMULATED
from simulator.world import World
from tests.kubelet.support import (
    Object,
    address,
    command,
    container,
    events,
    execute,
    logs,
    new_world,
    pod,
    run,
    send,
    stored,
)

SERVICES, RBAC = "/api/v1/namespaces/default/services", "/apis/rbac.authorization.k8s.io/v1"
IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.56"
UPSTREAM = """
audit-proxy connect crd-conversion-webhook dns-server-list dns-suffix entrypoint-tester etc-hosts external-metrics-server
fake-gitserver fake-registry-server grpc-health-checking guestbook h2c-server inclusterclient liveness logs-generator
mounttest mtlsclient mtlsserver net netexec nettest no-snat-test no-snat-test-proxy nonewprivs pause podcertificatesigner
port-forward-tester porter resource-consumer resource-consumer-controller serve-hostname stress tcp-reset
test-service-account-issuer-discovery test-webserver webhook
"""
"""Upstream: test/images/agnhost/agnhost.go"""


@pytest.fixture
def world() -> World:
    return new_world()


def agnhost(name: str, *args: str, spec: Object | None = None, **extra: object) -> Object:
    return pod(name, IMAGE, args=list(args), spec=spec, **extra)


def at(world: World, name: str, port: int, path: str, *flags: str, caller: str = "c") -> str:
    """What curl shows of a server's answer, and its status."""
    words = ("curl", "-s", "-w", " %{http_code}", *flags, f"{address(world, name)}:{port}{path}")
    return execute(world, caller, *words)[0]


def test_every_subcommand_of_upstream_is_there_or_says_why_not() -> None:
    assert set(UPSTREAM.split()) <= set(SUBCOMMANDS) | set(NOT_SIMULATED)
    assert not set(SUBCOMMANDS) & set(NOT_SIMULATED)


@pytest.mark.parametrize(
    ("words", "shown", "code"),
    [
        pytest.param(["dns-suffix"], "default.svc.cluster.local,svc.cluster.local,cluster.local\n", 0, id="dns-suffix"),
        pytest.param(["dns-server-list"], "10.96.0.10\n", 0, id="dns-server-list"),
        pytest.param(["entrypoint-tester", "a", "-b"], "[/agnhost entrypoint-tester a -b]\n", 0, id="entrypoint-tester"),
        pytest.param(["nonewprivs"], "Effective uid: 0\n", 0, id="nonewprivs"),
        pytest.param(["connect", "localhost:1"], "REFUSED\n", 1, id="connect: nobody listens"),
        pytest.param(["connect", "nobody.example:1"], "DNS: lookup nobody.example on 10.96.0.10:53: no such host\n", 1, id="connect: no name"),
        pytest.param(["connect", "--timeout=3s", "10.255.255.1:80"], "TIMEOUT\n", 1, id="connect: no answer"),
        pytest.param(["connect", "10.255.255.1"], "UNKNOWN: address 10.255.255.1: missing port in address\n", 1, id="connect: no port"),
        pytest.param(["mounttest", "--new_file_0660=/f", "--file_mode=/f", "--file_perm=/f", "--file_owner=/f"],
                     'content of file "/f": mount-tester new file\n\nmode of file "/f": -rw-rw----\nperms of file "/f": -rw-rw----\n'
                     'owner UID of "/f": 0\nowner GID of "/f": 0\n', 0, id="mounttest"),
        pytest.param(["mounttest", "--file_content", "/none", "--file_mode=/etc"],
                     'mode of file "/etc": drwxr-xr-x\nerror reading file content for "/none": open /none: no such file or directory\n', 1, id="mounttest: no file"),
        pytest.param(["logs-generator", "-d", "1m"], "Invalid total number of lines: 0\n", 255, id="logs-generator"),
        pytest.param(["bogus"], 'Error: unknown command "bogus" for "app"\nRun \'app --help\' for usage.\n', 1, id="no such command"),
        pytest.param(["pause", "--bogus"], "Usage:\n  app pause [flags]\n\nFlags:\n  -h, --help   help for pause\n\nError: unknown flag: --bogus\n", 1, id="no such flag"),
        pytest.param(["netexec", "--http-port=x"], 'Error: invalid argument "x" for "--http-port" flag: strconv.ParseInt: parsing "x": invalid syntax\n', 1, id="no number"),
        pytest.param(["h2c-server"], "agnhost h2c-server is not simulated: HTTP/2 is not told apart from HTTP/1.1.\n", 1, id="not simulated"),
    ],
)  # fmt: skip
def test_what_ends_at_once(world: World, words: list[str], shown: str, code: int) -> None:
    run(world, agnhost("p", "pause"), 10)
    text, ended = execute(world, "p", "/agnhost", *words)
    assert (text[-len(shown) :], ended) == (shown, code)


@pytest.mark.parametrize(
    ("args", "env", "port", "path", "answer"),
    [
        pytest.param(["netexec"], {}, 8080, "/hostname", "p 200", id="netexec hostname"),
        pytest.param(["netexec"], {}, 8080, "/echo?msg=hi&code=418", "hi 418", id="netexec echo"),
        pytest.param(["netexec"], {}, 8080, "/echo?msg=hi&code=x", "argument 'code' must be an integer or empty, got \"x\"\n 200", id="netexec echo: no number"),
        pytest.param(["netexec"], {}, 8080, "/dial?host=localhost&port=8080&request=hostname&tries=2", '{"responses":["p","p"]} 200', id="netexec dial"),
        pytest.param(["netexec"], {}, 8080, "/dial?host=127.0.0.1&port=1&request=x",
                     '{"errors":["Get \\"http://127.0.0.1:1/x\\": dial tcp 127.0.0.1:1: connect: connection refused"]} 200', id="netexec dial: refused"),
        pytest.param(["netexec"], {}, 8080, "/dial?host=nope&port=1&request=x", "host and/or port param are invalid. lookup nope on 10.96.0.10:53: no such host\n 400", id="netexec dial: no name"),
        pytest.param(["netexec"], {}, 8080, "/dial?host=localhost&port=8081&protocol=udp&request=echo%20Hi", '{"responses":["hi"]} 200', id="netexec dial UDP"),
        pytest.param(["netexec"], {}, 8080, "/dial?host=localhost&port=8081&protocol=udp&request=clientip", '{"responses":["127.0.0.1:43210"]} 200', id="netexec dial UDP: clientip"),
        pytest.param(["netexec"], {}, 8080, "/shell?cmd=echo%20a%3B%20ls%20%2Fnope%202%3E%261%20%7C%20wc%20-l%3B%20exit%203", '{"error":"exit status 3","output":"a\\n1\\n"} 200', id="netexec shell"),
        pytest.param(["netexec"], {}, 8080, "/shell?shellCommand=hostname%20%3E%20%2Ftmp%2Fh%20%26%26%20cat%20%2Ftmp%2Fh", '{"output":"p\\n"} 200', id="netexec shell: files"),
        pytest.param(["netexec"], {}, 8080, "/shell?cmd=echo%20now%3B%20sleep%205%3B%20echo%20later", '{"error":"the lab\'s netexec waits for no command that takes time: use kubectl exec","output":"now\\n"} 200', id="netexec shell: waiting"),
        pytest.param(["netexec"], {}, 8080, "/shell?cmd=while%20%3A%3B%20do%20%3A%3B%20done", '{"error":"the lab\'s netexec waits for no command that takes time: use kubectl exec"} 200', id="netexec shell: without end"),
        pytest.param(["netexec"], {}, 8080, "/shell?cmd=nosuchthing", '{"error":"exit status 127","output":"sh: nosuchthing: not found\\n"} 200', id="netexec shell: no such command"),
        pytest.param(["netexec"], {}, 8080, "/dial?host=x&port=1&protocol=carrier", "request parameter not specified. <nil>\n 400", id="netexec dial: no request"),
        pytest.param(["netexec", "--http-override", "/echo?msg=always"], {}, 8080, "/hostname", "always 200", id="netexec override"),
        pytest.param(["netexec"], {}, 8080, "/serverport", "8080 200", id="netexec port"),
        pytest.param(["serve-hostname", "--port=80"], {}, 80, "/", "p 200", id="serve-hostname"),
        pytest.param(["serve-hostname", "--tcp", "--http=false"], {}, 9376, "/", "p 200", id="serve-hostname raw"),
        pytest.param(["test-webserver"], {}, 80, "/etc/hostname", "p\n 200", id="test-webserver"),
        pytest.param(["test-webserver"], {}, 80, "/nope", "404 page not found\n 404", id="test-webserver: no file"),
        pytest.param(["porter"], {"SERVE_PORT_81": "foo", "SERVE_TCP_PORT_82": "bar"}, 82, "/", "bar 200", id="porter"),
        pytest.param(["porter", "--json-response"], {"SERVE_PORT_81": "foo"}, 81, "/", '{"Method":"GET","Body":"foo"} 200', id="porter as JSON"),
        pytest.param(["fake-gitserver"], {}, 8000, "/", "I am a fake git server 200", id="fake-gitserver"),
        pytest.param(["liveness"], {}, 8080, "/sleep-headers?code=201&time=1", "Slept for 1 secs\n 201", id="liveness asleep"),
        pytest.param(["liveness"], {}, 8080, "/disconnect-headers", " 000", id="liveness hangs up"),
        pytest.param(["tcp-reset"], {}, 8080, "/", " 000", id="tcp-reset"),
        pytest.param(["no-snat-test"], {"NODE_IP": "10.0.0.12", "POD_IP": "1.2.3.4"}, 8080, "/whoami", ":43210 200", id="no-snat-test"),
        pytest.param(["port-forward-tester"], {"BIND_PORT": "80", "CHUNKS": "3", "CHUNK_SIZE": "2", "CHUNK_INTERVAL": "100"}, 80, "/", "xxxxxx 200", id="port-forward-tester"),
        pytest.param(["resource-consumer", "--port=81"], {}, 81, "/metrics", " 200", id="resource-consumer"),
        pytest.param(["resource-consumer-controller"], {}, 8080, "/ConsumeCPU", "Bad request. Not a POST request\n 400", id="resource-consumer-controller"),
    ],
)  # fmt: skip
def test_what_serves(world: World, args: list[str], env: dict[str, str], port: int, path: str, answer: str) -> None:
    run(world, agnhost("p", *args, env=[{"name": name, "value": value} for name, value in env.items()]), 4)
    run(world, pod("c", "kubelab/shell:1.0"), 10)
    assert at(world, "p", port, path).endswith(answer)


def test_requests_that_go_in_circles_come_to_an_end(world: World) -> None:
    run(world, agnhost("p", "netexec", "--http-override=/dial?host=localhost&port=8080&request=x"), 15)
    text, code = execute(world, "p", "curl", "-s", "localhost:8080")
    assert (text.count("responses"), text.count("EOF"), code) == (8, 1, 0)


def test_netexec_ends_when_it_is_told_to_with_the_code_it_is_told(world: World) -> None:
    run(world, agnhost("p", "netexec"))
    run(world, pod("c", "kubelab/shell:1.0"), 15)
    at(world, "p", 8080, "/exit?code=7&wait=2s")
    world.advance(5)
    ended = container(world, "p")["lastState"]["terminated"]
    assert ended["exitCode"] == 7


def test_a_file_is_uploaded(world: World) -> None:
    mounts, volumes = [{"name": "u", "mountPath": "/uploads"}], [{"name": "u", "emptyDir": {}}]
    run(world, agnhost("p", "netexec", spec={"volumes": volumes}, volumeMounts=mounts))
    run(world, pod("c", "kubelab/shell:1.0"), 15)
    text = at(world, "p", 8080, "/upload", "-F", "file=@/etc/hostname")
    path = json.loads(text.rpartition(" ")[0])["output"]
    assert (execute(world, "p", "cat", path)[0], text.rpartition(" ")[2]) == ("c\n", "201")


def service(name: str, port: int, **labels: str) -> Object:
    spec = {"selector": labels, "ports": [{"port": port, "targetPort": port}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def labelled(obj: Object, **labels: str) -> Object:
    return {**obj, "metadata": {**obj["metadata"], "labels": labels}}


def test_the_guestbook_feeds_its_replicas_as_upstreams_does(world: World) -> None:
    send(world, "POST", SERVICES, service("agnhost-primary", 6379, role="primary"))
    send(world, "POST", SERVICES, service("agnhost-replica", 6379, role="replica"))
    run(world, labelled(agnhost("front", "guestbook"), role="front"))
    run(
        world,
        labelled(agnhost("replica", "guestbook", "--replicaof", "agnhost-primary", "--http-port=6379"), role="replica"),
    )
    run(world, labelled(agnhost("primary", "guestbook", "--http-port", "6379"), role="primary"))
    run(world, pod("c", "kubelab/shell:1.0"), 15)
    assert at(world, "front", 80, "/guestbook?cmd=get&key=m") == '{"data":""} 200'
    assert at(world, "front", 80, "/guestbook?cmd=set&key=m&value=hi") == '{"message":"Updated"} 200'
    assert at(world, "replica", 6379, "/get?key=m") == '{"data":"hi"} 200', "the primary has told its replica"
    assert at(world, "front", 80, "/guestbook?cmd=get") == '{"data":{"m":"hi"}} 200'
    assert at(world, "front", 80, "/guestbook?cmd=set") == "cannot set with empty key.\n 400"
    assert "Registered to node: agnhost-primary" in logs(world, "replica")


def test_peers_of_nettest_find_each_other(world: World) -> None:
    send(world, "POST", SERVICES, service("nettest", 8080, app="n"))
    rule = {"apiGroups": [""], "resources": ["endpoints"], "verbs": ["get"]}
    head = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    role = {**head, "kind": "ClusterRole", "metadata": {"name": "reads"}, "rules": [rule]}
    send(world, "POST", f"{RBAC}/clusterroles", role)
    who = {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:serviceaccounts"}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "reads"}
    binding = {
        **head,
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "reads"},
        "subjects": [who],
        "roleRef": reference,
    }
    send(world, "POST", f"{RBAC}/clusterrolebindings", binding)
    for name in ("a", "b"):
        run(world, labelled(agnhost(name, "nettest", "--peers=2"), app="n"))
    run(world, pod("c", "kubelab/shell:1.0"), 40)
    assert at(world, "a", 8080, "/status") == "pass 200"
    told = json.loads(at(world, "a", 8080, "/read").rpartition(" ")[0])
    assert (sorted(told["Sent"]), sorted(told["Received"]), told["Errors"]) == (["a", "b"], ["a", "b"], None)


def test_a_pod_asks_the_api_server_for_its_health(world: World) -> None:
    run(world, agnhost("p", "inclusterclient", "--poll-interval=5"), 20)
    lines = logs(world, "p").splitlines()
    assert lines[0].endswith("started")
    assert [line.rpartition("] ")[2].partition("=")[0] for line in lines[1:5]] == [
        "calling /healthz",
        "authz_header",
    ] * 2


def test_a_token_is_held_against_its_issuer(world: World) -> None:
    run(world, agnhost("p", "pause"), 10)
    token = "/var/run/secrets/kubernetes.io/serviceaccount/token"
    words = ("/agnhost", "test-service-account-issuer-discovery", "--token-path", token, "--audience")
    issuer = "https://kubernetes.default.svc.cluster.local"
    text, code = execute(world, "p", *words, issuer)
    assert (code, "OK: Got valid claims from token!" in text) == (0, True)
    text, code = execute(world, "p", *words, "nobody")
    assert (code, 'oidc: expected audience "nobody"' in text) == (1, True)


def test_logs_come_evenly(world: World) -> None:
    run(world, agnhost("p", "logs-generator", "-t", "10", "-d", "10s", spec={"restartPolicy": "Never"}), 8)
    early = len(logs(world, "p").splitlines())
    world.advance(10)
    assert 2 <= early < 10 == len(logs(world, "p").splitlines())
    assert stored(world, "p")["status"]["phase"] == "Succeeded"


def test_consumers_add_up_what_they_are_asked_for(world: World) -> None:
    send(world, "POST", SERVICES, service("resource-consumer", 8080, app="r"))
    run(world, labelled(agnhost("r", "resource-consumer"), app="r"))
    run(world, agnhost("rc", "resource-consumer-controller"))
    run(world, pod("c", "kubelab/shell:1.0"), 15)
    text = at(world, "rc", 8080, "/ConsumeCPU", "-d", "millicores=250&requestSizeMillicores=100&durationSec=600")
    assert text == (
        "RC manager: sending 2 requests to consume 100 millicores each and 1 request to consume 50 millicores\n"
        "Consumed 100 millicores\nConsumed 100 millicores\nConsumed 50 millicores\n 200"
    )
    world.advance(90)
    shown = command(world, "workstation", "kubectl", "top", "pod", "r", "--no-headers")[0].split()[1]
    assert 245 <= int(shown.removesuffix("m")) <= 265


@pytest.mark.parametrize(
    ("probe", "args", "words"),
    [
        pytest.param({"port": 5000}, ["grpc-health-checking"], "", id="well"),
        pytest.param({"port": 5000}, ["grpc-health-checking", "--delay-unhealthy-sec=3"], 'service unhealthy (responded with "NOT_SERVING")', id="unwell"),
        pytest.param({"port": 5000, "service": "other"}, ["grpc-health-checking"], "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service", id="unknown service"),
        pytest.param({"port": 8080}, ["netexec"], "within 1s: context deadline exceeded", id="no gRPC"),
        pytest.param({"port": 1}, ["netexec"], "within 1s: context deadline exceeded", id="nobody"),
    ],
)  # fmt: skip
def test_grpc_probes_ask_for_the_health(world: World, probe: Object, args: list[str], words: str) -> None:
    run(world, agnhost("p", *args, readinessProbe={"grpc": probe, "periodSeconds": 2}), 20)
    assert container(world, "p")["ready"] == (not words)
    told = [one for one in events(world, "p") if one.startswith("Unhealthy")]
    assert all(one.startswith("Unhealthy: Readiness probe failed: ") and one.endswith(words) for one in told)
    assert bool(told) == bool(words)
