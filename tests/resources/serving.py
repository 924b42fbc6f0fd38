"""A web server that knows discovery and a few lists, to put before the real kubectl."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from simulator.machinery.objects import Object
from simulator.resources import discovery
from simulator.resources.resource import Resource

KUBECTL = Path(sys.prefix) / "bin" / "kubectl"
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

needs_kubectl = pytest.mark.skipif(not KUBECTL.exists(), reason="kubectl is not installed")


def document(resources: tuple[Resource, ...], path: str) -> Object | None:
    """What stands at a path, as older clients ask for it."""
    match path.strip("/").split("/"):
        case ["api"]:
            return discovery.api_versions()
        case ["apis"]:
            return discovery.group_list(resources)
        case ["api", version]:
            return discovery.resource_list(resources, "", version)
        case ["apis", group, version]:
            return discovery.resource_list(resources, group, version)
    return None


@contextmanager
def serving(
    resources: tuple[Resource, ...], *, aggregated: bool = True, lists: Mapping[str, Object] | None = None
) -> Iterator[str]:
    """The address of a server of these resources; `lists` are further documents by path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, kind = self.path.partition("?")[0], "application/json"
            if aggregated and path in ("/api", "/apis"):
                body, kind = discovery.aggregated(resources, core=path == "/api"), AGGREGATED
            else:
                body = (lists or {}).get(path) or document(resources, path) or {}
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def kubectl(address: str, home: Path, *arguments: str) -> str:
    """What kubectl prints, without trailing blanks."""
    environment = {"HOME": str(home), "KUBECONFIG": str(home / "none")}
    command = [str(KUBECTL), "--server", address, *arguments]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30).stdout
    return "".join(line.rstrip() + "\n" for line in shown.splitlines())
