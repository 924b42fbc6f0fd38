"""Certificates that a signer issues to a Pod, as a volume shows them."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object
from tests.conformance.certificates import KEY, authority, subject
from tests.conformance.cluster import DEFAULT, PODS, Cluster, pod
from tests.conformance.ledger import honours

SIGNER = "e2e.example.com/spiffe"
REQUESTS = "/apis/certificates.k8s.io/v1/namespaces/default/podcertificaterequests"
PATH = "spiffe/path-overriding"
TOP = "Projected PodCertificate "
LIFETIMES = f"{TOP}MaxExpirationSeconds validations should "
BUNDLE = "/creds/bundle.pem"


def inspector(key_type: str = "ECDSAP256", **asked: Any) -> Object:
    """A Pod that shows its credentials."""
    source = {"signerName": SIGNER, "keyType": key_type, "credentialBundlePath": "bundle.pem", **asked}
    volume = {"name": "creds", "projected": {"sources": [{"podCertificate": source}]}}
    mounts = [{"name": "creds", "mountPath": "/creds"}]
    return pod("inspector", "sleep", "infinity", volumes=[volume], volumeMounts=mounts)


class Signer:
    """Issues what is asked of it, as the signer of upstream's test does."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def pending(self) -> list[Object]:
        found = self.cluster.items(f"{REQUESTS}?fieldSelector=spec.signerName%3D{SIGNER.replace('/', '%2F')}")
        return [each for each in found if not (each.get("status") or {}).get("conditions")]

    def issue(self, request: Object, **changed: Any) -> Any:
        """Write a certificate into a request, or what `changed` says instead; the answer."""
        spec = request["spec"]
        now = datetime.fromtimestamp(self.cluster.world.clock.now // SECOND, UTC)
        ends = now + timedelta(seconds=spec["maxExpirationSeconds"])
        asked = x509.load_der_x509_csr(b64decode(spec["stubPKCS10Request"]))
        account = f"/ns/default/sa/{spec['serviceAccountName']}"
        path = (spec.get("unverifiedUserAnnotations") or {}).get(PATH, account)
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"spiffe://cluster.local{path}")])
        leaf = (
            x509.CertificateBuilder(subject("signer"), x509.Name([]), asked.public_key(), 7, now, ends)
            .add_extension(names, critical=True)
            .sign(KEY, None)
        )
        status = {
            "conditions": [condition("Issued", "Signed", shown(now))],
            "certificateChain": f"a leaf\n{leaf.public_bytes(Encoding.PEM).decode()}{authority('signer')}",
            "notBefore": shown(now),
            "notAfter": shown(ends),
            "beginRefreshAt": shown(now + (ends - now) / 2),
            **changed,
        }
        return self.cluster.request(
            "PUT", f"{REQUESTS}/{request['metadata']['name']}/status", {**request, "status": status}
        )

    def serve(self, seconds: float = 30) -> None:
        """Sign whatever comes for a while."""
        for _ in range(int(seconds)):
            for request in self.pending():
                answer = self.issue(request)
                assert answer.status == 200, answer.body
            self.cluster.advance(1)


def condition(kind: str, reason: str, now: str, message: str = "") -> Object:
    return {"type": kind, "status": "True", "reason": reason, "message": message, "lastTransitionTime": now}


