"""`manage.py serve`: the site, its WebSockets and its background work in this one process."""

import contextlib
import errno
import fcntl
import socket
from typing import IO, Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lab.secure import secure

TLS_OFFSET = 443
"""The HTTPS port is the site's plus this, unless `KUBELAB_TLS_PORT` says which: 8443 beside 8000."""
ANY = 0
"""A port that is free: beside a site whose own port the system chose, no fixed one can be promised."""


class Command(BaseCommand):
    help = "Serve the whole site from one process; Ctrl-C stops it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--page", default="", help="the page whose address is told")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")

    def handle(self, *args: Any, port: int, host: str, page: str = "", **options: Any) -> None:
        listening = site_socket(host, port)
        self.open_https(host, port + TLS_OFFSET if port else ANY)
        lock = settings.REDIS_URL or locked()  # kept open for as long as this runs
        config = uvicorn.Config(
            "lab.asgi:application",
            loop="uvloop",
            ws="wsproto",
            ws_per_message_deflate=False,
            lifespan="on",
            log_level="warning",
            server_header=False,
            proxy_headers=bool(settings.HOSTS),
            timeout_graceful_shutdown=5,
        )
        name = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
        self.stdout.write(f"KubeLab is at http://{name}:{listening.getsockname()[1]}/{page} (Ctrl-C stops it)")
        self.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):  # everything is put away by then
            uvicorn.Server(config).run(sockets=[listening])
        del lock

    def open_https(self, host: str, beside: int) -> None:
        """Serve sandboxes over HTTPS too, `beside` the site or where the settings say, unless that port is taken."""
        chosen = settings.TLS_PORT or beside
        if settings.TLS_PORT == 0 or chosen >= 1 << 16:
            return
        try:
            listening = bound(host, chosen)
        except OSError as error:
            self.stderr.write(f"Sandboxes are not served over HTTPS: port {chosen}: {error.strerror}.")
            return
        secure.listen(listening, settings.VAR / "tls")


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens, so that who connects early only waits. Raises `OSError`."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening


def site_socket(host: str, port: int) -> socket.socket:
    """The site's own socket. Or the end, with one clear sentence."""
    try:
        return bound(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SystemExit(
                f"Port {port} is in use: stop what runs there, or choose another with ./start --port {port + 1}."
            ) from None
        raise SystemExit(f"Cannot listen on {host}:{port}: {error.strerror}.") from None


def locked() -> IO[str]:
    """The right to be the one process on this data: an embedded site has no second one."""
    path = settings.VAR / "lock"
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"KubeLab is running already with the data in {settings.VAR}; stop it first.") from None
    return file
