"""The Corefile: read into server blocks, or refused in CoreDNS's words.

Upstream: coredns/caddy caddyfile, coredns plugin.cfg
"""

from collections.abc import Iterator, Mapping
from re import compile as pattern
from typing import NamedTuple

from simulator.machinery.objects import Object
from simulator.network.plugins import CHECKS, PATH, PORT, CorefileError

DIRECTIVES = (
    "root", "metadata", "geoip", "cancel", "tls", "quic", "grpc_server", "https", "https3", "timeouts", "multisocket",
    "reload", "nsid", "bufsize", "bind", "debug", "trace", "ready", "health", "pprof", "prometheus", "errors", "log",
    "dnstap", "local", "dns64", "acl", "any", "chaos", "loadbalance", "tsig", "cache", "rewrite", "header", "dnssec",
    "autopath", "minimal", "template", "transfer", "hosts", "route53", "azure", "clouddns", "k8s_external",
    "kubernetes", "file", "auto", "secondary", "etcd", "loop", "forward", "grpc", "erratic", "whoami", "on", "sign",
    "view", "nomad",
)  # fmt: skip
"""What CoreDNS 1.13 is built with, in the order in which plugins are set up and asked."""
TOKENS = pattern(r'"((?:\\.|[^"\\])*)"|(\n)|(#[^\n]*)|(\S+)')
VARIABLE = pattern(r"\{\$(\w+)\}|\{%(\w+)%\}")
LONGEST = 64 << 10


class Token(NamedTuple):
    text: str
    line: int


def load(text: str, env: Mapping[str, str]) -> list[Object]:
    """Server blocks as plain values: `zones`, `port`, and `plugins` (name → stanzas; each its arguments and lines).

    Raises `CorefileError`.
    """
    blocks = Parser(text, env).blocks()
    for block in blocks:
        for name in DIRECTIVES:
            check = CHECKS.get(name)
            for stanza in block["plugins"].get(name, ()) if check is not None else ():
                check(stanza)  # type: ignore[misc]
    return blocks


class Parser:
    """Groups tokens by server block and directive."""

    def __init__(self, text: str, env: Mapping[str, str]) -> None:
        self._tokens = list(tokens(text[:LONGEST], env))
        self._cursor = -1
        self._snippets: dict[str, list[Token]] = {}

    def blocks(self) -> list[Object]:
        found = []
        while self._next():
            keys = self._addresses()
            if len(keys) == 1 and keys[0].startswith("(") and keys[0].endswith(")"):
                self._snippets[keys[0][1:-1]] = self._snippet()
                continue
            found += [self._block(keys)] if keys else []
        return found

    @property
    def _current(self) -> Token:
        return self._tokens[self._cursor]

    def _next(self) -> bool:
        if self._cursor >= len(self._tokens) - 1:
            return False
        self._cursor += 1
        return True

    def _starts_line(self) -> bool:
        return self._cursor < 1 or self._tokens[self._cursor - 1].line != self._current.line

    def _error(self, words: str) -> CorefileError:
        return CorefileError(f"{PATH}:{self._current.line} - Error during parsing: {words}")

    def _addresses(self) -> list[str]:
        keys: list[str] = []
        more = False
        while self._current.text != "{":
            text = self._current.text
            more = text.endswith(",")
            keys.append(text.rstrip(","))
            if not self._next():
                if more:
                    raise self._error("Unexpected EOF")
                return keys
            if not more and self._starts_line():
                break
        if more:
            raise self._error("Expected another address but had '{' - check for extra comma")
        return keys

    def _snippet(self) -> list[Token]:
        if self._current.text != "{":
            raise self._syntax("{")
        depth = 1
        kept: list[Token] = []
        while self._next():
            depth += {"{": 1, "}": -1}.get(self._current.text, 0)
            if not depth:
                return kept
            kept.append(self._current)
        raise self._syntax("}")

    def _syntax(self, wanted: str) -> CorefileError:
        got = self._current
        return CorefileError(f"{PATH}:{got.line} - Syntax error: Unexpected token '{got.text}', expecting '{wanted}'")

    def _block(self, keys: list[str]) -> Object:
        braced = self._current.text == "{"
        if not braced:
            self._cursor -= 1
        plugins: dict[str, list[Object]] = {}
        while self._next():
            if self._current.text == "}":
                break
            if self._current.text == "import":
                self._import()
                continue
            name, stanza = self._directive()
            plugins.setdefault(name, []).append(stanza)
        if braced and self._current.text != "}":
            raise self._syntax("}")
        zones = [zone_of(key) for key in keys]
        return {"zones": zones, "port": port_of(keys[0]), "plugins": plugins}

    def _import(self) -> None:
        """Put a snippet's tokens where its name is."""
        if not self._next() or self._starts_line():
            raise self._error("Wrong argument count or unexpected line ending after 'import'")
        name = self._current.text
        if name not in self._snippets:
            raise self._error(f"File to import not found: {name}")
        self._tokens[self._cursor - 1 : self._cursor + 1] = self._snippets.pop(name)
        self._cursor -= 2

    def _directive(self) -> tuple[str, Object]:
        name, line = self._current.text, self._current.line
        if name not in DIRECTIVES:
            raise self._error(f"Unknown directive '{name}'")
        words: list[Token] = []
        depth = 0
        while self._next():
            text = self._current.text
            if text == "{":
                depth += 1
            elif self._starts_line() and not depth:
                self._cursor -= 1
                break
            elif text == "}" and depth:
                depth -= 1
            elif text == "}":
                raise self._error("Unexpected '}' because no matching opening brace")
            words.append(self._current)
        if depth:
            raise self._error("Unexpected EOF")
        return name, stanza_of(name, line, words)


def tokens(text: str, env: Mapping[str, str]) -> Iterator[Token]:
    """Words of a Corefile with the variables of the environment in them."""
    line = 1
    for quoted, newline, comment, word in TOKENS.findall(text):
        if newline:
            line += 1
        elif not comment:
            found = quoted or word
            yield Token(VARIABLE.sub(lambda name: env.get(name[1] or name[2], ""), found), line)
            line += quoted.count("\n")


def stanza_of(name: str, line: int, words: list[Token]) -> Object:
    """A directive's arguments and the lines of its block."""
    opening = next((index for index, word in enumerate(words) if word.text == "{"), len(words))
    rows: list[list[str]] = []
    numbers: list[int] = []
    for word in words[opening + 1 : -1]:
        if not numbers or numbers[-1] != word.line:
            rows.append([])
            numbers.append(word.line)
        rows[-1].append(word.text)
    arguments = [word.text for word in words[:opening]]
    return {"name": name, "line": line, "arguments": arguments, "lines": rows, "numbers": numbers}


def zone_of(key: str) -> str:
    """The zone of a server block's key: `dns://example.org:1053` is about `example.org`; the root is empty."""
    host = key.partition("://")[2] or key
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).strip(".").lower()


def port_of(key: str) -> int:
    port = key.rpartition(":")[2]
    return int(port) if ":" in key and port.isdecimal() else PORT
