"""kubectl proxy: serve the API, and a folder, on a local port. Upstream: kubectl/pkg/cmd/proxy"""

from ipaddress import ip_address
from typing import Any

import re2

from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.errors import CommandError, Silent
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.proxying import FILTERS, compiled
from simulator.kubectl.tracing import log_head
from simulator.runtime.errors import OSFailure

PORT = 8001
FIRST_FREE = 40000
ADDRESSES = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "0.0.0.0": "[::]", "": "[::]"}
"""Addresses of this machine on which one can serve, and how they are shown."""
GO_WORDS = {
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "no argument for repetition operator": "missing argument to repetition operator",
}
"""What RE2 and Go's regexp call differently."""


@command(
    "proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    summary="Run a proxy to the Kubernetes API server",
    description="Creates a proxy server or application-level gateway between localhost and the Kubernetes API server."
    " It also serves files from a folder.",
    examples=(
        ("Serve the API under / on port 8001", "kubectl proxy"),
        (
            "Serve it on port 8011, and the folder ./local/www/ under /static/",
            "kubectl proxy --port=8011 --www=./local/www/",
        ),
        ("Serve it under /custom/", "kubectl proxy --api-prefix=/custom/"),
    ),
    flags=(
        Flag("accept-hosts", r"^localhost$,^127\.0\.0\.1$,^\[::1\]$", "Hosts that may ask."),
        Flag("accept-paths", "^.*", "Paths that may be asked for."),
        Flag("address", "127.0.0.1", "The address to serve on."),
        Flag("api-prefix", "/", "The path under which the API is."),
        Flag("append-server-path", False, "Put the server's own path before the paths asked for."),
        Flag("disable-filter", False, "Let everything through. Not safe."),
        Flag("keepalive", "0s", "How long to keep connections open. 0s: for ever.", kind="duration"),
        Flag("port", PORT, "The port to serve on. 0: any that is free.", short="p"),
        Flag("reject-methods", "^$", "Methods that are refused."),
        Flag("reject-paths", "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", "Paths that are refused."),
        Flag("unix-socket", "", "The socket to serve on.", short="u"),
        Flag("www", "", "A folder to serve.", short="w"),
        Flag("www-prefix", "/static/", "The path under which the folder is.", short="P"),
    ),
)
def proxy(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if options.text("unix-socket") and options.number("port") != PORT:
        raise CommandError("cannot set --unix-socket and --port at the same time")
    settings = {
        "api": closed(options.text("api-prefix")),
        "static": closed(options.text("www-prefix")),
        "www": options.text("www"),
        "append": options.flag("append-server-path"),
        "filters": filters(kubectl),
    }
    check_folder(kubectl, options.text("www"))
    if options.text("unix-socket"):
        return begin(kubectl, settings, at_socket(kubectl, options.text("unix-socket")))
    address = place(options.text("address"), options.number("port"))
    port = listen(kubectl, address, options.number("port"))
    return begin(kubectl, settings, f"{address}:{port}")


def place(address: str, port: int) -> str:
    """Where this machine can serve, as it is shown."""
    if not 0 <= port < 65536:
        raise CommandError(f"listen tcp: address {port}: invalid port")
    if address in ADDRESSES:
        return ADDRESSES[address]
    try:
        ip_address(address)
    except ValueError:
        raise CommandError(f"listen tcp: lookup {address}: no such host") from None
    raise CommandError(f"listen tcp {address}:{port}: bind: cannot assign requested address")


def begin(kubectl: Kubectl, settings: dict[str, Any], where: str) -> Outcome:
    kubectl.print(f"Starting to serve on {where}")
    kubectl.memory["proxy"] = settings
    return kubectl.wait(serving, kubectl.client.server, stream=True)  # the client notes where requests go


@step
def serving(kubectl: Kubectl, server: str) -> Outcome:
    """Until somebody stops it."""
    return kubectl.wait(serving, server, stream=True)


def closed(prefix: str) -> str:
    return prefix if prefix.endswith("/") else f"{prefix}/"


def filters(kubectl: Kubectl) -> dict[str, str] | None:
    """The patterns of what is let through; None where everything is."""
    if kubectl.options.flag("disable-filter"):
        said = "Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious"
        kubectl.complain(f"{log_head('W', kubectl.now)} proxy.go:177] {said}")
        return None
    found = {name: kubectl.options.text(name) for name in FILTERS}
    for pattern in ",".join(found.values()).split(","):
        try:
            compiled(pattern)
        except re2.error as error:
            said = f"Error compiling re: error parsing regexp: {worded(error)}"
            kubectl.complain(f"{log_head('F', kubectl.now)} proxy_server.go:83] {said}")
            raise Silent(255) from None
    return found


def worded(error: re2.error) -> str:
    """What is wrong with a pattern, as Go's regexp says it."""
    what, _, where = str(error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]).partition(": ")
    return f"{GO_WORDS.get(what, what)}: `{where}`"


def check_folder(kubectl: Kubectl, folder: str) -> None:
    if not folder or kubectl.terminal.is_folder(folder):
        return
    said = f"Static file directory {folder} is not a directory"
    if not kubectl.terminal.is_file(folder):
        said = f"Failed to stat static file directory {folder}: stat {folder}: no such file or directory"
    kubectl.complain(f"{log_head('W', kubectl.now)} proxy.go:203] {said}")


def at_socket(kubectl: Kubectl, path: str) -> str:
    """Take connections at a socket in the file system."""
    try:
        kubectl.terminal.listen_at(path)
    except OSFailure as failure:
        raise CommandError(f"listen unix {path}: bind: {failure.words.lower()}") from None
    return path


def listen(kubectl: Kubectl, address: str, port: int) -> int:
    """Take connections on a port, or on any free one for 0."""
    for candidate in (port,) if port else range(FIRST_FREE, FIRST_FREE + 1000):
        try:
            kubectl.terminal.listen(candidate)
        except OSFailure:
            continue
        return candidate
    raise CommandError(f"listen tcp {address}:{port}: bind: address already in use")
