"""Validation of a CertificateSigningRequest. Upstream: pkg/apis/certificates/validation"""

from base64 import b64decode
from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update

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


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    if old is not None:
        return
    if not spec.get("request"):
        yield invalid("spec.request", None, "PEM block type must be CERTIFICATE REQUEST")
    elif not is_request(spec["request"]):
        yield invalid("spec.request", spec["request"], "PEM block type must be CERTIFICATE REQUEST")
    if not spec.get("usages"):
        yield required("spec.usages", "usages must be specified")
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


def is_request(encoded: str) -> bool:
    try:
        return b"-----BEGIN CERTIFICATE REQUEST-----" in b64decode(encoded)
    except ValueError:
        return False


def validate_signer(name: str) -> Errors:
    """A signer is named by a domain and what it signs: `example.com/serving`."""
    domain, slash, rest = name.partition("/")
    if not name:
        yield required("spec.signerName")
    elif not slash or not domain or not rest or "/" in rest:
        yield invalid(
            "spec.signerName", name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        )
    else:
        for message in names.dns_subdomain(domain):
            yield invalid("spec.signerName", name, f'validating label "{domain}": {message}')
        if "." not in domain:
            yield invalid("spec.signerName", name, "should be a domain with at least two segments separated by dots")
