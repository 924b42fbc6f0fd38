"""lightkube against a served world: typed models, server-side apply, patches, watches, logs, a generic resource."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lightkube import ApiError, Client, KubeConfig
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.apps_v1 import DeploymentSpec
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Event, Namespace, Pod, ServiceAccount
from lightkube.types import CascadeType, PatchType

SPACE = "lightkube"


@pytest.fixture(scope="module")
def client(kubeconfig: Path) -> Iterator[Client]:
    found = Client(KubeConfig.from_file(kubeconfig), namespace=SPACE, field_manager="lightkube-test")
    found.create(Namespace(metadata=ObjectMeta(name=SPACE)))
    for _ in found.watch(ServiceAccount):
        break
    yield found
    found.delete(Namespace, SPACE)
    found.close()


def labels(name: str) -> dict[str, str]:
    return {"app": name}


def deployment(name: str, replicas: int) -> Any:
    spec = PodSpec(containers=[Container(name="c", image="nginx")])
    template = PodTemplateSpec(metadata=ObjectMeta(labels=labels(name)), spec=spec)
    wanted = DeploymentSpec(replicas=replicas, selector=LabelSelector(matchLabels=labels(name)), template=template)
    return Deployment(metadata=ObjectMeta(name=name, namespace=SPACE), spec=wanted)


def test_a_deployment(client: Client) -> None:
    client.create(deployment("d", 2))
    ready = client.wait(Deployment, "d", for_conditions=["Available"])
    assert ready.status.readyReplicas == 2
    scale = client.get(Deployment.Scale, "d")
    scale.spec.replicas = 3
    client.replace(scale, "d")
    for _, seen in client.watch(Deployment, fields={"metadata.name": "d"}):
        if seen.status.readyReplicas == 3:
            break
    assert len(list(client.list(Pod, labels=labels("d")))) == 3
    assert {event.reason for event in client.list(Event)} >= {"ScalingReplicaSet", "SuccessfulCreate", "Scheduled"}
    client.delete(Deployment, "d", cascade=CascadeType.FOREGROUND)


def test_server_side_apply(client: Client) -> None:
    settings = ConfigMap(metadata=ObjectMeta(name="applied", namespace=SPACE), data={"a": "1", "b": "2"})
    client.apply(settings)
    settings.data = {"a": "1"}
    assert client.apply(settings).data == {"a": "1"}
    other = ConfigMap(metadata=ObjectMeta(name="applied", namespace=SPACE), data={"a": "other"})
    with pytest.raises(ApiError) as refused:
        client.apply(other, field_manager="somebody")
    assert refused.value.status.code == 409
    assert refused.value.status.message == 'Apply failed with 1 conflict: conflict with "lightkube-test": .data.a'
    assert client.apply(other, field_manager="somebody", force=True).data == {"a": "other"}


def test_patches(client: Client) -> None:
    client.create(ConfigMap(metadata=ObjectMeta(name="patched"), data={"a": "1"}))
    client.patch(ConfigMap, "patched", {"data": {"b": "2"}}, patch_type=PatchType.MERGE)
    step = [{"op": "remove", "path": "/data/a"}]
    assert client.patch(ConfigMap, "patched", step, patch_type=PatchType.JSON).data == {"b": "2"}


def test_logs(client: Client) -> None:
    container = Container(name="c", image="busybox", command=["sh", "-c", "echo one; sleep 2; echo two"])
    spec = PodSpec(containers=[container], restartPolicy="Never")
    client.create(Pod(metadata=ObjectMeta(name="saying"), spec=spec))
    for _, pod in client.watch(Pod, fields={"metadata.name": "saying"}):
        if pod.status.phase != "Pending":
            break
    assert list(client.log("saying", follow=True)) == ["one\n", "two\n"]


def test_a_resource_without_a_model(client: Client) -> None:
    lease = create_namespaced_resource("coordination.k8s.io", "v1", "Lease", "leases")
    client.create(lease({"metadata": {"name": "l"}, "spec": {"holderIdentity": "me"}}))
    assert [each["spec"]["holderIdentity"] for each in client.list(lease)] == ["me"]


def test_errors(client: Client) -> None:
    with pytest.raises(ApiError) as missing:
        client.get(Pod, "nope")
    assert (missing.value.status.code, missing.value.status.message) == (404, 'pods "nope" not found')
