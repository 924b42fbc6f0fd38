"""nginx's configuration: read as nginx reads it, reduced to what the simulated server does.

Upstream: nginx.org/en/docs/dirindex.html, src/core/ngx_conf_file.c
"""

import re
from fnmatch import filter as matching
from functools import lru_cache
from posixpath import dirname, join
from typing import Any

from simulator.runtime.files import Files

MAIN = "/etc/nginx/nginx.conf"
TOKEN = re.compile(r'\s+|#[^\n]*|[{};]|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|(?:\\.|\$\{[^}]*\}|[^\s{};"\'#])+')
IGNORED = frozenset(
    (  # noqa: SIM905 - read as text
        "user worker_processes error_log pid events worker_connections worker_rlimit_nofile multi_accept use "
        "default_type log_format access_log sendfile tcp_nopush tcp_nodelay keepalive_timeout keepalive_requests gzip "
        "gzip_types gzip_min_length gzip_vary gzip_proxied gzip_comp_level types types_hash_max_size server_tokens "
        "charset error_page client_max_body_size client_body_buffer_size client_header_timeout client_body_timeout "
        "send_timeout resolver resolver_timeout proxy_set_header proxy_http_version proxy_buffering "
        "proxy_read_timeout proxy_connect_timeout proxy_send_timeout proxy_redirect proxy_buffers proxy_buffer_size "
        "proxy_cache_bypass proxy_next_upstream expires etag map geo limit_req limit_req_zone limit_conn "
        "limit_conn_zone deny allow satisfy auth_basic internal auth_basic_user_file ssl_certificate "
        "ssl_certificate_key ssl_protocols ssl_ciphers ssl_session_cache load_module ssl_session_timeout "
        "ssl_prefer_server_ciphers add_trailer stub_status set if rewrite keepalive least_conn ip_hash random hash "
        "zone worker_shutdown_timeout daemon master_process env include_end http2 absolute_redirect port_in_redirect "
        "large_client_header_buffers reset_timedout_connection open_file_cache stream real_ip_header set_real_ip_from "
        "underscores_in_headers server_name_in_redirect log_not_found fastcgi_pass fastcgi_param fastcgi_index "
        "merge_slashes variables_hash_max_size map_hash_bucket_size server_names_hash_bucket_size"
    ).split()
)
"""Directives that change nothing a learner can see here, or that are not simulated."""

type Directive = tuple[list[str], list["Directive"] | None, str]
"""Words, block, and where it stands."""


class ConfigError(Exception):
    """What nginx says before it gives up: the text after `nginx: [emerg] `."""


def load(files: Files) -> list[dict[str, Any]]:
    """The servers of the configuration, as plain values. Raises `ConfigError`."""
    servers: list[dict[str, Any]] = []
    upstreams: dict[str, list[str]] = {}
    for words, block, _ in read(files, MAIN):
        if words[0] == "http":
            inherited: dict[str, Any] = {"root": "/etc/nginx/html", "index": ["index.html"], "headers": []}
            for directive in block or []:
                _http(directive, inherited, servers, upstreams)
        else:
            known(words, block, MAIN)
    for server in servers:
        for place in server["locations"]:
            if place.get("proxy_pass"):
                _resolve_upstream(place, upstreams)
    return servers


def _http(
    directive: Directive, inherited: dict[str, Any], servers: list[dict[str, Any]], upstreams: dict[str, list[str]]
) -> None:
    words, block, where = directive
    if words[0] == "server":
        servers.append(_server(block or [], inherited))
    elif words[0] == "upstream":
        upstreams[words[1]] = [inner[0][1] for inner in block or [] if inner[0][0] == "server"]
    elif not _setting(words, inherited):
        known(words, block, where)


def _server(block: list[Directive], inherited: dict[str, Any]) -> dict[str, Any]:
    server: dict[str, Any] = {**inherited, "listen": [], "default": False, "names": [], "locations": []}
    for words, inner, where in block:
        if words[0] == "listen":
            port = words[1].rpartition(":")[2].rstrip("]")
            server["listen"] = [*server["listen"], int(port) if port.isdecimal() else 80]
            server["default"] = server["default"] or "default_server" in words
        elif words[0] == "server_name":
            server["names"] = words[1:]
        elif words[0] == "location":
            continue
        elif not _setting(words, server):
            known(words, inner, where)
    server["listen"] = list(dict.fromkeys(server["listen"])) or [80]
    for words, inner, where in block:
        if words[0] == "location":
            server["locations"] = [*server["locations"], *_location(words, inner or [], server, where)]
    return server


