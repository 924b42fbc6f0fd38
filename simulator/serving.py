"""`python -m simulator serve`: one world's API on a port, for real kubectl and client libraries."""

import argparse
import asyncio
import contextlib
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

from simulator.garbage import settle
from simulator.gateway import Gateway
from simulator.gateway.local import LocalAccess
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.machinery.schemas import versions
from simulator.pki import credentials, encoded
from simulator.spec import VERSION, lab
from simulator.tls import make_authority, server_options
from simulator.world import World


def add_command(commands: Any) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("serve", help="serve a cluster's API", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, metavar="P", help="port on 127.0.0.1 (0: any free one)")
    parser.add_argument("--nodes", type=int, default=3, metavar="N", help="worker nodes (default 3)")
    parser.add_argument("--kubernetes", default=VERSION, metavar="VERSION", help=f"such as 1.31 (default {VERSION})")
    parser.add_argument("--without", default="", metavar="NAMES", help="components to leave out: scheduler,kubelet,…")
    parser.add_argument("--tls", type=Path, metavar="DIR", help="serve HTTPS; a local CA is made in DIR")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="virtual seconds a real second")
    parser.add_argument("--seed", default="0", metavar="S", help="what chance begins with")
    parser.add_argument("--kubeconfig", type=Path, metavar="FILE", help="write a kubeconfig here")
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> int:
    """Serve until interrupted."""
    if options.kubernetes not in versions():
        print(f"error: there is no Kubernetes {options.kubernetes} here; choose one of {', '.join(versions())}",
              file=sys.stderr)  # fmt: skip
        return 2
    if not 0 <= options.nodes <= 1000 or options.speed <= 0:
        print("error: --nodes takes 0 to 1000, --speed more than 0", file=sys.stderr)
        return 2
    without = tuple(name for name in options.without.split(",") if name)
    spec = lab(options.nodes, kubernetes=options.kubernetes, without=without)
    world = World.boot(spec, seed=options.seed)
    settle()
    try:
        listener = bind(options.port)
    except OSError as error:
        print(f"error: cannot listen on 127.0.0.1:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(world, options, listener))
    return 0


def bind(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


async def run(world: World, options: argparse.Namespace, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    server = f"{'https' if options.tls else 'http'}://127.0.0.1:{port}"
    tls: dict[str, Any] = {"ws": "wsproto"}
    authority = ""
    if options.tls:
        files = make_authority(options.tls)
        tls, authority = server_options(files), str(files.authority.resolve())
    if options.kubeconfig:
        options.kubeconfig.parent.mkdir(parents=True, exist_ok=True)
        options.kubeconfig.write_text(yaml.dump(kubeconfig(server, authority)))
    access = LocalAccess(world, speed=options.speed)
    gateway = Gateway()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        else:
            await gateway(access, scope, receive, send)

    config = uvicorn.Config(
        application, ws_per_message_deflate=False, log_level="warning", timeout_graceful_shutdown=1, **tls
    )
    print(f"Kubernetes {world.cluster.release.series} at {server}", flush=True)
    clock = asyncio.ensure_future(access.run())
    try:
        await uvicorn.Server(config).serve(sockets=[listener])
    finally:
        clock.cancel()


async def lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


def kubeconfig(server: str, authority: str = "") -> Object:
    """A kubeconfig for a served world. Over plain HTTP kubectl sends no credentials, so none are needed there."""
    cluster: Object = {"server": server}
    user: Object = {}
    if authority:
        cluster["certificate-authority"] = authority
        certificate, key = map(encoded, credentials())
        user = {"client-certificate-data": certificate, "client-key-data": key}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": cluster}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "kubernetes-admin"}}],
        "current-context": "lab",
        "users": [{"name": "kubernetes-admin", "user": user}],
    }
