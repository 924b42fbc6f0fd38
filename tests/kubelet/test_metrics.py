"""kubectl top, the metrics server behind it, and autoscaling under load, in the terminal."""

import pytest

from simulator.world import World
from tests.kubelet.support import Object, command, new_world, pod, run, send


@pytest.fixture
def world() -> World:
    return new_world()


def kubectl(world: World, line: str) -> str:
    return command(world, "workstation", "bash", "-c", f"kubectl {line}")[0]


def test_top_before_and_after_the_first_scrape(world: World) -> None:
    limits = {"limits": {"cpu": "200m"}}
    run(world, pod("spin", "polinux/stress", "stress", args=["--cpu", "1"], resources=limits), 5)
    assert kubectl(world, "top pods") == "error: metrics not available yet\n"
    world.advance(40)
    assert kubectl(world, "top pods") == "NAME   CPU(cores)   MEMORY(bytes)\nspin   201m         1Mi\n"
    assert kubectl(world, "top pods --containers").split()[-4:] == ["spin", "c", "201m", "1Mi"]
    assert kubectl(world, "top pods -A --sort-by=cpu").splitlines()[1].split()[:2] == ["default", "spin"]
    assert kubectl(world, "top pod nope").startswith("Error from server (NotFound): podmetrics.metrics.k8s.io")
    assert [line.split()[0] for line in kubectl(world, "top nodes").splitlines()[1:]] == [
        "cp-1",
        "node-1",
        "node-2",
        "node-3",
    ]


def test_without_its_pod_the_metrics_api_is_not_there(world: World) -> None:
    kubectl(world, "scale deployment metrics-server --namespace=kube-system --replicas=0; sleep 5")
    assert "False (MissingEndpoints)" in kubectl(world, "get apiservice v1beta1.metrics.k8s.io")
    words = "Error from server (ServiceUnavailable): the server is currently unable to handle the request"
    assert kubectl(world, "top pods") == f"{words} (get pods.metrics.k8s.io)\n"


CPU: Object = {"resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "500m"}}}


def autoscaled(world: World) -> None:
    """The walkthrough of the documentation: one image that works hard, an autoscaler for it."""
    container = {"name": "php-apache", "image": "registry.k8s.io/hpa-example", "ports": [{"containerPort": 80}]}
    labels = {"run": "php-apache"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{**container, **CPU}]}}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "php-apache"},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
    send(world, "POST", "/apis/apps/v1/namespaces/default/deployments", deployment)
    kubectl(world, "expose deployment php-apache --port=80")
    kubectl(world, "autoscale deployment php-apache --cpu=50% --min=1 --max=10")


def test_the_autoscaler_follows_the_load(world: World) -> None:
    autoscaled(world)
    world.advance(10)
    assert "cpu: <unknown>/50%" in kubectl(world, "get hpa")
    world.advance(50)
    assert "cpu: 1%/50%" in kubectl(world, "get hpa")
    assert world.cluster.load is not None
    world.cluster.load.on(("default", "php-apache"), 30, 10_000)
    world.advance(240)
    shown = kubectl(world, "get hpa php-apache --no-headers").split()
    assert shown[-2] in ("6", "7"), "300 thousandths of a CPU at 50 each"
    twin = world.fork()
    twin.cluster.load.off(("default", "php-apache"))
    twin.advance(420)
    assert kubectl(twin, "get hpa php-apache --no-headers").split()[-2] == "1"
    assert "SuccessfulRescale" in kubectl(twin, "describe hpa php-apache")


def test_requests_of_a_client_are_load_as_well(world: World) -> None:
    autoscaled(world)
    kubectl(
        world,
        'run load --image=busybox:1.37 --restart=Never -- sh -c "while sleep 0.05; do wget -q -O- http://php-apache; done"',
    )
    world.advance(150)
    replicas = int(kubectl(world, "get hpa php-apache --no-headers").split()[-2])
    assert replicas >= 4, "a request of 80 ms every 130 ms keeps more than half a CPU busy"


def test_load_is_a_value(world: World) -> None:
    autoscaled(world)
    world.advance(20)
    assert world.cluster.load is not None
    world.cluster.load.on(("default", "php-apache"), 30, 10_000)
    world.advance(20)
    twin = World.restore(world.save())
    world.advance(100)
    for _ in range(100):
        twin.advance(1)
    assert twin.digest() == world.digest()
