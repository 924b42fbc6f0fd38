"""Certificates as far as anybody can see them. Inside the simulation nobody does the arithmetic of TLS."""

from base64 import b64encode


def pem(label: str, subject: str) -> str:
    """Text in the shape of a PEM block."""
    body = b64encode(f"simulated {label.lower()} of {subject}".encode()).decode()
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def encoded(text: str) -> str:
    """As a kubeconfig's `…-data` fields have it."""
    return b64encode(text.encode()).decode()


CA = pem("CERTIFICATE", "kubernetes")
"""The certificate of a cluster's own authority."""
