"""What becomes of CertificateSigningRequests: approved, issued, refused, cleared away."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509

from simulator.api.requests import CERTIFICATE, Request
from simulator.pki import root
from simulator.spec import lab
from simulator.world import World
from tests.conformance.certificates import signing_request
from tests.kubectl.support import MemoryTerminal

CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET = "kubernetes.io/kube-apiserver-client-kubelet"
SERVING = "kubernetes.io/kubelet-serving"
HOUR = 3600


@pytest.fixture
def terminal() -> MemoryTerminal:
    return MemoryTerminal(World.boot(seed="certificates"))


def ask(terminal: MemoryTerminal, name: str, *groups: str, signer: str = CLIENT, usages: str = "client auth", **spec: Any) -> str:  # fmt: skip
    """Apply a request for a certificate; what kubectl says."""
    request = b64encode(signing_request(name, *groups)).decode()
    lines = [f"  {field}: {value}" for field, value in spec.items()]
    manifest = "\n".join(
        (
            "apiVersion: certificates.k8s.io/v1",
            "kind: CertificateSigningRequest",
            f"metadata: {{name: {name.rpartition(':')[2]}}}",
            "spec:",
            f"  request: {request}",
            f"  signerName: {signer}",
            f"  usages: [{usages}]",
            *lines,
        )
    )
    ran = terminal.run(["create", "-f", "-"], manifest)
    return ran.out or ran.err


def column(terminal: MemoryTerminal, name: str) -> str:
    terminal.world.advance(1)
    return terminal.run(["get", "csr", name, "--no-headers"]).out.split()[-1]


def issued(terminal: MemoryTerminal, name: str) -> x509.Certificate:
    shown = terminal.run(["get", "csr", name, "-o", "jsonpath={.status.certificate}"]).out
    return x509.load_pem_x509_certificate(b64decode(shown))


def test_an_approved_request_becomes_a_user(terminal: MemoryTerminal) -> None:
    assert ask(terminal, "jane", "developers") == "certificatesigningrequest.certificates.k8s.io/jane created\n"
    assert column(terminal, "jane") == "Pending"
    terminal.run(["certificate", "approve", "jane"])
    assert column(terminal, "jane") == "Approved,Issued"
    certificate = issued(terminal, "jane")
    certificate.verify_directly_issued_by(root())
    assert certificate.subject.rfc4514_string() == "CN=jane,O=developers"
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 365
    shown = terminal.run(["get", "csr", "jane", "-o", "jsonpath={.status.certificate}"]).out
    review = Request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", (), {CERTIFICATE: shown}, b"{}")
    answer: Any = terminal.world.request(review).body
    assert answer["status"]["userInfo"]["username"] == "jane"
    assert answer["status"]["userInfo"]["groups"] == ["developers", "system:authenticated"]
    assert list(answer["status"]["userInfo"]["extra"]) == ["authentication.kubernetes.io/credential-id"]


def test_a_certificate_ends(terminal: MemoryTerminal) -> None:
    ask(terminal, "short", expirationSeconds=1800)
    terminal.run(["certificate", "approve", "short"])
    column(terminal, "short")
    assert issued(terminal, "short").not_valid_after_utc == datetime(2026, 11, 2, 9, 31, 30, tzinfo=UTC)
    shown = terminal.run(["get", "csr", "short", "-o", "jsonpath={.status.certificate}"]).out
    ask_who = Request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", (), {CERTIFICATE: shown}, b"{}")
    assert terminal.world.request(ask_who).status == 201
    terminal.world.advance(1801)
    assert terminal.world.request(ask_who).status == 401


@pytest.mark.parametrize(
    ("signer", "name", "groups", "usages", "becomes"),
    [
        pytest.param(CLIENT, "a", (), "server auth", "Approved,Failed", id="no certificate of a server from the signer of clients"),
        pytest.param(CLIENT, "a", (), "digital signature", "Approved,Failed", id="a client that asks for no client's certificate"),
        pytest.param(KUBELET, "system:node:w7", (), "client auth", "Approved,Failed", id="a kubelet outside system:nodes"),
        pytest.param(SERVING, "system:node:w7", ("system:nodes",), "server auth", "Approved,Failed", id="serving without an address"),
        pytest.param("example.com/own", "a", (), "client auth", "Approved", id="a signer that is not Kubernetes' own"),
    ],
)  # fmt: skip
def test_what_signers_refuse(
    terminal: MemoryTerminal, signer: str, name: str, groups: tuple[str, ...], usages: str, becomes: str
) -> None:
    ask(terminal, name, *groups, signer=signer, usages=usages)
    terminal.run(["certificate", "approve", name.rpartition(":")[2]])
    assert column(terminal, name.rpartition(":")[2]) == becomes


def test_an_administrator_gets_a_kubelet_certificate_at_once(terminal: MemoryTerminal) -> None:
    ask(terminal, "system:node:w7", "system:nodes", signer=KUBELET, usages="digital signature, client auth")
    assert column(terminal, "w7") == "Approved,Issued"


@pytest.mark.parametrize(
    ("name", "groups", "signer", "said"),
    [
        pytest.param(
            "boss",
            ("system:masters",),
            CLIENT,
            'Error from server (Forbidden): error when creating "STDIN": certificatesigningrequests.certificates.k8s.io '
            f'"boss" is forbidden: use of {CLIENT} signer with system:masters group is not allowed\n',
            id="the group of those who may do everything",
        ),
        pytest.param(
            "old",
            (),
            "kubernetes.io/legacy-unknown",
            'The CertificateSigningRequest "old" is invalid: spec.signerName: Invalid value: '
            '"kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version\n',
            id="the signer of old",
        ),
    ],
)
def test_what_cannot_be_asked(
    terminal: MemoryTerminal, name: str, groups: tuple[str, ...], signer: str, said: str
) -> None:
    assert ask(terminal, name, *groups, signer=signer) == said


def test_one_must_be_allowed_to_approve_for_a_signer(terminal: MemoryTerminal) -> None:
    ask(terminal, "jane")
    terminal.run(["create", "clusterrole", "csr", "--verb=get,update", "--resource=csr,csr/approval"])
    terminal.run(["create", "clusterrolebinding", "bob", "--clusterrole=csr", "--user=bob"])
    approve = ["--as=bob", "certificate", "approve", "jane"]
    assert terminal.run(approve).err == (
        'Error from server (Forbidden): certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not '
        f'permitted to approve requests with signerName "{CLIENT}"\n'
    )
    rule = f'{{"verbs": ["approve"], "apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "resourceNames": ["{CLIENT}"]}}'
    patch = f'[{{"op": "add", "path": "/rules/-", "value": {rule}}}]'
    terminal.run(["patch", "clusterrole", "csr", "--type=json", "-p", patch])
    assert terminal.run(approve).out == "certificatesigningrequest.certificates.k8s.io/jane approved\n"


def test_a_decision_stays(terminal: MemoryTerminal) -> None:
    ask(terminal, "jane")
    terminal.run(["certificate", "deny", "jane"])
    assert column(terminal, "jane") == "Denied"
    approved = terminal.run(["certificate", "approve", "jane"])
    assert approved.err == 'error: certificate signing request "jane" is already Denied\n'
    request = json.loads(terminal.run(["get", "csr", "jane", "-o", "json"]).out)
    request["status"]["conditions"].append({"type": "Approved", "status": "True", "reason": "Both"})
    terminal.files["/both.json"] = json.dumps(request).encode()
    path = "/apis/certificates.k8s.io/v1/certificatesigningrequests/jane/approval"
    assert (
        'status.conditions[1].type: Invalid value: "Approved": Approved and Denied conditions are mutually exclusive'
        in terminal.run(["replace", "--raw", path, "-f", "/both.json"]).err
    )
    patched = terminal.run(["patch", "csr", "jane", "--type=merge", "-p", '{"spec":{"usages":["any"]}}'])
    assert patched.out == "certificatesigningrequest.certificates.k8s.io/jane patched (no change)\n"
    taken_back = terminal.run(
        ["patch", "csr", "jane", "--subresource=approval", "--type=merge", "-p", '{"status":{"conditions":[]}}']
    )
    assert taken_back.err == (
        'The CertificateSigningRequest "jane" is invalid: status.conditions: Forbidden: updates may not remove a '
        'condition of type "Denied"\n'
    )


def test_requests_are_cleared_away() -> None:
    terminal = MemoryTerminal(World.boot(lab(0, without=("kubelet", "scheduler"))))  # a day without nodes is soon over
    for name in ("pending", "denied", "issued"):
        ask(terminal, name)
    terminal.run(["certificate", "deny", "denied"])
    terminal.run(["certificate", "approve", "issued"])
    listed = ["get", "csr", "-o", "name"]
    terminal.world.advance(HOUR / 2)
    assert len(terminal.run(listed).out.split()) == 3
    terminal.world.advance(2 * HOUR)
    assert terminal.run(listed).out == "certificatesigningrequest.certificates.k8s.io/pending\n"
    terminal.world.advance(23 * HOUR)
    assert terminal.run(listed).out == ""
