"""One run of kubectl: what a command function has in its hands."""

from collections.abc import Callable
from typing import Any

from simulator.kubectl.client import Client
from simulator.kubectl.command import STEPS, Command, Outcome, Waiting, step_name
from simulator.kubectl.config import Config, load_config, trace_loading
from simulator.kubectl.dialects import CLIENTSET
from simulator.kubectl.discovery import Mapper
from simulator.kubectl.discoverycache import DiscoveryCache, cache_folder
from simulator.kubectl.documents import Documents
from simulator.kubectl.errors import UsageError
from simulator.kubectl.flags import Options
from simulator.kubectl.releases import check_match
from simulator.kubectl.terminal import Terminal
from simulator.kubectl.validating import Validator


class Kubectl:
    """The terminal, the options, the configuration and the client of one run. Made anew for every step of it."""

    def __init__(
        self, terminal: Terminal, command: Command, words: str, options: Options, memory: dict[str, Any]
    ) -> None:
        self.terminal = terminal
        self.command = command
        self.words = words
        """The command as it was typed, without arguments: `kubectl rollout status`."""
        self.options = options
        self.memory = memory
        """Plain values that last from step to step."""
        self._config: Config | None = None
        self._client: Client | None = None
        self._mapper: Mapper | None = None
        self._documents: Documents | None = None
        self._validator: Validator | None = None

    def print(self, line: str = "") -> None:
        """A line on standard output."""
        self.terminal.write(line + "\n")

    def write(self, text: str | bytes) -> None:
        """Text on standard output as it is."""
        self.terminal.write(text)

    def complain(self, line: str) -> None:
        """A line on standard error."""
        self.terminal.write_error(line + "\n")

    def warn(self, message: str) -> None:
        self.complain(f"Warning: {message}")

    def usage_error(self, message: str) -> UsageError:
        return UsageError(self.words, message)

    def wait(
        self,
        then: Callable[..., Outcome],
        *arguments: Any,
        until: int | None = None,
        readable: tuple[int, ...] = (),
        children: bool = False,
        stream: bool = False,
    ) -> Waiting:
        """Go on with a `@step` function and these plain arguments as soon as any of the conditions holds."""
        name = step_name(then)
        assert name in STEPS, f"{name} is not a step"
        return Waiting(name, arguments, until, readable, children, stream)

    @property
    def now(self) -> int:
        """Microseconds since 1970."""
        return self.terminal.now

    @property
    def config(self) -> Config:
        """The kubeconfig with the command line's overrides."""
        if self._config is None:
            if not self.memory.get("loaded"):
                self.memory["loaded"] = True
                trace_loading(self.terminal, self.options)
            self._config = load_config(self.terminal, self.options)
        return self._config

    @property
    def client(self) -> Client:
        if self._client is None:
            connection = self.memory.get("connection")
            first = connection is None
            if connection is None:
                connection = self.memory["connection"] = self.config.connection()
            self._client = Client(self.terminal, connection, self.words, self.options, self.command.dialect)
            if first:
                self._client.begin()
            self.check_server()
        return self._client

    def check_server(self) -> None:
        """Refuse a server of another release, where that is asked for."""
        if self.options.flag("match-server-version") and not self.memory.get("matched"):
            check_match(self.client, self.terminal.version)
            self.memory["matched"] = True

    def connect(self, *, before_namespace: bool = False) -> None:
        """Refuse a configuration that names no server before anything else is looked at. Raises CommandError.

        Who asks for the connection before the namespace is told in other words of names of what is not there.
        """
        if before_namespace:
            self.config.check_names()
        assert self.client

    @property
    def clientset(self) -> Client:
        """The client of kinds that kubectl has types for."""
        return self.client.speaking(CLIENTSET)

    @property
    def warnings(self) -> int:
        """How many warnings the server sent."""
        return 0 if self._client is None else self._client.warnings

    @property
    def mapper(self) -> Mapper:
        """What the server's resources are called."""
        if self._mapper is None:
            cache = DiscoveryCache(self.terminal, self.client.server, self.options)
            self._mapper = Mapper(self.client, cache)
        return self._mapper

    @property
    def documents(self) -> Documents:
        """What the server tells of its kinds."""
        if self._documents is None:
            self._documents = Documents(self.client, self.terminal, cache_folder(self.terminal, self.options))
        return self._documents

    @property
    def validator(self) -> Validator:
        if self._validator is None:
            warns = self.options.text("validate") == "warn"
            self._validator = Validator(self.client, self.documents, warns=warns)
        return self._validator

    @property
    def namespace(self) -> str:
        """The namespace that the command line or the context names, or `default`."""
        if "namespace" not in self.memory:
            self.memory["namespace"], self.memory["enforced"] = self.config.namespace()
        return str(self.memory["namespace"])

    @property
    def namespace_given(self) -> bool:
        """Whether `--namespace` was typed, so that an object of another namespace is refused."""
        return self.options.changed("namespace")
