"""kubectl config set and unset: single values of a kubeconfig file, by dotted names.

Upstream: kubectl/pkg/cmd/config/set.go, unset.go
"""

import base64
import binascii
from typing import Any

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.config import Config, Entry
from simulator.kubectl.configediting import configuration, list_text, one_argument, show_help
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubeconfig import save
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.golang import quoted

FIELDS = {
    "clusters": (
        "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data",
        "proxy-url", "disable-compression",
    ),
    "contexts": ("cluster", "user", "namespace"),
    "users": (
        "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile",
        "act-as", "act-as-uid", "username", "password",
    ),
}  # fmt: skip
"""Fields that a dotted name may end in; any other end belongs to the name of the entry."""


@command(
    "set PROPERTY_NAME PROPERTY_VALUE",
    summary="Set an individual value in a kubeconfig file",
    description="Set an individual value in a kubeconfig file.\n\n"
    " PROPERTY_NAME is a dotted name: a section, the name of an entry, and a field.\n\n"
    " PROPERTY_VALUE is the new value. Fields that end in '-data' take text that is base64 encoded, unless"
    " --set-raw-bytes is given.",
    examples=(
        ("Set the server of the cluster my-cluster", "kubectl config set clusters.my-cluster.server https://1.2.3.4"),
        ("Set the cluster of the context my-context", "kubectl config set contexts.my-context.cluster my-cluster"),
    ),
    flags=(Flag("set-raw-bytes", False, "Take a '-data' value as it is and encode it.", bare="true"),),
)
def set_value(kubectl: Kubectl) -> Outcome:
    args = kubectl.options.args
    if len(args) != 2:
        show_help(kubectl)
        raise CommandError(f"Unexpected args: {list_text(args)}")
    config = configuration(kubectl)
    name, value = args
    change_value(kubectl, config, name, value)
    save(kubectl.terminal, config)
    kubectl.print(f"Property {quoted(name)} set.")
    return None


def change_value(kubectl: Kubectl, config: Config, name: str, value: str | None) -> None:
    """Set or (with None) remove what a dotted name means."""
    if name == "current-context":
        config.current = value or ""
        return
    section, _, rest = name.partition(".")
    if section not in ("clusters", "contexts", "users"):
        raise CommandError(f"unable to parse {name} after [] at api.Config")
    entry_name, _, field = rest.rpartition(".")
    if field not in FIELDS[section]:
        entry_name, field = rest, ""
    entries = config.section(section)
    if value is None:
        if not rest:
            entries.clear()
        elif not field:
            entries.pop(rest, None)
        elif entry_name not in entries:
            raise CommandError(f"current map key `{entry_name}` is invalid")
        else:
            entries[entry_name].pop(field, None)
        return
    if not field:
        raise CommandError(f"can't set a map to a value: {in_go(entries)}")
    converted: Any = value
    if field.endswith("-data"):
        converted = encoded(kubectl, value)
    elif field == "insecure-skip-tls-verify":
        if value not in (*TRUE, *FALSE):
            raise CommandError(f"strconv.ParseBool: parsing {quoted(value)}: invalid syntax")
        converted = value in TRUE
    entries.setdefault(entry_name, {})[field] = converted


TRUE = ("1", "t", "T", "true", "TRUE", "True")
FALSE = ("0", "f", "F", "false", "FALSE", "False")
"""What Go's strconv.ParseBool takes."""


def in_go(entries: dict[str, Entry]) -> str:
    """A section as Go prints it: names, and where in memory their entries are."""
    places = (
        f"{name}:0xc{0x1130 * (place + 1) + sum(name.encode()):09x}" for place, name in enumerate(sorted(entries))
    )
    return f"map[{' '.join(places)}]"


def encoded(kubectl: Kubectl, value: str) -> str:
    if kubectl.options.flag("set-raw-bytes"):
        return base64.b64encode(value.encode()).decode()
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error:
        good = len(value) // 4 * 4
        raise CommandError(f"error decoding input value: illegal base64 data at input byte {good}") from None
    return value


@command(
    "unset PROPERTY_NAME",
    summary="Unset an individual value in a kubeconfig file",
    description="Unset an individual value in a kubeconfig file.\n\n PROPERTY_NAME is a dotted name as in config set.",
    examples=(
        ("Unset the current context", "kubectl config unset current-context"),
        ("Unset the namespace of the context foo", "kubectl config unset contexts.foo.namespace"),
    ),
)
def unset(kubectl: Kubectl) -> Outcome:
    name = one_argument(kubectl)
    config = configuration(kubectl)
    change_value(kubectl, config, name, None)
    save(kubectl.terminal, config)
    kubectl.print(f"Property {quoted(name)} unset.")
    return None
