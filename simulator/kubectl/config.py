"""Kubeconfig files: found, merged, overridden by the command line, and turned into a connection.

Upstream: k8s.io/client-go/tools/clientcmd
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from simulator.api.requests import CERTIFICATE, REPEATED
from simulator.kernel.state import thaw
from simulator.kubectl.certificates import check_pair
from simulator.kubectl.errors import CommandError, Plain
from simulator.kubectl.flags import Options
from simulator.kubectl.terminal import Terminal
from simulator.kubectl.tracing import log_head
from simulator.machinery import yaml
from simulator.machinery.durations import DurationError, parse_duration
from simulator.machinery.golang import quoted
from simulator.runtime.errors import OSFailure

PROXIES = ("http", "https", "socks5")
DEFAULT_SERVER = "http://localhost:8080"
LARGEST = 64 * 1024
"""The most bytes of a file that is read once for all runs."""

type Entry = dict[str, Any]
type Connection = dict[str, Any]
"""Where and as whom to ask: `server`, `headers`, `timeout` (microseconds, 0: none). Plain, so it can be kept."""

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
"""Where a Pod finds its token, its namespace and the cluster's authority."""

SCHEME = "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50"
SECTIONS = {"clusters": "cluster", "contexts": "context", "users": "user"}
"""The lists of a kubeconfig, and the field that holds an entry's content."""


