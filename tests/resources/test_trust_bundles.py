"""What a ClusterTrustBundle must be: named after its signer, of certificates that may sign others."""

import pytest

from simulator.pki import credentials
from simulator.resources.clustertrustbundles.validation import validate
from tests.conformance.certificates import authority

ONE, TWO = authority("one"), authority("two")
OTHER_BLOCK = "-----BEGIN NOTACERTIFICATE-----\nAAAA\n-----END NOTACERTIFICATE-----\n"
HEADERS = "-----BEGIN CERTIFICATE-----\nkey: value\n\nAAAA\n-----END CERTIFICATE-----\n"
NONSENSE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
NAME = 'metadata.name: Invalid value: "{}": '
BUNDLE = 'spec.trustBundle: Invalid value: "<value omitted>": '


@pytest.mark.parametrize(
    ("name", "signer", "bundle", "wrong"),
    [
        pytest.param("a", "", ONE, "", id="without a signer"),
        pytest.param("example.com:a:x", "example.com/a", f"before\n{ONE}\nbetween\n{TWO}", "", id="of a signer, with other text"),
        pytest.param("a:b", "", ONE, NAME.format("a:b") + 'ClusterTrustBundle without signer name must not have ":" in its name', id="a colon"),
        pytest.param("x", "example.com/a", ONE, NAME.format("x") + "ClusterTrustBundle for signerName example.com/a must be named with prefix example.com:a:", id="no prefix"),
        pytest.param("a", "", "", BUNDLE + "at least one trust anchor must be provided", id="empty"),
        pytest.param("a", "", "words", BUNDLE + "at least one trust anchor must be provided", id="no certificate"),
        pytest.param("a", "", ONE + OTHER_BLOCK, BUNDLE + "entry 1 has bad block type: NOTACERTIFICATE", id="another block"),
        pytest.param("a", "", ONE + HEADERS, BUNDLE + "entry 1 has PEM block headers", id="headers"),
        pytest.param("a", "", ONE + NONSENSE, BUNDLE + "entry 1 does not parse as X.509", id="nonsense"),
        pytest.param("a", "", credentials()[0], BUNDLE + "entry 0 does not have the CA bit set", id="a client's certificate"),
        pytest.param("a", "", ONE + TWO + ONE, BUNDLE + "duplicate trust anchor (indices [0 2])", id="twice the same"),
    ],
)  # fmt: skip
def test_bundles(name: str, signer: str, bundle: str, wrong: str) -> None:
    spec = {"trustBundle": bundle, **({"signerName": signer} if signer else {})}
    assert "; ".join(map(str, validate({"metadata": {"name": name}, "spec": spec}, None))) == wrong
