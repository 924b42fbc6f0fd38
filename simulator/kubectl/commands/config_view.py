"""kubectl config view: kubeconfig files as one, secrets left out. Upstream: kubectl/pkg/cmd/config/view.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.config import Config
from simulator.kubectl.configediting import configuration, list_text
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubeconfig import json_text, rendered
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import MANAGED_FIELDS, MISSING_KEYS, STRUCTURED, TEMPLATE, output
from simulator.kubectl.printers import printer_for

SECRET = {
    "client-key-data": "DATA+OMITTED",
    "client-certificate-data": "DATA+OMITTED",
    "token": "REDACTED",
    "password": "REDACTED",
}


@command(
    "view [flags]",
    summary="Display merged kubeconfig settings or a specified kubeconfig file",
    description="Display merged kubeconfig settings or a specified kubeconfig file.\n\n"
    " --output jsonpath={...} takes out single values.",
    examples=(
        ("Show the merged kubeconfig", "kubectl config view"),
        ("Show it with certificates and secrets", "kubectl config view --raw"),
        (
            "Show the password of the user e2e",
            "kubectl config view -o jsonpath='{.users[?(@.name == \"e2e\")].user.password}'",
        ),
    ),
    flags=(
        MISSING_KEYS,
        Flag("flatten", False, "Put files that are named into the output, so that it stands on its own"),
        Flag("merge", True, "Merge all kubeconfig files", bare="true"),
        Flag("minify", False, "Show only what the current context uses"),
        output((*STRUCTURED,), default="yaml"),
        Flag("raw", False, "Show certificates and secrets"),
        MANAGED_FIELDS,
        TEMPLATE,
    ),
)
def view(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if options.args:
        raise kubectl.usage_error(f"unexpected arguments: {list_text(options.args)}")
    if not options.flag("merge") and not options.text("kubeconfig"):
        raise CommandError("if merge==false a precise file must be specified")
    config = configuration(kubectl)
    if options.flag("minify"):
        minify(config)
    if not options.flag("raw") and not options.flag("flatten"):
        hide(config)
    if options.text("output") == "json" and options.changed("output"):
        kubectl.write(json_text(config))
    else:
        kubectl.write(printer_for(kubectl).text(rendered(config)))
    return None


def minify(config: Config) -> None:
    """Leave only the current context and what it names."""
    name = config.context_name
    if not name:
        raise CommandError("current-context must exist in order to minify")
    if name not in config.contexts:
        raise CommandError(f"cannot locate context {name}")
    context = config.contexts[name]
    config.current = name
    config.contexts = {name: context}
    config.clusters = {key: value for key, value in config.clusters.items() if key == context.get("cluster")}
    config.users = {key: value for key, value in config.users.items() if key == context.get("user")}


def hide(config: Config) -> None:
    config.users = {
        name: {key: SECRET.get(key, value) if value else value for key, value in user.items()}
        for name, user in config.users.items()
    }
    config.clusters = {
        name: {key: "DATA+OMITTED" if key == "certificate-authority-data" else value for key, value in cluster.items()}
        for name, cluster in config.clusters.items()
    }
