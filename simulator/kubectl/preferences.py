"""The kuberc file: aliases of commands, and other defaults for their flags. Upstream: kubectl/pkg/kuberc"""

from collections.abc import Sequence
from typing import Any

from simulator.kubectl.terminal import Terminal
from simulator.machinery import yaml
from simulator.machinery.objects import Object

API_VERSION = "kubectl.config.k8s.io/v1beta1"
EMPTY: Object = {"kind": "Preference", "apiVersion": API_VERSION, "defaults": None, "aliases": None}


def place(terminal: Terminal, words: Sequence[str]) -> str:
    """The path of the file; empty where preferences are turned off."""
    if terminal.env.get("KUBECTL_KUBERC") == "false" or terminal.env.get("KUBERC") == "off":
        return ""
    for index, word in enumerate(words):
        if word == "--":
            break
        if word == "--kuberc" and index + 1 < len(words):
            return "" if words[index + 1] == "off" else words[index + 1]
        if word.startswith("--kuberc="):
            return "" if word == "--kuberc=off" else word.removeprefix("--kuberc=")
    return terminal.env.get("KUBERC") or f"{terminal.env.get('HOME', '')}/.kube/kuberc"


def load(terminal: Terminal, path: str) -> Object | None:
    """The preferences in a file; None where there is no such file, or it holds something else."""
    if not path or not terminal.is_file(path):
        return None
    try:
        found = yaml.load(terminal.read_file(path).decode())
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    return found if isinstance(found, dict) and found.get("kind") == "Preference" else None


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
