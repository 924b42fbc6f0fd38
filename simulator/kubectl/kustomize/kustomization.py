"""The kustomization file of a folder: read, checked, its old fields moved to where they are looked for.

Upstream: sigs.k8s.io/kustomize/api/internal/target/kusttarget.go, types/kustomization.go
"""

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.decoding import decoded, problems
from simulator.kubectl.kustomize.loading import Loader
from simulator.machinery import yaml
from simulator.machinery.objects import Object

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
DEPRECATED = {
    "bases": "resources",
    "imageTags": "images",
    "commonLabels": "labels",
    "patchesJson6902": "patches",
    "patchesStrategicMerge": "patches",
}
VERSIONS = {
    "Kustomization": "kustomize.config.k8s.io/v1beta1",
    "Component": "kustomize.config.k8s.io/v1alpha1",
}


def read(loader: Loader) -> Object:
    """What the folder's kustomization says; warnings go to the terminal. Raises CommandError."""
    name = file_name(loader)
    try:
        content = yaml.load(loader.load(name))
    except yaml.YAMLError as error:
        raise CommandError(
            f"invalid Kustomization: {str(error).removeprefix('error converting YAML to JSON: ')}"
        ) from None
    if content is None:
        raise CommandError("kustomization.yaml is empty")
    for problem in problems(content, "types.Kustomization"):
        raise CommandError(f"invalid Kustomization: {problem}")
    content = decoded(content, "types.Kustomization")
    kustomization = {field: value for field, value in content.items() if value not in (None, [], {}, "")}
    warn(loader, content)
    if not kustomization:
        raise CommandError("kustomization.yaml is empty")
    check(loader, kustomization)
    for old, new in (("bases", "resources"), ("imageTags", "images")):
        if old in kustomization:
            kustomization[new] = [*kustomization.get(new, ()), *kustomization.pop(old)]
    return kustomization


class Misconfigured(CommandError):
    """An entry that one of the built-in steps cannot do."""

    def __init__(self, plugin: str, entry: Object, problem: str) -> None:
        super().__init__(f"trouble configuring builtin {plugin} with config: `\n{yaml.dump(entry)}`: {problem}")
        self.problem = problem


def file_name(loader: Loader) -> str:
    found = [name for name in NAMES if loader.terminal.is_file(f"{loader.root}/{name}")]
    if len(found) > 1:
        raise CommandError(f"Found multiple kustomization files under: {loader.root}\n")
    if not found:
        names = ", ".join(f"'{name}'" for name in NAMES[:2]) + f" or '{NAMES[2]}'"
        raise CommandError(f"unable to find one of {names} in directory '{loader.root}'")
    return found[0]


def warn(loader: Loader, content: Object) -> None:
    for field, instead in DEPRECATED.items():
        if content.get(field) is not None:
            loader.terminal.write_error(
                f"# Warning: '{field}' is deprecated. Please use '{instead}' instead. Run 'kustomize edit fix' to "
                "update your Kustomization automatically.\n"
            )
    if content.get("vars") is not None:
        loader.terminal.write_error(
            "# Warning: 'vars' is deprecated. Please use 'replacements' instead. [EXPERIMENTAL] Run 'kustomize edit "
            "fix' to update your Kustomization automatically.\n"
        )


def check(loader: Loader, kustomization: Object) -> None:
    kind = kustomization.setdefault("kind", "Kustomization")
    version = VERSIONS.get(kind, VERSIONS["Kustomization"])
    wrong = [] if kind in VERSIONS else ["kind should be Kustomization or Component"]
    if kustomization.get("apiVersion", version) != version:
        wrong.append(f"apiVersion for {kind} should be {version}")
    if wrong:
        raise CommandError(f"Failed to read kustomization file under {loader.root}:\n" + "\n".join(wrong))
    charts = [*(kustomization.get("helmChartInflationGenerator") or ()), *(kustomization.get("helmCharts") or ())]
    for chart in charts:
        raise Misconfigured("HelmChartInflationGenerator", chart, "must specify --enable-helm")
