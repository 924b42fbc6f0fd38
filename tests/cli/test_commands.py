"""`python -m simulator`: serving a world to real clients, and the workstation in one's own terminal."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

KUBECTL = str(Path(sys.executable).with_name("kubectl"))
PATIENCE = 30.0


def simulator(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kubectl(config: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": os.environ["PATH"], "HOME": str(config.parent), "KUBECONFIG": str(config)}
    return subprocess.run([KUBECTL, *words], capture_output=True, text=True, env=env, timeout=PATIENCE, check=False)


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The kubeconfig of a world that is served with the options of the test's parameter."""
    config = tmp_path / "config"
    process = simulator("serve", "--port", "0", "--kubeconfig", str(config), *getattr(request, "param", ()))
    try:
        assert process.stdout is not None
        assert re.match(r"Kubernetes 1\.\d+ at https?://127\.0\.0\.1:\d+", process.stdout.readline())
        yield config
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.mark.parametrize("served", [("--speed", "20")], indirect=True)
def test_real_kubectl_works_against_a_served_world(served: Path) -> None:
    assert kubectl(served, "create", "deployment", "web", "--image=nginx:1.29", "--replicas=2").returncode == 0
    rolled = kubectl(served, "rollout", "status", "deployment/web", "--timeout=20s")
    assert rolled.stdout.endswith('deployment "web" successfully rolled out\n')
    listed = kubectl(served, "get", "deployment", "web")
    assert listed.stdout.splitlines()[1].split()[:4] == ["web", "2/2", "2", "2"]
    version = kubectl(served, "exec", "deploy/web", "--", "nginx", "-v")
    assert version.stderr.endswith("nginx version: nginx/1.29.3\n"), version


@pytest.mark.parametrize("served", [("--without", "scheduler,kubelet", "--nodes", "1")], indirect=True)
def test_a_control_plane_alone_keeps_pods_pending(served: Path) -> None:
    kubectl(served, "run", "web", "--image=nginx:1.29")
    pods = kubectl(served, "get", "pods")
    assert pods.stdout.splitlines()[1].split()[:3] == ["web", "0/1", "Pending"]


@pytest.mark.parametrize("served", [("--kubernetes", "1.31")], indirect=True)
def test_an_older_version_is_served(served: Path) -> None:
    version = kubectl(served, "version")
    assert "Server Version: v1.31.14" in version.stdout
    assert "exceeds the supported minor version skew of +/-1" in version.stderr


def test_https_with_a_local_authority(tmp_path: Path) -> None:
    config = tmp_path / "config"
    process = simulator("serve", "--port", "0", "--tls", str(tmp_path / "tls"), "--kubeconfig", str(config))
    try:
        assert process.stdout is not None
        assert "https://" in process.stdout.readline()
        nodes = kubectl(config, "get", "nodes", "-o", "name")
        assert nodes.stdout == "node/cp-1\nnode/node-1\nnode/node-2\nnode/node-3\n", nodes.stderr
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    first = simulator("serve", "--port", "0", "--nodes", "1")
    try:
        assert first.stdout is not None
        port = first.stdout.readline().strip().rpartition(":")[2]
        second = simulator("serve", "--port", port, "--nodes", "1")
        _, said = second.communicate(timeout=PATIENCE)
        assert second.returncode == 1
        assert said == f"error: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    finally:
        first.terminate()
        first.communicate(timeout=PATIENCE)


def test_an_unknown_version_is_refused() -> None:
    process = simulator("serve", "--kubernetes", "1.12")
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert said.startswith("error: there is no Kubernetes 1.12 here; choose one of 1.25, ")


def test_a_script_prints_what_a_learner_would_see(tmp_path: Path) -> None:
    script = tmp_path / "story.sh"
    script.write_text("kubectl get nodes -o name\necho $((6 * 7))\nkubectl get pod nope\n")
    process = simulator("shell", "--script", str(script))
    shown, said = process.communicate(timeout=PATIENCE)
    assert shown == "node/cp-1\nnode/node-1\nnode/node-2\nnode/node-3\n42\n"
    assert said == 'Error from server (NotFound): pods "nope" not found\n'
    assert process.returncode == 1


def test_a_missing_script_is_one_sentence() -> None:
    process = simulator("shell", "--script", "there-is-no-such-file")
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (1, "error: cannot read there-is-no-such-file: No such file or directory\n")


def test_the_workstation_opens_in_a_terminal() -> None:
    master, slave = pty.openpty()
    words = [sys.executable, "-m", "simulator", "shell", "--nodes", "1"]
    process = subprocess.Popen(words, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    try:
        shown = read_until(master, b"you@lab:~$")
        os.write(master, b"echo one-$((1+1))\r")
        shown = read_until(master, b"one-2")
        os.write(master, b"exit\r")
        assert process.wait(timeout=PATIENCE) == 0, shown
    finally:
        process.kill()
        process.wait(timeout=PATIENCE)
        os.close(master)


def read_until(master: int, wanted: bytes) -> bytes:
    """What a terminal shows until some text has come."""
    shown = b""
    deadline = time.monotonic() + PATIENCE
    while wanted not in shown and time.monotonic() < deadline:
        if select.select([master], [], [], 0.5)[0]:
            shown += os.read(master, 65536)
    assert wanted in shown, shown
    return shown


def test_the_port_speaks_plain_http(served: Path) -> None:
    server = next(line.split()[1] for line in served.read_text().splitlines() if "server:" in line)
    with urllib.request.urlopen(f"{server}/version", timeout=PATIENCE) as answer:
        assert json.load(answer)["gitVersion"] == "v1.37.1"
