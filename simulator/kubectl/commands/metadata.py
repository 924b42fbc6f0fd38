"""What label and annotate share: reading KEY=VALUE and KEY- from the arguments. Upstream: kubectl/pkg/cmd/util"""

from simulator.kubectl.errors import CommandError


def resources_and_pairs(args: tuple[str, ...], word: str) -> tuple[list[str], list[str]]:
    """The arguments that name objects, and those that say what to change."""
    resources: list[str] = []
    pairs: list[str] = []
    for argument in args:
        is_pair = "=" in argument or argument.endswith("-")
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
