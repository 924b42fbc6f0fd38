"""The real kubectl against a served world: what needs a connection that stays open, and credentials."""

import json
import os
import re
import ssl
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from simulator.api.requests import CERTIFICATE
from simulator.pki import credentials
from simulator.world import World
from tests.clients.served import KUBECTL, served
from tests.conformance.certificates import KEY, signing_request

SPACE = "kubectl"
WAIT = 60
FORBIDDEN = (
    'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the '
    'namespace "default"\n'
)


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


def test_top(kubectl: Kubectl) -> None:
    for _ in range(200):
        code, out, error = kubectl.run("top", "pods")
        if code == 0:
            break
        assert error == "error: metrics not available yet\n"
    assert re.fullmatch(r"NAME +CPU\(cores\) +MEMORY\(bytes\) +\nweb +1m +5Mi +\n", out)
    assert kubectl("top", "nodes").startswith("NAME     CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)")
    assert kubectl.run("top", "pod", "nope")[2] == (
        f'Error from server (NotFound): podmetrics.metrics.k8s.io "{SPACE}/nope" not found\n'
    )


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


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Kubectl]:
    """A world of its own over HTTPS, and its administrator."""
    with served(World.boot(), tls=tmp_path / "tls") as server:
        yield Kubectl(server.kubeconfig(tmp_path), "default")


def test_a_token_over_tls(secure: Kubectl) -> None:
    token = secure("create", "token", "default").strip()
    # a client certificate would come first
    config = secure.kubeconfig
    for words in (
        ("set-credentials", "account", f"--token={token}"),
        ("set-context", "account", "--cluster=lab", "--user=account"),
    ):
        secure("config", *words)
    account = Kubectl(config, "default")
    as_account = ("--context", "account")
    shown = account(*as_account, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
    assert shown == "system:serviceaccount:default:default"
    code, _, error = account.run(*as_account, "get", "pods")
    assert code == 1
    assert error == (
        'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:default:default" cannot list '
        'resource "pods" in API group "" in the namespace "default"\n'
    )
    secure("create", "rolebinding", "look", "--clusterrole=view", "--serviceaccount=default:default")
    assert account(*as_account, "get", "pods").strip() == ""
    secure("config", "set-credentials", "account", "--token=nonsense")
    assert account.run(*as_account, "get", "pods")[2] == ("error: You must be logged in to the server (Unauthorized)\n")


def test_a_certificate_issued_through_the_api(secure: Kubectl) -> None:
    """What a person does who wants a user of their own: key, request, approval, kubeconfig, role."""
    folder = secure.kubeconfig.parent
    (folder / "jane.key").write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    request = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": "jane"},
        "spec": {
            "request": b64encode(signing_request("jane", "developers")).decode(),
            "signerName": "kubernetes.io/kube-apiserver-client",
            "usages": ["client auth"],
        },
    }
    secure("create", "-f", "-", stdin=json.dumps(request))
    assert secure("get", "csr", "jane").split()[-1] == "Pending"
    assert secure("certificate", "approve", "jane") == "certificatesigningrequest.certificates.k8s.io/jane approved\n"
    secure("wait", "--for=jsonpath={.status.certificate}", "csr/jane")
    certificate = b64decode(secure("get", "csr", "jane", "-o", "jsonpath={.status.certificate}"))
    (folder / "jane.crt").write_bytes(certificate)
    secure(
        "config", "set-credentials", "jane", "--client-certificate=jane.crt", "--client-key=jane.key", "--embed-certs"
    )
    secure("config", "set-context", "jane", "--cluster=lab", "--user=jane")
    assert secure("--context", "jane", "auth", "whoami", "-o", "jsonpath={.status.userInfo.groups}") == (
        '["developers","system:authenticated"]'
    )
    code, _, error = secure.run("--context", "jane", "get", "pods")
    assert (code, error) == (1, FORBIDDEN)
    secure("create", "rolebinding", "devs", "--clusterrole=edit", "--group=developers")
    secure("--context", "jane", "run", "web", "--image=nginx")
    secure("--context", "jane", "wait", "--for=condition=Ready", "pod/web", "--timeout=60s")
    assert secure("--context", "jane", "exec", "web", "--", "echo", "hello") == "hello\n"


def test_without_credentials_one_is_nobody(tmp_path: Path) -> None:
    with served(World.boot(), tls=tmp_path) as server:
        context = ssl.create_default_context(cafile=server.authority)
        connection = HTTPSConnection(server.url.removeprefix("https://"), context=context, timeout=WAIT)
        answers = []
        forged = b64encode(credentials()[0].encode()).decode()
        for path in ("/version", "/api/v1/nodes"):
            connection.request("GET", path, headers={CERTIFICATE: forged})
            response = connection.getresponse()
            answers.append((response.status, json.loads(response.read()).get("message", "")))
        connection.close()
    said = (
        'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope'
    )
    assert answers == [(200, ""), (403, said)]
