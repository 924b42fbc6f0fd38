"""kubectl set env. Upstream: kubectl/pkg/cmd/set/set_env.go, env/"""

import re
from base64 import b64decode
from typing import Any

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import check_all, check_local
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.commands.set.changing import (
    SETTING_SELECTED,
    apply_changes,
    begun,
    found,
    names_match,
    spec_of,
    unfit,
    with_spec,
)
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError, ServerError
from simulator.kubectl.flags import Flag
from simulator.kubectl.keyedfiles import ENVIRONMENT_NAME, ENVIRONMENT_RULE
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.scheme import SCHEME
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at


@command(
    "env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    summary="Update environment variables on a pod template",
    description="Update environment variables on a pod template.\n\n"
    " Lists the variables of pods and pod templates, sets, changes and removes them. KEY=VALUE sets, KEY- removes. With"
    ' "--env -" (or -e -) variables are read from standard input.\n\n'
    " Possible resources include (case insensitive):\n\n pod (po), replicationcontroller (rc), deployment (deploy),"
    " daemonset (ds), statefulset (sts), cronjob (cj), replicaset (rs)",
    examples=(
        ("Set STORAGE_DIR on the deployment registry", "kubectl set env deployment/registry STORAGE_DIR=/local"),
        ("List the variables of all pods", "kubectl set env pods --all --list"),
        (
            "Remove ENV from the container c1 of every deployment",
            'kubectl set env deployments --all --containers="c1" ENV-',
        ),
        ("Set variables from a secret", "kubectl set env --from=secret/mysecret deployment/myapp"),
        (
            "Set variables from a config map, with a prefix",
            "kubectl set env --from=configmap/myconfigmap --prefix=MYSQL_ deployment/myapp",
        ),
        (
            "Set variables from some keys of a config map",
            "kubectl set env --keys=my-example-key --from=configmap/myconfigmap deployment/myapp",
        ),
        (
            "Print a file with a variable more, without asking the server",
            "kubectl set env -f deploy.json ENV- --local -o yaml",
        ),
    ),
    flags=(
        *SETTING_SELECTED,
        Flag("containers", "*", "Which containers to change; '*' in the name stands for anything", short="c"),
        Flag("env", (), "A variable, as KEY=VALUE.", short="e"),
        Flag("from", "", "The config map or secret to take variables from"),
        Flag("keys", (), "With --from: take these keys only", kind="slice"),
        Flag("list", False, "Print the variables, do not change them."),
        Flag("overwrite", True, "Change variables that are there already."),
        Flag("prefix", "", "What to put before the names of variables that come from --from"),
        Flag("resolve", False, "With --list: look up what variables refer to."),
    ),
    dialect=TYPED,
)
def env(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    check_all(kubectl)
    resources, words = split(list(options.args))
    reporter = begun(kubectl)
    check_local(kubectl)
    if not resources and not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if options.flag("list") and options.text("output"):
        raise CommandError("--list and --output may not be specified together")
    if options.texts("keys") and not options.text("from"):
        raise CommandError("when specifying --keys, a configmap or secret must be provided with --from")
    values, removed = parsed([*words, *options.texts("env")])
    variables = [*from_source(kubectl), *values] if options.text("from") else values
    infos = found(kubectl, resources, heeds_words=False)
    if options.flag("list"):
        for info in infos:
            show(kubectl, info)
        return None

    def change(info: Info) -> Object:
        return changed_object(kubectl, info, variables, removed)

    apply_changes(kubectl, reporter, infos, change, done="env updated", failure="env update to pod template:")
    return None


def split(args: list[str]) -> tuple[list[str], list[str]]:
    """The words that name objects, and those that say what to change."""
    first = next((place for place, word in enumerate(args) if says_variable(word)), len(args))
    if not all(says_variable(word) for word in args[first:]):
        raise CommandError(f"all resources must be specified before environment changes: {' '.join(args)}")
    return args[:first], args[first:]


def says_variable(word: str) -> bool:
    return word.find("=") > 0 or word.endswith("-")


def parsed(words: list[str]) -> tuple[list[Object], list[str]]:
    """Variables to set, and names to remove."""
    values: list[Object] = []
    removed: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            if not ENVIRONMENT_NAME.fullmatch(name):
                raise CommandError(f"{quoted(name)} is not a valid key name: {ENVIRONMENT_RULE}")
            values.append({"name": name, "value": value} if value else {"name": name})
        elif word.endswith("-"):
            removed.append(word[:-1])
        else:
            raise CommandError(f"unknown environment variable: {word}")
    for name in removed:
        if any(one["name"] == name for one in values):
            raise CommandError("can not both modify and remove the same environment variable in the same command")
    return values, removed


def from_source(kubectl: Kubectl) -> list[Object]:
    """A variable for each key of a config map or secret."""
    options = kubectl.options
    variables: list[Object] = []
    for info in Builder(kubectl, [options.text("from")], selector="", scheme=SCHEME).infos():
        kind = info.resource.kind
        if kind not in ("ConfigMap", "Secret"):
            raise CommandError("unsupported resource specified in --from")
        reference = "configMapKeyRef" if kind == "ConfigMap" else "secretKeyRef"
        for key in sorted(info.object.get("data") or {}):
            if options.texts("keys") and key not in options.texts("keys"):
                continue
            name = variable_name(key)
            if name != key:
                kubectl.warn(f"key {key} transferred to {name}")
            source = {reference: {"key": key, "name": info.name}}
            variables.append({"name": options.text("prefix") + name, "valueFrom": source})
    return variables


def variable_name(key: str) -> str:
    """A key as a variable is called: upper case, and underscores for what cannot be in a name."""
    return re.sub(r"\W", "_", key, flags=re.ASCII).upper()


def changed_object(kubectl: Kubectl, info: Info, variables: list[Object], removed: list[str]) -> Object:
    options = kubectl.options
    spec, pattern = spec_of(info), options.text("containers")
    hit = False
    for field in ("initContainers", "containers"):
        containers = []
        for container in spec.get(field) or ():
            if names_match(container["name"], pattern):
                hit = True
                check_overwriting(kubectl, info, container, variables)
                container = with_variables(container, variables, removed)
            containers.append(container)
        if containers:
            spec = {**spec, field: containers}
    if not hit:
        kubectl.warn(f"{info.resource.kind}/{info.name} does not have any containers matching {quoted(pattern)}")
        return info.object
    return with_spec(info, spec)


def check_overwriting(kubectl: Kubectl, info: Info, container: Object, variables: list[Object]) -> None:
    if kubectl.options.flag("overwrite"):
        return
    present = {one["name"]: one.get("value", "") for one in container.get("env") or ()}
    for one in variables:
        if one["name"] in present and one.get("value", "") != present[one["name"]]:
            value = f"'{one['name']}' already has a value ({present[one['name']]})"
            raise unfit(info, f"{value}, and --overwrite is false")


def with_variables(container: Object, variables: list[Object], removed: list[str]) -> Object:
    """The container with its variables: changed in their place, new ones last."""
    newest = {one["name"]: one for one in variables}
    present = [one for one in container.get("env") or () if one["name"] not in removed]
    kept = [newest.pop(one["name"], one) for one in present]
    wanted: list[Object] = [*kept, *newest.values()]
    if wanted:
        return {**container, "env": wanted}
    return {name: value for name, value in container.items() if name != "env"}


def show(kubectl: Kubectl, info: Info) -> None:
    """The variables of each container."""
    spec = spec_of(info)
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or ():
            if not names_match(container["name"], kubectl.options.text("containers")):
                continue
            kubectl.print(f"# {info.resource.kind} {info.name}, container {container['name']}")
            for variable in container.get("env") or ():
                kubectl.print(line_of(kubectl, info, variable))


def line_of(kubectl: Kubectl, info: Info, variable: Object) -> str:
    name, source = variable["name"], variable.get("valueFrom")
    if not source:
        return f"{name}={variable.get('value', '')}"
    if kubectl.options.flag("resolve"):
        try:
            return f"{name}={resolved(kubectl, info, source)}"
        except ServerError as error:
            return f"# {name} {reference(source)} (error: {error})"
    return f"# {name} from {reference(source)}"


def resolved(kubectl: Kubectl, info: Info, source: Object) -> Any:
    """What a reference stands for now."""
    for field, kind in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
        if field in source:
            wanted = source[field]
            obj = kubectl.client.get(f"/api/v1/namespaces/{info.namespace}/{kind}/{wanted['name']}")
            value = at(obj, "data", wanted["key"], default="")
            return b64decode(value).decode() if kind == "secrets" else value
    if "fieldRef" in source:
        return at(info.object, *source["fieldRef"]["fieldPath"].split("."), default="")
    return reference(source)


def reference(source: Object) -> str:
    """A reference in words."""
    for field, words in (("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")):
        if field in source:
            return f"{words} {source[field]['name']}, key {source[field]['key']}"
    if "fieldRef" in source:
        return f"field path {source['fieldRef']['fieldPath']}"
    if "resourceFieldRef" in source:
        wanted = source["resourceFieldRef"]
        prefix = f"{wanted['containerName']}/" if wanted.get("containerName") else ""
        return f"resource field {prefix}{wanted['resource']}"
    return "invalid valueFrom"
