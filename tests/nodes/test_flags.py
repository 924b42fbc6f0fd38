"""Which flags the programs of the control plane take."""

import pytest

from simulator.controlplane.flags import unknown
from simulator.network.ranges import is_sound


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


@pytest.mark.parametrize(
    ("network", "value", "can_be_used"),
    [
        pytest.param("pods", "10.10.0.0/16", True, id="Pods"),
        pytest.param("pods", "fd00::/48", False, id="another family"),
        pytest.param("services", "10.10.0.0/29", True, id="few Services"),
        pytest.param("services", "255.255.255.255/32", False, id="too few Services"),
        pytest.param("mask", "26", True, id="pieces"),
        pytest.param("mask", "9" * 5000, False, id="more digits than a number has"),
    ],
)
def test_a_network_is_taken_over_if_it_can_be_used(network: str, value: str, can_be_used: bool) -> None:
    assert is_sound(network, value) is can_be_used
