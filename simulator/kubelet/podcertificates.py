"""Certificates of Pods: keys that the kubelet makes, what it asks signers for, and what a volume shows of it.

Upstream: pkg/kubelet/podcertificate
"""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from simulator.api.errors import APIError
from simulator.kernel.clock import MINUTE, SECOND, moment
from simulator.kernel.component import Change
from simulator.kernel.state import Table
from simulator.kubelet.trustbundles import blocks
from simulator.machinery.objects import Object, at

if TYPE_CHECKING:
    from simulator.kubelet.kubelet import Kubelet

REQUESTS = "podcertificaterequests.certificates.k8s.io"
CURVES: dict[str, tuple[type[ec.EllipticCurve], int]] = {
    "ECDSAP256": (ec.SECP256R1, 31),
    "ECDSAP384": (ec.SECP384R1, 47),
    "ECDSAP521": (ec.SECP521R1, 64),
}
"""Curve, and how many bytes of chance make a key on it."""
JITTER = 5 * MINUTE
PATIENCE = 10 * MINUTE
"""After how long a request that cannot be found is taken for deleted, and a refresh for overdue."""
NOTICE = SECOND // 5
NOT_YET = "credential bundle is not issued yet"

type Place = tuple[str, str, int]
"""Pod, volume, and which of the volume's sources."""
type Record = dict[str, Any]


class NotIssued(Exception):
    """Why there is no certificate to show."""


