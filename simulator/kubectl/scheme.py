"""Which kinds kubectl has types of its own for; a command that works with those refuses every other kind.

Upstream: kubectl/pkg/scheme, k8s.io/apimachinery/pkg/runtime/error.go
"""

import re
from functools import cache

from simulator.kubectl.errors import CommandError, Failure
from simulator.kubectl.patching import SERVED_ONLY, VERSION
from simulator.machinery.golang import quoted
from simulator.machinery.schemas import schemas

SCHEME = "pkg/scheme/scheme.go:28"
"""What nearly every command reads objects with, as it calls itself."""
UNSTABLE = re.compile(r"v1(alpha|beta)\d+")
"""Versions that no server may have any more; of most of them the types have stayed."""
LATER = {"extensions": ("apps", "networking.k8s.io")}
CLIENT_SCHEME = "k8s.io/client-go/kubernetes/scheme/register.go:84"


def knows(api_version: str, kind: str) -> bool:
    """Whether kubectl is built with a type for a kind."""
    group, _, version = api_version.rpartition("/")
    if group in SERVED_ONLY:
        return False
    if schemas(VERSION).type_of_kind(group, version, kind) is not None:
        return True
    groups = LATER.get(group, (group,))
    return UNSTABLE.fullmatch(version) is not None and any((one, kind) in _built_in() for one in groups)


@cache
def _built_in() -> frozenset[tuple[str, str]]:
    return frozenset((group, kind) for group, _, kind in schemas(VERSION).kinds())


def unregistered(api_version: str, kind: str, scheme: str, *, source: str = "", ending: str = "") -> Failure | None:
    """What is said where there is no such type: of an object from a file, or with an `ending` of a list."""
    if knows(api_version, kind):
        return None
    said = f"no kind {quoted(kind + ending)} is registered for version {quoted(api_version)} in scheme {quoted(scheme)}"
    return CommandError(f"unable to decode {quoted(source)}: {said}" if source else said)
