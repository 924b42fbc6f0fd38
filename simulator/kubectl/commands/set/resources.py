"""kubectl set resources. Upstream: kubectl/pkg/cmd/set/set_resources.go"""

from simulator.kubectl.builder import Info
from simulator.kubectl.changes import check_all, check_local
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.set.changing import (
    SETTING_SELECTED,
    apply_changes,
    begun,
    found,
    names_match,
    spec_of,
    with_spec,
)
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.quantitylists import resource_list
from simulator.kubectl.recording import RECORD
from simulator.machinery.objects import Object


@command(
    "resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
    summary="Update resource requests/limits on objects with pod templates",
    description="Specify compute resource requirements (CPU, memory) for any resource that defines a pod template.\n\n"
    " For each resource that has a limit but no request, the request becomes the limit.",
    examples=(
        (
            "Limit a deployment's nginx container to 200m of CPU and 512Mi of memory",
            "kubectl set resources deployment nginx -c=nginx --limits=cpu=200m,memory=512Mi",
        ),
        (
            "Set requests and limits of all containers",
            "kubectl set resources deployment nginx --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi",
        ),
        (
            "Take the requests and limits away",
            "kubectl set resources deployment nginx --limits=cpu=0,memory=0 --requests=cpu=0,memory=0",
        ),
    ),
    flags=(
        *SETTING_SELECTED,
        RECORD,
        Flag("containers", "*", "Which containers to change; '*' in the name stands for anything", short="c"),
        Flag("limits", "", "The limits, such as 'cpu=100m,memory=256Mi'."),
        Flag("requests", "", "The requests, such as 'cpu=100m,memory=256Mi'."),
    ),
    dialect=TYPED,
)
def resources(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    reporter = begun(kubectl)
    infos = found(kubectl, options.args)
    check_local(kubectl)
    check_all(kubectl)
    if not options.text("limits") and not options.text("requests"):
        raise CommandError("you must specify an update to requests or limits (in the form of --requests/--limits)")
    limits, requests = (amounts(options.text(flag)) for flag in ("limits", "requests"))

    def change(info: Info) -> Object:
        spec = spec_of(info)
        pattern, hit = options.text("containers"), False
        for field in ("initContainers", "containers"):
            if field in spec:
                hit = hit or any(names_match(one["name"], pattern) for one in spec[field])
                spec = {**spec, field: [with_resources(one, pattern, limits, requests) for one in spec[field]]}
        if not hit:
            raise CommandError(f"error: unable to find container named {pattern}")
        return with_spec(info, spec)

    apply_changes(
        kubectl,
        reporter,
        infos,
        change,
        done="resource requirements updated",
        failure="resources update to pod template",
    )
    return None


def amounts(text: str) -> dict[str, str]:
    try:
        return resource_list(text)
    except CommandError as error:
        message = str(error)
        raise CommandError(message[:1].lower() + message[1:]) from None


def with_resources(container: Object, pattern: str, limits: dict[str, str], requests: dict[str, str]) -> Object:
    if not names_match(container["name"], pattern):
        return container
    present = dict(container.get("resources") or {})
    for field, amounts in (("limits", limits), ("requests", requests)):
        if amounts:
            present[field] = {**(present.get(field) or {}), **amounts}
    return {**container, "resources": present}
