"""kubectl create job. Upstream: kubectl/pkg/cmd/create/create_job.go"""

from simulator.kubectl.builder import Builder
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, after_name, completed, create_one, metadata_of
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at

JOBS = Collection("batch/v1", "Job", "jobs", failure="failed to create job:")
INSTANTIATE = "cronjob.kubernetes.io/instantiate"


@command(
    "job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
    summary="Create a job with the specified name",
    examples=(
        ("Create a job", "kubectl create job my-job --image=busybox"),
        ("Create a job with a command", "kubectl create job my-job --image=busybox -- date"),
        ("Create a job from a cron job, now", "kubectl create job test-job --from=cronjob/a-cronjob"),
    ),
    flags=(
        *CREATING,
        Flag("from", "", "The object to take the job from; only cron jobs can be."),
        Flag("image", "", "The image to run."),
    ),
    dialect=TYPED,
)
def job(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    words = after_name(kubectl)
    if bool(options.text("image")) == bool(options.text("from")):
        raise CommandError("either --image or --from must be specified")
    if words and options.text("from"):
        raise CommandError("cannot specify --from and command")
    if options.text("from"):
        obj = from_cron_job(kubectl, name)
    else:
        container: Object = {"name": name, "image": options.text("image")}
        if words:
            container["command"] = words
        template = {"spec": {"containers": [container], "restartPolicy": "Never"}}
        obj = {"metadata": metadata_of(kubectl, name), "spec": {"template": template}}
    create_one(kubectl, obj, JOBS)
    return None


def from_cron_job(kubectl: Kubectl, name: str) -> Object:
    """The job that a cron job would make at its time."""
    infos = Builder(kubectl, [kubectl.options.text("from")]).infos()
    if len(infos) != 1:
        raise CommandError("from must be an existing cronjob")
    source = infos[0]
    if source.resource.kind != "CronJob":
        raise CommandError(f"unknown object type {go_type(source.object)}")
    template = source.object["spec"]["jobTemplate"]
    annotations = {INSTANTIATE: "manual", **(at(template, "metadata", "annotations") or {})}
    metadata: Object = {**metadata_of(kubectl, name), "annotations": annotations}
    if labels := at(template, "metadata", "labels"):
        metadata["labels"] = labels
    owner = source.object["metadata"]
    metadata["ownerReferences"] = [
        {"apiVersion": "batch/v1", "kind": "CronJob", "name": owner["name"], "uid": owner["uid"], "controller": True}
    ]
    return {"metadata": metadata, "spec": template["spec"]}


def go_type(obj: Object) -> str:
    """The Go type of an object, as `%T` prints it: `*v1.Deployment`."""
    return f"*{str(obj['apiVersion']).rpartition('/')[2]}.{obj['kind']}"
