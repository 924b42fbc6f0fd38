"""kubectl create secret generic, docker-registry and tls. Upstream: kubectl/pkg/cmd/create/create_secret*.go"""

from base64 import b64encode

from simulator.kubectl.certificates import check_pair
from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.keyedfiles import APPEND_HASH, SOURCES, Add, add_file, add_sources, check_sources, hashed_name
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery import names
from simulator.machinery.golang import json_text, quoted
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure

GENERIC = Collection("v1", "Secret", "secrets", failure="failed to create secret")
DOCKER_CONFIG = ".dockerconfigjson"


def adding(data: dict[str, str]) -> Add:
    """Takes entries into `data`, each once."""

    def add(key: str, content: bytes) -> None:
        if wrong := names.config_key(key):
            raise CommandError(f"{quoted(key)} is not valid key name for a Secret {';'.join(wrong)}")
        if key in data:
            raise CommandError(f"cannot add key {key}, another key by that name already exists")
        data[key] = b64encode(content).decode()

    return add


def create_secret(kubectl: Kubectl, name: str, kind: str, data: dict[str, str]) -> Outcome:
    obj: Object = {"metadata": metadata_of(kubectl, name)}
    if data:
        obj["data"] = dict(sorted(data.items()))
    if kind:
        obj["type"] = kind
    if kubectl.options.flag("append-hash"):
        content = {"kind": "Secret", "type": kind, "name": name, "data": obj.get("data", {})}
        obj["metadata"]["name"] = hashed_name(name, content)
    create_one(kubectl, obj, GENERIC)
    return None


@command(
    "generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] "
    "[--dry-run=server|client|none]",
    summary="Create a secret from a local file, directory, or literal value",
    description="Create a secret from files, folders or literal values.\n\n"
    " A file becomes an entry that is called like the file, or as KEY=PATH says. Of a folder, each file whose name is a"
    " valid key becomes an entry; folders in it are left out.",
    examples=(
        (
            "Create a secret from the files of a folder",
            "kubectl create secret generic my-secret --from-file=path/to/bar",
        ),
        (
            "Create a secret with key1=supersecret and key2=topsecret",
            "kubectl create secret generic my-secret --from-literal=key1=supersecret --from-literal=key2=topsecret",
        ),
        (
            "Create a secret from the lines of a file",
            "kubectl create secret generic my-secret --from-env-file=path/to/foo.env",
        ),
    ),
    flags=(*CREATING, *SOURCES, Flag("type", "", "The type of the secret")),
)
def generic(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    check_sources(kubectl)
    data: dict[str, str] = {}
    add_sources(kubectl, adding(data))
    return create_secret(kubectl, name, kubectl.options.text("type"), data)


@command(
    "docker-registry NAME --docker-username=user --docker-password=password --docker-email=email "
    "[--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
    summary="Create a secret for use with a Docker registry",
    description="Create a secret with which nodes pull images from a private registry.\n\n"
    " Name it in a pod's imagePullSecrets, or in those of its service account.",
    examples=(
        (
            "Create a secret from credentials",
            "kubectl create secret docker-registry my-secret --docker-server=DOCKER_REGISTRY_SERVER "
            "--docker-username=DOCKER_USER --docker-password=DOCKER_PASSWORD --docker-email=DOCKER_EMAIL",
        ),
        (
            "Create a secret from what docker login left behind",
            "kubectl create secret docker-registry my-secret --from-file=path/to/.docker/config.json",
        ),
    ),
    flags=(
        *CREATING,
        APPEND_HASH,
        Flag("docker-email", "", "Email address at the registry"),
        Flag("docker-password", "", "Password at the registry"),
        Flag("docker-server", "https://index.docker.io/v1/", "Where the registry is"),
        Flag("docker-username", "", "Username at the registry"),
        Flag("from-file", (), "A file of docker's, as PATH or KEY=PATH.", kind="slice"),
    ),
)
def docker_registry(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    user, password = options.text("docker-username"), options.text("docker-password")
    server, files = options.text("docker-server"), options.texts("from-file")
    if not files and not (user and password and server):
        raise CommandError("either --from-file or the combination of --docker-username, --docker-password and "
                           "--docker-server is required")  # fmt: skip
    data: dict[str, str] = {}
    add = adding(data)
    for source in files:
        if "=" not in source:
            source = f"{DOCKER_CONFIG}={source}"
        add_file(kubectl, source, add)
    if not files:
        add(DOCKER_CONFIG, docker_config(server, user, password, options.text("docker-email")))
    return create_secret(kubectl, name, "kubernetes.io/dockerconfigjson", data)


def docker_config(server: str, user: str, password: str, email: str) -> bytes:
    entry = {"username": user, "password": password}
    if email:
        entry["email"] = email
    entry["auth"] = b64encode(f"{user}:{password}".encode()).decode()
    return json_text({"auths": {server: entry}}).encode()


@command(
    "tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
    summary="Create a TLS secret",
    description="Create a secret from a certificate and its key.\n\n"
    " Both are files in PEM form, and the key has to be the certificate's.",
    examples=(
        (
            "Create a secret from a certificate and its key",
            "kubectl create secret tls tls-secret --cert=path/to/tls.crt --key=path/to/tls.key",
        ),
    ),
    flags=(
        *CREATING,
        APPEND_HASH,
        Flag("cert", "", "File with the certificate, in PEM."),
        Flag("key", "", "File with the certificate's private key."),
    ),
)
def tls(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    if not options.text("key") or not options.text("cert"):
        raise CommandError("key and cert must be specified")
    data: dict[str, str] = {}
    add = adding(data)
    contents = [pem(kubectl, options.text(flag)) for flag in ("cert", "key")]
    check_pair(*contents)
    add("tls.crt", contents[0])
    add("tls.key", contents[1])
    return create_secret(kubectl, name, "kubernetes.io/tls", data)


def pem(kubectl: Kubectl, path: str) -> bytes:
    try:
        return kubectl.terminal.read_file(path)
    except OSFailure as failure:
        raise CommandError(f"Cannot read file {path}, open {path}: {failure.words.lower()}") from None


secret = Command(
    usage="secret (docker-registry | generic | tls)",
    summary="Create a secret using a specified subcommand",
    description="Create a secret of a type.\n\n docker-registry: credentials for a registry of images.\n\n"
    " generic: entries of any kind.\n\n tls: a certificate and its key.",
    commands=(docker_registry, generic, tls),
)
