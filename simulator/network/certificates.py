"""Certificates of servers: read from PEM, made for learners, judged as clients do. Upstream: x509(1), RFC 6125

Keys are Ed25519 whatever was asked for: they can be drawn from a seed, so that worlds stay equal.
"""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from simulator.kernel.clock import SECOND
from simulator.network.resolver import is_address
from simulator.runtime.network import Certificate

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
LARGEST = 32 << 10
SHORT = {NameOID.COMMON_NAME: "CN", NameOID.ORGANIZATION_NAME: "O", NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
         NameOID.COUNTRY_NAME: "C", NameOID.LOCALITY_NAME: "L", NameOID.STATE_OR_PROVINCE_NAME: "ST"}  # fmt: skip
LONG = {short: oid for oid, short in SHORT.items()}


@lru_cache(maxsize=256)
def read(pem: str) -> Certificate | None:
    """The first certificate of a PEM text; None where there is none that can be read."""
    begin, end = pem.find(BEGIN), pem.find(END)
    if begin < 0 or end < begin or end - begin > LARGEST:
        return None
    block = pem[begin : end + len(END)] + "\n"
    try:
        found = x509.load_pem_x509_certificate(block.encode())
        names = subject_names(found)
        return Certificate(
            shown(found.subject), shown(found.issuer), names, moment(found.not_valid_before_utc),
            moment(found.not_valid_after_utc), block,
        )  # fmt: skip
    except ValueError:
        return _simulated(block)


def _simulated(block: str) -> Certificate | None:
    """A certificate in shape only, as the lab's own authority writes them: its text says whose it is."""
    try:
        text = b64decode("".join(block.splitlines()[1:-1])).decode()
    except ValueError:
        return None
    name = text.rpartition(" of ")[2]
    return Certificate(f"CN = {name}", "CN = kubernetes", (name,), 0, 1 << 62, block) if name else None


def subject_names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    names = extension.get_values_for_type(x509.DNSName)
    return (*names, *map(str, extension.get_values_for_type(x509.IPAddress)))


def shown(name: x509.Name) -> str:
    """A name as openssl prints it: `O = Acme Co, CN = shop`."""
    return ", ".join(f"{SHORT.get(part.oid, part.oid.dotted_string)} = {part.value!s}" for part in name)


def moment(when: datetime) -> int:
    return int(when.timestamp()) * SECOND


def trouble(certificate: Certificate, host: str, trusts: str, now: int) -> str:
    """What a client finds wrong with a certificate, in curl's words; "" when it is content."""
    if certificate.pem and certificate.pem.strip() in trusts:
        signer = certificate
    else:
        signer = next((one for one in bundle(trusts) if signed(certificate, one)), certificate)
        if signer is certificate:
            own = certificate.subject == certificate.issuer
            why = "self-signed certificate" if own else "unable to get local issuer certificate"
            if certificate.with_issuer:
                why = "self-signed certificate in certificate chain"
            return f"SSL certificate problem: {why}"
    if not certificate.begins <= now <= certificate.ends:
        why = "has expired" if now > certificate.ends else "is not yet valid"
        return f"SSL certificate problem: certificate {why}"
    if not certificate.covers(host):
        if not certificate.names:
            name = common_name(certificate.subject)
            return f"SSL: certificate subject name '{name}' does not match target host name '{host}'"
        kind = "IPv4 address" if is_address(host) else "host name"
        return f"SSL: no alternative certificate subject name matches target {kind} '{host}'"
    return ""


def common_name(subject: str) -> str:
    return subject.rpartition("CN = ")[2].partition(",")[0]


def bundle(trusts: str) -> list[Certificate]:
    """The certificates of a PEM text."""
    blocks = [f"{BEGIN}{part.partition(END)[0]}{END}\n" for part in trusts.split(BEGIN)[1:33]]
    return [one for block in blocks if (one := read(block)) is not None]


@lru_cache(maxsize=256)
def signed(certificate: Certificate, by: Certificate) -> bool:
    """Whether one certificate carries the other's signature."""
    if certificate.issuer != by.subject:
        return False
    try:
        child, parent = (x509.load_pem_x509_certificate(one.pem.encode()) for one in (certificate, by))
        child.verify_directly_issued_by(parent)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def make(seed: bytes, subject: str, names: tuple[str, ...], now: int, days: int = 365) -> tuple[str, str]:
    """A self-signed certificate and its key, both in PEM, for a subject such as `/CN=shop.example/O=Shop`.

    The same seed gives the same bytes.
    """
    key = key_from(seed)
    name = subject_of(subject)
    begin = datetime.fromtimestamp(now // SECOND, UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(seed[:8]) | 1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(alternatives(names), critical=False)
    certificate = builder.sign(key, None)
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), written(key)


def subject_of(text: str) -> x509.Name:
    """`/CN=jane/O=developers`."""
    parts = [part.partition("=") for part in text.split("/") if "=" in part]
    return x509.Name([x509.NameAttribute(LONG[short], value) for short, _, value in parts if short in LONG])


def alternatives(names: tuple[str, ...]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [x509.IPAddress(ip_address(one)) if is_address(one) else x509.DNSName(one) for one in names]
    )


def key_from(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed[:32].ljust(32, b"\0"))


def written(key: Ed25519PrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def new_key(seed: bytes) -> str:
    """A private key in PEM; the same seed gives the same one."""
    return written(key_from(seed))


def ask(key: str, subject: str, names: tuple[str, ...]) -> str:
    """A request for a certificate, in PEM. Raises ValueError where the key is none of those made here."""
    private = serialization.load_pem_private_key(key.encode(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key")
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject_of(subject))
    if names:
        builder = builder.add_extension(alternatives(names), critical=False)
    return builder.sign(private, None).public_bytes(serialization.Encoding.PEM).decode()


def asked(pem: str) -> tuple[str, tuple[str, ...]] | None:
    """The subject and the further names of a request; None where it is none."""
    try:
        found = x509.load_pem_x509_csr(pem.encode())
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return shown(found.subject).replace(" = ", "="), ()
    except ValueError:
        return None
    names = (*extension.get_values_for_type(x509.DNSName), *map(str, extension.get_values_for_type(x509.IPAddress)))
    return shown(found.subject).replace(" = ", "="), names
