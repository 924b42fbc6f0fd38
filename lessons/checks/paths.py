"""Where a value stands in an object: `.spec.containers[name=web].image`."""

import re
from typing import Any

STEP = re.compile(
    r"""\.(?P<name>[A-Za-z0-9_-]+)          # .spec
      | \[(?P<index>-?\d+)\]                # [0]
      | \['(?P<quoted>[^']+)'\]             # ['deployment.kubernetes.io/revision']
      | \[(?P<key>\w+)=(?P<value>[^\]]+)\]  # [name=web]: the first entry of a list with that value
      | \[(?P<having>[A-Za-z]\w*)\]         # [emptyDir]: the first entry that has such a field
    """,
    re.VERBOSE,
)


PUBLIC = re.compile(r"^(?:index\.)?docker\.io/(?:library/)?(?=[^/]+(?:/[^/]+)?$)")
"""What may stand before the name of an image of the public registry, and says nothing."""


def follow(value: Any, path: str) -> Any:
    """The value at a path; None where it leads nowhere. Raises ValueError for what is not a path."""
    place = 0
    while place < len(path):
        step = STEP.match(path, place)
        if step is None:
            raise ValueError(f"not a path: {path}")
        value = stepped(value, step)
        place = step.end()
    return short(value) if path.endswith(".image") and isinstance(value, str) else value


def short(image: str) -> str:
    """An image by the name that people write: `docker.io/library/nginx:1.29` is `nginx:1.29`."""
    return PUBLIC.sub("", image)


def stepped(value: Any, step: re.Match[str]) -> Any:
    name = step["name"] or step["quoted"]
    if name is not None:
        return value.get(name) if isinstance(value, dict) else None
    entries = value if isinstance(value, list) else []
    if step["index"] is not None:
        index = int(step["index"])
        return entries[index] if -len(entries) <= index < len(entries) else None
    if step["having"] is not None:
        return next((entry for entry in entries if entry.get(step["having"]) is not None), None)
    return next((entry for entry in entries if spelled(entry.get(step["key"])) == step["value"]), None)


def spelled(value: Any) -> str:
    """A value as a path names it; a folder is the same with a slash behind it."""
    text = str(value)
    return text.rstrip("/") or text
