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
        missing = [f"--{name}" for name in command.required if not word and not kubectl.options.changed(name)]
        return [*missing, *arguments(kubectl, command, word)]
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
    if kinds[:1] == ("word",):
        return [] if args else list(kinds[1:])
    if kinds[:1] == ("type",) and "/" not in word:
        return names(kubectl, args[0]) if args else list(kinds[1:])
    if kinds == ("pods",):
        return names(kubectl, "pods")
    if kinds == ("file", "pod"):
        return [
            *(f"{name}/" for name in names(kubectl, "namespaces")),
            *(f"{name}:" for name in names(kubectl, "pods")),
        ]
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
    if "object" in kinds or "resource" in kinds or "type" in kinds:
        if "/" in word:
            kind = word.partition("/")[0]
            return [f"{kind}/{name}" for name in names(kubectl, kind)]
        if not args:
            return types(kubectl, word)
        return names(kubectl, args[0])
    return []


def pods_and_workloads(kubectl: Kubectl, word: str) -> list[str]:
    if "/" in word:
        kind = word.partition("/")[0]
        return [f"{kind}/{name}" for name in names(kubectl, kind)]
    return [*names(kubectl, "pods"), *WORKLOADS]


WORKLOADS = (
    "daemonsets/", "deployments/", "pods/", "jobs/", "replicasets/", "replicationcontrollers/", "services/",
    "statefulsets/",
)  # fmt: skip
"""What Pods may be reached through."""


def types(kubectl: Kubectl, word: str) -> list[str]:
    """Types whose objects can be shown, behind those that are typed with commas between them."""
    before = word[: word.rfind(",") + 1]
    found = {resource.qualified for resource in kubectl.mapper.preferred if "get" in resource.verbs}
    return [f"{before}{name}" for name in sorted(found)]


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
