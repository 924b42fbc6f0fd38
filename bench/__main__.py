"""`python -m bench [--json] [NAME …]`: prints target and measurement side by side."""

import argparse
import json
import sys

from bench.measures import MEASURES, Measure


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./test bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", action="store_true", help="print a list of {name, unit, target, measured}")
    options = parser.parse_args(arguments)
    chosen = [measure for measure in MEASURES if not options.names or measure.name in options.names]
    rows = [(measure, measure.run()) for measure in chosen]
    if options.json:
        print(json.dumps([as_json(measure, value) for measure, value in rows]))
        return 0
    print(f"{'NAME':<20} {'UNIT':<12} {'TARGET':>12} {'MEASURED':>12}  ")
    for measure, value in rows:
        sign = ">=" if measure.more_is_better else "<="
        verdict = "" if measure.is_met(value) else "  missed"
        target = f"{sign} {measure.target:g}"
        print(f"{measure.name:<20} {measure.unit:<12} {target:>12} {value:>12.4g}{verdict}")
    return 0


def as_json(measure: Measure, value: float) -> dict[str, object]:
    return {"name": measure.name, "unit": measure.unit, "target": measure.target, "measured": round(value, 4)}


if __name__ == "__main__":
    sys.exit(main())
