"""What label and annotate share: reading KEY=VALUE and KEY- from the arguments. Upstream: kubectl/pkg/cmd/util"""

from simulator.kubectl.builder import Info
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl

LOCAL_FILES = "can only use local files by -f {0}.yaml or --filename={0}.json when --local=true is set"


def resources_and_pairs(args: tuple[str, ...], word: str) -> tuple[list[str], list[str]]:
    """The arguments that name objects, and those that say what to change."""
    resources: list[str] = []
    pairs: list[str] = []
    for argument in args:
        is_pair = argument.find("=") > 0 or argument.endswith("-")
        if is_pair:
            pairs.append(argument)
        elif pairs:
            raise CommandError(f"all resources must be specified before {word} changes: {argument}")
        else:
            resources.append(argument)
    return resources, pairs


def parse_pairs(pairs: list[str], word: str) -> tuple[dict[str, str], list[str]]:
    """What to set, and what to remove."""
    values: dict[str, str] = {}
    removed: list[str] = []
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if equals:
            if not key:
                raise CommandError(f"invalid {word} format: {pair}")
            values[key] = value
        else:
            removed.append(pair[:-1])
    for key in removed:
        if key in values:
            raise CommandError(f"can not both modify and remove {'a label' if word == 'label' else 'an annotation'} "
                               "in the same command")  # fmt: skip
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
