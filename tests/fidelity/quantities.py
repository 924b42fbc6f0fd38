"""Resource quantities: what upstream's own table says of each text."""

import json
from pathlib import Path
from typing import Any

from simulator.machinery.quantities import NANO, QuantityError, parse
from tests.fidelity import Result

NAME = "quantities"
CASES = Path(__file__).parents[3] / "shared" / "conformance" / "quantities.json"


def run() -> Result:
    cases = json.loads(CASES.read_bytes())
    lines = [*map(parsed, cases["parse"]), *map(refused, cases["invalid"])]
    differences = [line for line in lines if line]
    return Result(NAME, len(lines) - len(differences), len(lines), differences)


def parsed(case: dict[str, Any]) -> str:
    """What is different about a valid text; empty when nothing is."""
    wanted = case["value"] * 10 ** (case["exp"] - NANO)
    try:
        found = parse(case["s"])
    except QuantityError as error:
        return f"{case['s']!r}: {error}"
    if (found.nanos, found.format) != (wanted, case["format"]):
        return f"{case['s']!r}: {found.nanos} nanos as {found.format}, not {wanted} as {case['format']}"
    if parse(str(found)) != found:
        return f"{case['s']!r}: written as {found}, which is another amount"
    return ""


def refused(text: str) -> str:
    try:
        return f"{text!r}: taken for {parse(text)}"
    except QuantityError:
        return ""
