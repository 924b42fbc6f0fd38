"""Bundles of certificates that a Pod trusts, as volumes."""

from simulator.machinery.objects import Object
from tests.conformance.certificates import authority
from tests.conformance.cluster import PODS, Cluster, named, pod
from tests.conformance.ledger import honours

BUNDLES = "/apis/certificates.k8s.io/v1/clustertrustbundles"
MANY = 120


def bundle(cluster: Cluster, name: str, subject: str, signer: str = "", **labels: str) -> str:
    """Make a bundle of one certificate; the certificate."""
    certificate = authority(subject)
    spec = {"trustBundle": certificate, **({"signerName": signer} if signer else {})}
    cluster.create(BUNDLES, named("certificates.k8s.io/v1", "ClusterTrustBundle", name, labels or None, spec=spec))
    return certificate


def trusting(*sources: Object) -> Object:
    """A Pod with one volume of these bundles."""
    projected = {"sources": [{"clusterTrustBundle": {"path": f"{n}.pem", **one}} for n, one in enumerate(sources)]}
    volume = {"name": "v", "projected": projected}
    mounts = [{"name": "v", "mountPath": "/trust"}]
    return pod("one", "sleep", "3600", volumes=[volume], volumeMounts=mounts)


def trusted(cluster: Cluster, *sources: Object) -> list[str]:
    cluster.run(trusting(*sources))
    return [cluster.execute("one", "cat", f"/trust/{number}.pem") for number in range(len(sources))]


@honours("should be able to mount a single ClusterTrustBundle by name")
def test_by_name(cluster: Cluster) -> None:
    certificate = bundle(cluster, "one", "first")
    assert trusted(cluster, {"name": "one"}) == [certificate]


@honours("should be able to specify multiple CTB volumes")
def test_several(cluster: Cluster) -> None:
    certificates = [bundle(cluster, name, name) for name in ("one", "two")]
    assert trusted(cluster, {"name": "one"}, {"name": "two"}) == certificates


@honours("should be able to mount a big number (>100) of CTBs")
def test_many(cluster: Cluster) -> None:
    certificates = {bundle(cluster, f"b{number}", f"b{number}") for number in range(MANY)}
    assert set(trusted(cluster, *({"name": f"b{number}"} for number in range(MANY)))) == certificates


@honours(
    "should be capable to mount multiple trust bundles by signer+labels can combine multiple CTBs with signer name and label selector"
)
def test_by_labels(cluster: Cluster) -> None:
    signer = "example.com/a"
    chosen = [bundle(cluster, f"example.com:a:{n}", f"live{n}", signer, live="yes") for n in range(2)]
    bundle(cluster, "example.com:a:old", "old", signer, live="no")
    bundle(cluster, "example.com:b:x", "other", "example.com/b", live="yes")
    (held,) = trusted(cluster, {"signerName": signer, "labelSelector": {"matchLabels": {"live": "yes"}}})
    assert sorted(held.split("-----END")) == sorted("".join(chosen).split("-----END"))


@honours(
    "should be capable to mount multiple trust bundles by signer+labels can combine all signer CTBs with an empty label selector"
)
def test_all_of_a_signer(cluster: Cluster) -> None:
    signer = "example.com/a"
    certificates = [bundle(cluster, f"example.com:a:{n}", f"c{n}", signer) for n in range(3)]
    (held,) = trusted(cluster, {"signerName": signer, "labelSelector": {}})
    assert all(certificate in held for certificate in certificates)


@honours(
    "should be capable to mount multiple trust bundles by signer+labels should start if only signer name and nil label selector + optional=true"
)
def test_no_selector_means_none(cluster: Cluster) -> None:
    bundle(cluster, "example.com:a:x", "x", "example.com/a")
    assert trusted(cluster, {"signerName": "example.com/a", "optional": True}) == [""]


@honours(
    "should be capable to mount multiple trust bundles by signer+labels should start if only signer name and explicit label selector matches nothing + optional=true"
)
def test_nothing_matches(cluster: Cluster) -> None:
    wanted = {"matchLabels": {"live": "yes"}}
    assert trusted(cluster, {"signerName": "example.com/a", "labelSelector": wanted, "optional": True}) == [""]


def waits(cluster: Cluster, source: Object, words: str) -> None:
    """The Pod stays where it is, and its Events tell why."""
    cluster.create(PODS, trusting({**source, "optional": False}))
    cluster.advance(60)
    assert cluster.get(f"{PODS}/one")["status"]["phase"] == "Pending"
    assert words in cluster.shell("kubectl describe pod one")


@honours("should prevent a pod from starting if: sets optional=false and the configured CTB does not exist")
def test_missing(cluster: Cluster) -> None:
    waits(cluster, {"name": "nope"}, 'clustertrustbundle.certificates.k8s.io "nope" not found')


@honours("should prevent a pod from starting if: sets optional=false and no trust bundle matches query")
def test_no_match(cluster: Cluster) -> None:
    source = {"signerName": "example.com/a", "labelSelector": {}}
    waits(cluster, source, "combination of signerName and labelSelector matched zero ClusterTrustBundles")
