"""What the commands that change a kubeconfig have in common. Upstream: kubectl/pkg/cmd/config"""

import base64

from simulator.kubectl.command import Outcome
from simulator.kubectl.config import Config, Entry, load_config, paths
from simulator.kubectl.errors import CommandError
from simulator.kubectl.help import help_text
from simulator.kubectl.kubeconfig import PATHS, save
from simulator.kubectl.kubectl import Kubectl
from simulator.runtime.errors import OSFailure


def configuration(kubectl: Kubectl) -> Config:
    return load_config(kubectl.terminal, kubectl.options, must_exist=False)


def one_argument(kubectl: Kubectl) -> str:
    """The only argument; anything else shows the help."""
    args = kubectl.options.args
    if len(args) != 1:
        show_help(kubectl)
        raise CommandError(f"Unexpected args: {list_text(args)}")
    return args[0]


def show_help(kubectl: Kubectl) -> None:
    kubectl.write(help_text((kubectl.command,), kubectl.words))


def list_text(args: tuple[str, ...]) -> str:
    return "[" + " ".join(args) + "]"


def given(kubectl: Kubectl, *flags: str) -> Entry:
    """Fields of an entry that flags of the same name give; files by their full path."""
    found = {flag: kubectl.options.text(flag) for flag in flags if kubectl.options.changed(flag)}
    for flag in PATHS:
        if found.get(flag) and not kubectl.options.flag("embed-certs"):
            found[flag] = kubectl.terminal.absolute(found[flag])
    return found


def put(kubectl: Kubectl, config: Config, section: str, name: str, entry: Entry) -> bool:
    """Store an entry; whether it was there before."""
    known = name in config.section(section)
    config.section(section)[name] = {key: value for key, value in entry.items() if value not in ("", None)}
    save(kubectl.terminal, config)
    return known


def embed(kubectl: Kubectl, entry: Entry, field: str) -> None:
    path = entry.pop(field, "")
    if path:
        try:
            content = kubectl.terminal.read_file(path)
        except OSFailure as failure:
            why = f"stat {path}: {failure.words.lower()}"
            raise CommandError(f"could not stat {field} file {path}: {why}") from None
        entry[f"{field}-data"] = base64.b64encode(content).decode()


def where(kubectl: Kubectl) -> str:
    """The file that is changed."""
    return paths(kubectl.terminal, kubectl.options)[0]


def delete(kubectl: Kubectl, section: str, word: str) -> Outcome:
    """Take an entry away that the argument names; `word` is what one of the section is called."""
    if len(kubectl.options.args) != 1:
        if section == "users":
            raise kubectl.usage_error("user to delete is required")
        show_help(kubectl)
        return None
    name = kubectl.options.args[0]
    config = configuration(kubectl)
    if name not in config.section(section):
        raise CommandError(f"cannot delete {word} {name}, not in {where(kubectl)}")
    if section == "contexts" and config.current == name:
        kubectl.complain(
            'warning: this removed your active context, use "kubectl config use-context" to select a different one'
        )
    del config.section(section)[name]
    save(kubectl.terminal, config)
    kubectl.print(f"deleted {word} {name} from {where(kubectl)}")
    return None
