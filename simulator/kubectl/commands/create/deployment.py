"""kubectl create deployment. Upstream: kubectl/pkg/cmd/create/create_deployment.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import (
    CREATING,
    Collection,
    after_name,
    completed,
    container_name,
    create_one,
    metadata_of,
)
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

DEPLOYMENTS = Collection("apps/v1", "Deployment", "deployments", failure="failed to create deployment:")


@command(
    "deployment NAME --image=image -- [COMMAND] [args...]",
    summary="Create a deployment with the specified name",
    description="Create a deployment with the specified name.",
    examples=(
        ("Create a deployment that runs the busybox image", "kubectl create deployment my-dep --image=busybox"),
        ("Create a deployment with a command", "kubectl create deployment my-dep --image=busybox -- date"),
        ("Create a deployment of three pods", "kubectl create deployment my-dep --image=nginx --replicas=3"),
        (
            "Create a deployment whose container has port 5701",
            "kubectl create deployment my-dep --image=busybox --port=5701",
        ),
        (
            "Create a deployment with several containers",
            "kubectl create deployment my-dep --image=busybox:latest --image=ubuntu:latest --image=nginx",
        ),
    ),
    flags=(
        *CREATING,
        Flag("image", (), "An image to run; one container for each. May be repeated.", kind="slice"),
        Flag("port", -1, "The port that the first container listens on.", kind="int32"),
        Flag("replicas", 1, "How many pods to run.", short="r", kind="int32"),
    ),
    aliases=("deploy",),
    required=("image",),
)
def deployment(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    labels = {"app": name}
    spec = {
        "replicas": options.number("replicas"),
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers(kubectl)}},
    }
    metadata = {**metadata_of(kubectl, name), "labels": labels}
    create_one(kubectl, {"metadata": metadata, "spec": spec}, DEPLOYMENTS)
    return None


def containers(kubectl: Kubectl) -> list[Object]:
    """One container for each image; the command is the only one's, the port the first one's."""
    options = kubectl.options
    images = options.texts("image")
    words = after_name(kubectl)
    if len(images) > 1 and words:
        raise CommandError("cannot specify multiple --image options and command")
    found: list[Object] = []
    for image in images:
        container: Object = {"name": container_name(kubectl, image), "image": image}
        if words:
            container["command"] = words
        found.append(container)
    if options.number("port") >= 0 and found:
        found[0]["ports"] = [{"containerPort": options.number("port")}]
    return found
