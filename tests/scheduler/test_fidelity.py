"""The plugins against upstream's own test tables, where these are at hand."""

import pytest

from tests.fidelity import scheduler

NOT_DONE = 3
"""Rows about a plugin of the test itself, and about an environment variable that no supported version reads."""


@pytest.mark.skipif(not scheduler.CASES.exists(), reason="the conformance cases are not here")
def test_rows() -> None:
    result = scheduler.run()
    assert result.total - result.equal <= NOT_DONE, "\n".join(result.differences)
