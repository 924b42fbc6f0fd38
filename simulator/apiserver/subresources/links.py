"""The links of a page in HTML led elsewhere; all else of the page stays, but for how its tags are written.

Upstream: apimachinery/pkg/util/proxy/transport.go rewriteHTML, golang.org/x/net/html Token.String
"""

from collections.abc import Callable
from html import unescape
from typing import Final

import re2

LINKS: Final = {
    "a": ("href",), "applet": ("codebase",), "area": ("href",), "audio": ("src",), "base": ("href",),
    "blockquote": ("cite",), "body": ("background",), "button": ("formaction",), "command": ("icon",), "del": ("cite",),
    "embed": ("src",), "form": ("action",), "frame": ("longdesc", "src"), "head": ("profile",), "html": ("manifest",),
    "iframe": ("longdesc", "src"), "img": ("longdesc", "src", "usemap"), "input": ("src", "usemap", "formaction"),
    "ins": ("cite",), "link": ("href",), "object": ("classid", "codebase", "data", "usemap"), "q": ("cite",),
    "script": ("src",), "source": ("src",), "video": ("poster", "src"),
}  # fmt: skip
"""Which attributes of which tags are links."""
RAW: Final = frozenset({"iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"})
"""What holds no tags but its own end."""
TOKEN: Final = re2.compile(rb"""(?s)<!--.*?-->|<[!?/][^>]*>|<([a-zA-Z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>""")
ATTRIBUTE: Final = re2.compile(rb"""(?s)([^\s/>="'][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
ESCAPED: Final = {"&": "&amp;", "'": "&#39;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "\r": "&#13;"}


LARGEST: Final = 256 * 1024
"""Bytes of a page; a larger one stays as it is."""


def rewritten(page: bytes, led: Callable[[str], str]) -> bytes:
    """The page with each of its links led through `led`."""
    if len(page) > LARGEST:
        return page
    parts, place, lower = [], 0, page.lower()
    while (found := TOKEN.search(page, place)) is not None:
        parts.append(page[place : found.start()])
        place = found.end()
        if found[1] is None:
            parts.append(found[0])
            continue
        name = found[1].decode("utf-8", "replace").lower()
        parts.append(tag(name, found[2], led))
        if name in RAW:
            end = lower.find(b"</" + name.encode(), place)
            end = len(page) if end < 0 else end
            parts.append(page[place:end])
            place = end
    return b"".join([*parts, page[place:]])


def tag(name: str, rest: bytes, led: Callable[[str], str]) -> bytes:
    """The beginning of an element, written as Go writes it."""
    links, written = LINKS.get(name, ()), [name]
    for one in ATTRIBUTE.finditer(rest):
        key = one[1].decode("utf-8", "replace").lower()
        value = unescape(next((part for part in one.groups()[1:] if part is not None), b"").decode("utf-8", "replace"))
        value = led(value) if key in links else value
        written.append(f'{key}="{"".join(ESCAPED.get(letter, letter) for letter in value)}"')
    end = "/>" if rest.rstrip().endswith(b"/") else ">"
    return f"<{' '.join(written)}{end}".encode()
