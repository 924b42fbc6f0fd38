"""Approves, signs and clears away CertificateSigningRequests.

Upstream: pkg/controller/certificates/{approver,signer,authority,cleaner}
"""

from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime

from cryptography import x509

from simulator.api.requests import User
from simulator.controllers.base import Controller
from simulator.kernel.clock import HOUR, MINUTE, SECOND, moment, timestamp
from simulator.machinery.objects import Key, Object, at
from simulator.pki import common_names, encoded, issue, moment_of, organizations, signing_request

REQUESTS = "certificatesigningrequests.certificates.k8s.io"
POD_REQUESTS = "podcertificaterequests.certificates.k8s.io"
POD_REQUEST_KEPT = 15 * MINUTE
CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet"
KUBELET_SERVING = "kubernetes.io/kubelet-serving"
LEGACY = "kubernetes.io/legacy-unknown"

LIFETIME = 365 * 24 * HOUR
"""What a certificate lasts at the most (`--cluster-signing-duration`)."""
SHORTEST = 10 * MINUTE
BACKDATE = 5 * MINUTE
SHORT_LIVED = 8 * HOUR
"""A shorter certificate is not cut by what it begins too early."""
KEPT_PENDING = 24 * HOUR
KEPT_DECIDED = 1 * HOUR

OPTIONAL = {"digital signature", "key encipherment"}
NODES = "system:nodes"
NODE = "system:node:"


class CertificateController(Controller):
    """What the controllers of requests have in common."""

    resource = REQUESTS
    kind = "CertificateSigningRequest"
    watches = (REQUESTS,)

    def conditions(self, request: Object) -> dict[str, Object]:
        """The conditions by their type."""
        return {each["type"]: each for each in at(request, "status", "conditions", default=())}

    def add_condition(self, request: Object, kind: str, reason: str, message: str) -> None:
        now = timestamp(self.clock.now)
        added = {"type": kind, "status": "True", "reason": reason, "message": message, "lastUpdateTime": now}
        conditions = [*at(request, "status", "conditions", default=()), {**added, "lastTransitionTime": now}]
        self.client.update_status(self.resource, request, conditions=conditions)


class ApprovingController(CertificateController):
    """Approves the client certificates that kubelets ask for, where their authors may have them."""

    name = "certificatesigningrequest-approving-controller"

    def reconcile(self, key: Key) -> None:
        request = self.get(key)
        if request is None or at(request, "status", "certificate"):
            return
        if self.conditions(request).keys() & {"Approved", "Denied"}:
            return
        spec = request["spec"]
        asked = asked_for(request)
        if spec["signerName"] != KUBELET_CLIENT or wrong_with_kubelet_client(asked, set(spec["usages"])):
            return
        is_own = spec.get("username", "") in common_names(asked.subject)
        user = User(spec.get("username", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""))
        if is_own and self.client.may(user, "create", REQUESTS, "selfnodeclient"):
            said = "Auto approving self kubelet client certificate after SubjectAccessReview."
        elif self.client.may(user, "create", REQUESTS, "nodeclient"):
            said = "Auto approving kubelet client certificate after SubjectAccessReview."
        else:
            return
        self.add_condition(request, "Approved", "AutoApproved", said)


class SigningController(CertificateController):
    """Issues what has been approved, for the signers of Kubernetes itself."""

    name = "certificatesigningrequest-signing-controller"

    def reconcile(self, key: Key) -> None:
        request = self.get(key)
        if request is None or at(request, "status", "certificate"):
            return
        conditions = self.conditions(request)
        if "Approved" not in conditions or conditions.keys() & {"Denied", "Failed"}:
            return
        spec = request["spec"]
        if spec["signerName"] not in (CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY):
            return
        asked = asked_for(request)
        if wrong := what_is_wrong(asked, spec["signerName"], set(spec["usages"])):
            self.add_condition(request, "Failed", "SignerValidationFailure", wrong)
            return
        begins, ends = self.lifetime(spec.get("expirationSeconds"))
        try:
            certificate = issue(asked, spec["usages"], begins, ends, self.random.bits("certificates"))
        except ValueError:
            return  # there is nothing that signing it once more would change
        self.client.update_status(self.resource, request, certificate=encoded(certificate))

    def lifetime(self, seconds: int | None) -> tuple[int, int]:
        """From when to when a certificate is good."""
        lasts = LIFETIME if seconds is None else min(max(seconds * SECOND, SHORTEST), LIFETIME)
        now = self.clock.now
        return now - BACKDATE, now + lasts - (0 if lasts < SHORT_LIVED else BACKDATE)


