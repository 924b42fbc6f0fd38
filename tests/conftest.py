"""Every test runs with stored values deep-frozen and garbage collected as on the site; properties have no stopwatch."""

import os

from hypothesis import HealthCheck, settings

from simulator.garbage import settle
from simulator.kernel.freezing import frozen
from simulator.kernel.state import State

State.freeze = staticmethod(frozen)

settings.register_profile(
    "kubelab",
    deadline=None,  # machines are noisy
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("kubelab")


def pytest_collection_finish() -> None:
    settle()
