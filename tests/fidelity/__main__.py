"""`python -m tests.fidelity [--json] [NAME …]`: one line a judge, `NAME equal/total`, and where the differences are."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from tests.fidelity import Result

JUDGES = (
    "kubectl",
    "api_roundtrip",
    "strategic_merge",
    "quantities",
    "website_examples",
    "pod_security",
    "golden_kubectl",
    "golden_own_kubectl",
    "golden_traces",
    "scheduler",
    "conformance",
)
"""The judges there are, in the order in which they report."""
SHOWN = 40


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./test fidelity", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(JUDGES)}")
    parser.add_argument("--json", action="store_true", help="print a list of {name, equal, total}")
    parser.add_argument("--all", action="store_true", help="show every difference")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in JUDGES]
    if unknown:
        parser.error(f"there is no judge {unknown[0]}")
    results = [result for name in options.names or JUDGES if (result := judge(name)) is not None]
    if options.json:
        print(json.dumps([{"name": r.name, "equal": r.equal, "total": r.total} for r in results]))
        return 0
    for result in results:
        print(f"{result.name} {result.equal}/{result.total}")
        shown = result.differences if options.all else result.differences[:SHOWN]
        for line in shown:
            print(f"    {line}")
        if len(shown) < len(result.differences):
            print(f"    and {len(result.differences) - len(shown)} more (--all shows them)")
    return 0


def judge(name: str) -> Result | None:
    """The verdict of one judge; None where its cases are not at hand."""
    if not (Path(__file__).parent / f"{name}.py").exists():
        return None
    try:
        result: Result = import_module(f"tests.fidelity.{name}").run()
    except FileNotFoundError as error:
        print(f"{name}: its cases are not here ({error.filename})", file=sys.stderr)
        return None
    return result


if __name__ == "__main__":
    sys.exit(main())
