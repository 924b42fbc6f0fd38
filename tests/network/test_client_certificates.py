"""curl with the certificate of a kubeconfig: who that is, and what is wrong with files."""

import pytest

from simulator.world import World
from tests.kubelet.support import command

FILES = (
    'config() { kubectl config view --raw -o jsonpath="{.$1}" | base64 -d; }; '
    "config 'users[0].user.client-certificate-data' > me.crt; config 'users[0].user.client-key-data' > me.key; "
    "config 'clusters[0].cluster.certificate-authority-data' > ca.crt; "
    "S=$(kubectl config view -o jsonpath='{.clusters[0].cluster.server}'); "
)


@pytest.fixture(scope="module")
def world() -> World:
    return World.boot(seed="certificates")


@pytest.mark.parametrize(
    ("flags", "path", "shown"),
    [
        pytest.param("--cert me.crt --key me.key", "/api/v1/namespaces/default", '{"kind":"Namespace","apiVersion":"v1"', id="the administrator"),
        pytest.param("-E me.crt --key me.key", "/version", '{\n  "major": "1"', id="the short option"),
        pytest.param("", "/api/v1/nodes", '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"nodes is forbidden: User \\"system:anonymous\\"', id="nobody"),
        pytest.param('-H "x-client-certificate: $(base64 -w0 me.crt)"', "/api/v1/nodes", '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"nodes is forbidden: User \\"system:anonymous\\"', id="a header proves nothing"),
        pytest.param("--cert nope.crt --key me.key", "/version", "curl: (58) could not load PEM client certificate from nope.crt", id="no certificate"),
        pytest.param("--cert me.crt --key nope.key", "/version", "curl: (58) unable to set private key file: 'nope.key' type PEM", id="no key"),
        pytest.param("--cert ca.crt --key me.key", "/version", "curl: (58) Private key does not match the certificate public key", id="somebody else's certificate"),
    ],
)  # fmt: skip
def test_curl(world: World, flags: str, path: str, shown: str) -> None:
    script = f"cd /home/you; {FILES} curl -sS --cacert ca.crt {flags} $S{path} 2>&1"
    said, _ = command(world.fork(), "workstation", "bash", "-c", script, seconds=30)
    assert said.startswith(shown), said
