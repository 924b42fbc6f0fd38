"""The certificates that control planes share: in a Secret, encrypted with a key that only people know.

Upstream: cmd/kubeadm/app/phases/copycerts. The Secret goes with a token that is over two hours later.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from simulator.controlplane.manifests import PKI
from simulator.machinery.objects import Object
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm import tokens
from simulator.nodeshell.programs.kubeadm.asking import flag, request
from simulator.nodeshell.programs.kubeadm.effects import is_dry, write
from simulator.nodeshell.programs.kubeadm.failures import Failure
from simulator.runtime.process import Process

NAME = "kubeadm-certs"
SECRETS = "/api/v1/namespaces/kube-system/secrets"
SHARED = (
    "ca.crt", "ca.key", "etcd/ca.crt", "etcd/ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "sa.key", "sa.pub",
)  # fmt: skip
TTL, ABOUT = "2h0m0s", "Proxy for managing TTL for the kubeadm-certs secret"
NONCE = 12
GONE = (
    f'error downloading the secret: Secret "{NAME}" was not found in the "kube-system" Namespace. This Secret might '
    "have expired. Please, run `kubeadm init phase upload-certs --upload-certs` on a control plane to generate a new "
    "one"
)


def new_key(host: Host) -> str:
    return "".join(host.kubelet.random.hex("certificate key", 32) for _ in range(2))


def show_key(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    process.print(new_key(host))
    return 0


def cipher(key: str) -> AESGCM:
    try:
        return AESGCM(bytes.fromhex(key))
    except ValueError as mistake:
        raise Failure(f"error decoding certificate key: {mistake}") from None


def upload(process: Process, host: Host) -> str:
    """Store what this node has; returns the key."""
    key = (process.state.get("settings") or {}).get("key") or flag(process, "certificate-key", "") or new_key(host)
    if is_dry(process):
        process.print(f'[upload-certs] Storing the certificates in Secret "{NAME}" in the "kube-system" Namespace')
        process.print(f"[upload-certs] Using certificate key:\n{key}")
        return key
    missing = [name for name in SHARED if not process.files.is_file(f"{PKI}/{name}")]
    if missing:
        raise Failure(f"error uploading certs: open {PKI}/{missing[0]}: no such file or directory")
    locked, data = cipher(key), {}
    for name in SHARED:
        nonce = bytes.fromhex(host.kubelet.random.hex("nonce", 2 * NONCE))
        content = process.files.read(f"{PKI}/{name}")
        data[name.replace("/", "-")] = b64encode(nonce + locked.encrypt(nonce, content, None)).decode()
    token = tokens.new_token(host)
    tokens.store(process, host, {"ttl": TTL, "usages": "", "description": ABOUT}, token)
    owner = f"bootstrap-token-{token.partition('.')[0]}"
    reference = {"apiVersion": "v1", "kind": "Secret", "name": owner, "blockOwnerDeletion": True, "controller": True}
    known = request(host, "GET", f"{SECRETS}/{owner}") or {}
    uid = known.get("metadata", {}).get("uid", "")
    metadata = {"name": NAME, "namespace": "kube-system", "ownerReferences": [{**reference, "uid": uid}]}
    body: Object = {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": data}
    if request(host, "PUT", f"{SECRETS}/{NAME}", body) is None and request(host, "POST", SECRETS, body) is None:
        raise Failure(f"error uploading certs: error creating Secret {NAME}")
    process.print(f'[upload-certs] Storing the certificates in Secret "{NAME}" in the "kube-system" Namespace')
    process.print(f"[upload-certs] Using certificate key:\n{key}")
    return key


def download(process: Process, host: Host, key: str) -> None:
    """Read what others have stored. Raises `Failure` when there is nothing, or the key is another."""
    where = "error downloading certs: "
    process.print(f'[download-certs] Downloading the certificates in Secret "{NAME}" in the "kube-system" Namespace')
    locked, known = cipher(key), request(host, "GET", f"{SECRETS}/{NAME}")
    good = {f"bootstrap-token-{token.partition('.')[0]}" for token, _ in tokens.tokens(host)}
    if known is None or not {each["name"] for each in known["metadata"].get("ownerReferences") or ()} <= good:
        raise Failure(where + GONE)
    for name in SHARED:
        try:
            content = b64decode((known.get("data") or {})[name.replace("/", "-")])
            plain = locked.decrypt(content[:NONCE], content[NONCE:], None)
        except (KeyError, ValueError, NotBase64, InvalidTag):
            why = "error decoding secret data with provided key: cipher: message authentication failed"
            raise Failure(where + why) from None
        write(process, host, f"{PKI}/{name}", plain, 0o600 if name.endswith(".key") else 0o644)
    process.print(f'[download-certs] Saving the certificates to the folder: "{PKI}"')
