"""kubectl edit: change objects in the terminal's editor. Upstream: kubectl/pkg/cmd/edit"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.editing import begin_edit
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES, PRINTING, SAVE_CONFIG, VALIDATE, field_manager, subresource
from simulator.kubectl.recording import RECORD


@command(
    "edit (RESOURCE/NAME | -f FILENAME)",
    summary="Edit a resource on the server",
    description="Edit a resource from the default editor.\n\n"
    " Opens the editor that KUBE_EDITOR or EDITOR names, or 'vi', with the object as YAML. What is saved is "
    "sent when the"
    " editor ends; when it cannot be, the editor opens again and says why.",
    examples=(
        ("Edit the service 'registry'", "kubectl edit svc/registry"),
        ("Use another editor", 'KUBE_EDITOR="nano" kubectl edit svc/registry'),
        ("Edit a job as JSON", "kubectl edit job.v1.batch/myjob -o json"),
        (
            "Edit a deployment and keep what is saved in its annotation",
            "kubectl edit deployment/mydeployment -o yaml --save-config",
        ),
    ),
    flags=(
        *PRINTING,
        RECORD,
        field_manager("kubectl-edit"),
        *FILENAMES,
        Flag("output-patch", False, "Print the patch when an object is changed."),
        SAVE_CONFIG,
        subresource("Edit this subresource of the object."),
        VALIDATE,
        Flag("windows-line-endings", False, "Use the line endings of Windows."),
    ),
    completes=("resource", "object"),
)
def edit(kubectl: Kubectl) -> Outcome:
    return begin_edit(kubectl)
