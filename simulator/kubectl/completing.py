"""What Tab offers after `kubectl`: commands, flags, types, names, namespaces, contexts.

Upstream: kubectl/pkg/cmd/apiresources
"""

from collections.abc import Sequence

from simulator.kubectl.command import Command
from simulator.kubectl.commands import KUBECTL
from simulator.kubectl.errors import CommandError, Failure
from simulator.kubectl.flags import Flag, FlagError, Options, Parser
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.program import find, flags_of, typed
from simulator.kubectl.terminal import Terminal

VALUES = ("namespace", "context", "cluster", "user")
"""Flags whose values are looked up."""
FILES = ("json", "yaml", "yml")
"""How the names of files end that hold objects."""
NO_SPACE, NO_FILES, ONLY_SUCH_FILES = 2, 4, 8
"""What a shell is told to do: leave out the blank, offer no files, or only those that end so."""
DIRECTIVES = (
    (NO_SPACE, "ShellCompDirectiveNoSpace"),
    (NO_FILES, "ShellCompDirectiveNoFileComp"),
    (ONLY_SUCH_FILES, "ShellCompDirectiveFilterFileExt"),
)
NO_PLUGIN = (
    "[Debug] Cleared global flags for plugin completion\n[Debug] [Error] unable to find a command for arguments: [{}]\n"
)


def candidates(terminal: Terminal, words: Sequence[str]) -> list[str]:
    """What the last word may become; `words` are those after `kubectl`."""
    *before, word = words
    path, rest = find(before)
    command = path[-1]
    flags = flags_of(path)
    if word.startswith("-") and "=" not in word:
        return flag_names(command, flags)
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


def flag_names(command: Command, flags: Sequence[Flag]) -> list[str]:
    """The flags of every command, then those of this one."""
    own = {flag.name for flag in command.flags}
    shared = sorted(f"--{flag.name}" for flag in flags if not flag.hidden and flag.name not in own)
    return [*shared, *sorted(["--help", *(f"--{flag.name}" for flag in command.flags if not flag.hidden)])]


def complete(terminal: Terminal, words: Sequence[str], *, described: bool) -> int:
    """What a shell asks: each candidate in a line, with what it is, and how the shell is to go on."""
    if not words:
        raise CommandError("requires at least 1 arg(s), only received 0")
    path, rest = find(words[:-1])
    found, directive = list[str](), 0
    if path == (KUBECTL,) and rest and not rest[0].startswith("-"):
        terminal.write_error(NO_PLUGIN.format(rest[0]))
    else:
        found, directive = offered(terminal, path, words)
    for candidate in found:
        about = description(path, candidate) if described else ""
        terminal.write(f"{candidate}\t{about}\n" if about else f"{candidate}\n")
    terminal.write(f":{directive}\n")
    names = [name for bit, name in DIRECTIVES if directive & bit] or ["ShellCompDirectiveDefault"]
    terminal.write_error(f"Completion ended with directive: {', '.join(names)}\n")
    return 0


def offered(terminal: Terminal, path: tuple[Command, ...], words: Sequence[str]) -> tuple[list[str], int]:
    """The candidates that the last word begins, and what the shell is told to do."""
    *before, word = words
    directive = directive_of(path, before, word)
    if directive == ONLY_SUCH_FILES:
        return list(FILES), directive
    known = candidates(terminal, words)
    found = [candidate for candidate in known if candidate.startswith(word)]
    if WORKLOADS[0] in known and all(candidate.endswith("/") for candidate in found):
        directive |= NO_SPACE
    return found, directive


def description(path: tuple[Command, ...], candidate: str) -> str:
    """The first line of what is said about a command or a flag."""
    if candidate.startswith("--"):
        said = [flag.help for flag in flags_of(path) if f"--{flag.name}" == candidate]
        return said[0].partition("\n")[0] if said else f"help for {path[-1].name}"
    child = path[-1].child(candidate) if path[-1].commands else None
    return "" if child is None else child.summary


def directive_of(path: tuple[Command, ...], before: Sequence[str], word: str) -> int:
    command = path[-1]
    if before and before[-1].startswith("-") and (flag := flag_of(before[-1], flags_of(path))) is not None:
        return ONLY_SUCH_FILES if flag.name == "filename" else NO_FILES if flag.choices or flag.name in VALUES else 0
    if word.startswith("-") or command.commands:
        return NO_FILES
    if command.completes == ("file", "pod"):
        return NO_SPACE
    return NO_FILES if command.completes else 0


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
            *(("./", "/") if not word else ()),
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
    found = sorted((one.group, one.qualified) for one in kubectl.mapper.preferred if "get" in one.verbs)
    return [f"{before}{name}" for _, name in found]


def names(kubectl: Kubectl, word: str) -> list[str]:
    """The names of the objects of a type, in the namespace typed so far."""
    resource = kubectl.mapper.resolve(word.partition(",")[0])
    listed = kubectl.client.collection(resource.path(kubectl.namespace if resource.namespaced else ""))
    return [item["metadata"]["name"] for item in listed.get("items", ())]


def container_names(kubectl: Kubectl) -> list[str]:
    if not kubectl.options.args:
        return []
    pod = kubectl.client.find(f"/api/v1/namespaces/{kubectl.namespace}/pods/{kubectl.options.args[0]}")
    return [] if pod is None else [one["name"] for one in pod["spec"]["containers"]]
