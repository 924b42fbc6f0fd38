"""Kubeconfig files as they are written. Upstream: k8s.io/client-go/tools/clientcmd/config.go"""

from typing import Any

from simulator.kubectl.config import SECTIONS, Config, paths
from simulator.kubectl.terminal import Terminal
from simulator.machinery import yaml

PATHS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")


def rendered(config: Config) -> dict[str, Any]:
    """A configuration as the document that kubectl shows, entries in order of name."""
    document: dict[str, Any] = {"kind": "Config", "apiVersion": "v1"}
    if config.others.get("preferences"):
        document["preferences"] = config.others["preferences"]
    for section in ("clusters", "users", "contexts"):
        document[section] = section_of(config, section, list(config.section(section)))
    document["current-context"] = config.current
    return document


def section_of(config: Config, section: str, names: list[str]) -> list[dict[str, Any]] | None:
    content = SECTIONS[section]
    entries = config.section(section)
    return [{"name": name, content: filled(section, entries[name])} for name in sorted(names)] or None


def filled(section: str, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry with the fields that are always written."""
    if section == "contexts":
        return {"cluster": "", "user": "", **entry}
    if section == "clusters":
        return {"server": "", **entry}
    return entry


ORDER = (
    "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data",
    "proxy-url", "disable-compression", "cluster", "user", "namespace", "client-certificate", "client-certificate-data",
    "client-key", "client-key-data", "token", "tokenFile", "as", "as-uid", "as-groups", "username", "password", "exec",
)  # fmt: skip
"""The order of an entry's fields in JSON."""


def json_text(config: Config) -> str:
    """The document as JSON, in which the fields keep the order of the real program's types."""
    document = rendered(config)
    for section, content in SECTIONS.items():
        for entry in document[section] or ():
            known = sorted(entry[content], key=lambda field: ORDER.index(field) if field in ORDER else len(ORDER))
            entry[content] = {field: entry[content][field] for field in known}
    return yaml.dump_json(document, sort=False) + "\n"


def save(terminal: Terminal, config: Config) -> None:
    """Write every file anew whose part of the configuration may have changed."""
    assert config.options is not None
    files = paths(terminal, config.options)
    present = [path for path in files if terminal.is_file(path)]
    home = present[0] if present else files[-1]
    for path in present or [home]:
        part = Config(options=config.options, terminal=terminal)
        for section in SECTIONS:
            for name, entry in config.section(section).items():
                if config.origins.get((section, name), home) == path:
                    part.section(section)[name] = shortened(entry, path)
        if config.origins.get(("current-context", ""), home) == path:
            part.current = config.current
        part.others = config.others if path == home else {}
        terminal.write_file(path, yaml.dump(rendered(part)).encode(), 0o600)


def shortened(entry: dict[str, Any], path: str) -> dict[str, Any]:
    """File names relative to the folder of the kubeconfig, where they are below it."""
    folder = path.rpartition("/")[0] + "/"
    return {
        key: value.removeprefix(folder) if key in PATHS and isinstance(value, str) else value
        for key, value in entry.items()
    }
