"""kubectl config set-credentials: how a user proves who they are. Upstream: kubectl/pkg/cmd/config"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.config import Entry
from simulator.kubectl.configediting import configuration, embed, given, one_argument, put, show_help
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.golang import quoted

INTERACTIVE = ("IfAvailable", "Never", "Always")


@command(
    "set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] "
    "[--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] "
    "[--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] "
    "[--exec-arg=arg] [--exec-env=key=value]",
    summary="Set a user entry in kubeconfig",
    description="Set a user entry in kubeconfig.\n\n A name that exists keeps what is not given.\n\n"
    " A bearer token and a user name with password exclude each other. A program that gives credentials is kept, but"
    " never run here.",
    examples=(
        (
            "Set the client key of 'cluster-admin', and nothing else",
            "kubectl config set-credentials cluster-admin --client-key=~/.kube/admin.key",
        ),
        (
            "Set a user name and a password",
            "kubectl config set-credentials cluster-admin --username=admin --password=uXFGweU9l35qcif",
        ),
        (
            "Ask a program for credentials",
            "kubectl config set-credentials cluster-admin --exec-command=/path/to/program "
            "--exec-api-version=client.authentication.k8s.io/v1",
        ),
        ("Take a variable of that program away", "kubectl config set-credentials cluster-admin --exec-env=NAME-"),
    ),
    flags=(
        Flag("auth-provider", "", "Provider that authenticates the user"),
        Flag("auth-provider-arg", (), "'key=value' for the provider; 'key-' takes it away", kind="slice"),
        Flag("client-certificate", "", "File with the client's certificate"),
        Flag("client-key", "", "File with the client's key"),
        Flag("embed-certs", False, "Put certificate and key themselves into the entry"),
        Flag("exec-api-version", "", "API version that the program speaks"),
        Flag("exec-arg", (), "Arguments of the program", kind="slice"),
        Flag("exec-command", "", "Program that gives credentials"),
        Flag("exec-env", (), "'key=value' in the program's environment; 'key-' takes it away", kind="array"),
        Flag("exec-interactive-mode", "", "Whether the program may ask the user"),
        Flag("exec-provide-cluster-info", False, "Tell the program about the cluster"),
        Flag("password", "", "Password of the user"),
        Flag("token", "", "Bearer token of the user"),
        Flag("username", "", "Name for basic authentication"),
    ),
    completes=("user",),
)
def set_credentials(kubectl: Kubectl) -> Outcome:
    name = one_argument(kubectl)
    options = kubectl.options
    if options.text("token") and (options.text("username") or options.text("password")):
        raise CommandError(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password"
        )
    if options.flag("embed-certs") and not options.text("client-certificate") and not options.text("client-key"):
        raise CommandError("you must specify a --client-certificate or --client-key to embed")
    config = configuration(kubectl)
    entry = {
        **config.users.get(name, {}),
        **given(kubectl, "client-certificate", "client-key", "token", "username", "password"),
    }
    if options.flag("embed-certs"):
        embed(kubectl, entry, "client-certificate")
        embed(kubectl, entry, "client-key")
    provide(kubectl, entry)
    execute(kubectl, entry)
    put(kubectl, config, "users", name, entry)
    kubectl.print(f"User {quoted(name)} set.")
    return None


def pairs(kubectl: Kubectl, flag: str) -> tuple[dict[str, str], set[str]]:
    """What a flag of pairs sets and what it takes away. Raises CommandError."""
    wanted: dict[str, str] = {}
    unwanted: set[str] = set()
    for text in kubectl.options.texts(flag):
        key, equals, value = text.partition("=")
        if equals:
            wanted[key] = value
        elif text.endswith("-"):
            unwanted.add(text.removesuffix("-"))
        else:
            show_help(kubectl)
            raise CommandError(f"invalid {flag} format: {text}")
    return wanted, unwanted


def provide(kubectl: Kubectl, entry: Entry) -> None:
    """What is said of a provider goes into the entry."""
    options = kubectl.options
    wanted, unwanted = pairs(kubectl, "auth-provider-arg")
    provider = dict(entry.get("auth-provider") or {})
    if options.changed("auth-provider") and provider.get("name") != options.text("auth-provider"):
        provider = {"name": options.text("auth-provider")}
    if not provider:
        return
    kept = {key: value for key, value in (provider.get("config") or {}).items() if key not in unwanted}
    entry["auth-provider"] = {**provider, "config": {**kept, **wanted}}


def execute(kubectl: Kubectl, entry: Entry) -> None:
    """What is said of a program goes into the entry, if there is one."""
    options = kubectl.options
    wanted, unwanted = pairs(kubectl, "exec-env")
    mode = options.text("exec-interactive-mode")
    if mode and mode not in INTERACTIVE:
        raise CommandError(f"invalid interactive mode type, can be only {', '.join(INTERACTIVE)}")
    program = dict(entry.get("exec") or {})
    if options.changed("exec-command"):
        program = {
            "args": None,
            "env": None,
            "provideClusterInfo": False,
            **program,
            "command": options.text("exec-command"),
        }
    if not program:
        return
    for flag, field in (("exec-api-version", "apiVersion"), ("exec-interactive-mode", "interactiveMode")):
        if options.changed(flag):
            program[field] = options.text(flag)
    if options.changed("exec-arg"):
        program["args"] = options.texts("exec-arg")
    if options.changed("exec-provide-cluster-info"):
        program["provideClusterInfo"] = options.flag("exec-provide-cluster-info")
    present = [one for one in program.get("env") or () if one["name"] not in unwanted]
    known = {one["name"] for one in present}
    present = [{**one, "value": wanted.get(one["name"], one["value"])} for one in present]
    program["env"] = [*present, *({"name": key, "value": wanted[key]} for key in wanted if key not in known)] or None
    entry["exec"] = program
