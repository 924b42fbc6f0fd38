"""Validation of a PodCertificateRequest. Upstream: pkg/apis/certificates/validation"""

from base64 import b64decode

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulator.kernel.clock import MINUTE, SECOND, moment
from simulator.machinery import names
from simulator.machinery.field import FieldError, invalid, not_supported, required, too_long
from simulator.machinery.objects import Object
from simulator.pki import moment_of
from simulator.resources.common.conditions import validate_conditions
from simulator.resources.common.metadata import (
    IMMUTABLE,
    Errors,
    validate_annotations,
    validate_metadata,
    validate_metadata_update,
)
from simulator.resources.common.signers import validate_signer
from simulator.resources.common.volumes import HOUR, longest_certificate

OUTCOMES = ("Issued", "Denied", "Failed")
NAMES, UIDS = ("podName", "serviceAccountName", "nodeName"), ("podUID", "serviceAccountUID", "nodeUID")
LONGEST_UID = 128
LARGEST_REQUEST, LARGEST_CHAIN = 10 << 10, 100 << 10
STUB, CHAIN, CONDITIONS = "spec.stubPKCS10Request", "status.certificateChain", "status.conditions"
MOMENTS = {
    "notBefore": "must be present and consistent with the issued certificate",
    "notAfter": "must be present and consistent with the issued certificate",
    "beginRefreshAt": "must be present and in the range [notbefore+10min, notafter-10min]",
}
HIDDEN = "<value omitted>"


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def validate_status(obj: Object, old: Object | None) -> list[FieldError]:
    return list(status_errors(obj, old or {}))


SUBRESOURCES = {"status": validate_status}


def errors_of(obj: Object, old: Object | None) -> Errors:
    if old is None:
        yield from validate_metadata(obj)
        yield from validate_spec(obj.get("spec") or {})
        return
    yield from validate_metadata_update(obj, old)
    if obj.get("spec") != old.get("spec"):
        yield invalid("spec", HIDDEN, IMMUTABLE)


def validate_spec(spec: Object) -> Errors:
    yield from validate_signer(spec.get("signerName", ""))
    for field in NAMES:
        for message in names.dns_subdomain(spec.get(field, "")):
            yield invalid(f"spec.{field}", spec.get(field, ""), message)
    for field in UIDS:
        if not spec.get(field):
            yield required(f"spec.{field}", "must not be empty")
        elif len(spec[field]) > LONGEST_UID:
            yield too_long(f"spec.{field}", LONGEST_UID)
    given = spec.get("unverifiedUserAnnotations") or {}
    for key in given:
        if "/" not in key:
            where = "spec.unverifiedUserAnnotations"
            yield invalid(where, key, 'must be a domain-prefixed key (such as "acme.io/foo")')
    yield from validate_annotations(given, "spec.unverifiedUserAnnotations")
    seconds, most = spec.get("maxExpirationSeconds", 0), longest_certificate(spec.get("signerName", ""))
    if not HOUR <= seconds <= most:
        yield invalid("spec.maxExpirationSeconds", seconds, f"must be in the range [{HOUR}, {most}]")
    yield from validate_stub(spec.get("stubPKCS10Request", ""))


def validate_stub(encoded: str) -> Errors:
    """The request must be signed by a key of a kind that Pods may have."""
    try:
        content = b64decode(encoded)
        if len(content) > LARGEST_REQUEST:
            yield too_long(STUB, LARGEST_REQUEST)
            return
        request = x509.load_der_x509_csr(content)
        key, signed = request.public_key(), request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm):
        yield invalid(STUB, HIDDEN, "must be a valid PKCS#10 CSR")
        return
    if not signed:
        yield invalid(STUB, HIDDEN, "must be a valid PKCS#10 CSR: signature check failed")
    if isinstance(key, ec.EllipticCurvePublicKey):
        if not isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1):
            yield invalid(STUB, f"curve {key.curve.name}", "elliptic public keys must use curve P256, P384, or P521")
    elif isinstance(key, rsa.RSAPublicKey):
        if key.key_size not in (3072, 4096):
            yield invalid(STUB, f"{key.key_size}-bit modulus", "RSA keys must have modulus size 3072 or 4096")
    elif not isinstance(key, Ed25519PublicKey):
        yield invalid(STUB, HIDDEN, "unknown public key type; supported types are Ed25519, ECDSA, and RSA")


# What a signer writes.


