"""A cluster's certificate authority: real X.509, made without chance, so that every tool can read what it signs.

Upstream: kubeadm's phases/certs, pkg/controller/certificates/authority, apiserver/pkg/authentication/request/x509

Its key follows from the source, and so do those of the kubeconfigs: inside the simulation there is nothing to steal.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from hashlib import blake2b, sha256
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from simulator.api.requests import ADMINISTRATOR, User
from simulator.kernel.clock import SECOND

NAME = "kubernetes"
BEGINS = datetime(2025, 1, 1, tzinfo=UTC)
"""When the authority's own certificate, and those made with the cluster, begin to be good; they last ten years."""
ENDS = datetime(2035, 1, 1, tzinfo=UTC)
SERIAL_BITS = 127
CREDENTIAL = "authentication.kubernetes.io/credential-id"

KEY_USAGES = {
    "signing": "digital_signature",
    "digital signature": "digital_signature",
    "content commitment": "content_commitment",
    "key encipherment": "key_encipherment",
    "key agreement": "key_agreement",
    "data encipherment": "data_encipherment",
    "cert sign": "key_cert_sign",
    "crl sign": "crl_sign",
    "encipher only": "encipher_only",
    "decipher only": "decipher_only",
}
"""A request's usages, and what a certificate calls them."""
PURPOSES = {
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "s/mime": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "ipsec end system": ObjectIdentifier("1.3.6.1.5.5.7.3.5"),
    "ipsec tunnel": ObjectIdentifier("1.3.6.1.5.5.7.3.6"),
    "ipsec user": ObjectIdentifier("1.3.6.1.5.5.7.3.7"),
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp signing": ExtendedKeyUsageOID.OCSP_SIGNING,
    "microsoft sgc": ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"),
    "netscape sgc": ObjectIdentifier("2.16.840.1.113730.4.1"),
}
"""Extended usages, in the order in which a certificate lists them."""
FLAGS = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def moment_of(when: datetime) -> int:
    return (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate of the authority's speaks for, and between which moments (microseconds since 1970)."""

    user: User
    begins: int
    ends: int


def key_of(name: str) -> ec.EllipticCurvePrivateKey:
    """The private key of a name: always the same one."""
    return ec.derive_private_key(int.from_bytes(blake2b(name.encode(), digest_size=31).digest()), ec.SECP256R1())


@cache
def root(authority: str = NAME) -> x509.Certificate:
    """An authority's own certificate; beside the cluster's, etcd and the front proxy have one."""
    key, name = key_of(authority), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, authority)])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder(name, name, key.public_key(), serial_of(authority), BEGINS, ENDS)
        .add_extension(key_usage(["digital signature", "key encipherment", "cert sign"]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(authority)]), critical=False)
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def root_pem(authority: str = NAME) -> str:
    """An authority's certificate as `ca.crt` has it."""
    return root(authority).public_bytes(Encoding.PEM).decode()


@lru_cache(maxsize=1024)
def credentials(
    user: User = ADMINISTRATOR,
    *,
    authority: str = NAME,
    purposes: tuple[str, ...] = ("client auth",),
    names: tuple[str, ...] = (),
    begins: int = moment_of(BEGINS),
    ends: int = moment_of(ENDS),
) -> tuple[str, str]:
    """A certificate and its private key, in PEM, as kubeadm makes them: of a client, or of a server with its names."""
    key = key_of(user.name)
    groups = [group for group in user.groups if group != "system:authenticated"]
    parts = [(NameOID.ORGANIZATION_NAME, group) for group in groups] + [(NameOID.COMMON_NAME, user.name)]
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])
    issuer, number = root(authority).subject, serial_of(f"{user.name} {begins}")
    first, last = at_moment(begins), min(at_moment(ends), ENDS)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), number, first, last)
    alternatives = x509.SubjectAlternativeName([general_name(name) for name in names]) if names else None
    signed = finished(builder, ["digital signature", "key encipherment", *purposes], alternatives, authority)
    return signed.public_bytes(Encoding.PEM).decode(), private_pem(key)


