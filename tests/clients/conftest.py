from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.world import World
from tests.clients.served import Served, served


@pytest.fixture(scope="session")
def server() -> Iterator[Served]:
    """One ordinary world for all tests of a client; each works in a namespace of its own."""
    with served(World.boot(), speed=50) as found:
        yield found


@pytest.fixture(scope="session")
def kubeconfig(server: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return server.kubeconfig(tmp_path_factory.mktemp("kube"))


@pytest.fixture(scope="session")
def secure_kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same over HTTPS, which some clients insist on."""
    folder = tmp_path_factory.mktemp("secure")
    with served(World.boot(), speed=50, tls=folder / "tls") as found:
        yield found.kubeconfig(folder)
