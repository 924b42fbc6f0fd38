"""kubectl kustomize: print what a kustomization builds. Upstream: kubectl/pkg/cmd/kustomize, sigs.k8s.io/kustomize"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.kustomize import build
from simulator.machinery import yaml

UNSIMULATED = ("enable-alpha-plugins", "enable-helm", "network")
RESTRICTORS = ("LoadRestrictionsRootOnly", "LoadRestrictionsNone")


@command(
    "kustomize DIR [flags]",
    summary="Build a kustomization target from a directory or URL",
    description="Build a set of KRM resources using a 'kustomization.yaml' file. DIR is the folder that has it; without"
    " DIR it is looked for here.",
    examples=(
        ("Build the current working directory", "kubectl kustomize"),
        ("Build some shared configuration directory", "kubectl kustomize /home/config/production"),
    ),
    flags=(
        Flag("as-current-user", False, "Run functions as the current user"),
        Flag("enable-alpha-plugins", False, "Run plugins"),
        Flag("enable-helm", False, "Inflate helm charts"),
        Flag("env", (), "Environment variables for functions", short="e"),
        Flag("helm-api-versions", (), "Kubernetes API versions for Capabilities.APIVersions"),
        Flag("helm-command", "helm", "The helm program"),
        Flag("helm-debug", False, "Let helm tell more"),
        Flag("helm-kube-version", "", "Kubernetes version for Capabilities.KubeVersion"),
        Flag(
            "load-restrictor",
            RESTRICTORS[0],
            "Whether files outside the folder may be read: 'LoadRestrictionsNone' lets them.",
        ),
        Flag("mount", (), "Storage options for functions"),
        Flag("network", False, "Let functions reach the network"),
        Flag("network-name", "bridge", "The network of functions"),
        Flag("output", "", "Write to this file or folder instead.", short="o"),
    ),
)
def kustomize(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if len(options.args) > 1:
        raise CommandError("specify one path to kustomization.yaml")
    for flag in UNSIMULATED:
        if options.flag(flag):
            raise CommandError(f"--{flag} is not simulated: nothing here runs plugins, helm or functions")
    folder = options.args[0] if options.args else "."
    restrictor = options.text("load-restrictor")
    if restrictor not in RESTRICTORS:
        raise CommandError(
            f"illegal flag value --load-restrictor {restrictor}; legal values: [{' '.join(RESTRICTORS)}]"
        )
    objects = list(build(kubectl.terminal, folder, restricted=restrictor == RESTRICTORS[0]))
    text = "---\n".join(yaml.dump(obj) for obj in objects)
    path = options.text("output")
    if not path:
        kubectl.write(text)
    elif kubectl.terminal.is_folder(path):
        for obj in objects:
            name = f"{obj['apiVersion']}_{obj['kind']}_{obj['metadata']['name']}.yaml".lower().replace("/", "_")
            kubectl.terminal.write_file(f"{path}/{name}", yaml.dump(obj).encode())
    else:
        kubectl.terminal.write_file(path, text.encode())
    return None
