"""The official JavaScript client against a served world: list, watch, create, patch, logs, exec, delete."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "javascript"
NODE = Path(sys.prefix) / "bin" / "node"
SHOWN = """\
running web true
listed web true
patched {"app":"web","tier":"front"}
exec "hello\\n" "no\\n" 3
logs "line 1\\nline 2\\n"
ready 2
dynamic w true
refused 409 configmaps "any" already exists
deleted web
"""
WAIT = 60


@pytest.mark.skipif(not (FOLDER / "node_modules").exists(), reason="./test unit installs the client")
def test_a_session(secure_kubeconfig: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(secure_kubeconfig.parent), "KUBECONFIG": str(secure_kubeconfig)}
    command = [str(NODE), str(FOLDER / "session.js")]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=WAIT, check=False)
    assert (ran.stdout, ran.returncode) == (SHOWN, 0), ran.stderr
