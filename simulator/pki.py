"""Certificates as far as anybody can see them. Inside the simulation nobody does the arithmetic of TLS."""

from base64 import b64decode, b64encode

from simulator.api.requests import ADMINISTRATOR, User

SUBJECT = "simulated certificate of "


def pem(label: str, subject: str) -> str:
    """Text in the shape of a PEM block."""
    body = b64encode(f"simulated {label.lower()} of {subject}".encode()).decode()
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def encoded(text: str) -> str:
    """As a kubeconfig's `…-data` fields have it."""
    return b64encode(text.encode()).decode()


CA = pem("CERTIFICATE", "kubernetes")
"""The certificate of a cluster's own authority."""


def user_of(certificate: str) -> User | None:
    """Whom a certificate of a kubeconfig's `client-certificate-data` speaks for; None where we did not make it.

    The subject is a name, with `/O=` before each group of theirs.
    """
    try:
        lines = b64decode(certificate).decode().split("\n")
        subject = b64decode("".join(line for line in lines if not line.startswith("-----"))).decode()
    except ValueError:
        return None
    if not subject.startswith(SUBJECT):
        return None
    name, *groups = subject.removeprefix(SUBJECT).split("/O=")
    if name == ADMINISTRATOR.name:
        return ADMINISTRATOR
    return User(name, (*groups, "system:authenticated"))