class PodCertificates:
    """Table `pod-certificates`: a record for each source of a Pod's volumes.

    `request` and `key` are what is asked for now; `chain`, `held`, `refresh` and `ends` what a signer has issued;
    `refused` says that a signer will not.
    """

    def __init__(self, kubelet: "Kubelet") -> None:
        self._kubelet = kubelet
        self._records: Table[Place, Record] = kubelet.table("pod-certificates")

    def track(self, pod: Object) -> None:
        """A Pod has come to its node: ask for all that its volumes want."""
        for volume, index, source in sources(pod):
            if (pod["metadata"]["uid"], volume, index) not in self._records:
                self._ask(pod, (pod["metadata"]["uid"], volume, index), source)

    def bundle(self, pod: Object, volume: str, index: int) -> tuple[str, str]:
        """The private key and the certificates for one source. Raises `NotIssued`."""
        self.track(pod)
        record = self._records.get((pod["metadata"]["uid"], volume, index)) or {}
        if record.get("refused"):
            raise NotIssued(str(record["refused"]))
        if "chain" not in record:
            raise NotIssued(NOT_YET)
        return record["held"], record["chain"]

    def forget(self, uid: str) -> None:
        for place in [place for place in self._records if place[0] == uid]:
            self._records.delete(place)

    def _ask(self, pod: Object, place: Place, source: Object) -> None:
        """Make a key, and a request for a certificate of it."""
        kubelet, spec = self._kubelet, pod["spec"]
        account_name = spec.get("serviceAccountName") or "default"
        account = kubelet.client.get("serviceaccounts", pod["metadata"]["namespace"], account_name)
        node = kubelet.client.get("nodes", "", spec["nodeName"])
        if account is None or node is None or not kubelet.nodes.is_connected(spec["nodeName"]):
            return
        made = new_key(source["keyType"], kubelet.random.bits("podcertificates"))
        if made is None:
            why = f"keys of type {source['keyType']} are not simulated in this lab"
            self._records.put(place, {**(self._records.get(place) or {}), "refused": why})
            return
        key, request = made
        asked = {
            "maxExpirationSeconds": source["maxExpirationSeconds"],
            "nodeName": spec["nodeName"],
            "nodeUID": node["metadata"]["uid"],
            "podName": pod["metadata"]["name"],
            "podUID": pod["metadata"]["uid"],
            "serviceAccountName": account_name,
            "serviceAccountUID": account["metadata"]["uid"],
            "signerName": source["signerName"],
            "stubPKCS10Request": b64encode(request).decode(),
        }
        if source.get("userAnnotations"):
            asked["unverifiedUserAnnotations"] = dict(source["userAnnotations"])
        owner = {"apiVersion": "v1", "kind": "Pod", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
        name = f"req-{kubelet.random.name('podcertificates')}"
        metadata = {"name": name, "namespace": pod["metadata"]["namespace"], "ownerReferences": [owner]}
        body = {"apiVersion": "certificates.k8s.io/v1", "kind": "PodCertificateRequest", "metadata": metadata}
        try:
            kubelet.client.create(REQUESTS, {**body, "spec": asked})
        except APIError:
            return  # the volume's next try asks again
        self._records.put(place, {**(self._records.get(place) or {}), "request": name, "key": key})
        kubelet.later(PATIENCE + self._jitter(), "certificates.miss", *place, name)

    def _jitter(self) -> int:
        return int(self._kubelet.random.fraction("podcertificates") * JITTER)

    def observe(self, change: Change) -> None:
        """Somebody did something with a request: see whether it has come to an end."""
        if change.type == "DELETED" or not at(change.object, "status", "conditions"):
            return
        name, uid = change.object["metadata"]["name"], change.object["spec"]["podUID"]
        for place, record in self._records.rows.items():
            if place[0] == uid and record.get("request") == name:
                self._kubelet.later(NOTICE, "certificates.look", *place, name)

    def look(self, uid: str, volume: str, index: int, name: str) -> None:
        """A request has an outcome: keep it, and have the volume show it."""
        kubelet, record = self._kubelet, self._records.get((uid, volume, index))
        found = kubelet.known(uid)
        if record is None or record.get("request") != name or found is None:
            return
        pod, row = found
        request = kubelet.client.get(REQUESTS, pod["metadata"]["namespace"], name)
        for condition in at(request, "status", "conditions", default=()):
            if condition["type"] in ("Denied", "Failed"):
                self._refuse(pod, (uid, volume, index), condition, name)
            elif condition["type"] == "Issued" and request is not None:
                self._keep((uid, volume, index), record, request["status"])
        if row["stage"] == "setup":
            kubelet.later(NOTICE, "set_up", uid)
        elif row["stage"] == "running":
            kubelet.volumes.refresh_later(uid)

    def _keep(self, place: Place, record: Record, status: Object) -> None:
        kubelet, ends = self._kubelet, moment(status["notAfter"])
        refresh = moment(status["beginRefreshAt"]) + self._jitter()
        chain = "".join(blocks(status["certificateChain"]))
        self._records.put(place, {"chain": chain, "held": record["key"], "refresh": refresh, "ends": ends})
        kubelet.later(max(refresh - kubelet.clock.now, 0), "certificates.renew", *place, refresh)
        for due, reason, words in (
            (refresh + PATIENCE, "CertificateOverdueForRefresh", "PodCertificate refresh overdue"),
            (ends, "CertificateExpired", "PodCertificate expired"),
        ):
            kubelet.later(max(due - kubelet.clock.now, 0), "certificates.warn", *place, refresh, reason, words)

    def _refuse(self, pod: Object, place: Place, condition: Object, name: str) -> None:
        kind, about = condition["type"], f"{pod['metadata']['namespace']}/{name}"
        why = f'reason="{condition.get("reason", "")}" message="{condition.get("message", "")}"'
        self._records.put(place, {"refused": f"PodCertificateRequest was permanently {kind.lower()}: {why}"})
        happened = "was denied" if kind == "Denied" else "failed"
        text = f"PodCertificateRequest {about} {happened}, {why.replace(' message', ', message')}"
        self._kubelet.tell(pod, "Warning", kind, text)

    def renew(self, uid: str, volume: str, index: int, refresh: int) -> None:
        """It is time for another certificate."""
        record, found = self._records.get((uid, volume, index)), self._kubelet.known(uid)
        if record is None or found is None or record.get("refresh") != refresh or "request" in record:
            return
        self._again(found[0], (uid, volume, index))
        if "request" not in (self._records.get((uid, volume, index)) or {}):
            self._kubelet.later(MINUTE, "certificates.renew", uid, volume, index, refresh)

    def miss(self, uid: str, volume: str, index: int, name: str) -> None:
        """A request that nobody can find any more is made anew."""
        record, found = self._records.get((uid, volume, index)), self._kubelet.known(uid)
        if record is None or found is None or record.get("request") != name:
            return
        if self._kubelet.client.get(REQUESTS, found[0]["metadata"]["namespace"], name) is None:
            self._again(found[0], (uid, volume, index))
        else:
            self._kubelet.later(PATIENCE, "certificates.miss", uid, volume, index, name)

    def _again(self, pod: Object, place: Place) -> None:
        for volume, index, source in sources(pod):
            if (volume, index) == place[1:]:
                self._ask(pod, place, source)

    def warn(self, uid: str, volume: str, index: int, refresh: int, reason: str, words: str) -> None:
        """A certificate is still shown that should have been replaced by now."""
        record, found = self._records.get((uid, volume, index)), self._kubelet.known(uid)
        if record is not None and found is not None and record.get("refresh") == refresh:
            self._kubelet.tell(found[0], "Warning", reason, words)


def sources(pod: Object) -> Iterator[tuple[str, int, Object]]:
    """Each certificate that a Pod's volumes show: volume, place among its sources, and what is wanted."""
    for volume in pod["spec"].get("volumes") or ():
        for index, source in enumerate(at(volume, "projected", "sources", default=())):
            if source.get("podCertificate") is not None:
                yield volume["name"], index, source["podCertificate"]


def new_key(kind: str, chance: int) -> tuple[str, bytes] | None:
    """A private key in PEM, and a request of it in DER that says nothing else; None for a kind that takes too long."""
    seed = chance.to_bytes(16)
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey
    if kind == "ED25519":
        key = Ed25519PrivateKey.from_private_bytes(blake2b(seed, digest_size=32).digest())
        signed = builder.sign(key, None)
    elif kind in CURVES:
        curve, size = CURVES[kind]
        key = ec.derive_private_key(int.from_bytes(blake2b(seed, digest_size=size).digest()), curve())
        signed = builder.sign(key, SHA256(), ecdsa_deterministic=True)
    else:
        return None
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, signed.public_bytes(Encoding.DER)