def status_errors(obj: Object, old: Object) -> Errors:
    yield from validate_metadata_update(obj, old)
    status, before = obj.get("status") or {}, old.get("status") or {}
    conditions = status.get("conditions") or []
    problems = list(condition_errors(conditions))
    yield from problems
    if problems:
        return
    kinds = [each["type"] for each in conditions]
    if before.get("conditions"):
        if status != before:
            yield invalid("status", HIDDEN, "immutable after PodCertificateRequest is issued, denied, or failed")
    elif "Issued" in kinds:
        yield from issued_errors(old.get("spec") or {}, status)
    elif kinds:
        if any(status.get(field) for field in ("certificateChain", *MOMENTS)):
            why = "non-condition status fields must be empty when denying or failing the PodCertificateRequest"
            yield invalid("status", HIDDEN, why)
    elif any(status.values()) and status != before:
        yield invalid("status", HIDDEN, 'status is immutable unless transitioning to "Issued", "Denied", or "Failed"')


def condition_errors(conditions: list[Object]) -> Errors:
    known = 0
    for index, each in enumerate(conditions):
        kind, where = each.get("type", ""), f"{CONDITIONS}[{index}]"
        if kind not in OUTCOMES:
            yield not_supported(f"{where}.type", kind, OUTCOMES)
            continue
        known += 1
        if known > 1:
            why = 'There may be at most one condition with type "Issued", "Denied", or "Failed"'
            yield invalid(f"{where}.type", kind, why)
        if each.get("status") != "True":
            yield not_supported(f"{where}.status", each.get("status", ""), ("True",))
    yield from validate_conditions(conditions, CONDITIONS)


def issued_errors(spec: Object, status: Object) -> Errors:
    chain = status.get("certificateChain", "")
    if len(chain) > LARGEST_CHAIN:
        yield too_long(CHAIN, LARGEST_CHAIN)
        return
    if "-----BEGIN " not in chain:
        yield invalid(CHAIN, chain, "issued certificate chain must contain at least one certificate")
        return
    if chain.count("-----BEGIN ") != chain.count("-----BEGIN CERTIFICATE-----"):
        yield invalid(CHAIN, chain, "issued certificate chain must consist entirely of CERTIFICATE PEM blocks")
        return
    try:
        leaf = x509.load_pem_x509_certificates(chain.encode())[0]
        wanted = x509.load_der_x509_csr(b64decode(spec["stubPKCS10Request"])).public_key()
    except (ValueError, KeyError, UnsupportedAlgorithm):
        yield invalid(CHAIN, chain, "leaf certificate does not parse as valid X.509")
        return
    if public(leaf.public_key()) != public(wanted):
        yield invalid(CHAIN, chain, "leaf certificate was not issued to the requested public key")
        return
    missing = [required(f"status.{field}", words) for field, words in MOMENTS.items() if not status.get(field)]
    yield from missing or time_errors(spec, status, leaf)


def public(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def time_errors(spec: Object, status: Object, leaf: x509.Certificate) -> Errors:
    begins, ends = moment_of(leaf.not_valid_before_utc), moment_of(leaf.not_valid_after_utc)
    told = {field: moment(status[field]) for field in MOMENTS}
    for field, real, name in (("notBefore", begins, "NotBefore"), ("notAfter", ends, "NotAfter")):
        if told[field] != real:
            why = f"must be set to the {name} time encoded in the leaf certificate"
            yield invalid(f"status.{field}", status[field], why)
            return
    seconds = (ends - begins) // SECOND
    if seconds < HOUR:
        yield invalid(CHAIN, f"{seconds}s", "leaf certificate lifetime must be >= 1 hour")
    elif seconds > spec.get("maxExpirationSeconds", 0):
        why = f"leaf certificate lifetime must be <= spec.maxExpirationSeconds ({spec.get('maxExpirationSeconds')})"
        yield invalid(CHAIN, f"{seconds}s", why)
    elif told["beginRefreshAt"] < begins + 10 * MINUTE:
        where, why = "status.beginRefreshAt", "must be at least 10 minutes after status.notBefore"
        yield invalid(where, status["beginRefreshAt"], why)
    elif told["beginRefreshAt"] > ends - 10 * MINUTE:
        where, why = "status.beginRefreshAt", "must be at least 10 minutes before status.notAfter"
        yield invalid(where, status["beginRefreshAt"], why)
