"""What a Pod's volume holds of ClusterTrustBundles. Upstream: pkg/kubelet/clustertrustbundle"""

from collections.abc import Iterator

from simulator.api.client import Client
from simulator.machinery.objects import Object
from simulator.machinery.selectors import from_object

BUNDLES = "clustertrustbundles.certificates.k8s.io"
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


class NoBundle(Exception):
    """There is no bundle of that name, or none that the selector means."""


def anchors(client: Client, source: Object) -> bytes:
    """The certificates that a projection asks for, each once. Raises NoBundle unless they are optional."""
    try:
        chosen = [named(client, source["name"])] if source.get("name") else selected(client, source)
    except NoBundle:
        if source.get("optional"):
            return b""
        raise
    found = {block for bundle in chosen for block in blocks(bundle["spec"].get("trustBundle", ""))}
    return "".join(sorted(found)).encode()


def named(client: Client, name: str) -> Object:
    bundle = client.get(BUNDLES, "", name)
    if bundle is None:
        raise NoBundle(f'clustertrustbundle.certificates.k8s.io "{name}" not found')
    return bundle


def selected(client: Client, source: Object) -> list[Object]:
    """The bundles of a signer that have the labels. No selector means none of them, an empty one all."""
    signer, selector = source.get("signerName", ""), source.get("labelSelector")
    found = []
    if selector is not None:
        wanted = from_object(selector)
        for bundle in client.list(BUNDLES):
            labels = bundle["metadata"].get("labels") or {}
            if bundle["spec"].get("signerName") == signer and wanted.matches(labels):
                found.append(bundle)
    if not found:
        raise NoBundle("combination of signerName and labelSelector matched zero ClusterTrustBundles")
    return found


def blocks(bundle: str) -> Iterator[str]:
    """The certificates of a bundle, without what stands between them."""
    for part in bundle.split(BEGIN)[1:]:
        body, end, _ = part.partition(END)
        if end:
            yield f"{BEGIN}{body}{END}\n"
