"""The real kubectl against a served world: what needs a connection that stays open, and credentials."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from simulator.serving import kubeconfig as kubeconfig_of
from simulator.tls import make_authority
from simulator.world import World
from tests.clients.served import KUBECTL, served

SPACE = "kubectl"
WAIT = 60


class Kubectl:
    """Runs kubectl in one namespace."""

    def __init__(self, kubeconfig: Path, namespace: str = SPACE) -> None:
        self.kubeconfig = kubeconfig
        self.namespace = namespace

    def command(self, *arguments: str) -> list[str]:
        return [str(KUBECTL), "--namespace", self.namespace, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        home = str(self.kubeconfig.parent)
        return {"HOME": home, "KUBECONFIG": str(self.kubeconfig), "PATH": os.environ["PATH"], "TZ": "UTC"}

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        ran = subprocess.run(self.command(*arguments), input=stdin, env=self.environment, capture_output=True,
                             text=True, timeout=WAIT, check=False, cwd=self.kubeconfig.parent)  # fmt: skip
        return ran.returncode, ran.stdout, ran.stderr

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        code, out, error = self.run(*arguments, stdin=stdin)
        assert code == 0, error
        return out

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(self.command(*arguments), env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)  # fmt: skip


@pytest.fixture(scope="module")
def kubectl(kubeconfig: Path) -> Iterator[Kubectl]:
    command = Kubectl(kubeconfig)
    command("create", "namespace", SPACE)
    command("wait", "--for=create", "serviceaccount/default", "--timeout=30s")
    command("run", "web", "--image=nginx")
    command("wait", "--for=condition=Ready", "pod/web", "--timeout=60s")
    yield command
    command("delete", "namespace", SPACE, "--wait=false")


def test_exec(kubectl: Kubectl) -> None:
    assert kubectl("exec", "web", "--", "echo", "hello") == "hello\n"
    assert kubectl.run("exec", "web", "--", "sh", "-c", "echo no >&2; exit 3") == (
        3,
        "",
        "no\ncommand terminated with exit code 3\n",
    )


def test_exec_with_input(kubectl: Kubectl) -> None:
    assert kubectl("exec", "-i", "web", "--", "cat", stdin="one\ntwo\n") == "one\ntwo\n"


def test_copy(kubectl: Kubectl) -> None:
    folder = kubectl.kubeconfig.parent
    (folder / "note.txt").write_text("from outside\n")
    kubectl("cp", "note.txt", "web:/tmp/note.txt")
    assert kubectl("exec", "web", "--", "cat", "/tmp/note.txt") == "from outside\n"
    kubectl("cp", "web:/etc/hostname", "hostname")
    assert (folder / "hostname").read_text() == "web\n"


def test_port_forward(kubectl: Kubectl) -> None:
    process = kubectl.start("port-forward", "pod/web", ":80")
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.match(r"Forwarding from 127\.0\.0\.1:(\d+) -> 80", line)
        assert found is not None, line
        for _ in range(2):
            connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=WAIT)
            connection.request("GET", "/", headers={"Connection": "close"})
            response = connection.getresponse()
            assert (response.status, b"Welcome to nginx!" in response.read()) == (200, True)
            connection.close()
    finally:
        process.terminate()
        process.communicate()


def test_followed_logs(kubectl: Kubectl) -> None:
    script = "for i in 1 2 3; do echo line $i; sleep 5; done"
    kubectl("run", "count", "--image=busybox", "--restart=Never", "--", "sh", "-c", script)
    kubectl("wait", "--for=jsonpath={.status.containerStatuses[0].started}=true", "pod/count", "--timeout=60s")
    assert kubectl("logs", "-f", "count") == "line 1\nline 2\nline 3\n"


def test_get_and_watch(kubectl: Kubectl) -> None:
    process = kubectl.start("get", "configmaps", "-w", "--output-watch-events", "--no-headers", "-l", "seen=yes")
    try:
        assert process.stdout is not None
        kubectl("create", "configmap", "watched")
        kubectl("label", "configmap", "watched", "seen=yes")
        assert process.stdout.readline().split()[:2] == ["ADDED", "watched"]
        kubectl("delete", "configmap", "watched")
        assert process.stdout.readline().split()[:2] == ["DELETED", "watched"]
    finally:
        process.terminate()
        process.communicate()


def test_a_token_over_tls(tmp_path: Path) -> None:
    files = make_authority(tmp_path / "tls")
    tls = {"ssl_certfile": str(files.certificate), "ssl_keyfile": str(files.key)}
    admin = files.token.read_text()
    with served(World.boot(), admin_token=admin, **tls) as server:
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(kubeconfig_of(server.url, str(files.authority), admin)))
        kubectl = Kubectl(path, "default")
        token = kubectl("create", "token", "default").strip()
        shown = kubectl("--token", token, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
        assert shown == "system:serviceaccount:default:default"
        code, _, error = kubectl.run("--token", token, "get", "pods")
        assert code == 1
        assert error == (
            'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:default:default" cannot list '
            'resource "pods" in API group "" in the namespace "default"\n'
        )
        kubectl("create", "rolebinding", "look", "--clusterrole=view", "--serviceaccount=default:default")
        assert kubectl("--token", token, "get", "pods").strip() == ""
        assert kubectl.run("--token", "nonsense", "get", "pods")[2] == (
            "error: You must be logged in to the server (Unauthorized)\n"
        )
