"""A person gets a user of their own at the workstation: key, request, approval, kubeconfig, role; and loses it again."""

import pytest

from simulator.world import World
from tests.kubelet.support import command

ASK = """
openssl genrsa -out jane.key 2048 2>/dev/null
openssl req -new -key jane.key -out jane.csr -subj "/CN=jane/O=developers"
cat <<EOF | kubectl apply -f -
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: jane
spec:
  request: $(base64 -w0 jane.csr)
  signerName: kubernetes.io/kube-apiserver-client
  expirationSeconds: 3600
  usages: [client auth]
EOF
kubectl certificate approve jane
sleep 1
kubectl get csr jane -o jsonpath={.status.certificate} | base64 -d > jane.crt
kubectl config set-credentials jane --client-key=jane.key --client-certificate=jane.crt --embed-certs=true
kubectl config set-context jane --cluster=$(kubectl config view -o jsonpath='{.clusters[0].name}') --user=jane
"""
SHOWN = """certificatesigningrequest.certificates.k8s.io/jane created
certificatesigningrequest.certificates.k8s.io/jane approved
User "jane" set.
Context "jane" created.
"""
FORBIDDEN = (
    'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the '
    'namespace "default"\n'
)


def run(world: World, script: str) -> str:
    said, _ = command(world, "workstation", "bash", "-c", f"cd; {script}", seconds=60)
    return said


@pytest.fixture(scope="module")
def jane() -> World:
    world = World.boot(seed="personas")
    assert run(world, ASK) == SHOWN
    return world


@pytest.fixture
def world(jane: World) -> World:
    return jane.fork()


def test_who_she_is(world: World) -> None:
    assert run(world, "kubectl --context=jane auth whoami -o jsonpath='{.status.userInfo.username} {.status.userInfo.groups}'") == (
        'jane ["developers","system:authenticated"]'
    )  # fmt: skip
    said = run(world, "openssl x509 -in jane.crt -noout -subject -issuer")
    assert "CN = jane" in said or "CN=jane" in said
    assert "kubernetes" in said


def test_a_role_lets_her_in(world: World) -> None:
    assert run(world, "kubectl --context=jane get pods") == FORBIDDEN
    run(world, "kubectl create rolebinding devs --clusterrole=edit --group=developers")
    assert run(world, "kubectl --context=jane run web --image=nginx") == "pod/web created\n"
    world.advance(20)
    assert run(world, "kubectl --context=jane exec web -- echo in") == "in\n"
    assert run(world, "kubectl --context=jane get nodes").startswith(
        "Error from server (Forbidden): nodes is forbidden"
    )


def test_her_certificate_ends(world: World) -> None:
    world.advance(3601)
    assert run(world, "kubectl --context=jane get pods") == (
        "error: You must be logged in to the server (Unauthorized)\n"
    )


@pytest.mark.parametrize(
    ("spoil", "shown"),
    [
        pytest.param("kubectl config set-credentials jane --client-key=other.key --embed-certs", "tls: private key does not match public key", id="another key"),
        pytest.param("kubectl config unset users.jane; kubectl config set-credentials jane --client-certificate=jane.crt --embed-certs", "client-key-data or client-key must be specified for jane to use the clientCert authentication method.", id="no key"),
        pytest.param("echo nonsense > bad.key; kubectl config set-credentials jane --client-key=bad.key --embed-certs", "tls: failed to find any PEM data in key input", id="no key at all"),
    ],
)  # fmt: skip
def test_a_certificate_needs_its_key(world: World, spoil: str, shown: str) -> None:
    run(world, f"openssl genrsa -out other.key 2048 2>/dev/null; {spoil}")
    assert run(world, "kubectl --context=jane get pods") == f"error: {shown}\n"


ACTING = """
data() { kubectl config view --minify --raw -o jsonpath="{.users[0].user.client-$1-data}"; }
cat >> .kube/config <<EOF
- name: acting
  user:
    client-certificate-data: $(data certificate)
    client-key-data: $(data key)
    as: tom
    as-uid: abc
    as-groups: ["system:masters", "x,y"]
    as-user-extra:
      desk: [news, "art,music"]
EOF
kubectl --user=acting auth whoami
"""


def test_a_kubeconfig_acts_for_somebody(world: World) -> None:
    assert run(world, ACTING) == (
        "ATTRIBUTE     VALUE\n"
        "Username      tom\n"
        "UID           abc\n"
        "Groups        [system:masters x,y system:authenticated]\n"
        "Extra: desk   [news art,music]\n"
    )
