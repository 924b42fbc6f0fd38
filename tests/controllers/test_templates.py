"""Pods that controllers make of templates get what every Pod gets, so that people may change them afterwards."""

from lessons.running import run
from simulator.spec import lab
from simulator.world import World

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.29", resources: {limits: {cpu: 100m, memory: 64Mi}}}
"""


def test_a_pod_of_a_deployment_can_be_labelled_and_has_the_requests_of_its_limits() -> None:
    world = World.boot(lab(1))
    code, output = run(
        world, f"kubectl apply -f - <<'END'\n{MANIFEST}\nEND\nsleep 20\nkubectl label pod -l app=web a=b"
    )
    assert code == 0, output
    (pod,) = world.cluster.store.list("pods", "default")
    assert pod["spec"]["enableServiceLinks"] is True
    assert pod["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "100m", "memory": "64Mi"}
    assert pod["status"]["qosClass"] == "Guaranteed"
    (deployment,) = world.cluster.store.list("deployments.apps", "default")
    assert "requests" not in deployment["spec"]["template"]["spec"]["containers"][0]["resources"]
