"""The kuberc file: aliases of commands, and other defaults for their flags. Upstream: kubectl/pkg/kuberc"""

import re
from collections.abc import Sequence
from typing import Any

from simulator.kubectl.errors import Plain
from simulator.kubectl.preferencefiles import API_VERSION, Unfit, decoded
from simulator.kubectl.terminal import Terminal
from simulator.machinery.objects import Object

ALIAS = re.compile("[a-zA-Z]+")
REFUSED = "error occurred while applying preferences"
EMPTY: Object = {"kind": "Preference", "apiVersion": API_VERSION, "defaults": None, "aliases": None}


def place(terminal: Terminal, words: Sequence[str]) -> str:
    """The path of the file; empty where preferences are turned off. Raises Plain where that is asked for twice."""
    named = asked(words)
    if is_off(terminal):
        return ""
    if terminal.env.get("KUBERC") == "off":
        if named:
            both = "disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive"
            raise Plain(f"{REFUSED} kuberc error {both}")
        return ""
    return named or terminal.env.get("KUBERC") or f"{terminal.env.get('HOME', '')}/.kube/kuberc"


def is_off(terminal: Terminal) -> bool:
    """Whether there are no preferences at all, nor a flag that names their file."""
    return terminal.env.get("KUBECTL_KUBERC") == "false"


def asked(words: Sequence[str]) -> str:
    """The file that the command line names."""
    return last(words, "--kuberc")


def verbosity(words: Sequence[str]) -> int:
    """How much the log is to tell."""
    text = last(words, "-v", "--v")
    return int(text) if text.isdecimal() else 0


def last(words: Sequence[str], *flags: str) -> str:
    """The value that a command line gives to a flag."""
    for index, word in enumerate(words):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name in flags and equals:
            return value
        if word in flags and index + 1 < len(words):
            return words[index + 1]
    return ""


def load(terminal: Terminal, path: str, *, needed: bool | None = None, verbosity: int = 0) -> Object | None:
    """The preferences in a file; None where there is no such file, or it holds nothing.

    `needed`: whether a mistake in it is an error or only told; None: neither. Raises Plain, for aliases of wrong names
    too.
    """
    if not path or not terminal.is_file(path):
        if path and needed:
            raise Plain(f"{REFUSED} kuberc error kuberc: open {path}: no such file or directory")
        return None
    try:
        found = decoded(terminal, path, verbosity=verbosity)
    except Unfit as error:
        if needed is False:
            terminal.write_error(f"kuberc: no preferences loaded from {path}: {error}")
        if needed:
            raise Plain(f"{REFUSED} kuberc error kuberc: {error}") from None
        return None
    if found and not all(ALIAS.fullmatch(str(alias.get("name") or "")) for alias in found.get("aliases") or ()):
        raise Plain(f"{REFUSED} invalid alias name, can only include alphabetical characters")
    return found


def unaliased(preferences: Object, words: Sequence[str]) -> list[str]:
    """The command line with an alias that it begins with written out."""
    for alias in preferences.get("aliases") or ():
        if words[:1] == [alias.get("name")]:
            rest = list(words[1:])
            before, after = alias.get("prependArgs") or [], alias.get("appendArgs") or []
            options = set_options(alias, rest)
            return [*str(alias["command"]).split(), *before, *options, *rest, *after]
    return list(words)


def with_defaults(preferences: Object, words: Sequence[str], command: str) -> list[str]:
    """The command line with the flags that are to be set where it does not set them; `command` is such as `set env`."""
    for entry in preferences.get("defaults") or ():
        if entry.get("command") == command:
            return [*set_options(entry, words), *words]
    return list(words)


def set_options(entry: dict[str, Any], words: Sequence[str]) -> list[str]:
    typed = {word.partition("=")[0] for word in words if word.startswith("--")}
    return [
        f"--{option['name']}={option['default']}"
        for option in entry.get("options") or ()
        if f"--{option['name']}" not in typed
    ]
