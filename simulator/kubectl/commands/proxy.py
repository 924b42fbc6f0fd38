"""kubectl proxy: serve the API on a local port; this workstation has no ports to serve on.

Upstream: kubectl/pkg/cmd/proxy
"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl


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
        Flag("port", 8001, "The port to serve on. 0: any that is free.", short="p"),
        Flag("reject-methods", "^$", "Methods that are refused."),
        Flag("reject-paths", "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", "Paths that are refused."),
        Flag("unix-socket", "", "The socket to serve on.", short="u"),
        Flag("www", "", "A folder to serve.", short="w"),
        Flag("www-prefix", "/static/", "The path under which the folder is.", short="P"),
    ),
)
def proxy(kubectl: Kubectl) -> Outcome:
    raise CommandError(
        "proxy is not simulated: nothing can listen on this workstation. kubectl get --raw PATH asks the server"
    )
