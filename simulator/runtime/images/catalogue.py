"""What registries hold: repositories, tags, and what pulling a name gives or says.

Upstream: distribution/reference, containerd's resolver
"""

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from simulator.machinery.objects import Object
from simulator.runtime.nodes import LAYERS, Layer

DEFAULT_REGISTRY = "docker.io"
OLD_REGISTRY = "index.docker.io"
"""The name that it has had before."""
KNOWN_REGISTRIES = (
    "docker.io",
    "registry.k8s.io",
    "gcr.io",
    "ghcr.io",
    "quay.io",
    "public.ecr.aws",
    "us-docker.pkg.dev",
    "us-central1-docker.pkg.dev",
    "cr.fluentbit.io",
    "registry.lab",
)


@dataclass(frozen=True, slots=True)
class Image:
    """One image as a node has it after pulling it."""

    repository: str
    """With its registry: `docker.io/library/nginx`."""
    tag: str
    size: int
    """Compressed bytes: what has to be pulled."""
    layers: tuple[str, ...]
    """Names of file layers (`runtime.nodes.LAYERS`), lowest first."""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    user: int = 0
    cwd: str = "/"
    stop_signal: str = "SIGTERM"
    access: str = ""
    """`user:password` that its registry wants; empty where anybody may pull."""
    version: str = ""
    """What tells this image from another of the same repository; equal versions have equal digests."""

    @property
    def name(self) -> str:
        return f"{self.repository}:{self.tag}"

    @property
    def digest(self) -> str:
        return hashed(f"{self.repository}@{self.version or self.tag}")

    @property
    def id(self) -> str:
        """The digest of the image's configuration."""
        return hashed(f"config:{self.repository}@{self.version or self.tag}")

    @property
    def reference(self) -> str:
        return f"{self.repository}@{self.digest}"

    def user_status(self) -> Object:
        return {"uid": self.user, "gid": self.user, "supplementalGroups": [self.user]}


@lru_cache(maxsize=1024)
def hashed(text: str) -> str:
    return "sha256:" + sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository: its tags (an alias names another tag) and what its images have in common."""

    name: str
    tags: dict[str, str]
    """Tag → version."""
    size: int
    layers: tuple[str, ...]
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    user: int = 0
    cwd: str = "/"
    stop_signal: str = "SIGTERM"
    access: str = ""

    def image(self, tag: str) -> Image:
        version = self.tags[tag]
        env = {name: value.replace("{version}", version) for name, value in self.env.items()}
        variation = int(sha256(f"{self.name}{version}".encode()).hexdigest()[:6], 16) % max(self.size // 50, 1)
        return Image(
            self.name, tag, self.size + variation, self.layers, self.entrypoint, self.command, env, self.user,
            self.cwd, self.stop_signal, self.access, version,
        )  # fmt: skip


class PullError(Exception):
    """A pull that cannot succeed; the message is the container runtime's. `reason` is ErrImagePull or
    InvalidImageName."""

    def __init__(self, message: str, reason: str = "ErrImagePull") -> None:
        super().__init__(message)
        self.reason = reason


REPOSITORIES: dict[str, Repository] = {}
"""Every repository by its full name."""


def repository(*args: object, **kwargs: object) -> None:
    """Register a repository; called by the modules of this package."""
    made = Repository(*args, **kwargs)  # type: ignore[arg-type]
    REPOSITORIES[made.name] = made


def layer(name: str, files: Layer) -> str:
    """Register a file layer; returns its name."""
    LAYERS[name] = files
    return name


@lru_cache(maxsize=512)
def pull(name: str) -> Image:
    """The image a name leads to. Raises `PullError` in the container runtime's words."""
    where, tag, digest = parse(name)
    full = f"{where}:{tag}" if tag else f"{where}@{digest}"
    found = REPOSITORIES.get(where)
    trouble = f'failed to pull and unpack image "{full}": failed to resolve reference "{full}": '
    if found is None:
        raise PullError(unknown_repository(where, tag or digest, trouble))
    if digest:
        for known in found.tags:
            image = found.image(known)
            if image.digest == digest:
                return image
    elif tag in found.tags:
        return found.image(tag)
    raise PullError(f"rpc error: code = NotFound desc = {trouble}{full}: not found")


def unknown_repository(where: str, reference: str, trouble: str) -> str:
    registry, _, path = where.partition("/")
    if registry not in KNOWN_REGISTRIES:
        url = f"https://{registry}/v2/{path}/manifests/{reference}"
        return (
            f"rpc error: code = Unknown desc = {trouble}failed to do request: "
            f'Head "{url}": dial tcp: lookup {registry} on 10.0.0.2:53: no such host'
        )
    if registry == DEFAULT_REGISTRY:
        return (
            f"rpc error: code = Unknown desc = {trouble}pull access denied, repository does not exist or may require "
            "authorization: server message: insufficient_scope: authorization failed"
        )
    full = trouble.split('"')[1]
    return f"rpc error: code = NotFound desc = {trouble}{full}: not found"


def parse(name: str) -> tuple[str, str, str]:
    """Repository with registry, tag and digest of a name. Upstream: distribution/reference ParseNormalizedNamed"""
    rest, _, digest = name.partition("@")
    head, slash, tail = rest.rpartition("/")
    base, colon, tag = tail.partition(":")
    where = head + slash + base
    if not base or where != where.lower() or " " in name or (colon and not tag):
        problem = "repository name must be lowercase" if where != where.lower() else "invalid reference format"
        raise PullError(f'couldn\'t parse image name "{name}": {problem}', "InvalidImageName")
    return normalized(where), tag or ("" if digest else "latest"), digest


def normalized(where: str) -> str:
    """A repository with its registry and, where nobody is named there, with `library`."""
    first, separator, path = where.partition("/")
    if not separator or ("." not in first and ":" not in first and first != "localhost"):
        first, path = DEFAULT_REGISTRY, where
    elif first == OLD_REGISTRY:
        first = DEFAULT_REGISTRY
    if first == DEFAULT_REGISTRY and "/" not in path:
        path = f"library/{path}"
    return f"{first}/{path}"