def _location(words: list[str], block: list[Directive], server: dict[str, Any], where: str) -> list[dict[str, Any]]:
    if len(words) < 2:
        raise ConfigError(f'invalid number of arguments in "location" directive in {where}')
    kind, match = (words[1], words[2]) if len(words) > 2 else ("", words[1])
    inherited = {key: server[key] for key in ("root", "index", "headers")}
    place: dict[str, Any] = {**inherited, "kind": kind, "match": match, "where": where}
    nested: list[dict[str, Any]] = []
    for inner_words, inner, inner_where in block:
        if inner_words[0] == "location":
            nested += _location(inner_words, inner or [], server, inner_where)
        elif not _setting(inner_words, place):
            known(inner_words, inner, inner_where)
        if inner_words[0] == "proxy_pass":
            place["where"] = inner_where
    return [place, *nested]


def _setting(words: list[str], into: dict[str, Any]) -> bool:
    """Take a directive that the server heeds; whether it was one."""
    match words:
        case ["root" | "alias" | "proxy_pass" | "autoindex" as name, value]:
            into[name] = value
        case ["index", *names]:
            into["index"] = names
        case ["return", code, *rest] if code.isdecimal():
            into["return"] = [int(code), " ".join(rest)]
        case ["return", target]:
            into["return"] = [302, target]
        case ["try_files", *paths]:
            into["try_files"] = paths
        case ["add_header", name, value, *_]:
            into["headers"] = [*into.get("headers", []), [name.lower(), value]]
        case ["default_type", kind]:
            into["default_type"] = kind
        case ["access_log", "off", *_]:
            into["quiet"] = True
        case _:
            return False
    return True


def known(words: list[str], block: list[Directive] | None, where: str) -> None:
    """Refuse a directive that nginx does not have."""
    if words[0] not in IGNORED and words[0] not in ("http", "server", "include"):
        raise ConfigError(f'unknown directive "{words[0]}" in {where}')


def _resolve_upstream(place: dict[str, Any], upstreams: dict[str, list[str]]) -> None:
    scheme, _, rest = place["proxy_pass"].partition("://")
    host, slash, path = rest.partition("/")
    place["targets"] = [f"{scheme}://{one}" for one in upstreams.get(host, [host])]
    place["path"] = slash + path


def read(files: Files, path: str) -> list[Directive]:
    """The directives of a file, included ones in their place. Raises `ConfigError`."""
    node = files.find(path)
    if node is None or node["kind"] != "file":
        raise ConfigError(f'open() "{path}" failed (2: No such file or directory)')
    return _with_includes(files, parsed(path, node["content"]))


def _with_includes(files: Files, directives: list[Directive]) -> list[Directive]:
    whole: list[Directive] = []
    for words, block, where in directives:
        if words[0] == "include" and len(words) > 1:
            whole += _included(files, words[1])
        else:
            whole.append((words, None if block is None else _with_includes(files, block), where))
    return whole


@lru_cache(maxsize=64)
def parsed(path: str, content: bytes) -> list[Directive]:
    """One file by itself; the same file of many containers is read once. Raises `ConfigError`."""
    tokens = _tokens(content.decode("utf-8", "replace"))
    directives, left = _block(path, tokens, 0, inside=False)
    if left != len(tokens):
        raise ConfigError(f'unexpected "}}" in {path}:{tokens[left][1]}')
    return directives


def _tokens(text: str) -> list[tuple[str, int]]:
    found, line = [], 1
    for match in TOKEN.finditer(text):
        token = match.group()
        if not token.isspace() and not token.startswith("#"):
            found.append((token, line))
        line += token.count("\n")
    return [*found, ("", line)] if found and found[-1][0] not in (";", "}") else found


def _block(path: str, tokens: list[tuple[str, int]], at: int, *, inside: bool) -> tuple[list[Directive], int]:
    directives: list[Directive] = []
    words: list[str] = []
    while at < len(tokens):
        token, line = tokens[at]
        where = f"{path}:{line}"
        at += 1
        if token == "":
            raise ConfigError(f'unexpected end of file, expecting ";" or "}}" in {where}')
        if token == ";" and words:
            directives.append((words, None, where))
            words = []
        elif token == "{" and words:
            inner, at = _block(path, tokens, at, inside=True)
            directives.append((words, inner, where))
            words = []
        elif token == "}":
            if words:
                raise ConfigError(f'unexpected "}}" in {where}')
            return directives, at if inside else at - 1
        elif token in (";", "{"):
            raise ConfigError(f'unexpected "{token}" in {where}')
        else:
            words.append(token[1:-1] if token[0] in "\"'" else token)
    if inside:
        raise ConfigError(f'unexpected end of file, expecting "}}" in {path}:{tokens[-1][1] + 1}')
    return directives, at


def _included(files: Files, pattern: str) -> list[Directive]:
    full = pattern if pattern.startswith("/") else join("/etc/nginx", pattern)
    folder = dirname(full)
    if "*" not in full:
        return [] if full.endswith("mime.types") else read(files, full)
    if not files.is_directory(folder):
        return []
    names = matching(files.names(folder), full.rpartition("/")[2])
    return [directive for name in names for directive in read(files, join(folder, name))]
