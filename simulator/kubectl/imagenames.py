"""Whether a text can name an image. Upstream: github.com/distribution/reference"""

import re

SEPARATED = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
HOST = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
DOMAIN = rf"(?:{HOST}(?:\.{HOST})*(?::[0-9]+)?)"
DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
REFERENCE = re.compile(rf"(?:{DOMAIN}/)?{SEPARATED}(?:/{SEPARATED})*(?::[\w][\w.-]{{0,127}})?(?:@{DIGEST})?", re.ASCII)


def is_image(text: str) -> bool:
    return REFERENCE.fullmatch(text) is not None
