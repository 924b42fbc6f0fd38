"""`manage.py serve` in a process of its own: Ctrl-C stops it without a word, and a second one on the data says why not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


def managed(data: Path, *words: str) -> "subprocess.Popen[str]":
    env = {**os.environ, "KUBELAB_DATA": str(data), "DJANGO_SETTINGS_MODULE": "lab.settings"}
    command = [sys.executable, "manage.py", *words]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_ctrl_c_stops_the_site_cleanly(tmp_path: Path) -> None:
    assert managed(tmp_path, "migrate", "--verbosity", "0").communicate(timeout=PATIENCE) == ("", "")
    site = managed(tmp_path, "serve", "--port", "0")
    assert site.stdout is not None
    assert site.stdout.readline().startswith("KubeLab is at http://localhost:")
    second = managed(tmp_path, "serve", "--port", "0")
    _, refused = second.communicate(timeout=PATIENCE)
    assert (second.returncode, refused) == (
        1,
        f"KubeLab is running already with the data in {tmp_path}; stop it first.\n",
    )
    site.send_signal(signal.SIGINT)
    _, complaints = site.communicate(timeout=PATIENCE)
    assert (site.returncode, complaints) == (0, "")
