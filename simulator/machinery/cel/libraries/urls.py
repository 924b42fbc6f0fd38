"""URLs and their parts. Upstream: apiserver/pkg/cel/library/urls.go"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import NAMES, CELError
from simulator.machinery.golang import quoted

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
KEPT = "!$&'()*+,;=:@/~"


@dataclass(frozen=True, slots=True)
class URL:
    text: str
    scheme: str
    host: str
    path: str
    query: str

    @property
    def port(self) -> str:
        rest = self.host.rpartition("]")[2] if self.host.startswith("[") else self.host
        return rest.partition(":")[2]


NAMES[URL] = "kubernetes.URL"


def parse(text: str) -> URL:
    """A URL, absolute or with an absolute path. Raises `CELError`."""
    wrong = f"URL parse error during conversion from string: parse {quoted(text)}"
    if not text:
        raise CELError(f"{wrong.replace(quoted(text), chr(34) * 2)}: empty url")
    if not text.startswith("/") and not SCHEME.match(text):
        raise CELError(f"{wrong}: invalid URI for request")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise CELError(f"{wrong}: {error}") from None
    host = parts.netloc.rpartition("@")[2]
    after = host.rpartition("]")[2] if host.startswith("[") else host
    if after.count(":") > 1 or (":" in after and not re.fullmatch(r"[0-9]*", after.partition(":")[2])):
        raise CELError(f"{wrong}: invalid port {quoted(':' + after.partition(':')[2])} after host")
    if " " in host:
        raise CELError(f'{wrong}: invalid character " " in host name')
    return URL(text, parts.scheme.lower(), host, parts.path, parts.query)


@function("url(string) -> kubernetes.URL")
def url(text: str) -> URL:
    return parse(text)


@function("isURL(string) -> bool")
def is_url(text: str) -> bool:
    try:
        parse(text)
    except CELError:
        return False
    return True


@function("kubernetes.URL#getScheme() -> string")
def scheme(value: URL) -> str:
    return value.scheme


@function("kubernetes.URL#getHost() -> string")
def host(value: URL) -> str:
    return value.host


@function("kubernetes.URL#getHostname() -> string")
def hostname(value: URL) -> str:
    name = value.host.removesuffix(f":{value.port}") if value.port else value.host.removesuffix(":")
    return name.strip("[]")


@function("kubernetes.URL#getPort() -> string")
def port(value: URL) -> str:
    return value.port


@function("kubernetes.URL#getEscapedPath() -> string")
def escaped_path(value: URL) -> str:
    return quote(unquote(value.path), safe=KEPT)


@function("kubernetes.URL#getQuery() -> map(string, list(string))")
def query(value: URL) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, item in parse_qsl(value.query, keep_blank_values=True):
        found.setdefault(key, []).append(item)
    return found
