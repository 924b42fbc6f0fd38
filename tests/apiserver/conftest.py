import pytest

from simulator.world import World
from tests.apiserver.api import API, frozen_world


@pytest.fixture(scope="session")
def origin() -> World:
    """Booted once; every test gets a fork."""
    return frozen_world()


@pytest.fixture
def api(origin: World) -> API:
    return API(origin.fork())
