"""Selectors of devices: what they may say, and what they may cost."""

import pytest

from simulator.machinery.cel import CELError
from simulator.machinery.cel.devices import compile_selector, is_too_dear
from simulator.machinery.cel.language import of_written

TEN = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
NESTED = "".join(f"{TEN}.all(x{level}, " for level in range(7)) + "int('1'.find('[0-9]*')) < 100" + ")" * 7
TAKEN = """
device.driver == "gpu.example.com"
device.attributes["gpu.example.com"].model == "x100"
device.capacity["gpu.example.com"].memory.compareTo(quantity("10Gi")) >= 0
device.attributes["gpu.example.com"].version.isGreaterThan(semver("1.2.3"))
cel.bind(gpu, device.attributes["gpu.example.com"], gpu.healthy && gpu.cores > 4)
device.attributes["gpu.example.com"].healthy
"nvlink" in device.attributes["gpu.example.com"].links
device.attributes["gpu.example.com"].type == "gpu" && device.capacity["gpu.example.com"].memory == quantity("64Gi")
"""
REFUSED = {
    "device.nope": "compilation failed: ERROR: <input>:1:7: undefined field 'nope'\n | device.nope\n | ......^",
    "device.driver": "must evaluate to bool or the unknown type, not string",
    "object.x": "compilation failed: ERROR: <input>:1:1: undeclared reference to 'object' (in container '')",
    "jsonpatch.escapeKey('a') == 'a'": "undeclared reference to",
    "cel.bind(a.b, 1, true)": "cel.bind() variable names must be simple identifiers",
}


@pytest.mark.parametrize("text", TAKEN.strip().splitlines())
def test_a_selector_that_is_taken(text: str) -> None:
    """In a release that knows `semver` nowhere else, too."""
    assert not is_too_dear(compile_selector(text, of_written(32)))


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=REFUSED)
def test_a_selector_that_is_refused(text: str, message: str) -> None:
    with pytest.raises(CELError) as refused:
        compile_selector(text, of_written(37))
    assert message in str(refused.value)


def test_a_selector_that_could_cost_too_much() -> None:
    assert is_too_dear(compile_selector(NESTED, of_written(37)))
