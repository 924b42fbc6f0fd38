"""The real kubectl reads our Tables, and our rendering of them in these tests is its own."""

from pathlib import Path

import pytest

from simulator.machinery.objects import Object
from simulator.resources.registry import find, served
from simulator.resources.tables import table
from tests.resources.serving import kubectl, needs_kubectl, serving
from tests.resources.showing import NOW, named, shown
from tests.resources.test_pods import READY, pod, waiting

CONTAINER_CREATING = pod({"name": "app", "state": waiting("ContainerCreating")}, phase="Pending")
ADDRESS = named("10.96.0.1", spec={"parentRef": {"resource": "services", "namespace": "default", "name": "kubernetes"}})
STORAGE_CLASS = named("gp3", provisioner="ebs.csi.aws.com", allowVolumeExpansion=True)
DEPLOYMENT = named(
    "web", spec={"replicas": 3, "selector": {"matchLabels": {"app": "web"}}}, status={"readyReplicas": 3}
)
SERVICE = named(
    "web", spec={"type": "ClusterIP", "clusterIPs": ["10.96.4.7"], "ports": [{"port": 80, "protocol": "TCP"}]}
)


@needs_kubectl
@pytest.mark.parametrize(
    ("resource", "path", "objects"),
    [
        ("pods", "/api/v1/namespaces/default/pods", [pod(READY), CONTAINER_CREATING]),
        ("services", "/api/v1/namespaces/default/services", [SERVICE]),
        ("deployments.apps", "/apis/apps/v1/namespaces/default/deployments", [DEPLOYMENT]),
        ("ipaddresses.networking.k8s.io", "/apis/networking.k8s.io/v1/ipaddresses", [ADDRESS]),
        ("storageclasses.storage.k8s.io", "/apis/storage.k8s.io/v1/storageclasses", [STORAGE_CLASS]),
        ("limitranges", "/api/v1/namespaces/default/limitranges", [named("bounds")]),
    ],
)
@pytest.mark.parametrize("wide", [False, True], ids=["plain", "wide"])
def test_kubectl_get(tmp_path: Path, resource: str, path: str, objects: list[Object], wide: bool) -> None:
    answer = table(find(*resource.split(".", 1)), objects, now=NOW, list_metadata={"resourceVersion": "42"})
    with serving(served("1.37", previews=False), lists={path: answer}) as address:
        printed = kubectl(address, tmp_path, "get", resource, *(("-o", "wide") if wide else ()))
    assert "\n" + printed == shown(resource, *objects, wide=wide)
