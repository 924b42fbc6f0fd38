"""The benchmark table and the judges' report, as people and programs read them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import main as bench
from bench.measures import MEASURES
from tests.fidelity.__main__ import JUDGES

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "conformance"
WANTED = (
    "boot_ms", "fork_ms", "save_restore_ms", "idle_mib", "list100_ms", "deploy100_cpu_s", "fastforward_x",
    "schedule1000_per_s",
)  # fmt: skip


def run(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout


def test_the_table_measures_what_is_promised() -> None:
    assert [measure.name for measure in MEASURES if measure.name in WANTED] == list(WANTED)


def test_a_measurement_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    bench(["boot_ms"])
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["NAME", "UNIT", "TARGET", "MEASURED"]
    assert row.split()[:4] == ["boot_ms", "ms", "<=", "5"]


def test_a_measurement_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    bench(["--json", "boot_ms"])
    (row,) = json.loads(capsys.readouterr().out)
    assert row["name"] == "boot_ms"
    assert (row["unit"], row["target"]) == ("ms", 5)
    assert 0 < row["measured"] < 100


@pytest.mark.skipif(not CASES.exists(), reason="the conformance cases are not here")
def test_a_judge_as_text_and_as_json() -> None:
    assert run("tests.fidelity", "quantities") == "quantities 96/96\n"
    assert json.loads(run("tests.fidelity", "--json", "quantities")) == [
        {"name": "quantities", "equal": 96, "total": 96}
    ]


def test_every_judge_has_a_module() -> None:
    judges = {p.stem for p in (ROOT / "tests" / "fidelity").glob("*.py") if "\nNAME = " in p.read_text()}
    assert judges == set(JUDGES)
