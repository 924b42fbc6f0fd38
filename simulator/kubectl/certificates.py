"""Certificates and keys in PEM form, read as kubectl reads them. Upstream: Go's crypto/tls (X509KeyPair)"""

from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from simulator.kubectl.errors import CommandError


@lru_cache(maxsize=64)
def check_pair(certificate: bytes, key: bytes) -> None:
    """Raises CommandError where the two cannot serve TLS together."""
    if b"-----BEGIN" not in certificate:
        raise CommandError("tls: failed to find any PEM data in certificate input")
    if b"-----BEGIN CERTIFICATE-----" not in certificate:
        raise CommandError("tls: failed to find certificate PEM data in certificate input, but did find a private key; "
                           "PEM inputs may have been switched")  # fmt: skip
    if b"-----BEGIN" not in key:
        raise CommandError("tls: failed to find any PEM data in key input")
    if b"PRIVATE KEY-----" not in key:
        raise CommandError("tls: found a certificate rather than a key in the PEM for the private key")
    try:
        public = x509.load_pem_x509_certificate(certificate).public_key()
    except ValueError:
        raise CommandError("x509: malformed certificate") from None
    try:
        private = serialization.load_pem_private_key(key, password=None)
    except (TypeError, ValueError):
        raise CommandError("tls: failed to parse private key") from None
    if kind_of(public) != kind_of(private.public_key()):
        raise CommandError("tls: private key type does not match public key type")
    if spelled(public) != spelled(private.public_key()):
        raise CommandError("tls: private key does not match public key")


def spelled(key: object) -> bytes:
    """A public key as bytes, to be compared."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    written: bytes = key.public_bytes(serialization.Encoding.DER, form)  # type: ignore[attr-defined]  # every kind has it
    return written


def kind_of(key: object) -> str:
    """The family of a public key, such as `RSAPublicKey`."""
    return type(key).__name__
