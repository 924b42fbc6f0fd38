"""curl's options: what each word of its command line sets. Upstream: src/tool_getparam.c"""

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from simulator.kernel.clock import SECOND

type Options = dict[str, Any]

FLAGS = {
    "s": "silent", "S": "show_error", "v": "verbose", "i": "include", "I": "head", "L": "location", "k": "insecure",
    "f": "fail", "G": "get", "O": "remote_name", "V": "version", "N": "", "4": "", "6": "", "g": "globoff", "j": "",
    "#": "quiet",
    "0": "", "a": "", "n": "", "R": "", "q": "",
}  # fmt: skip
VALUES = {
    "o": "output", "w": "write_out", "m": "max_time", "H": "header", "X": "method", "d": "data", "A": "agent",
    "u": "user",
    "e": "referer", "b": "cookie", "E": "cert", "F": "form", "c": "cookie_jar", "T": "upload", "D": "dump_header",
    "x": "proxy", "r": "range",
}  # fmt: skip
LONG_FLAGS = {
    "silent": "silent", "show-error": "show_error", "verbose": "verbose", "include": "include",
    "show-headers": "include",
    "head": "head", "location": "location", "insecure": "insecure", "fail": "fail", "fail-with-body": "fail_with_body",
    "get": "get", "remote-name": "remote_name", "version": "version", "help": "help", "no-buffer": "", "ipv4": "",
    "ipv6": "", "globoff": "globoff", "compressed": "", "http1.1": "", "http1.0": "", "http2": "",
    "no-progress-meter": "quiet",
    "progress-bar": "quiet", "retry-connrefused": "retry_refused", "retry-all-errors": "retry_refused",
    "path-as-is": "",
    "no-keepalive": "", "tlsv1.2": "", "tlsv1.3": "", "raw": "", "styled-output": "", "no-styled-output": "",
    "location-trusted": "location", "proto-default": "",
}  # fmt: skip
LONG_VALUES = {
    "output": "output", "write-out": "write_out", "max-time": "max_time", "connect-timeout": "connect_timeout",
    "header": "header", "request": "method", "data": "data", "data-raw": "data_raw", "data-binary": "data_binary",
    "data-ascii": "data", "upload-file": "upload", "proxy": "proxy",
    "data-urlencode": "data_urlencode", "json": "json", "user-agent": "agent", "user": "user", "referer": "referer",
    "cookie": "cookie", "resolve": "resolve", "retry": "retry", "retry-delay": "retry_delay", "retry-max-time": "",
    "max-redirs": "max_redirs", "url": "url", "oauth2-bearer": "bearer", "cacert": "cacert", "cert": "cert",
    "key": "key", "form": "form", "unix-socket": "socket",
    "capath": "",
    "range": "range", "interface": "", "noproxy": "", "keepalive-time": "", "dump-header": "dump_header",
    "cookie-jar": "cookie_jar",
}  # fmt: skip


NOT_SIMULATED = {"proxy": "there are no proxies", "cookie_jar": "no cookies are kept; send them with -b"}
PLAIN, RAW, BINARY = "plain", "raw", "binary"
"""Data whose `@FILE` is read without its line ends, that is sent as it stands, and whose `@FILE` is read as it is."""


class Misuse(Exception):
    """An option that curl does not take."""


def parse(words: list[str]) -> Options:
    """The options of a command line. Raises `Misuse`."""
    options: Options = {
        **dict.fromkeys(FLAGS.values(), False), **dict.fromkeys(LONG_FLAGS.values(), False), "urls": [], "outputs": [],
        "write_out": "", "max_time": 0, "connect_timeout": 0, "headers": [], "method": "", "data": [],
        "agent": "curl/8.14.1",
        "user": "", "resolve": [], "retry": 0, "retry_delay": 0, "max_redirs": 50, "content_type": "", "output": "",
        "cacert": "", "cert": "", "key": "", "socket": "", "forms": [], "multipart": ("", b""),
        "upload": "", "dump_header": "",
    }  # fmt: skip
    plain = False
    while words:
        word = words.pop(0)
        if plain or not word.startswith("-") or word == "-":
            options["urls"].append(word)
        elif word == "--":
            plain = True
        elif word.startswith("--"):
            _long(options, word, words)
        else:
            _short(options, word, words)
    if not options["urls"] and not options["version"] and not options["help"]:
        raise Misuse("(2) no URL specified")
    if options["fail_with_body"]:
        options["fail"] = True
    return options


def _long(options: Options, word: str, words: list[str]) -> None:
    name = word[2:]
    if name in LONG_FLAGS:
        options[LONG_FLAGS[name]] = True
    elif name in LONG_VALUES:
        if not words:
            raise Misuse(f"option {word}: requires parameter")
        _take(options, LONG_VALUES[name], words.pop(0), word)
    else:
        raise Misuse(f"option {word}: is unknown")


def _short(options: Options, word: str, words: list[str]) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter == "h":
            options["help"] = True
            words.clear()
        elif letter in FLAGS:
            options[FLAGS[letter]] = True
        elif letter in VALUES:
            if not letters and not words:
                raise Misuse(f"option -{letter}: requires parameter")
            _take(options, VALUES[letter], letters or words.pop(0), f"-{letter}")
            return
        else:
            raise Misuse(f"option {word}: is unknown")


def _take(options: Options, name: str, value: str, word: str) -> None:
    if name in ("max_time", "connect_timeout"):
        try:
            options[name] = round(float(value) * SECOND)
        except ValueError:
            raise Misuse(f"option {word}: expected a proper numerical parameter") from None
    elif name in ("retry", "retry_delay", "max_redirs"):
        if not value.lstrip("-").isdecimal():
            raise Misuse(f"option {word}: expected a proper numerical parameter")
        options[name] = int(value) if int(value) >= 0 else 1 << 30
    elif name == "form" and not value.partition("=")[1]:
        raise Misuse(f"option {word}: is badly used here")
    elif name in NOT_SIMULATED:
        raise Misuse(f"option {word}: is not simulated: {NOT_SIMULATED[name]}")
    elif name in ("data", "data_raw", "data_binary"):
        options["data"].append(({"data": PLAIN, "data_raw": RAW, "data_binary": BINARY}[name], value))
    elif name in ("header", "resolve", "url", "form"):
        field = {"header": "headers", "resolve": "resolve", "url": "urls", "form": "forms"}[name]
        options[field].append(value)
    elif name == "output":
        options["outputs"].append(value)
    elif name == "json":
        options["data"].append((BINARY, value))
        options["headers"].append("Accept: application/json")
        options["content_type"] = "application/json"
    elif name == "data_urlencode":
        key, equals, text = value.partition("=")
        sent = f"{key}={quote(text, safe='')}" if equals and key else quote(text if equals else key, safe="")
        options["data"].append((RAW, sent))
    elif name == "user":
        options["user"] = "Basic " + b64encode((value if ":" in value else f"{value}:").encode()).decode()
    elif name == "bearer":
        options["user"] = f"Bearer {value}"
    elif name in ("referer", "cookie", "range"):
        title = {"referer": "Referer", "cookie": "Cookie", "range": "Range"}[name]
        options["headers"].append(f"{title}: {'bytes=' if name == 'range' else ''}{value}")
    elif name:
        options[name] = value
