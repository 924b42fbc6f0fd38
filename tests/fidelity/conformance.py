"""Kubernetes' own conformance list: the rows within a simulator's reach, and whether a test of ours honours each."""

from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

import tests.conformance
from tests.conformance.ledger import LEDGER, Honour, title
from tests.fidelity import Result

NAME = "conformance"
FILE = Path(__file__).parents[3] / "shared" / "conformance" / "conformance.yaml"


def run() -> Result:
    """Run the test behind every row; raises FileNotFoundError where the list is not at hand."""
    listed = {title(row["codename"]): row for row in rows()}
    areas = {name: row["area"] for name, row in listed.items() if row["sim"] in ("yes", "model", "external")}
    honoured, failures = verdicts()
    unknown = [f"no such row: {name}" for name in sorted(honoured - listed.keys())]
    open_rows = [f"{area}: nobody honours: {name}" for name, area in areas.items() if name not in honoured]
    return Result(NAME, len(areas) - len(open_rows), len(areas), [*failures, *unknown, *sorted(open_rows)])


def rows() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return listed


def verdicts() -> tuple[set[str], list[str]]:
    """The rows all of whose tests pass, and a line for each test that does not."""
    for module in sorted(Path(tests.conformance.__file__ or "").parent.glob("test_*.py")):
        import_module(f"tests.conformance.{module.stem}")
    judged = [(honour, failing(honour)) for honour in LEDGER]
    broken = {row for honour, failure in judged if failure for row in honour.rows}
    honoured = {row for honour, failure in judged if not failure for row in honour.rows}
    return honoured - broken, [failure for _, failure in judged if failure]


def failing(honour: Honour) -> str:
    """What went wrong in a test, in a line; empty when nothing did."""
    try:
        honour.check()
    except Exception as error:  # whatever a test stumbles over, its rows do not hold
        said = " ".join(str(error).split())[:160]
        return f"fails: {', '.join(honour.rows)}: {type(error).__name__}: {said}"
    return ""
