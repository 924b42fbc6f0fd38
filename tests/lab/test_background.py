"""Background work in processes of its own, as the README starts them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_worker_finds_the_settings_by_itself() -> None:
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    asked = "from lab.background import app; print(app.conf.broker_url)"
    said = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=bare | {"REDIS_URL": "redis://queue"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said == "redis://queue\n"
