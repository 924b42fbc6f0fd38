"""Validation of a CertificateSigningRequest. Upstream: pkg/apis/certificates/validation"""

from base64 import b64decode
from collections.abc import Sequence
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from simulator.machinery.field import FieldError, duplicate, forbidden, invalid, not_supported, required
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.pki import signing_request
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update
from simulator.resources.common.signers import validate_signer

USAGES = (
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
)
TEN_MINUTES = 600
DECISIONS = ("Approved", "Denied")
LASTING = (*DECISIONS, "Failed")
"""Conditions that are true or not there, and that nobody takes back."""
STATES = ("False", "True", "Unknown")


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def validate_approval(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old, may_decide=True))


def validate_status(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old, may_issue=True))


SUBRESOURCES = {"approval": validate_approval, "status": validate_status}


def errors_of(obj: Object, old: Object | None, *, may_decide: bool = False, may_issue: bool = False) -> Errors:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    if old is None:
        yield from validate_spec(obj.get("spec") or {})
        return
    before, status = old.get("status") or {}, obj.get("status") or {}
    yield from validate_conditions(status.get("conditions") or (), before.get("conditions") or (), may_decide)
    if status.get("certificate") != before.get("certificate"):
        yield from validate_certificate(status.get("certificate", ""), before.get("certificate", ""), may_issue)


def validate_spec(spec: Object) -> Errors:
    try:
        if not read(spec.get("request", "")).is_signature_valid:
            yield invalid("spec.request", spec.get("request"), "x509: signature check failed")
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        yield invalid("spec.request", spec.get("request"), str(error))
    if not spec.get("usages"):
        yield required("spec.usages")
    for index, usage in enumerate(spec.get("usages") or ()):
        if usage not in USAGES:
            yield not_supported(f"spec.usages[{index}]", usage, USAGES)
        if usage in spec["usages"][:index]:
            yield duplicate(f"spec.usages[{index}]", usage)
    yield from validate_signer(spec.get("signerName", ""))
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < TEN_MINUTES:
        yield invalid(
            "spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)"
        )


def validate_conditions(conditions: Sequence[Object], before: Sequence[Object], may_decide: bool) -> Errors:
    where = "status.conditions"
    kinds = [each.get("type", "") for each in conditions]
    for index, each in enumerate(conditions):
        yield from validate_condition(f"{where}[{index}]", each, kinds[:index])
    for kind in LASTING:
        if kinds.count(kind) < sum(each["type"] == kind for each in before):
            yield forbidden(where, f"updates may not remove a condition of type {quoted(kind)}")
    for kind in () if may_decide else DECISIONS:
        then, now = ([each for each in those if each.get("type") == kind] for those in (before, conditions))
        if len(now) > len(then):
            yield forbidden(where, f"updates may not add a condition of type {quoted(kind)}")
        elif len(now) == len(then) and now != then:
            yield forbidden(where, f"updates may not modify a condition of type {quoted(kind)}")


def validate_condition(where: str, condition: Object, earlier: list[str]) -> Errors:
    kind, state = condition.get("type", ""), condition.get("status", "")
    if not kind:
        yield required(f"{where}.type")
    allowed = ("True",) if kind in LASTING else STATES
    if not state:
        yield required(f"{where}.status")
    elif state not in allowed:
        yield not_supported(f"{where}.status", state, allowed)
    if kind in DECISIONS and any(other in earlier for other in DECISIONS if other != kind):
        yield invalid(f"{where}.type", kind, "Approved and Denied conditions are mutually exclusive")
    if kind in earlier:
        yield duplicate(f"{where}.type", kind)


def validate_certificate(certificate: str, before: str, may_issue: bool) -> Errors:
    where = "status.certificate"
    if not may_issue:
        yield forbidden(where, "updates may not set certificate content")
        return
    if before:
        yield forbidden(where, "updates may not modify existing certificate content")
    content = b64decode(certificate)
    if b"-----BEGIN CERTIFICATE-----" not in content:
        yield invalid(where, "<certificate data>", "must contain at least one CERTIFICATE PEM block")
        return
    try:
        x509.load_pem_x509_certificates(content)
    except ValueError:
        yield invalid(where, "<certificate data>", "x509: malformed certificate")


@lru_cache(maxsize=256)
def read(encoded: str) -> x509.CertificateSigningRequest:
    """The request in a field of the API. Raises ValueError with upstream's words."""
    return signing_request(b64decode(encoded or ""))
