"""The kuberc file: aliases of commands, and other defaults for their flags. Upstream: kubectl/pkg/kuberc"""

import re
from collections.abc import Sequence
from typing import Any

from simulator.kubectl.errors import Plain
from simulator.kubectl.terminal import Terminal
from simulator.machinery import yaml
from simulator.machinery.objects import Object

API_VERSION = "kubectl.config.k8s.io/v1beta1"
ALIAS = re.compile("[a-zA-Z]+")
REFUSED = "error occurred while applying preferences"
EMPTY: Object = {"kind": "Preference", "apiVersion": API_VERSION, "defaults": None, "aliases": None}


def place(terminal: Terminal, words: Sequence[str]) -> str:
    """The path of the file; empty where preferences are turned off."""
    if named := asked(words):
        return named
    if terminal.env.get("KUBECTL_KUBERC") == "false" or terminal.env.get("KUBERC") == "off":
        return ""
    return terminal.env.get("KUBERC") or f"{terminal.env.get('HOME', '')}/.kube/kuberc"


def asked(words: Sequence[str]) -> str:
    """The file that the command line names."""
    for index, word in enumerate(words):
        if word == "--":
            break
        if word == "--kuberc" and index + 1 < len(words):
            return words[index + 1]
        if word.startswith("--kuberc="):
            return word.removeprefix("--kuberc=")
    return ""


def load(terminal: Terminal, path: str, *, needed: bool | None = None) -> Object | None:
    """The preferences in a file; None where there is no such file, or it holds something else.

    `needed`: whether that is an error or only told; None: neither. Raises Plain, for aliases of wrong names too.
    """
    if not path or not terminal.is_file(path):
        if path and needed:
            raise Plain(f"{REFUSED} kuberc error kuberc: open {path}: no such file or directory")
        return None
    try:
        found = yaml.load(terminal.read_file(path).decode())
    except (yaml.YAMLError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict) or found.get("kind") != "Preference":
        said = f"no valid preferences found in {path}, use --v=5 to see details"
        if needed is False:
            terminal.write_error(f"kuberc: no preferences loaded from {path}: {said}")
        if needed:
            raise Plain(f"{REFUSED} kuberc error kuberc: {said}")
        return None
    if not all(ALIAS.fullmatch(str(alias.get("name") or "")) for alias in found.get("aliases") or ()):
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
