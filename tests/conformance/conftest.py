"""A cluster for each test."""

import pytest

from tests.conformance.cluster import Cluster


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()
