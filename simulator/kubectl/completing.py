"""What Tab offers after `kubectl`: commands, flags, types, names, namespaces, contexts.

Upstream: kubectl/pkg/cmd/apiresources
"""

from collections.abc import Sequence

from simulator.kubectl.command import Command
from simulator.kubectl.commands import KUBECTL
from simulator.kubectl.errors import Failure
from simulator.kubectl.flags import Flag, FlagError, Options, Parser
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.program import find, flags_of, typed
from simulator.kubectl.terminal import Terminal

NAMESPACE_FLAGS = ("--namespace", "-n")
CONTAINER_FLAGS = ("--container", "-c")


def candidates(terminal: Terminal, words: Sequence[str]) -> list[str]:
    """What the last word may become; `words` are those after `kubectl`."""
    *before, word = words
    path, rest = find(before)
    command = path[-1]
    flags = flags_of(path)
    if word.startswith("-") and "=" not in word:
        return sorted(f"--{flag.name}" for flag in flags if not flag.hidden)
    kubectl = run_of(terminal, path, rest)
    if kubectl is None:
        return []
    try:
        if before and before[-1].startswith("-") and (flag := flag_of(before[-1], flags)) is not None:
            return values_of(kubectl, flag)
        if command.commands and not kubectl.options.args:
            return [child.name for child in command.commands if not child.hidden or command is not KUBECTL]
        return arguments(kubectl, command, word)
    except Failure:
        return []


def run_of(terminal: Terminal, path: tuple[Command, ...], rest: Sequence[str]) -> Kubectl | None:
    """A run with the options typed so far."""
    words = list(rest)
    if words and words[-1].startswith("-"):
        words.pop()
    try:
        options: Options = Parser(flags_of(path)).parse(words)
    except FlagError:
        return None
    return Kubectl(terminal, path[-1], typed(path), options, {})


def flag_of(word: str, flags: Sequence[Flag]) -> Flag | None:
    """The flag whose value comes next."""
    for flag in flags:
        if word in (f"--{flag.name}", f"-{flag.short}") and flag.value_when_bare is None:
            return flag
    return None


def values_of(kubectl: Kubectl, flag: Flag) -> list[str]:
    if flag.choices:
        return list(flag.choices)
    if flag.name == "namespace":
        return names(kubectl, "namespaces")
    if flag.name in ("context", "cluster", "user"):
        return sorted(kubectl.config.section(f"{flag.name}s"))
    if flag.name == "container":
        return container_names(kubectl)
    return []


def arguments(kubectl: Kubectl, command: Command, word: str) -> list[str]:
    """What the command's arguments may be."""
    args = kubectl.options.args
    kinds = command.completes
    if kinds and kinds[0] in ("context", "cluster", "user"):
        return sorted(kubectl.config.section(f"{kinds[0]}s"))
    if kinds == ("pod",):
        return (
            pods_and_workloads(kubectl, word)
            if not args
            else container_names(kubectl)
            if command.name == "logs"
            else []
        )
    if kinds == ("node",):
        return names(kubectl, "nodes")
    if "object" in kinds or "resource" in kinds:
        if "/" in word:
            kind = word.partition("/")[0]
            return [f"{kind}/{name}" for name in names(kubectl, kind)]
        if not args:
            return sorted({resource.name for resource in kubectl.mapper.preferred if "get" in resource.verbs})
        return names(kubectl, args[0])
    return []


def pods_and_workloads(kubectl: Kubectl, word: str) -> list[str]:
    if "/" in word:
        kind = word.partition("/")[0]
        return [f"{kind}/{name}" for name in names(kubectl, kind)]
    return [*names(kubectl, "pods"), "deployment/", "replicaset/", "service/", "statefulset/", "daemonset/", "job/"]


def names(kubectl: Kubectl, word: str) -> list[str]:
    """The names of the objects of a type, in the namespace typed so far."""
    resource = kubectl.mapper.resolve(word.partition(",")[0])
    listed = kubectl.client.get(resource.path(kubectl.namespace if resource.namespaced else ""))
    return [item["metadata"]["name"] for item in listed.get("items", ())]


def container_names(kubectl: Kubectl) -> list[str]:
    if not kubectl.options.args:
        return []
    pod = kubectl.client.find(f"/api/v1/namespaces/{kubectl.namespace}/pods/{kubectl.options.args[0]}")
    return [] if pod is None else [one["name"] for one in pod["spec"]["containers"]]
