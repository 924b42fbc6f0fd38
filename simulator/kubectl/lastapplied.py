"""The annotation in which client-side apply keeps what was applied last. Upstream: kubectl/pkg/util/apply.go"""

from typing import Any

import orjson

from simulator.machinery.golang import json_text
from simulator.machinery.objects import Object, at, changed

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def last_applied(obj: Object) -> Object | None:
    """The configuration that was applied last, or None where there is none."""
    text = at(obj, "metadata", "annotations", default={}).get(LAST_APPLIED)
    if not text:
        return None
    loaded: Any = orjson.loads(text)
    return loaded if isinstance(loaded, dict) else None


def with_last_applied(obj: Object) -> Object:
    """An object that carries its own configuration, for the next apply to compare with."""
    annotations = {
        key: value for key, value in (at(obj, "metadata", "annotations") or {}).items() if key != LAST_APPLIED
    }
    bare = changed(obj, ("metadata", "annotations"), annotations)
    return changed(bare, ("metadata", "annotations"), {**annotations, LAST_APPLIED: encoded(bare)})


def encoded(obj: Object) -> str:
    """An object on one line, keys sorted, as kubectl writes it into the annotation."""
    return json_text(sorted_keys(obj)) + "\n"


def sorted_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [sorted_keys(item) for item in value]
    return value
