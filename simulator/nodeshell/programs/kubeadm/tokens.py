"""kubeadm token: bootstrap tokens are Secrets in kube-system. Upstream: cmd/kubeadm/app/cmd/token.go"""

import json
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulator.controlplane.configuration import INFO
from simulator.kernel.clock import timestamp
from simulator.machinery import yaml
from simulator.machinery.bootstraptokens import TYPE, end, told
from simulator.machinery.durations import DurationError, human_duration, parse_duration
from simulator.machinery.objects import Object, at
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.kubeadm.effects import keep
from simulator.nodeshell.programs.kubeadm.failures import Failure, needs_api, needs_control_plane
from simulator.pki import encoded, root
from simulator.runtime.process import Process

NAMESPACE, SECRETS = "kube-system", "secrets"
USAGES = ("signing", "authentication")
MOST = 100
"""How many tokens may be good at once."""
GROUP = "system:bootstrappers:kubeadm:default-node-token"


def create(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    needs_api(host)
    token = words[0] if words else new_token(host)
    store(process, host, flags, token)
    key = flags.get("certificate-key", "")
    process.print(join_command(host, token, key) if "print-join-command" in flags else token)
    return 0


def store(process: Process, host: Host, flags: Mapping[str, str], token: str) -> None:
    """Keep a token as a Secret. Raises `Failure`."""
    check_form(token)
    identity, _, secret = token.partition(".")
    name = f"bootstrap-token-{identity}"
    if host.cluster.store.is_full(SECRETS) or len(tokens(host)) >= MOST:
        raise Failure(
            f"failed to create or update bootstrap token with name {name}: etcdserver: mvcc: database space exceeded"
        )
    if host.cluster.store.get(SECRETS, (NAMESPACE, name)) is not None:
        why = f'a token with id "{identity}" already exists'
        raise Failure(f"failed to create or update bootstrap token with name {name}: {why}")
    data = described(flags, process.now) | {"token-id": identity, "token-secret": secret}
    body: Object = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": TYPE,
        "metadata": {"name": name, "namespace": NAMESPACE},
        "data": {key: encoded(value) for key, value in sorted(data.items())},
    }
    keep(process, host, SECRETS, body)


def is_well_formed(token: str) -> bool:
    return re.fullmatch("[a-z0-9]{6}[.][a-z0-9]{16}", token, re.ASCII) is not None


def check_form(token: str) -> None:
    if not is_well_formed(token):
        form = "\\A([a-z0-9]{6})\\.([a-z0-9]{16})\\z"
        raise Failure(f'the bootstrap token "{token}" was not of the form "{form}"')


def new_token(host: Host) -> str:
    random = host.kubelet.random
    return f"{random.name('token', 6)}.{random.name('token', 16)}"


