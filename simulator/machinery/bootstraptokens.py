"""Bootstrap tokens: Secrets of a type of their own. Upstream: k8s.io/cluster-bootstrap/util/secrets"""

import re
from base64 import b64decode

from simulator.kernel.clock import moment
from simulator.machinery.objects import Object

TYPE = "bootstrap.kubernetes.io/token"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def told(secret: Object) -> dict[str, str]:
    """What a token's Secret says."""
    return {key: b64decode(value).decode("utf-8", "replace") for key, value in (secret.get("data") or {}).items()}


def end(data: dict[str, str]) -> int | None:
    """When a token is over; None is never. A moment that nobody can read is long ago."""
    written = data.get("expiration", "")
    if not written:
        return None
    try:
        return moment(written) if RFC3339.fullmatch(written) else 0
    except (ValueError, OverflowError):
        return 0