def request_of(user: User, names: tuple[str, ...] = ()) -> tuple[str, str]:
    """A private key and a request to have it signed, in PEM, as kubeadm makes them."""
    key = key_of(user.name)
    parts = [(NameOID.ORGANIZATION_NAME, group) for group in user.groups if group != "system:authenticated"]
    parts.append((NameOID.COMMON_NAME, user.name))
    builder = x509.CertificateSigningRequestBuilder(x509.Name([x509.NameAttribute(*part) for part in parts]))
    if names:
        alternatives = x509.SubjectAlternativeName([general_name(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    request = builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    return private_pem(key), request.public_bytes(Encoding.PEM).decode()


def general_name(name: str) -> x509.GeneralName:
    """A host's name or its address, as certificates tell them apart."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """A private key as a `.key` file has it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key of a private one as a `.pub` file has it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def encoded(text: str) -> str:
    """As a kubeconfig's `…-data` fields have it."""
    return b64encode(text.encode()).decode()


@lru_cache(maxsize=256)
def end_of(pem: str) -> int | None:
    """Until when a certificate in PEM is good; None where it cannot be read."""
    try:
        return moment_of(x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def is_trusted(pem: str, authority: str = NAME) -> bool:
    """Whether an authority has signed a certificate."""
    try:
        x509.load_pem_x509_certificate(pem.encode()).verify_directly_issued_by(root(authority))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=256)
def names_in(pem: str) -> tuple[str, ...]:
    """For which names and addresses a server's certificate speaks."""
    try:
        found = x509.load_pem_x509_certificate(pem.encode()).extensions
        return tuple(str(each.value) for each in found.get_extension_for_class(x509.SubjectAlternativeName).value)
    except (ValueError, x509.ExtensionNotFound):
        return ()


def belong_together(certificate: bytes, key: bytes) -> bool:
    """Whether a private key is that of a certificate, both in PEM."""
    try:
        public = x509.load_pem_x509_certificate(certificate).public_key()
        private = load_pem_private_key(key, password=None)
    except (TypeError, ValueError):
        return False
    return public == private.public_key()


# Requests.


def signing_request(pem: bytes) -> x509.CertificateSigningRequest:
    """The request in a PEM block. Raises ValueError with upstream's words."""
    if not pem.lstrip().startswith(b"-----BEGIN CERTIFICATE REQUEST-----"):
        raise ValueError("PEM block type must be CERTIFICATE REQUEST")
    try:
        return x509.load_pem_x509_csr(pem)
    except ValueError:
        raise ValueError("asn1: structure error: malformed certificate request") from None


def issue(request: x509.CertificateSigningRequest, usages: Iterable[str], begins: int, ends: int, number: int) -> str:
    """The certificate that a request asks for, in PEM; moments are microseconds, `number` makes the serial number.

    Raises ValueError where the authority's own time is over, or the request holds what cannot be read.
    """
    builder = (
        x509.CertificateBuilder(root().subject, request.subject, request.public_key())
        .serial_number(number >> (128 - SERIAL_BITS) or 1)
        .not_valid_before(at_moment(begins))
        .not_valid_after(min(at_moment(ends), ENDS))
    )
    return finished(builder, usages, alternative_names(request)).public_bytes(Encoding.PEM).decode()


def finished(
    builder: x509.CertificateBuilder,
    usages: Iterable[str],
    names: x509.SubjectAlternativeName | None = None,
    authority: str = NAME,
) -> x509.Certificate:
    """A certificate with the extensions that the authority gives, signed."""
    wanted = set(usages)
    if wanted & KEY_USAGES.keys():
        builder = builder.add_extension(key_usage(wanted), critical=True)
    purposes = dict.fromkeys(purpose for usage, purpose in PURPOSES.items() if usage in wanted)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    issuer = root(authority).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key_of(authority), hashes.SHA256(), ecdsa_deterministic=True)


def alternative_names(request: x509.CertificateSigningRequest) -> x509.SubjectAlternativeName | None:
    """The further names that a request asks for. Raises ValueError where they cannot be read."""
    try:
        return request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None


def key_usage(usages: Iterable[str]) -> x509.KeyUsage:
    wanted = {KEY_USAGES[usage] for usage in usages if usage in KEY_USAGES}
    if "key_agreement" not in wanted:
        wanted -= {"encipher_only", "decipher_only"}  # they say how keys are agreed on
    return x509.KeyUsage(**{flag: flag in wanted for flag in FLAGS})


def serial_of(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=16).digest()) >> (128 - SERIAL_BITS)


def at_moment(moment: int) -> datetime:
    return datetime.fromtimestamp(moment // SECOND, UTC)


# Clients.


def user_of(certificate: str, now: int) -> User | None:
    """Whom a certificate, as a kubeconfig's `client-certificate-data` has it, speaks for at a moment; None where it is
    not the authority's, not a client's, or not good at that time."""
    found = holder(certificate)
    return found.user if found is not None and found.begins <= now <= found.ends else None


@lru_cache(maxsize=512)
def holder(certificate: str) -> Holder | None:
    """Who holds a certificate of the authority's for clients."""
    try:
        read = x509.load_pem_x509_certificate(b64decode(certificate, validate=True))
        read.verify_directly_issued_by(root())
        purposes = read.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if PURPOSES["client auth"] not in purposes and PURPOSES["any"] not in purposes:
            return None
        names, groups = common_names(read.subject), organizations(read.subject)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return None
    if not names:
        return None
    identity = f"X509SHA256={sha256(read.public_bytes(Encoding.DER)).hexdigest()}"
    user = User(names[-1], (*groups, "system:authenticated"), extra=((CREDENTIAL, (identity,)),))
    return Holder(user, moment_of(read.not_valid_before_utc), moment_of(read.not_valid_after_utc))


def common_names(subject: x509.Name) -> list[str]:
    """The names in a subject: Kubernetes takes the last one for the user's."""
    return [str(attribute.value) for attribute in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def organizations(subject: x509.Name) -> list[str]:
    """The organizations in a subject: the user's groups."""
    return [str(attribute.value) for attribute in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