def generate(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    """A token that nobody knows yet."""
    process.print(new_token(host))
    return 0


def described(flags: Mapping[str, str], now: int) -> dict[str, str]:
    """What a token's Secret says of it beside the token, as the flags ask."""
    try:
        life = parse_duration(flags.get("ttl", "24h0m0s"))
    except DurationError as mistake:
        raise Failure(f'invalid argument "{flags["ttl"]}" for "--ttl" flag: {mistake}') from None
    usages = [word for word in flags.get("usages", "signing,authentication").split(",") if word]
    for word in usages:
        if word not in USAGES:
            raise Failure(f"invalid bootstrap token usage string: {word}, valid usage options: {', '.join(USAGES)}")
    groups = flags.get("groups", GROUP).removeprefix("[").removesuffix("]")
    found = {f"usage-bootstrap-{word}": "true" for word in usages}
    if groups and "authentication" in usages:
        found["auth-extra-groups"] = groups
    if flags.get("description"):
        found["description"] = flags["description"]
    return {**found, "expiration": timestamp(now + life)} if life > 0 else found


@cache
def ca_hash() -> str:
    """What pins the cluster's authority: the digest of its public key."""
    key = root().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256:{sha256(key).hexdigest()}"


def front(host: Host) -> str:
    """Where the cluster says that it is to be found."""
    found = host.cluster.store.get("configmaps", ("kube-public", INFO))
    text = (found.get("data") or {}).get("kubeconfig", "") if found is not None else ""
    return server_of(text).partition("://")[2]


def server_of(text: str) -> str:
    """The server of the first cluster of a kubeconfig; "" where it cannot be read."""
    try:
        body = yaml.load(text)
    except ValueError:
        return ""
    clusters = body.get("clusters") if isinstance(body, dict) else None
    first = clusters[0] if isinstance(clusters, list) and clusters else None
    return str(at(first, "cluster", "server", default="")) if isinstance(first, dict) else ""


def join_command(host: Host, token: str, key: str = "") -> str:
    """What a node is to run; with the key of the shared certificates, one that is to have a control plane."""
    server = front(host) or f"{host.cluster.api_address}:6443"
    more = f"--control-plane --certificate-key {key}" if key else ""
    return f"kubeadm join {server} --token {token} --discovery-token-ca-cert-hash {ca_hash()} {more}"


def tokens(host: Host) -> list[tuple[str, dict[str, str]]]:
    """Each token that is still good, and what its Secret says."""
    found: list[tuple[str, dict[str, str]]] = []
    for secret in host.cluster.store.list(SECRETS, NAMESPACE):
        if secret.get("type") != TYPE:
            continue
        data = told(secret)
        until = end(data)
        if until is None or until > host.kubelet.clock.now:
            found.append((f"{data.get('token-id', '')}.{data.get('token-secret', '')}", data))
    return found


def show(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    needs_api(host)
    shown = flags.get("o", flags.get("output", "text"))
    if shown in ("json", "yaml"):
        process.stdout.write(in_form([as_object(token, data) for token, data in tokens(host)], shown))
        return 0
    if shown != "text":
        raise Failure(f'invalid output format "{shown}", you can use one of the following: "text", "json", "yaml"')
    rows = [("TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS")]
    for token, data in tokens(host):
        until, expires = end(data), data.get("expiration", "<never>")
        left = "<forever>" if until is None else human_duration(until - process.now)
        usages = ",".join(word for word in sorted(USAGES) if data.get(f"usage-bootstrap-{word}") == "true")
        about, groups = data.get("description", "<none>"), data.get("auth-extra-groups", "<none>")
        rows.append((token, left, expires, usages or "<none>", about, groups))
    widths = [max(len(row[place]) for row in rows) for place in range(6)]
    for row in rows if len(rows) > 1 else ():
        process.print("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def in_form(found: list[Object], form: str) -> str:
    if form == "yaml":
        return "---\n".join(yaml.dump(dict(sorted(each.items()))) for each in found)
    return "".join(json.dumps(each, indent=4) + "\n" for each in found)


def as_object(token: str, data: Mapping[str, str]) -> Object:
    """A token as `-o json` has it."""
    found: Object = {"kind": "BootstrapToken", "apiVersion": "output.kubeadm.k8s.io/v1alpha3", "token": token}
    usages = [word for word in sorted(USAGES) if data.get(f"usage-bootstrap-{word}") == "true"]
    groups = [group for group in data.get("auth-extra-groups", "").split(",") if group]
    facts = {
        "description": data.get("description"),
        "expires": data.get("expiration"),
        "usages": usages,
        "groups": groups,
    }
    return found | {key: value for key, value in facts.items() if value}


def delete(process: Process, host: Host, flags: Mapping[str, str], words: list[str]) -> int:
    needs_control_plane(host)
    needs_api(host)
    if not words:
        raise Failure('missing subcommand; "token delete" is missing token of form "[a-z0-9]{6}"')
    for word in words:
        identity = word.partition(".")[0]
        name = f"bootstrap-token-{identity}"
        secret = host.cluster.store.get(SECRETS, (NAMESPACE, name))
        if secret is None:
            raise Failure(f'failed to delete bootstrap token "{identity}": secrets "{name}" not found')
        host.cluster.client("kubeadm").delete(SECRETS, secret)
        process.print(f'bootstrap token "{identity}" deleted')
    return 0
