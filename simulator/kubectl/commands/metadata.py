"""What label and annotate share: reading KEY=VALUE and KEY- from the arguments. Upstream: kubectl/pkg/cmd/util"""

from simulator.kubectl.builder import Info
from simulator.kubectl.changes import check_all, check_local
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl


def check(kubectl: Kubectl, resources: list[str], *, changes: bool, what: str, example: str) -> None:
    """Refuse flags and arguments that do not go together. Upstream: Validate of label and annotate"""
    options = kubectl.options
    from_files = bool(options.texts("filename") or options.text("kustomize"))
    check_all(kubectl)
    if options.flag("local"):
        check_local(kubectl)
        if resources:
            raise CommandError(
                f"can only use local files by -f {example}.yaml or --filename={example}.json when --local=true is set"
            )
        if not from_files:
            raise CommandError(f"one or more files must be specified as -f {example}.yaml or --filename={example}.json")
    elif not resources and not from_files:
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not changes and not options.flag("list"):
        raise CommandError(f"at least one {what} update is required")


def resources_and_pairs(args: tuple[str, ...], word: str) -> tuple[list[str], list[str]]:
    """The arguments that name objects, and those that say what to change."""
    resources: list[str] = []
    pairs: list[str] = []
    for argument in args:
        is_pair = argument.find("=") > 0 or (argument.endswith("-") and argument != "-")
        if is_pair:
            pairs.append(argument)
        elif pairs:
            raise CommandError(f"all resources must be specified before {word} changes: {argument}")
        else:
            resources.append(argument)
    return resources, pairs


def parse_pairs(pairs: list[str], word: str, *, removes: bool = True) -> tuple[dict[str, str], list[str]]:
    """What to set, and what to remove."""
    values: dict[str, str] = {}
    removed: list[str] = []
    wrong: list[str] = []
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if equals and key:
            values[key] = value
        elif removes and pair.endswith("-") and pair != "-":
            removed.append(pair[:-1])
        else:
            wrong.append(pair)
    if wrong:
        raise CommandError(f"invalid {word} format: {', '.join(wrong)}")
    return values, removed


def is_one(kubectl: Kubectl, resources: list[str]) -> bool:
    """Whether the words can mean no more than one object."""
    paths = kubectl.options.texts("filename")
    if paths:
        return len(paths) == 1 and paths[0] != "-" and not kubectl.terminal.is_folder(paths[0])
    by_pair = len(resources) == 1 and "/" in resources[0]
    return by_pair or (len(resources) == 2 and "/" not in resources[0] and "," not in resources[0])


def show_list(kubectl: Kubectl, info: Info, what: str, values: dict[str, str], *, alone: bool) -> None:
    """What an object has; of several each with a head line."""
    if not alone:
        kubectl.print(f"Listing {what} for {info.resource.kind}.{info.resource.group}/{info.name}:")
    for key in sorted(values):
        kubectl.print(f"{'' if alone else ' '}{key}={values[key]}")
