"""kr8s against a served world: objects with methods, selectors, watches, logs, exec, a port-forward, a new kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kr8s
import pytest
from kr8s._async_utils import as_sync_func
from kr8s.objects import ConfigMap, Deployment, Namespace, Pod, new_class

pytestmark = pytest.mark.filterwarnings("ignore:Kubernetes version:UserWarning")
"""The library knows Kubernetes up to 1.35 and says so."""
SPACE = "kr8s"
WAIT = 60


@pytest.fixture(scope="module")
def api(kubeconfig: Path) -> Iterator[Any]:
    found = kr8s.api(kubeconfig=str(kubeconfig), namespace=SPACE)
    space = Namespace({"metadata": {"name": SPACE}}, api=found)
    space.create()
    for _ in found.watch("serviceaccounts", namespace=SPACE):
        break
    yield found
    space.delete()
    as_sync_func(found._session.aclose)()


@pytest.fixture(scope="module")
def web(api: Any) -> Any:
    spec = {"containers": [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}]}
    pod = Pod({"metadata": {"name": "web", "namespace": SPACE, "labels": {"app": "web"}}, "spec": spec}, api=api)
    pod.create()
    pod.wait("condition=Ready", timeout=WAIT)
    return pod


def test_objects(api: Any, web: Any) -> None:
    assert [pod.name for pod in api.get("pods", label_selector={"app": "web"}, namespace=SPACE)] == ["web"]
    web.label({"tier": "front"})
    web.annotate({"note": "seen"})
    web.refresh()
    assert (web.labels.tier, web.annotations.note) == ("front", "seen")
    settings = ConfigMap({"metadata": {"name": "c", "namespace": SPACE}, "data": {"k": "v"}}, api=api)
    settings.create()
    settings.patch({"data": {"k": "w"}})
    assert ConfigMap.get("c", namespace=SPACE, api=api).data.k == "w"
    settings.delete()
    assert not settings.exists()


def test_exec_and_logs(api: Any, web: Any) -> None:
    ran = web.exec(["sh", "-c", "echo hello; echo no >&2"])
    assert (ran.stdout, ran.stderr, ran.returncode) == (b"hello\n", b"no\n", 0)
    spec = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox", "command": ["echo", "one"]}]}
    said = Pod({"metadata": {"name": "saying", "namespace": SPACE}, "spec": spec}, api=api)
    said.create()
    said.wait("jsonpath='{.status.phase}'=Succeeded", timeout=WAIT)
    assert list(said.logs()) == ["one"]


def test_scale(api: Any) -> None:
    template = {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "d"}}, "template": template}
    deployment = Deployment({"metadata": {"name": "d", "namespace": SPACE}, "spec": spec}, api=api)
    deployment.create()
    deployment.scale(3)
    assert deployment.replicas == 3
    deployment.wait("jsonpath='{.status.readyReplicas}'=3", timeout=WAIT)
    assert len(deployment.pods()) == 3
    deployment.delete(propagation_policy="Foreground")


def test_another_kind(api: Any) -> None:
    lease = new_class(kind="Lease", version="coordination.k8s.io/v1", namespaced=True, asyncio=False)
    held = lease({"metadata": {"name": "l", "namespace": SPACE}, "spec": {"holderIdentity": "me"}}, api=api)
    held.create()
    assert [each.spec.holderIdentity for each in api.get("leases.coordination.k8s.io", namespace=SPACE)] == ["me"]


def test_errors(api: Any) -> None:
    with pytest.raises(kr8s.NotFoundError):
        Pod.get("nope", namespace=SPACE, api=api)
    with pytest.raises(kr8s.ServerError) as refused:
        ConfigMap({"metadata": {"name": "Not A Name", "namespace": SPACE}}, api=api).create()
    assert "Invalid value" in str(refused.value)
