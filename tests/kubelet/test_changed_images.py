"""A Pod whose image is changed keeps its place; its container is started anew, whatever the restart policy says."""

import pytest

from lessons.running import run
from simulator.spec import lab
from simulator.world import World


@pytest.mark.parametrize("policy", ["Always", "OnFailure"])
def test_another_image_restarts_the_container_in_the_same_pod(policy: str) -> None:
    world = World.boot(lab(1))
    code, output = run(
        world,
        f"kubectl run web --image=nginx:1.28 --restart={policy} && sleep 20 &&"
        " kubectl set image pod/web web=nginx:1.29 && sleep 20 && kubectl exec web -- nginx -v && kubectl events",
    )
    assert code == 0, output
    assert "nginx version: nginx/1.29" in output
    assert "Container web definition changed, will be restarted" in output
    (pod,) = world.cluster.store.list("pods", "default")
    (status,) = pod["status"]["containerStatuses"]
    assert (status["restartCount"], status["image"], status["ready"]) == (1, "docker.io/library/nginx:1.29", True)
    assert pod["status"]["phase"] == "Running"
