"""Validation of a ClusterTrustBundle. Upstream: pkg/apis/certificates/validation"""

import re
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from simulator.machinery import names
from simulator.machinery.field import FieldError, invalid
from simulator.machinery.objects import Object, at
from simulator.resources.common.metadata import IMMUTABLE, validate_metadata, validate_metadata_update
from simulator.resources.common.signers import validate_signer

BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\r?\n(.*?)-----END \1-----", re.DOTALL)
HIDDEN = "<value omitted>"


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    signer, bundle = at(obj, "spec", "signerName", default=""), at(obj, "spec", "trustBundle", default="")
    yield from validate_metadata(obj, lambda name: name_errors(name, signer), namespaced=False)
    if signer:
        yield from validate_signer(signer)
    if old is None or bundle != at(old, "spec", "trustBundle", default=""):
        for message in bundle_errors(bundle):
            yield invalid("spec.trustBundle", HIDDEN, message)
    if old is not None:
        yield from validate_metadata_update(obj, old)
        if signer != at(old, "spec", "signerName", default=""):
            yield invalid("spec.signerName", signer, IMMUTABLE)


def name_errors(name: str, signer: str) -> list[str]:
    """A bundle of a signer is named after it: `example.com:signer:anything`."""
    if not signer:
        if ":" in name:
            return ['ClusterTrustBundle without signer name must not have ":" in its name']
        return names.dns_subdomain(name)
    prefix = signer.replace("/", ":") + ":"
    if not name.startswith(prefix):
        return [f"ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}"]
    return names.dns_subdomain(name.removeprefix(prefix))


def bundle_errors(bundle: str) -> Iterator[str]:
    """What is wrong with the certificates of a bundle; between them may stand anything."""
    seen: dict[bytes, list[int]] = {}
    count = 0
    for index, block in enumerate(BLOCK.finditer(bundle)):
        count += 1
        if block[1] != "CERTIFICATE":
            yield f"entry {index} has bad block type: {block[1]}"
            continue
        if ":" in block[2].split("\n", 1)[0]:
            yield f"entry {index} has PEM block headers"
            continue
        try:
            certificate = x509.load_pem_x509_certificate(block[0].encode())
            is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except x509.ExtensionNotFound:
            is_authority = False
        except ValueError:
            yield f"entry {index} does not parse as X.509"
            continue
        if not is_authority:
            yield f"entry {index} does not have the CA bit set"
        seen.setdefault(certificate.fingerprint(SHA256()), []).append(index)
    for indices in seen.values():
        if len(indices) > 1:
            yield f"duplicate trust anchor (indices [{' '.join(map(str, indices))}])"
    if not count:
        yield "at least one trust anchor must be provided"
