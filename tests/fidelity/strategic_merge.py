"""Strategic merge patches: upstream's own cases, made from two and three objects, and applied."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from simulator.machinery.patches import PatchError, strategic, strategic_diff
from simulator.machinery.schemas import Schemas
from tests.fidelity import Result

NAME = "strategic_merge"
CASES = Path(__file__).parents[3] / "shared" / "conformance" / "strategic_merge_patch.json"

type Check = tuple[str, Callable[[], Any], Any]
"""What is checked, what we make of it, and what upstream makes of it."""


def run() -> Result:
    checks = list(all_checks(json.loads(CASES.read_bytes())))
    differences = [line for line in map(difference, checks) if line]
    return Result(NAME, len(checks) - len(differences), len(checks), differences)


def difference(check: Check) -> str:
    title, make, wanted = check
    try:
        found = make()
    except PatchError as error:
        return f"{title}: {error}"
    return "" if found == wanted else f"{title}: {json.dumps(found)}, not {json.dumps(wanted)}"


def all_checks(cases: dict[str, Any]) -> Iterator[Check]:
    item = Schemas(cases["schema"]["definitions"]).type("mergeItem")
    documents = cases["docs"]
    for case in [*cases["raw"], *documents["createStrategicMergePatchTestCaseData"]]:
        parts = {key.lower(): value for key, value in case.items()}
        title, original, modified, current, two, three = (
            parts[key] for key in ("description", "original", "modified", "current", "twoway", "threeway")
        )
        wanted = parts.get("twowayresult", modified)
        yield f"{title}, two ways", lambda o=original, m=modified: strategic_diff.two_way(o, m, item), two
        yield f"{title}, applied", lambda o=original, p=two: strategic.apply(o, p, item), wanted
        yield (
            f"{title}, three ways",
            lambda o=original, m=modified, c=current: strategic_diff.three_way(o, m, c, item),
            three,
        )
        yield f"{title}, applied to current", lambda c=current, p=three: strategic.apply(c, p, item), parts["result"]
    for case in documents["customStrategicMergePatchTestCaseData"]:
        make = lambda o=case["original"], p=case["twoWay"]: strategic.apply(o, p, item)  # noqa: E731
        yield f"{case['description']}, by hand", make, case["modified"]
