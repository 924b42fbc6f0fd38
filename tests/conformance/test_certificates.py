"""Certificate signing requests: every operation of their API."""

from base64 import b64encode

from simulator.machinery.objects import Object
from tests.conformance.certificates import signing_request
from tests.conformance.cluster import Cluster, named
from tests.conformance.ledger import honours

GROUP = "/apis/certificates.k8s.io"
REQUESTS = f"{GROUP}/v1/certificatesigningrequests"


def request(name: str) -> Object:
    spec = {
        "request": b64encode(signing_request(name)).decode(),
        "signerName": "example.com/e2e",
        "expirationSeconds": 3600,
        "usages": ["digital signature", "key encipherment", "server auth"],
    }
    return named("certificates.k8s.io/v1", "CertificateSigningRequest", name, {"special": "yes"}, spec=spec)


@honours("Certificates API should support CSR API operations")
def test_operations(cluster: Cluster) -> None:
    assert "certificates.k8s.io" in [group["name"] for group in cluster.get("/apis")["groups"]]
    assert "v1" in [version["version"] for version in cluster.get(GROUP)["versions"]]
    served = [one["name"] for one in cluster.get(f"{GROUP}/v1")["resources"]]
    for suffix in ("", "/approval", "/status"):
        assert f"certificatesigningrequests{suffix}" in served
    watch = cluster.watch(f"{REQUESTS}?labelSelector=special%3Dyes")
    for name in ("a", "b", "c"):
        cluster.create(REQUESTS, request(name))
    assert cluster.get(f"{REQUESTS}/a")["spec"]["expirationSeconds"] == 3600
    assert cluster.names(f"{REQUESTS}?labelSelector=special%3Dyes") == ["a", "b", "c"]
    cluster.patch(f"{REQUESTS}/a", {"metadata": {"annotations": {"patched": "true"}}})
    cluster.change(f"{REQUESTS}/a", lambda one: one["metadata"]["annotations"].update(updated="true"))
    assert cluster.get(f"{REQUESTS}/a")["metadata"]["annotations"] == {"patched": "true", "updated": "true"}
    assert watch.names() == ["ADDED a", "ADDED b", "ADDED c", "MODIFIED a", "MODIFIED a"]
    approved = {"type": "Approved", "status": "True", "reason": "E2E", "message": "Set from an e2e test"}
    cluster.patch(f"{REQUESTS}/a/approval", {"status": {"conditions": [approved]}})
    assert cluster.get(f"{REQUESTS}/a/approval")["status"]["conditions"][0]["message"] == "Set from an e2e test"
    further = {"type": "ApprovalUpdated", "status": "True", "reason": "E2E"}
    cluster.change(f"{REQUESTS}/a/approval", lambda one: one["status"]["conditions"].append(further))
    seen = {"type": "StatusUpdated", "status": "True", "reason": "E2E"}
    cluster.change(f"{REQUESTS}/a/status", lambda one: one["status"]["conditions"].append(seen))
    conditions = cluster.get(f"{REQUESTS}/a/status")["status"]["conditions"]
    assert [one["type"] for one in conditions] == ["Approved", "ApprovalUpdated", "StatusUpdated"]
    cluster.delete(f"{REQUESTS}/a")
    assert cluster.gone(f"{REQUESTS}/a")
    cluster.send("DELETE", f"{REQUESTS}?labelSelector=special%3Dyes")
    assert cluster.names(REQUESTS) == []
