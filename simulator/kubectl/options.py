"""Flags that several commands share. Upstream: kubectl/pkg/cmd/util, k8s.io/cli-runtime/pkg/genericclioptions"""

from simulator.kubectl.flags import Flag

GLOBAL = (
    Flag("as", "", "Act as this user, or service account of a namespace."),
    Flag("as-group", (), "Act as a member of this group; may be repeated."),
    Flag("as-uid", "", "Act with this UID."),
    Flag("as-user-extra", (), "Act with this extra KEY=VALUE; may be repeated."),
    Flag("cache-dir", "", "Folder in which discovery is cached"),
    Flag("certificate-authority", "", "File with the certificate of the authority to trust"),
    Flag("client-certificate", "", "File with the client's certificate for TLS"),
    Flag("client-key", "", "File with the client's key for TLS"),
    Flag("cluster", "", "Name of the kubeconfig's cluster to use"),
    Flag("context", "", "Name of the kubeconfig's context to use"),
    Flag("disable-compression", False, "Ask the server not to compress its answers"),
    Flag(
        "insecure-skip-tls-verify",
        False,
        "Do not check the server's certificate. HTTPS connections are then not safe",
    ),
    Flag("kubeconfig", "", "Path of the kubeconfig file to use."),
    Flag("kuberc", "", "Path of the file with preferences; `off` ignores preferences."),
    Flag("log-flush-frequency", "5s", "Longest time between two flushes of the log", kind="duration"),
    Flag("match-server-version", False, "Insist on a server of the client's version"),
    Flag("namespace", "", "The namespace this command is about", short="n"),
    Flag("password", "", "Password for basic authentication to the API server"),
    Flag("profile", "none", "Profile to write. One of (none|cpu|heap|goroutine|threadcreate|block|mutex|trace)"),
    Flag("profile-output", "profile.pprof", "File to write the profile to"),
    Flag("proxy-url", "", "URL of a proxy on the way to the API server"),
    Flag(
        "request-timeout",
        "0",
        "How long to wait for the answer to one request, with a unit (1s, 2m, 3h). Zero waits for ever.",
    ),
    Flag("server", "", "Address and port of the Kubernetes API server", short="s"),
    Flag("tls-server-name", "", "Name to expect in the server's certificate instead of the host name"),
    Flag("token", "", "Bearer token for the API server"),
    Flag("user", "", "Name of the kubeconfig's user to use"),
    Flag("username", "", "Username for basic authentication to the API server"),
    Flag("v", 0, "How much to log", short="v", kind="int32"),
    Flag("vmodule", "", "Comma separated PATTERN=N settings for the log of single files", kind="pairs"),
    Flag("warnings-as-errors", False, "End with an error when the server sent a warning"),
)
"""What every command takes."""

STRUCTURED = (
    "json",
    "yaml",
    "kyaml",
    "name",
    "go-template",
    "go-template-file",
    "template",
    "templatefile",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
)
"""Output formats that every command which prints objects knows."""

COLUMNS = ("custom-columns", "custom-columns-file", "wide")

TEMPLATE = Flag("template", "", "The template, or the file that holds it, for -o=go-template and -o=go-template-file.")
MISSING_KEYS = Flag(
    "allow-missing-template-keys",
    True,
    "Print nothing where a field that a template names is missing. For Go templates and JSONPath.",
)
MANAGED_FIELDS = Flag("show-managed-fields", False, "Keep managedFields when objects are printed as JSON or YAML.")


def output(formats: tuple[str, ...] = STRUCTURED, default: str = "", extra: str = "") -> Flag:
    return Flag("output", default, f"Output format. One of: ({', '.join(formats)}).{extra}", short="o", choices=formats)


PRINTING = (output(), TEMPLATE, MISSING_KEYS, MANAGED_FIELDS)
"""For commands that print the objects they changed."""

FILENAMES = (
    Flag("filename", (), "File, folder or URL that names the objects", short="f", kind="slice"),
    Flag("kustomize", "", "Build the kustomization in this folder. Not together with -f or -R.", short="k"),
    Flag("recursive", False, "Go into the folders below a folder given with -f.", short="R"),
)
"""For commands that take their objects from files."""

ALL_NAMESPACES = Flag("all-namespaces", False, "Look in every namespace; --namespace is then ignored.", short="A")
SELECTOR = Flag(
    "selector",
    "",
    "Labels the objects must have, with '=', '==', '!=', 'in', 'notin' (-l key1=value1,key2 in (a,b)).",
    short="l",
)
FIELD_SELECTOR = Flag(
    "field-selector",
    "",
    "Fields the objects must have, with '=', '==' and '!='. The server knows only some fields of each kind.",
)
DRY_RUN = Flag(
    "dry-run",
    "none",
    'One of "none", "server", or "client". client only prints what would be sent; server sends it without storing it.',
    bare="unchanged",
    choices=("none", "server", "client"),
)
VALIDATE = Flag(
    "validate",
    "strict",
    'One of "strict" (or true), "warn", or "ignore" (or false): whether unknown and repeated fields of the input are '
    "refused, warned about or let pass.",
    bare="strict",
    choices=("strict", "warn", "ignore"),
)
CHUNK_SIZE = Flag("chunk-size", 500, "Fetch long lists in pieces of this size. 0 fetches them at once.", kind="int64")
SAVE_CONFIG = Flag(
    "save-config", False, "Keep the configuration in the object's annotation, for a later kubectl apply."
)
IGNORE_NOT_FOUND = Flag("ignore-not-found", False, "Say nothing of objects that do not exist.")
LOCAL = Flag("local", False, "Work on the input alone, without asking the server.")


def all_objects(help: str = "All objects of the named resource types in the namespace") -> Flag:
    return Flag("all", False, help)


def field_manager(name: str) -> Flag:
    return Flag("field-manager", name, "The name under which the fields are owned.")


def subresource(help: str = "Work on this subresource instead.") -> Flag:
    return Flag("subresource", "", help)
