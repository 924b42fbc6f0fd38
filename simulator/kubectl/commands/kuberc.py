"""kubectl kuberc: look at the preferences and change them. Upstream: kubectl/pkg/cmd/kuberc"""

from typing import Any

from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import MANAGED_FIELDS, MISSING_KEYS, TEMPLATE, output
from simulator.kubectl.preferences import EMPTY, load, place
from simulator.kubectl.printers import printer_for
from simulator.machinery import yaml
from simulator.machinery.golang import quoted

FILE = Flag("kuberc", "", "Path of the file with preferences. KUBECTL_KUBERC=false or KUBERC=off turns them off.")
POLICIES = ("AllowAll", "DenyAll", "Allowlist")
ORDER = (
    *("kind", "apiVersion", "defaults", "aliases", "credentialPluginPolicy"),
    *("name", "command", "prependArgs", "appendArgs", "options", "default"),
)
"""The fields of the file and of its entries as the Go types have them."""


def file_of(kubectl: Kubectl) -> str:
    return kubectl.options.text("kuberc") or place(kubectl.terminal, ())


@command(
    "view",
    summary="Display the current kuberc configuration",
    description="Show what the kuberc file holds.",
    examples=(
        ("Show the preferences as YAML", "kubectl kuberc view"),
        ("Show them as JSON", "kubectl kuberc view --output json"),
        ("Show another file", "kubectl kuberc view --kuberc /path/to/kuberc"),
    ),
    flags=(MISSING_KEYS, FILE, output(default="yaml"), MANAGED_FIELDS, TEMPLATE),
)
def view(kubectl: Kubectl) -> Outcome:
    path = file_of(kubectl)
    preferences = load(kubectl.terminal, path)
    if preferences is None:
        kubectl.print(f"kuberc file not found at {path}")
        kubectl.write("Would you like to generate a default kuberc file with recommended options? (y/N): ")
        return None
    if kubectl.options.text("output") == "json":
        kubectl.print(yaml.dump_json(ordered(preferences), sort=False))
    else:
        kubectl.write(printer_for(kubectl).text(ordered(preferences)))
    return None


def ordered(value: Any) -> Any:
    if isinstance(value, list):
        return [ordered(item) for item in value]
    if isinstance(value, dict):
        return {name: ordered(value[name]) for name in ORDER if name in value}
    return value


@command(
    "set --section (defaults|aliases) --command COMMAND",
    summary="Set values in the kuberc configuration",
    description="Change the kuberc file: defaults for the flags of a command, or an alias of one.\n\n"
    " --section says which; --prependarg and --appendarg give an alias its arguments.",
    examples=(
        ("A default for get", "kubectl kuberc set --section defaults --command get --option output=wide"),
        (
            "An alias for get nodes",
            "kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide",
        ),
        ("Replace a default", "kubectl kuberc set --section defaults --command get --option output=json --overwrite"),
    ),
    flags=(
        Flag("allowlist-entry", (), "What the allowlist has, as field=value", kind="array"),
        Flag("appendarg", (), "An argument behind those that are typed, for aliases", kind="array"),
        Flag("command", "", "The command, such as 'get' or 'set env'"),
        FILE,
        Flag("name", "", "The name of the alias"),
        Flag("option", (), "A flag's value, as flag=value", kind="array"),
        Flag("overwrite", False, "Replace what is there"),
        Flag("policy", "", "Which credential plugins may run: 'AllowAll', 'DenyAll' or 'Allowlist'"),
        Flag("prependarg", (), "An argument before those that are typed, for aliases", kind="array"),
        Flag("section", "", "What to change: 'defaults', 'aliases', or 'credentialplugin'"),
    ),
    required=("section",),
)
def set_preference(kubectl: Kubectl) -> Outcome:
    options, path = kubectl.options, file_of(kubectl)
    preferences = {**EMPTY, **(load(kubectl.terminal, path) or {})}
    section = options.text("section")
    if section == "credentialplugin":
        preferences["credentialPluginPolicy"] = policy_of(kubectl)
    elif section in ("defaults", "aliases"):
        preferences[section] = with_entry(kubectl, section, preferences[section] or [])
    else:
        raise CommandError(f'--section must be "defaults", "aliases", or "credentialplugin", got: {section}')
    kubectl.terminal.write_file(path, yaml.dump(preferences).encode())
    kubectl.print(f"Updated {path}")
    return None


def policy_of(kubectl: Kubectl) -> str:
    policy = kubectl.options.text("policy")
    if not policy:
        raise CommandError("--policy is required when --section=credentialplugin")
    if policy not in POLICIES:
        raise CommandError(f' --policy must be  "AllowAll", "DenyAll", or "Allowlist", got: {policy}')
    return policy


def with_entry(kubectl: Kubectl, section: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of a section with the new one. Raises CommandError where it is there and not to be replaced."""
    options = kubectl.options
    word, name = options.text("command"), options.text("name")
    if not word:
        raise CommandError("--command is required when --section=aliases or --section=defaults")
    if section == "aliases" and not name:
        raise CommandError("--name is required when --section=aliases")
    if section == "defaults" and name:
        raise CommandError("--name should not be specified when --section=defaults")
    entry = {"command": word, **options_of(kubectl)}
    if section == "aliases":
        entry = {"name": name, **entry}
        for field, flag in (("prependArgs", "prependarg"), ("appendArgs", "appendarg")):
            if options.texts(flag):
                entry[field] = options.texts(flag)
    key = "name" if section == "aliases" else "command"
    places = [index for index, other in enumerate(entries) if other.get(key) == entry[key]]
    if not places:
        return [*entries, entry]
    if not options.flag("overwrite"):
        what = f"alias {quoted(name)} already exists" if name else f"defaults for command {quoted(word)} already exist"
        raise CommandError(f"{what}, use --overwrite to replace")
    return [*entries[: places[0]], entry_over(entries[places[0]], entry), *entries[places[0] + 1 :]]


def entry_over(before: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """What is not given anew stays."""
    return {**before, **entry}


def options_of(kubectl: Kubectl) -> dict[str, Any]:
    found = []
    for text in kubectl.options.texts("option"):
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"invalid option format {quoted(text)}, expected flag=value")
        found.append({"name": name, "default": value})
    return {"options": found} if found else {}


kuberc = Command(
    usage="kuberc SUBCOMMAND",
    summary="Manage kuberc configuration files",
    description="Manage user preferences (kuberc) file.\n\n The kuberc file holds aliases and defaults for flags.",
    examples=(
        ("Show the preferences", "kubectl kuberc view"),
        ("A default for a flag", "kubectl kuberc set --section defaults --command get --option output=wide"),
    ),
    commands=(set_preference, view),
)
