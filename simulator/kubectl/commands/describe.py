"""kubectl describe: everything about an object that a person wants to know. Upstream: kubectl/pkg/cmd/describe"""

from simulator.kubectl.builder import Builder, Info, parted
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.describe import description
from simulator.kubectl.errors import CommandError, Failure, raise_listed, told
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import ALL_NAMESPACES, CHUNK_SIZE, FILENAMES, SELECTOR


@command(
    "describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    summary="Show details of a specific resource or group of resources",
    description="Show details of a specific resource or group of resources.\n\n"
    " Tells of an object and of what belongs to it, such as events or the pods behind it. When no object has the name,"
    " every object whose name begins with it is described:\n\n"
    "  $ kubectl describe TYPE NAME_PREFIX\n\n"
    'Use "kubectl api-resources" for a complete list of supported resources.',
    examples=(
        ("Describe a node", "kubectl describe nodes worker-1"),
        ("Describe a pod", "kubectl describe pods/nginx"),
        ('Describe the pod that "pod.json" names', "kubectl describe -f pod.json"),
        ("Describe all pods", "kubectl describe pods"),
        ("Describe the pods with label app=web", "kubectl describe pods -l app=web"),
        (
            "Describe the pods that a replica set made (their names begin with its name)",
            "kubectl describe pods frontend",
        ),
    ),
    flags=(
        ALL_NAMESPACES,
        CHUNK_SIZE,
        *FILENAMES,
        SELECTOR,
        Flag("show-events", True, "Show the events about each object."),
    ),
    completes=("resource", "object"),
)
def describe(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    kubectl.connect()
    if not options.args and not options.texts("filename") and not options.text("kustomize"):
        raise CommandError(
            'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of '
            "supported resources."
        )
    builder = Builder(kubectl, options.args, everything=True)
    builder.check()
    if builder.from_files:
        found, errors = parted(builder.from_manifests())
    else:
        found, errors = builder.collected()
    if len(options.args) == 2 and len(errors) == 1 and is_missing(errors[0]):
        return describe_matching(kubectl, builder, errors[0])
    show(kubectl, found, errors)
    if not found and not errors:
        if builder.all_namespaces:
            kubectl.complain("No resources found")
        else:
            kubectl.complain(f"No resources found in {kubectl.namespace} namespace.")
    raise_listed(told(errors))
    return None


def is_missing(error: Failure) -> bool:
    return error.reason == "NotFound"


def describe_matching(kubectl: Kubectl, builder: Builder, missing: Failure) -> Outcome:
    """Describe what begins with the name, since nothing has it."""
    word, prefix = kubectl.options.args
    kubectl.mapper.look_anew()
    candidates = Builder(kubectl, [word], everything=True).infos()
    found = [info for info in candidates if info.name.startswith(prefix)]
    if not found:
        raise missing
    options = kubectl.options
    for info in found:
        kubectl.print(
            description(kubectl, info, show_events=options.changed("show-events") and options.flag("show-events"))
        )
    return None


def show(kubectl: Kubectl, found: list[Info], errors: list[Failure]) -> None:
    """Each description, two empty lines between them. Of several objects, events are shown only when asked for."""
    options = kubectl.options
    show_events = options.flag("show-events") and (len(found) + len(errors) == 1 or options.changed("show-events"))
    shown, failed = False, set[str]()
    for info in found:
        try:
            text = description(kubectl, info, show_events=show_events)
        except Failure as failure:
            if str(failure) not in failed:
                errors.append(failure)
            failed.add(str(failure))
            continue
        kubectl.write(f"\n\n{text}" if shown else text)
        shown = True
