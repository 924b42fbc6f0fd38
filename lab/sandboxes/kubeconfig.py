"""The file with which a learner's own kubectl finds a sandbox."""

from base64 import b64encode
from typing import Any

import yaml

from simulator.pki import credentials, encoded


def kubeconfig(name: str, server: str, authority: bytes = b"") -> str:
    """A kubeconfig for an address that is itself the secret. Over HTTPS it also says who asks; `authority` is the
    certificate by which the server is known there."""
    cluster: dict[str, Any] = {"server": server}
    user: dict[str, Any] = {}
    if authority:
        cluster["certificate-authority-data"] = b64encode(authority).decode()
        certificate, key = map(encoded, credentials())
        user = {"client-certificate-data": certificate, "client-key-data": key}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    return yaml.safe_dump(config, sort_keys=False)