class CleanerController(CertificateController):
    """Deletes requests that nobody decides within a day, that were decided an hour ago, or whose certificate is over.

    It looks once an hour.
    """

    name = "certificatesigningrequest-cleaner-controller"

    def reconcile(self, key: Key) -> None:
        request = self.get(key)
        if request is None:
            return
        due = min(self.ends(request), default=None)
        if due is None:
            return
        if due <= self.clock.now:
            self.client.delete(self.resource, request)
        else:
            self.look_again(key, -(-due // HOUR) * HOUR - self.clock.now)

    def ends(self, request: Object) -> Iterator[int]:
        """The moments at which there is a reason to delete a request."""
        conditions, certificate = self.conditions(request), at(request, "status", "certificate")
        if not conditions:
            yield moment(request["metadata"]["creationTimestamp"]) + KEPT_PENDING
        for kind in ("Denied", "Failed", *(("Approved",) if certificate else ())):
            if kind in conditions:
                yield moment(conditions[kind]["lastUpdateTime"]) + KEPT_DECIDED
        if certificate and "Approved" in conditions:
            yield moment_of(end_of(certificate))


class PodRequestCleanerController(Controller):
    """Deletes a Pod's requests a quarter of an hour after they were made: their kubelet has read them by then.

    It looks every five minutes.
    Upstream: pkg/controller/certificates/cleaner/pcrcleaner.go
    """

    name = "podcertificaterequest-cleaner-controller"
    resource = POD_REQUESTS
    kind = "PodCertificateRequest"
    watches = (POD_REQUESTS,)

    def reconcile(self, key: Key) -> None:
        request = self.get(key)
        if request is None:
            return
        due = moment(request["metadata"]["creationTimestamp"]) + POD_REQUEST_KEPT
        if due <= self.clock.now:
            self.client.delete(self.resource, request)
        else:
            self.look_again(key, -(-due // (5 * MINUTE)) * 5 * MINUTE - self.clock.now)


def asked_for(request: Object) -> x509.CertificateSigningRequest:
    return signing_request(b64decode(request["spec"]["request"]))


def end_of(certificate: str) -> datetime:
    return x509.load_pem_x509_certificate(b64decode(certificate)).not_valid_after_utc


def what_is_wrong(asked: x509.CertificateSigningRequest, signer: str, usages: set[str]) -> str:
    """Why a signer does not issue what is asked for; empty where it does."""
    if signer == CLIENT:
        return wrong_with_client(usages)
    if signer == KUBELET_CLIENT:
        return wrong_with_kubelet_client(asked, usages)
    return wrong_with_kubelet_serving(asked, usages) if signer == KUBELET_SERVING else ""


def wrong_with_client(usages: set[str]) -> str:
    foreign = sorted(usages - OPTIONAL - {"client auth"})
    if foreign:
        return f"invalid usage for client certificate: {foreign[0]}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def wrong_with_kubelet_client(asked: x509.CertificateSigningRequest, usages: set[str]) -> str:
    if organizations(asked.subject) != [NODES]:
        return "subject organization is not system:nodes"
    names = names_of(asked)
    for word, kind in (("DNS", x509.DNSName), ("Email", x509.RFC822Name), ("IP", x509.IPAddress)):
        if any(isinstance(name, kind) for name in names):
            return f"{word} subjectAltNames are not allowed"
    if any(isinstance(name, x509.UniformResourceIdentifier) for name in names):
        return "URI subjectAltNames are not allowed"
    return wrong_with_name(asked) or wrong_with_usages("client auth", usages)


def wrong_with_kubelet_serving(asked: x509.CertificateSigningRequest, usages: set[str]) -> str:
    if organizations(asked.subject) != [NODES]:
        return "subject organization is not system:nodes"
    names = names_of(asked)
    if not any(isinstance(name, x509.DNSName | x509.IPAddress) for name in names):
        return "DNS or IP subjectAltName is required"
    for word, kind in (("Email", x509.RFC822Name), ("URI", x509.UniformResourceIdentifier)):
        if any(isinstance(name, kind) for name in names):
            return f"{word} subjectAltNames are not allowed"
    return wrong_with_usages("server auth", usages) or wrong_with_name(asked)


def wrong_with_usages(purpose: str, usages: set[str]) -> str:
    needed = {"digital signature", purpose}
    if usages in (needed, needed | {"key encipherment"}):
        return ""
    return f"usages did not match [{' '.join(sorted(needed | {'key encipherment'}))}]"


def wrong_with_name(asked: x509.CertificateSigningRequest) -> str:
    names = common_names(asked.subject)
    return "" if names and names[-1].startswith(NODE) else "subject common name does not begin with system:node:"


def names_of(asked: x509.CertificateSigningRequest) -> list[x509.GeneralName]:
    try:
        return list(asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []
