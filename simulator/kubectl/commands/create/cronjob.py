"""kubectl create cronjob. Upstream: kubectl/pkg/cmd/create/create_cronjob.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, after_name, completed, create_one, metadata_of
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

CRON_JOBS = Collection("batch/v1", "CronJob", "cronjobs", failure="failed to create cronjob:")


@command(
    "cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
    summary="Create a cron job with the specified name",
    examples=(
        ("Create a cron job", 'kubectl create cronjob my-job --image=busybox --schedule="*/1 * * * *"'),
        (
            "Create a cron job with a command",
            'kubectl create cronjob my-job --image=busybox --schedule="*/1 * * * *" -- date',
        ),
    ),
    flags=(
        *CREATING,
        Flag("image", "", "The image to run."),
        Flag("restart", "", "The restart policy of the jobs' pods: OnFailure or Never"),
        Flag("schedule", "", "When to run, in the format of cron."),
    ),
    aliases=("cj",),
    required=("image", "schedule"),
)
def cronjob(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    container: Object = {"name": name, "image": options.text("image")}
    if words := after_name(kubectl):
        container["command"] = words
    pod = {"containers": [container], "restartPolicy": options.text("restart") or "OnFailure"}
    spec = {
        "schedule": options.text("schedule"),
        "jobTemplate": {"metadata": {"name": name}, "spec": {"template": {"spec": pod}}},
    }
    create_one(kubectl, {"metadata": metadata_of(kubectl, name), "spec": spec}, CRON_JOBS)
    return None
