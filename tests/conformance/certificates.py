"""Certificates and requests for them, as a person makes them with openssl."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BEGINS = datetime(2026, 1, 1)


def subject(name: str, *groups: str) -> x509.Name:
    parts = [(NameOID.ORGANIZATION_NAME, group) for group in groups]
    named = [*parts, (NameOID.COMMON_NAME, name)] if name else parts
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in named])


def signing_request(name: str, *groups: str, encoding: str = "PEM") -> bytes:
    """A certificate signing request in PEM or DER."""
    request = x509.CertificateSigningRequestBuilder().subject_name(subject(name, *groups)).sign(KEY, None)
    return request.public_bytes(Encoding.DER if encoding == "DER" else Encoding.PEM)


def authority(name: str) -> str:
    """A certificate that signs itself, in PEM."""
    whole = (
        x509.CertificateBuilder()
        .subject_name(subject(name))
        .issuer_name(subject(name))
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(BEGINS)
        .not_valid_after(BEGINS + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(KEY, None)
    )
    return whole.public_bytes(Encoding.PEM).decode()
