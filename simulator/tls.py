"""HTTPS for real clients: a local certificate authority and a server certificate, made once and kept in a folder, and
servers that ask clients for the certificates that a cluster has issued.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

from simulator.api.requests import CERTIFICATE
from simulator.pki import root_pem

LOCAL = ("localhost", "127.0.0.1", "kubernetes.default.svc")
NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: the certificates of a world live in its own time, which its server knows."""
YEARS = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Files:
    """Where the authority's certificate and the server's certificate and key are."""

    authority: Path
    certificate: Path
    key: Path


def make_authority(folder: Path, names: Sequence[str] = LOCAL) -> Files:
    """The files in a folder, made where they are missing or the certificate is not for all of these names."""
    files = Files(folder / "ca.crt", folder / "tls.crt", folder / "tls.key")
    if not all(path.exists() for path in (files.authority, files.certificate, files.key)) or misses(files, names):
        folder.mkdir(parents=True, exist_ok=True)
        write(files, names)
    return files


def misses(files: Files, names: Sequence[str]) -> bool:
    """Whether the server's certificate leaves one of the names out."""
    written = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    present = written.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return any(general(name) not in present for name in names)


def general(name: str) -> x509.GeneralName:
    """A host name or address as certificates have it."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def write(files: Files, names: Sequence[str]) -> None:
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubelab local CA")])
    ca = certificate(ca_name, ca_name, ca_key, ca_key)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
    server = certificate(name, ca_name, key, ca_key, names)
    files.authority.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    files.certificate.write_bytes(server.public_bytes(serialization.Encoding.PEM))
    files.key.touch(mode=0o600)
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    names: Sequence[str] = (),
) -> x509.Certificate:
    """A certificate of a server with these names; without any, the authority's own."""
    authority = not names
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + YEARS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if authority:
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName(map(general, names)), critical=False)
    return builder.sign(signer, hashes.SHA256())


# Serving.


def server_options(files: Files) -> dict[str, Any]:
    """What uvicorn needs to serve HTTPS with these files and to hand on what clients prove."""
    return {
        "ssl_certfile": str(files.certificate),
        "ssl_keyfile": str(files.key),
        "ssl_context_factory": asking_for_certificates,
        "http": CertifiedHTTP,
        "ws": CertifiedWebSocket,
    }


def asking_for_certificates(_: Any, make: Any) -> ssl.SSLContext:
    """A context that takes the certificates of a cluster's authority, and clients without one."""
    context: ssl.SSLContext = make()
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=root_pem())
    context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    return context


def certified(application: Any, transport: asyncio.BaseTransport) -> Any:
    """An application that is told of the certificate with which the client of a connection came."""
    tls = transport.get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls is not None else None
    shown = b64encode(ssl.DER_cert_to_PEM_cert(der).encode()).decode() if der else ""

    async def told(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, CERTIFICATE: shown}, receive, send)

    return told


class CertifiedHTTP(H11Protocol):
    """An HTTP connection whose requests carry the client's certificate."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self.app = certified(self.app, transport)


class CertifiedWebSocket(WSProtocol):
    """The same for a WebSocket."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self.app = certified(self.app, transport)
