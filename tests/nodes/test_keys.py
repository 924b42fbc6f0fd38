"""What lies in `/etc/kubernetes/pki`, as tools read it."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from simulator.apiserver.tokens import whole
from tests.nodes.support import Lab
from tests.nodes.terminal import Operator

PKI = "/etc/kubernetes/pki"


@pytest.fixture(scope="module")
def cluster() -> Lab:
    return Lab()


def read(cluster: Lab, name: str) -> bytes:
    content: bytes = cluster.files().read(f"{PKI}/{name}")
    return content


@pytest.mark.parametrize(
    ("name", "authority"),
    [
        pytest.param("ca", "ca", id="the cluster's authority"),
        pytest.param("apiserver", "ca", id="server"),
        pytest.param("apiserver-kubelet-client", "ca", id="client of kubelets"),
        pytest.param("etcd/ca", "etcd/ca", id="etcd's authority"),
        pytest.param("etcd/server", "etcd/ca", id="etcd's server"),
        pytest.param("etcd/peer", "etcd/ca", id="etcd's peer"),
        pytest.param("etcd/healthcheck-client", "etcd/ca", id="who probes etcd"),
        pytest.param("apiserver-etcd-client", "etcd/ca", id="client of etcd"),
        pytest.param("front-proxy-client", "front-proxy-ca", id="client of aggregated servers"),
    ],
)
def test_a_certificate_is_signed_by_its_authority(cluster: Lab, name: str, authority: str) -> None:
    certificate = x509.load_pem_x509_certificate(read(cluster, f"{name}.crt"))
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(read(cluster, f"{authority}.crt")))
    key = load_pem_private_key(read(cluster, f"{name}.key"), password=None)
    assert key.public_key() == certificate.public_key()


def test_tokens_are_signed_with_the_key_on_the_node(cluster: Lab) -> None:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer = cluster.ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", body)
    assert isinstance(answer.body, dict)
    content, _, signature = answer.body["status"]["token"].rpartition(".")
    numbers = whole(signature)
    public = load_pem_public_key(read(cluster, "sa.pub"))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    both = encode_dss_signature(int.from_bytes(numbers[:32]), int.from_bytes(numbers[32:]))
    public.verify(both, content.encode(), ec.ECDSA(hashes.SHA256()))
    assert load_pem_private_key(read(cluster, "sa.key"), password=None).public_key() == public


def test_the_server_is_named_as_clients_call_it() -> None:
    operator = Operator()
    operator.log_in("cp-1")
    shown = operator.run(f"openssl x509 -in {PKI}/apiserver.crt -noout -subject -issuer -ext subjectAltName")
    assert "subject=CN=kube-apiserver\nissuer=CN=kubernetes\n" in shown
    assert "DNS:cp-1, DNS:kubernetes, DNS:kubernetes.default, " in shown and "10.96.0.1" in shown
