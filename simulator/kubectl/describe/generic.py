"""Any object, field by field. Upstream: kubectl/pkg/describe/describe.go"""

import re
from typing import Any

from simulator.kubectl.describe.page import Page, boolean
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

SHOWN_ABOVE = (
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
)
ACRONYMS = ("API", "URL", "UID", "GUID")
WORDS = re.compile(r"[A-Z]{3,}[a-z]*|[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|-")
"""Three capitals and more stay together, with the small letters behind them: `URLs`, `DNSNames`."""


def describe(kubectl: Kubectl, page: Page, obj: Object) -> None:
    page.head(obj)
    describe_fields(page, 0, obj, "")


def describe_fields(page: Page, level: int, content: Object, path: str) -> None:
    for name in sorted(content):
        value, here = content[name], f"{path}.{name}"
        if here in SHOWN_ABOVE:
            continue
        title = label(name)
        if isinstance(value, dict):
            page.line(level, f"{title}:")
            describe_fields(page, level + 1, value, here)
        elif isinstance(value, list):
            page.line(level, f"{title}:")
            for item in value:
                if isinstance(item, dict):
                    describe_fields(page, level + 1, item, here)
                else:
                    page.line(level + 1, shown(item))
        else:
            page.field(level, title, shown(value))


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return boolean(value)
    return "<nil>" if value is None else str(value)


def label(name: str) -> str:
    """`creationTimestamp` as `Creation Timestamp`; names with other signs than letters stay as they are."""
    if not all((letter.isascii() and letter.isalpha()) or letter == "-" for letter in name):
        return name
    words = []
    for word in WORDS.findall(name):
        if word.upper() in ACRONYMS:
            words.append(word.upper())
        else:
            words.append(word.capitalize() if word.islower() else word)
    return " ".join(words)
