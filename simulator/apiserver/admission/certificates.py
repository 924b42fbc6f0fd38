"""Certificate requests: who asks is written down, and only those who may approve or sign for a signer do so.

Upstream: plugin/pkg/admission/certificates, pkg/registry/certificates/certificates/strategy.go
"""

from collections.abc import Sequence

from simulator.api.errors import Forbidden
from simulator.api.requests import User
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.rbac.authorizer import Action, Authorizer
from simulator.kernel.clock import timestamp
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at
from simulator.pki import organizations
from simulator.resources.certificatesigningrequests.validation import read

GROUP = "certificates.k8s.io"
REQUESTS = f"certificatesigningrequests.{GROUP}"
CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client"


class CertificateRequestor:
    """A new request carries its author; a new condition carries the time of day."""

    name = "CertificateRequestor"
    on = (REQUESTS, f"{REQUESTS}/approval", f"{REQUESTS}/status")
    operations = ("CREATE", "UPDATE")

    def admit(self, attributes: Attributes) -> None:
        request = attributes.object
        if attributes.operation == "CREATE":
            attributes.object = {**request, "spec": {**(request.get("spec") or {}), **asking(attributes.user)}}
        elif attributes.subresource:
            status = request.get("status") or {}
            conditions = dated(status.get("conditions") or (), attributes)
            attributes.object = {**request, "status": {**status, **({"conditions": conditions} if conditions else {})}}


def dated(conditions: Sequence[Object], attributes: Attributes) -> list[Object]:
    """The conditions with the moments that their author left out."""
    now = timestamp(attributes.now)
    before = at(attributes.old or {}, "status", "conditions", default=())
    since = {(each["type"], each["status"]): each.get("lastTransitionTime", now) for each in before}
    return [
        {
            **each,
            "lastUpdateTime": each.get("lastUpdateTime") or now,
            "lastTransitionTime": each.get("lastTransitionTime")
            or since.get((each.get("type"), each.get("status")), now),
        }
        for each in conditions
    ]


def asking(user: User) -> Object:
    """The fields of a request that tell of its author."""
    extra = {key: list(values) for key, values in user.extra}
    fields = {"username": user.name, "uid": user.uid, "groups": list(user.groups), "extra": extra}
    return {field: value for field, value in fields.items() if value}


class CertificateApproval:
    """Whoever approves or denies needs the verb `approve` on the signer."""

    name = "CertificateApproval"
    on = (f"{REQUESTS}/approval",)
    operations = ("UPDATE",)

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def validate(self, attributes: Attributes) -> None:
        need(self._authorizer, attributes, "approve")


class CertificateSigning:
    """Whoever puts in a certificate, or says that signing failed, needs the verb `sign` on the signer."""

    name = "CertificateSigning"
    on = (f"{REQUESTS}/status",)
    operations = ("UPDATE",)

    def __init__(self, authorizer: Authorizer) -> None:
        self._authorizer = authorizer

    def validate(self, attributes: Attributes) -> None:
        old, new = at(attributes.old or {}, "status", default={}), at(attributes.object, "status", default={})
        if any(old.get(field) != new.get(field) for field in ("certificate", "conditions")):
            need(self._authorizer, attributes, "sign")


def need(authorizer: Authorizer, attributes: Attributes, verb: str) -> None:
    """Raises Forbidden for who has not the verb on the signer or on all signers of its domain."""
    signer = at(attributes.old or {}, "spec", "signerName", default="")
    names = (signer, f"{signer.partition('/')[0]}/*")
    if not any(authorizer.authorize(attributes.user, signing(verb, name)).allowed for name in names):
        message = f"user not permitted to {verb} requests with signerName {quoted(signer)}"
        raise Forbidden(attributes.resource.plural, attributes.name, message, group=GROUP)


def signing(verb: str, name: str) -> Action:
    return Action(verb, GROUP, "signers", name=name)


class CertificateSubjectRestriction:
    """Nobody gets a client certificate of the group that may do everything."""

    name = "CertificateSubjectRestriction"
    on = (REQUESTS,)
    operations = ("CREATE",)

    def validate(self, attributes: Attributes) -> None:
        spec = attributes.object["spec"]
        if spec["signerName"] != CLIENT_SIGNER:
            return
        if "system:masters" in organizations(read(spec["request"]).subject):
            message = f"use of {CLIENT_SIGNER} signer with system:masters group is not allowed"
            raise Forbidden(attributes.resource.plural, attributes.name, message, group=GROUP)
