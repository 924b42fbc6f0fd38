"""What a release of kubectl says of itself, and whether a server is of the same one.

Upstream: k8s.io/client-go/discovery/helper.go
"""

from collections.abc import Mapping

from simulator.kubectl.client import Client
from simulator.kubectl.dialects import SERVER_VERSION
from simulator.kubectl.errors import CommandError
from simulator.machinery.golang import quoted

FIELDS = (
    "major", "minor", "emulationMajor", "emulationMinor", "minCompatibilityMajor", "minCompatibilityMinor",
    "gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion", "compiler", "platform",
)  # fmt: skip
"""What is told of a build, in the order of its Go struct."""
SAME = ("gitVersion", "gitCommit", "gitTreeState")


def release(version: str) -> dict[str, str]:
    """What a release of kubectl says of itself."""
    major, minor, _ = version.removeprefix("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": version,
        "gitCommit": "f78e722310e50bcaca9276be22276d9e91d91308",
        "gitTreeState": "clean",
        "buildDate": "2026-09-23T17:10:04Z",
        "goVersion": "go1.26.8",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def check_match(client: Client, version: str) -> None:
    """Refuse a server of another build (`--match-server-version`). Raises CommandError."""
    own, server = release(version), client.speaking(SERVER_VERSION).get("/version", {"timeout": client.patience})
    if any(own[name] != server.get(name) for name in SAME):
        raise CommandError(f"server version (&{in_go(server)}) differs from client version ({in_go(own)})")


def in_go(build: Mapping[str, str]) -> str:
    """A build as Go's `%#v` writes it."""
    fields = (f"{name[0].upper()}{name[1:]}:{quoted(build.get(name, ''))}" for name in FIELDS)
    return f"version.Info{{{', '.join(fields)}}}"
