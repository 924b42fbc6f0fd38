"""kubectl set image. Upstream: kubectl/pkg/cmd/set/set_image.go"""

from simulator.kubectl.builder import Info
from simulator.kubectl.changes import check_local
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.metadata import parse_pairs, resources_and_pairs
from simulator.kubectl.commands.set.changing import (
    SETTING_SELECTED,
    Partial,
    apply_changes,
    begun,
    found,
    spec_of,
    with_spec,
)
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, Failure, raise_all
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.recording import RECORD
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object


@command(
    "image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
    summary="Update the image of a pod template",
    description="Update existing container image(s) of resources.\n\n Possible resources include (case insensitive):"
    "\n\n pod (po), replicationcontroller (rc), deployment (deploy), daemonset (ds), statefulset (sts), cronjob (cj),"
    " replicaset (rs)",
    examples=(
        (
            "Give a deployment's nginx container the image nginx:1.9.1 and its busybox container busybox",
            "kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1",
        ),
        (
            "Give the nginx containers of all deployments and replication controllers the image nginx:1.9.1",
            "kubectl set image deployments,rc nginx=nginx:1.9.1 --all",
        ),
        ("Give all containers of a daemon set one image", "kubectl set image daemonset abc *=nginx:1.9.1"),
        (
            "Print a file with another image, without asking the server",
            "kubectl set image -f path/to/file.yaml nginx=nginx:1.9.1 --local -o yaml",
        ),
    ),
    flags=(*SETTING_SELECTED, RECORD),
    completes=(
        "type",
        "daemonsets",
        "deployments",
        "pods",
        "cronjobs",
        "replicasets",
        "replicationcontrollers",
        "statefulsets",
    ),
    dialect=TYPED,
)
def image(kubectl: Kubectl) -> Outcome:
    reporter = begun(kubectl)
    resources, pairs = resources_and_pairs(kubectl.options.args, "image")
    images, _ = parse_pairs(pairs, "image", removes=False)
    infos = found(kubectl, resources)
    check(kubectl, images)

    def change(info: Info) -> Object:
        spec = spec_of(info)
        missing = list(images)
        for field in ("initContainers", "containers"):
            if field in spec:
                spec = {**spec, field: [with_image(one, images, missing) for one in spec[field]]}
        if missing:
            raise Partial(
                with_spec(info, spec), CommandError(f"error: unable to find container named {quoted(missing[0])}")
            )
        return with_spec(info, spec)

    apply_changes(kubectl, reporter, infos, change, done="image updated", failure="image update to pod template:")
    return None


def check(kubectl: Kubectl, images: dict[str, str]) -> None:
    wrong: list[Failure] = []
    if kubectl.options.flag("all") and kubectl.options.text("selector"):
        wrong.append(CommandError("cannot set --all and --selector at the same time"))
    if not images:
        wrong.append(CommandError("at least one image update is required"))
    elif len(images) > 1 and "*" in images:
        wrong.append(
            CommandError(
                "all containers are already specified by *, but saw more than one container_name=container_image pairs"
            )
        )
    raise_all(wrong)
    check_local(kubectl)


def with_image(container: Object, images: dict[str, str], missing: list[str]) -> Object:
    """The container with its image; names that were found go from `missing`."""
    for name, wanted in images.items():
        if name in ("*", container["name"]):
            if name in missing:
                missing.remove(name)
            container = {**container, "image": wanted}
    return container