@dataclass
class Config:
    """What all the files say together; where a name stands twice, the first file's entry counts."""

    clusters: dict[str, Entry] = field(default_factory=dict)
    contexts: dict[str, Entry] = field(default_factory=dict)
    users: dict[str, Entry] = field(default_factory=dict)
    current: str = ""
    origins: dict[tuple[str, str], str] = field(default_factory=dict)
    """The file of each entry, by section and name; of the current context under `("current-context", "")`."""
    others: dict[str, Any] = field(default_factory=dict)
    """`preferences` and `extensions`."""
    options: Options | None = None
    terminal: Terminal | None = None
    pod: "Config | None" = None
    """What a program in a Pod uses when no file says anything."""

    def section(self, name: str) -> dict[str, Entry]:
        sections: dict[str, dict[str, Entry]] = {
            "clusters": self.clusters,
            "contexts": self.contexts,
            "users": self.users,
        }
        return sections[name]

    def option(self, name: str) -> str:
        value = self.options.values.get(name, "") if self.options is not None else ""
        return value if isinstance(value, str) else ""  # `create rolebinding --user` names subjects

    @property
    def context_name(self) -> str:
        return self.option("context") or self.current

    @property
    def context(self) -> Entry:
        return self.contexts.get(self.context_name, {})

    def namespace(self) -> tuple[str, bool]:
        """The namespace to work in, and whether the command line says so."""
        if given := self.option("namespace"):
            return given, True
        if self.pod is not None:
            return self.pod.namespace()
        self._check_usable()
        return self.context.get("namespace") or "default", False

    def connection(self) -> Connection:
        """Where to send requests and as whom. Raises what is wrong with the configuration."""
        if self.pod is not None:
            return self.pod.connection()
        self._check_usable()
        user = self.option("user")
        if user and user not in self.users:
            raise CommandError(f"auth info {quoted(user)} does not exist")
        self._check_proxy()
        self._check_files()
        cluster = dict(self.clusters.get(self.option("cluster") or self.context.get("cluster", ""), {}))
        if given := self.option("server"):
            cluster["server"] = given
        return {
            "server": server_url(cluster.get("server") or DEFAULT_SERVER),
            "headers": self._headers(server_url(cluster.get("server") or DEFAULT_SERVER)),
            "timeout": self._timeout(),
        }

    def check_names(self) -> None:
        """Refuse names of what is not there. Upstream: DirectClientConfig.ClientConfig"""
        if self.pod is not None:
            return
        cluster, user = self.option("cluster"), self.option("user")
        for kind, name, known in (
            ("auth info", user, self.users),
            ("context", self.option("context"), self.contexts),
            ("cluster", cluster, self.clusters),
        ):
            if name and name not in known:
                raise CommandError(f"{kind} {quoted(name)} does not exist")

    def _check_usable(self) -> None:
        """Refuse a context or cluster that there is not. Upstream: client-go/tools/clientcmd (ConfirmUsable)"""
        if self.context_name and self.context_name not in self.contexts:
            words = [f"context was not found for specified context: {self.context_name}"]
            if self.option("cluster") and self.option("cluster") not in self.clusters:
                words.append(f"no server found for cluster {quoted(self.option('cluster'))}")
            if len(words) == 1:
                raise Plain(f"Error in configuration: {words[0]}")
            raise Plain("Error in configuration: \n" + "\n".join(f"* {word}" for word in words))
        cluster = self.option("cluster")
        if cluster and cluster not in self.clusters and not self.option("server"):
            raise CommandError(f"no server found for cluster {quoted(cluster)}")

    def _check_proxy(self) -> None:
        name = self.option("cluster") or self.context.get("cluster", "")
        proxy = self.option("proxy-url") or self.clusters.get(name, {}).get("proxy-url", "")
        scheme = urlsplit(proxy).scheme
        if proxy and scheme not in PROXIES:
            raise CommandError(
                f"invalid 'proxy-url' {quoted(proxy)} for cluster {quoted(name)}: unsupported scheme {quoted(scheme)}, "
                "must be http, https, or socks5"
            )

    def _check_files(self) -> None:
        user_name = self.option("user") or self.context.get("user", "")
        user = dict(self.users.get(user_name, {}))
        user |= {key: given for key in ("client-certificate", "client-key") if (given := self.option(key))}
        wrong = []
        if self.option("client-certificate") and not user.get("client-key") and not user.get("client-key-data"):
            wrong.append(
                f"client-key-data or client-key must be specified for {user_name} to use the clientCert "
                "authentication method."
            )
        for key in ("client-certificate", "client-key") if user.get("client-certificate") else ():
            words = {"client-certificate": "client-cert", "client-key": "client-key"}[key]
            path = user.get(key)
            if path and self.terminal is not None and not self.terminal.is_file(path):
                wrong.append(
                    f"unable to read {words} {path} for {user_name} due to open {path}: no such file or directory"
                )
        if len(wrong) == 1:
            raise Plain(f"Error in configuration: {wrong[0]}")
        if wrong:
            raise Plain("Error in configuration: \n" + "\n".join(f"* {word}" for word in wrong))
        cluster_name = self.option("cluster") or self.context.get("cluster", "")
        authority = self.option("certificate-authority") or self.clusters.get(cluster_name, {}).get(
            "certificate-authority"
        )
        if authority and self.terminal is not None and not self.terminal.is_file(authority):
            raise CommandError(
                f"unable to read certificate-authority {authority} for {cluster_name} due to open {authority}: "
                "no such file or directory"
            )

    def _headers(self, server: str) -> dict[str, str]:
        """Who asks. Over plain http, kubectl keeps its credentials to itself."""
        name = self.option("user") or self.context.get("user", "")
        user = dict(self.users.get(name, {}))
        for option in ("token", "username", "password"):
            if given := self.option(option):
                user[option] = given
        if user.get("token") and user.get("username"):
            raise CommandError(
                f"more than one authentication method found for {name}; found [token basicAuth], only one is allowed"
            )
        headers: dict[str, str] = {}
        if server.startswith("https:"):
            headers |= self._credentials(user, name)
        headers |= self._impersonation(user, name)
        return headers

    def _credentials(self, user: Entry, name: str) -> dict[str, str]:
        token = user.get("token")
        if not token and user.get("tokenFile") and self.terminal is not None:
            token = self.terminal.read_file(user["tokenFile"]).decode().strip()
        if token:
            return {"authorization": f"Bearer {token}"}
        if user.get("username"):
            pair = f"{user['username']}:{user.get('password', '')}"
            return {"authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        certificate, key = self._held(user, "client-certificate"), self._held(user, "client-key")
        if not certificate:
            return self._asked()
        if not key:
            words = f"client-key-data or client-key must be specified for {name} to use the clientCert"
            raise CommandError(f"{words} authentication method.")
        check_pair(decoded(certificate), decoded(key))
        return {CERTIFICATE: certificate}

    def _asked(self) -> dict[str, str]:
        """Nothing says who one is: the real program asks for a name and a password, and gets no answer here."""
        if self.terminal is not None:
            self.terminal.write("Please enter Username: ")
        raise CommandError("EOF")

    def _held(self, user: Entry, field: str) -> str:
        """What a user has in their kubeconfig or in a file, in base64."""
        path = user.get(field)
        if user.get(f"{field}-data") or not path or self.terminal is None:
            return str(user.get(f"{field}-data", ""))
        return base64.b64encode(self.terminal.read_file(path)).decode()

    def _impersonation(self, user: Entry, name: str) -> dict[str, str]:
        options = self.options
        acting = self.option("as") or user.get("as", "")
        groups = options.texts("as-group") if options and options.changed("as-group") else user.get("as-groups", [])
        uid = self.option("as-uid") or user.get("as-uid", "")
        extra = self._extra(user)
        if not acting:
            if groups or uid or extra:
                raise CommandError(f"requesting uid, groups or user-extra for {name} without impersonating a user")
            return {}
        headers = {"impersonate-user": acting}
        if groups:
            headers["impersonate-group"] = REPEATED.join(groups)
        if uid:
            headers["impersonate-uid"] = uid
        return headers | {f"impersonate-extra-{key.lower()}": REPEATED.join(values) for key, values in extra.items()}

    def _extra(self, user: Entry) -> dict[str, list[str]]:
        """What else is said of whom to act for: what the command line says comes instead of the kubeconfig's."""
        pairs = [pair for pair in self.options.texts("as-user-extra") if "=" in pair] if self.options else []
        if not pairs:
            return dict(user.get("as-user-extra") or {})
        extra: dict[str, list[str]] = {}
        for pair in pairs:
            key, _, value = pair.partition("=")
            extra.setdefault(key, []).append(value)
        return extra

    def _timeout(self) -> int:
        text = self.option("request-timeout") or "0"
        if text.isdecimal():
            return int(text) * 1_000_000
        try:
            return parse_duration(text)
        except DurationError:
            raise CommandError(
                "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a "
                "corresponding time unit (e.g. 1s | 2m | 3h)"
            ) from None


def server_url(server: str) -> str:
    return (server if "://" in server else f"http://{server}").rstrip("/")


def paths(terminal: Terminal, options: Options) -> list[str]:
    """The files that make up the configuration, first one first."""
    if given := options.text("kubeconfig"):
        return [given]
    if listed := terminal.env.get("KUBECONFIG"):
        return list(dict.fromkeys(path for path in listed.split(":") if path))
    return [f"{terminal.env.get('HOME', '')}/.kube/config"]


def trace_loading(terminal: Terminal, options: Options) -> None:
    """What the log says of the files that make up the configuration."""
    for path in paths(terminal, options) if options.number("v") >= 6 else ():
        if terminal.is_file(path):
            said = f"Config loaded from file:  {path}"
            terminal.write_error(f"{log_head('I', terminal.now)} loader.go:408] {said}\n")


def load_config(terminal: Terminal, options: Options, *, must_exist: bool = True) -> Config:
    """The configuration of this run. Raises CommandError for a file that is no kubeconfig."""
    config = Config(options=options, terminal=terminal)
    explicit = options.text("kubeconfig")
    if explicit and must_exist and not terminal.is_file(explicit):
        raise CommandError(f"stat {explicit}: no such file or directory")
    for path in paths(terminal, options):
        if terminal.is_file(path):
            merge(config, read_file(terminal, path), path)
    if not (config.clusters or config.contexts or options.text("server")):
        config.pod = in_cluster(terminal, options)
    return config


def in_cluster(terminal: Terminal, options: Options) -> Config | None:
    """What a program in a Pod can know of its cluster without a kubeconfig. Upstream: client-go/rest InClusterConfig"""
    host, port = terminal.env.get("KUBERNETES_SERVICE_HOST"), terminal.env.get("KUBERNETES_SERVICE_PORT")
    if not (host and port and terminal.is_file(f"{ACCOUNT}/token")):
        return None
    context = {"cluster": "in-cluster", "user": "in-cluster"}
    if terminal.is_file(f"{ACCOUNT}/namespace"):
        context["namespace"] = terminal.read_file(f"{ACCOUNT}/namespace").decode().strip()
    cluster = {"server": f"https://{host}:{port}", "certificate-authority": f"{ACCOUNT}/ca.crt"}
    user = {"tokenFile": f"{ACCOUNT}/token"}
    return Config(
        {"in-cluster": cluster}, {"in-cluster": context}, {"in-cluster": user}, "in-cluster", {}, {}, options, terminal
    )


def read_file(terminal: Terminal, path: str) -> Mapping[str, Any]:
    try:
        content = terminal.read_file(path)
    except OSFailure as failure:
        raise CommandError(f"error loading config file {quoted(path)}: open {failure}") from None
    try:
        document = thaw(parsed(content)) if len(content) <= LARGEST else yaml.load(content)
    except yaml.YAMLError as error:
        raise CommandError(f"error loading config file {quoted(path)}: {error}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise CommandError(
            f"error loading config file {quoted(path)}: couldn't get version/kind; json parse error: json: cannot "
            "unmarshal string into Go value of type struct { APIVersion string "
            '"json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
        )
    version, kind = str(document.get("apiVersion") or "v1"), str(document.get("kind") or "Config")
    if (version, kind) != ("v1", "Config"):
        said = f"no kind {quoted(kind)} is registered for version {quoted(version)} in scheme {quoted(SCHEME)}"
        raise CommandError(f"error loading config file {quoted(path)}: {said}")
    return document


@lru_cache(maxsize=64)
def parsed(content: bytes) -> Any:
    """What a file holds, read once for all runs; to be copied before anything is done with it."""
    return yaml.load(content)


def merge(config: Config, document: Mapping[str, Any], path: str) -> None:
    """Add what a file says to what the files before it said."""
    folder = path.rpartition("/")[0]
    for section, content in SECTIONS.items():
        for entry in document.get(section) or ():
            name = entry.get("name", "")
            if name not in config.section(section):
                config.section(section)[name] = resolved(entry.get(content) or {}, folder)
                config.origins[section, name] = path
    if not config.current and document.get("current-context"):
        config.current = document["current-context"]
        config.origins["current-context", ""] = path
    for key in ("preferences", "extensions"):
        if document.get(key):
            config.others.setdefault(key, document[key])


def resolved(entry: Entry, folder: str) -> Entry:
    """An entry whose file names are relative to the folder of its kubeconfig, with full ones."""
    entry = dict(entry)
    for key in ("certificate-authority", "client-certificate", "client-key", "tokenFile"):
        if entry.get(key) and not entry[key].startswith("/") and folder:
            entry[key] = f"{folder}/{entry[key]}"
    return entry


def decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return b""
