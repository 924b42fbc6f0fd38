"""What the commands that change a kubeconfig have in common. Upstream: kubectl/pkg/cmd/config"""

import base64

from simulator.kubectl.config import Config, Entry, load_config
from simulator.kubectl.errors import CommandError
from simulator.kubectl.help import help_text
from simulator.kubectl.kubeconfig import save
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
