"""kubectl config: contexts, and which of them is current. Upstream: kubectl/pkg/cmd/config"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.configediting import (
    configuration,
    delete,
    given,
    list_text,
    one_argument,
    put,
    show_help,
    where,
)
from simulator.kubectl.errors import CommandError, Failure, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubeconfig import save
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.tabwriter import aligned
from simulator.machinery.golang import quoted


@command(
    "current-context",
    summary="Display the current-context",
    description="Display the current-context.",
    examples=(("Show which context is current", "kubectl config current-context"),),
)
def current_context(kubectl: Kubectl) -> Outcome:
    current = configuration(kubectl).current
    if not current:
        raise CommandError("current-context is not set")
    kubectl.print(current)
    return None


@command(
    "get-contexts [(-o|--output=)name)]",
    summary="Describe one or many contexts",
    description="Display one or many contexts from the kubeconfig file.",
    examples=(
        ("List the contexts", "kubectl config get-contexts"),
        ("Show one context", "kubectl config get-contexts my-context"),
    ),
    flags=(
        Flag("no-headers", False, "Leave out the header."),
        Flag("output", "", "Output format. One of: (name).", short="o", choices=("name",)),
    ),
)
def get_contexts(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if options.text("output") not in ("", "name"):
        raise CommandError(
            f"--output {options.text('output')} is not available in kubectl config get-contexts; resetting to default "
            "output format"
        )
    config = configuration(kubectl)
    names = sorted(options.args or config.contexts)
    errors: list[Failure] = []
    rows = []
    for name in names:
        if name not in config.contexts:
            errors.append(CommandError(f"context {name} not found"))
            continue
        context = config.contexts[name]
        mark = "*" if name == config.context_name else ""
        rows.append([mark, name, context.get("cluster", ""), context.get("user", ""), context.get("namespace", "")])
    if options.text("output") == "name":
        kubectl.write("".join(f"{row[1]}\n" for row in rows))
    else:
        titles = [] if options.flag("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]
        kubectl.write(aligned("".join("\t".join(row) + "\n" for row in [*titles, *rows])))
    raise_all(errors)
    return None


@command(
    "use-context CONTEXT_NAME",
    summary="Set the current-context in a kubeconfig file",
    description="Set the current-context in a kubeconfig file.",
    examples=(("Use the context of the minikube cluster", "kubectl config use-context minikube"),),
    aliases=("use",),
    completes=("context",),
)
def use_context(kubectl: Kubectl) -> Outcome:
    name = one_argument(kubectl)
    config = configuration(kubectl)
    if name not in config.contexts:
        raise CommandError(f"no context exists with the name: {quoted(name)}")
    config.current = name
    save(kubectl.terminal, config)
    kubectl.print(f"Switched to context {quoted(name)}.")
    return None


@command(
    "rename-context CONTEXT_NAME NEW_NAME",
    summary="Rename a context from the kubeconfig file",
    description="Renames a context from the kubeconfig file.\n\n"
    " CONTEXT_NAME is the context to rename, NEW_NAME what it is called afterwards. A current context stays current.",
    examples=(("Call the context 'old-name' 'new-name'", "kubectl config rename-context old-name new-name"),),
    completes=("context",),
)
def rename_context(kubectl: Kubectl) -> Outcome:
    if len(kubectl.options.args) != 2:
        show_help(kubectl)
        raise CommandError(f"Unexpected args: {list_text(kubectl.options.args)}")
    old, new = kubectl.options.args
    config = configuration(kubectl)
    if old not in config.contexts:
        raise CommandError(f"cannot rename the context {quoted(old)}, it's not in {where(kubectl)}")
    if new in config.contexts:
        raise CommandError(
            f"cannot rename the context {quoted(old)}, the context {quoted(new)} already exists in {where(kubectl)}"
        )
    config.origins["contexts", new] = config.origins.pop(("contexts", old))
    config.contexts[new] = config.contexts.pop(old)
    if config.current == old:
        config.current = new
    save(kubectl.terminal, config)
    kubectl.print(f"Context {quoted(old)} renamed to {quoted(new)}.")
    return None


@command(
    "delete-context NAME",
    summary="Delete the specified context from the kubeconfig",
    description="Delete the specified context from the kubeconfig.",
    examples=(("Delete the context of the minikube cluster", "kubectl config delete-context minikube"),),
    completes=("context",),
)
def delete_context(kubectl: Kubectl) -> Outcome:
    return delete(kubectl, "contexts", "context")


@command(
    "set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
    summary="Set a context entry in kubeconfig",
    description="Set a context entry in kubeconfig.\n\n A name that exists keeps what is not given.",
    examples=(
        ("Set the user of the context gce, and nothing else", "kubectl config set-context gce --user=cluster-admin"),
        ("Set the namespace of the current context", "kubectl config set-context --current --namespace=web"),
    ),
    flags=(
        Flag("cluster", "", "Cluster of the context"),
        Flag("current", False, "Change the current context"),
        Flag("namespace", "", "Namespace of the context", short="n"),
        Flag("user", "", "User of the context"),
    ),
    completes=("context",),
)
def set_context(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if len(options.args) > 1:
        show_help(kubectl)
        raise CommandError(f"Unexpected args: {list_text(options.args)}")
    if options.args and options.flag("current"):
        raise CommandError("you cannot specify both a context name and --current")
    config = configuration(kubectl)
    name = options.args[0] if options.args else config.current if options.flag("current") else ""
    if not name:
        raise CommandError(
            "no current context is set"
            if options.flag("current")
            else "you must specify a non-empty context name or --current"
        )
    entry = {**config.contexts.get(name, {}), **given(kubectl, "cluster", "user", "namespace")}
    known = put(kubectl, config, "contexts", name, entry)
    kubectl.print(f"Context {quoted(name)} {'modified' if known else 'created'}.")
    return None
