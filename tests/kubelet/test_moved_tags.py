"""A tag that was moved: nodes go on with what it led to when they pulled it, unless they are told to ask every time."""

import pytest

from lessons.checks.actions import moved_tag
from lessons.checks.view import View
from lessons.running import run
from simulator.spec import lab
from simulator.world import World

ASK = "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].imageID}'"


@pytest.mark.parametrize(("policy", "tag"), [("IfNotPresent", "1.0"), ("Always", "1.1")])
def test_a_moved_tag(policy: str, tag: str) -> None:
    world = World.boot(lab(1))
    moved_tag(View(world), {"image": "kubelab/web:stable", "was": "kubelab/web:1.0"})
    run(
        world,
        f"kubectl run web --image=kubelab/web:stable --image-pull-policy={policy}; kubectl wait --for=condition=Ready pod/web",
    )
    run(world, f"kubectl run other --image=kubelab/web:{tag}; kubectl wait --for=condition=Ready pod/other")
    assert run(world, ASK) == run(world, ASK.replace("web", "other"))
    assert (
        f'"version":"{tag}"'
        in run(
            world,
            "curl -s http://$(kubectl get pod web -o jsonpath={.status.podIP}):8080; kubectl exec web -- wget -qO- localhost:8080",
        )[1]
    )
