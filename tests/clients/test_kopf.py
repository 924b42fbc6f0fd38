"""An operator on kopf reconciles a custom resource: create, update, status, delete behind a finalizer."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.test_kubectl import Kubectl

SPACE = "kopf"
OPERATOR = Path(__file__).with_name("operator.py")
SCHEMA = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "websites.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "websites", "singular": "website", "kind": "Website"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}],
    },
}
WEBSITE = {
    "apiVersion": "example.com/v1",
    "kind": "Website",
    "metadata": {"name": "blog"},
    "spec": {"replicas": 2},
}


@pytest.fixture
def kubectl(kubeconfig: Path) -> Iterator[Kubectl]:
    command = Kubectl(kubeconfig, SPACE)
    command("create", "namespace", SPACE)
    command("create", "-f", "-", stdin=json.dumps(DEFINITION))
    command("wait", "--for=condition=Established", "crd/websites.example.com")
    yield command
    command("delete", "crd", "websites.example.com", "--wait=false")
    command("delete", "namespace", SPACE, "--wait=false")


@pytest.fixture
def operator(kubectl: Kubectl, tmp_path: Path) -> Iterator[Path]:
    """The log of the operator that runs."""
    log = tmp_path / "operator.log"
    command = [sys.executable, "-m", "kopf", "run", "--standalone", f"--namespace={SPACE}", str(OPERATOR)]
    env = {**kubectl.environment, "PATH": os.environ["PATH"]}
    with log.open("w") as output:
        process = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield log
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_a_website_comes_grows_and_goes(kubectl: Kubectl, operator: Path) -> None:
    def until(what: str, value: Any, target: str = "website/blog") -> None:
        code, _, error = kubectl.run("wait", f"--for=jsonpath={{{what}}}={value}", target, "--timeout=20s")
        assert code == 0, error + operator.read_text()

    kubectl("create", "-f", "-", stdin=json.dumps(WEBSITE))
    until(".status.create.deployment", "blog")
    until(".status.ready", 2)
    assert (
        kubectl("get", "website", "blog", "-o", "jsonpath={.metadata.finalizers}")
        == '["kopf.zalando.org/KopfFinalizerMarker"]'
    )
    owner = kubectl("get", "deployment", "blog", "-o", "jsonpath={.metadata.ownerReferences[0].kind}")
    assert owner == "Website"

    kubectl("patch", "website", "blog", "--type=merge", "-p", '{"spec":{"replicas":3}}')
    until(".status.ready", 3)

    kubectl("delete", "website", "blog")
    assert kubectl("get", "configmap", "farewell-blog", "-o", "name") == "configmap/farewell-blog\n"
    kubectl("wait", "--for=delete", "deployment/blog", "--timeout=10m")
    reasons = kubectl("get", "events", "-o", "jsonpath={.items[?(@.involvedObject.kind=='Website')].reason}").split()
    assert "Logging" in reasons
    assert "Traceback" not in operator.read_text()
