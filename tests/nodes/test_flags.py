"""Which flags the programs of the control plane take."""

import pytest

from simulator.controlplane.flags import unknown


@pytest.mark.parametrize(
    ("program", "words", "wrong"),
    [
        pytest.param("kube-apiserver", "--aggregator-reject-forwarding-redirect=false", "", id="an old name"),
        pytest.param("kube-apiserver", "--coordinated-leadership-lease-duration 15s", "", id="coordinated leadership"),
        pytest.param("kube-apiserver", "--cluster-cidr=10.0.0.0/8", "cluster-cidr", id="another program's"),
        pytest.param("kube-controller-manager", "--controller-shutdown-timeout=10s", "", id="shutdown"),
        pytest.param("kube-controller-manager", "--volume-host-cidr-denylist=", "volume-host-cidr-denylist", id="gone"),
        pytest.param("kube-scheduler", "--emulation-forward-compatible", "emulation-forward-compatible", id="not its"),
        pytest.param("etcd", "--snapshot-catchup-entries=5000 --tls-min-version TLS1.3", "", id="etcd"),
        pytest.param("etcd", "--leader-elekt=true", "leader-elekt", id="mistyped"),
    ],
)
def test_a_flag_is_known_to_its_program(program: str, words: str, wrong: str) -> None:
    assert unknown(program, tuple(words.split())) == wrong