def shown(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def issued(cluster: Cluster, **asked: Any) -> tuple[str, x509.Certificate]:
    """The credentials of a Pod: all of them, and the first certificate."""
    cluster.create(PODS, inspector(**asked))
    Signer(cluster).serve()
    assert cluster.is_ready(f"{PODS}/inspector")
    text = cluster.execute("inspector", "cat", BUNDLE)
    return text, x509.load_pem_x509_certificates(text.encode())[0]


@honours(f"{LIFETIMES}issue certificate with default life time (24h) when MaxExpirationSeconds is not set")
def test_a_day_unless_it_says_otherwise(cluster: Cluster) -> None:
    _, leaf = issued(cluster)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(hours=24)


@honours(f"{LIFETIMES}issue certificate with specified duration (1h) when MaxExpirationSeconds is set")
def test_an_hour(cluster: Cluster) -> None:
    _, leaf = issued(cluster, maxExpirationSeconds=3600)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(hours=1)


@honours(f"{LIFETIMES}reject pod creation when MaxExpirationSeconds exceeds maximum (91d)")
def test_too_long(cluster: Cluster) -> None:
    refusal = cluster.refused("POST", PODS, inspector(maxExpirationSeconds=91 * 86400 + 1))
    assert "if provided, maxExpirationSeconds must be <= 7862400" in refusal["message"]


@honours(f"{LIFETIMES}reject pod creation when MaxExpirationSeconds is less than minimum (1h)")
def test_too_short(cluster: Cluster) -> None:
    refusal = cluster.refused("POST", PODS, inspector(maxExpirationSeconds=3599))
    assert "if provided, maxExpirationSeconds must be >= 3600" in refusal["message"]


@honours(f"{TOP}should honor UserAnnotations for SPIFFE URI path")
def test_annotations_reach_the_signer(cluster: Cluster) -> None:
    _, leaf = issued(cluster, userAnnotations={PATH: "/custom-workload"})
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["spiffe://cluster.local/custom-workload"]


@pytest.mark.parametrize("kind", ["ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"])
def test_the_key_is_that_of_the_certificate(cluster: Cluster, kind: str) -> None:
    text, leaf = issued(cluster, key_type=kind)
    assert text.startswith("-----BEGIN PRIVATE KEY-----\n") and "a leaf" not in text
    own = load_pem_private_key(text.partition("-----BEGIN CERT")[0].encode(), None).public_key()
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    assert own.public_bytes(*form) == leaf.public_key().public_bytes(*form)


def test_a_request_says_whose_it_is(cluster: Cluster) -> None:
    cluster.create(PODS, inspector(keyPath="key.pem"))
    (request,) = cluster.until(Signer(cluster).pending)
    whole = cluster.get(f"{PODS}/inspector")
    spec = request["spec"]
    assert (spec["podName"], spec["podUID"]) == ("inspector", whole["metadata"]["uid"])
    assert spec["nodeName"] == whole["spec"]["nodeName"] and spec["maxExpirationSeconds"] == 86400
    assert request["metadata"]["ownerReferences"][0]["uid"] == whole["metadata"]["uid"]
    cluster.advance(30)
    events = cluster.items(f"{DEFAULT}/events?fieldSelector=reason%3DFailedMount")
    assert "credential bundle is not issued yet" in events[0]["message"]
    cluster.advance(30 * 60)  # longer than any request is kept
    assert request["metadata"]["name"] not in cluster.names(REQUESTS)
    assert len(Signer(cluster).pending()) == 1  # it was asked for anew


def test_a_certificate_is_replaced_in_time(cluster: Cluster) -> None:
    before, leaf = issued(cluster, maxExpirationSeconds=3600)
    cluster.advance(30 * 60)
    signer = Signer(cluster)
    signer.serve(600)
    after = cluster.execute("inspector", "cat", BUNDLE)
    assert after != before
    later = x509.load_pem_x509_certificates(after.encode())[0]
    assert later.not_valid_after_utc > leaf.not_valid_after_utc
    cluster.advance(90 * 60)  # nobody signs any more
    reasons = {event["reason"] for event in cluster.items(f"{DEFAULT}/events")}
    assert {"CertificateOverdueForRefresh", "CertificateExpired"} <= reasons


def test_a_signer_may_refuse(cluster: Cluster) -> None:
    cluster.create(PODS, inspector())
    (request,) = cluster.until(Signer(cluster).pending)
    denied = condition("Denied", "UnsupportedKeyType", "2026-11-02T09:00:00Z", "try ED25519")
    url = f"{REQUESTS}/{request['metadata']['name']}/status"
    cluster.send("PUT", url, {**request, "status": {"conditions": [denied]}})
    cluster.advance(20)
    told = [event["message"] for event in cluster.items(f"{DEFAULT}/events?fieldSelector=reason%3DDenied")]
    name = request["metadata"]["name"]
    assert told == [
        f'PodCertificateRequest default/{name} was denied, reason="UnsupportedKeyType", message="try ED25519"'
    ]
    assert not cluster.is_ready(f"{PODS}/inspector")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"certificateChain": ""}, "issued certificate chain must contain at least one certificate", id="no certificate"),
        pytest.param({"certificateChain": authority("other")}, "leaf certificate was not issued to the requested public key", id="of another key"),
        pytest.param({"certificateChain": "-----BEGIN DUCK-----\nMA==\n-----END DUCK-----"}, "must consist entirely of CERTIFICATE PEM blocks", id="no certificate at all"),
        pytest.param({"beginRefreshAt": "2026-11-02T09:00:01Z"}, "must be at least 10 minutes after status.notBefore", id="refresh too early"),
        pytest.param({"notAfter": "2030-01-01T00:00:00Z"}, "must be set to the NotAfter time encoded in the leaf certificate", id="another end"),
        pytest.param({"notBefore": None}, "must be present and consistent with the issued certificate", id="no beginning"),
        pytest.param({"conditions": [condition("Failed", "No", "2026-11-02T09:00:00Z")]}, "non-condition status fields must be empty", id="failed with a certificate"),
        pytest.param({"conditions": [{"type": "Denied", "status": "True", "reason": "No"}]}, "status.conditions[0].lastTransitionTime: Required value: must be set", id="at no time"),
        pytest.param({"conditions": [condition("Denied", "Not now", "2026-11-02T09:00:00Z")]}, 'status.conditions[0].reason: Invalid value: "Not now": a condition reason must start with', id="in words"),
        pytest.param({"conditions": [condition(each, "No", "2026-11-02T09:00:00Z") for each in ("Done", "Denied")]}, 'is invalid: status.conditions[0].type: Unsupported value: "Done"', id="one of two unknown"),
        pytest.param({"conditions": [condition("Done", "No", "2026-11-02T09:00:00Z")]}, 'supported values: \\"Issued\\", \\"Denied\\", \\"Failed\\"', id="no such condition"),
    ],
)  # fmt: skip
def test_what_a_signer_may_not_write(cluster: Cluster, changed: Object, words: str) -> None:
    cluster.create(PODS, inspector())
    signer = Signer(cluster)
    (request,) = cluster.until(signer.pending)
    answer = signer.issue(request, **changed)
    assert answer.status == 422 and words.replace("\\", "") in answer.body["message"]
    assert signer.issue(request).status == 200
    again = cluster.get(f"{REQUESTS}/{request['metadata']['name']}")
    twice = signer.issue(again, beginRefreshAt="2026-11-02T12:00:00Z")
    assert "immutable after PodCertificateRequest is issued, denied, or failed" in twice.body["message"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"keyType": "DSA"}, 'keyType: Unsupported value: "DSA"'),
        ({"signerName": "nobody"}, "signerName: Invalid value"),
        ({"signerName": "kubernetes.io/kube-apiserver-client-pod", "maxExpirationSeconds": 90000}, "must be <= 86400"),
        ({"credentialBundlePath": ""}, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath"),
        ({"credentialBundlePath": "../up"}, "must not contain '..'"),
        ({"keyPath": "bundle.pem"}, "conflicting duplicate paths"),
        ({"userAnnotations": {"plain": "x"}}, "must be a domain-prefixed key"),
    ],
)  # fmt: skip
def test_what_a_pod_may_not_ask(cluster: Cluster, source: Object, words: str) -> None:
    asked = {"keyType": "ECDSAP256", **source}
    assert words in cluster.refused("POST", PODS, inspector(asked.pop("keyType"), **asked))["message"]
