"""What commands that change objects share: dry runs, field managers, validation, and saying what was done.

Upstream: kubectl/pkg/cmd/util/helpers.go
"""

from simulator.kubectl.builder import Info
from simulator.kubectl.errors import CommandError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import STRUCTURED
from simulator.kubectl.printers import printer_for
from simulator.kubectl.printers.data import list_json, named
from simulator.kubectl.printers.printer import Printer
from simulator.kubectl.tracing import log_head
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object

VALIDATION = {
    "true": "Strict",
    "strict": "Strict",
    "warn": "Warn",
    "false": "Ignore",
    "ignore": "Ignore",
}
BOOLEANS = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), "client"),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), "none"),
}
"""What `--dry-run` meant when it was a switch."""
SUFFIX = {"none": "", "client": " (dry run)", "server": " (server dry run)"}


def dry_run(kubectl: Kubectl) -> str:
    """`none`, `client` or `server`."""
    if not kubectl.options.has("dry-run"):
        return "none"
    value = kubectl.options.text("dry-run")
    if value == "unchanged":
        head = log_head("W", kubectl.now)
        kubectl.complain(f"{head} helpers.go:714] --dry-run is deprecated and can be replaced with --dry-run=client.")
        return "client"
    if value in BOOLEANS:
        meant = BOOLEANS[value]
        line = 728 if meant == "client" else 731
        kubectl.complain(
            f"{log_head('W', kubectl.now)} helpers.go:{line}] --dry-run={value} is deprecated (boolean value) and can "
            f"be replaced with --dry-run={meant}."
        )
        return meant
    if value not in SUFFIX:
        raise CommandError(f'Invalid dry-run value ({value}). Must be "none", "server", or "client".')
    return value


def validation(kubectl: Kubectl) -> str:
    """How the server is to treat unknown fields: `Strict`, `Warn` or `Ignore`."""
    value = kubectl.options.text("validate")
    if value not in VALIDATION:
        raise CommandError(
            f"invalid - validate option {quoted(value)}; must be one of: strict (or true), warn, ignore (or false)"
        )
    return VALIDATION[value]


def write_query(kubectl: Kubectl, strategy: str = "none") -> dict[str, str | None]:
    """The query of a request that writes."""
    options = kubectl.options
    return {
        "dryRun": "All" if strategy == "server" else None,
        "fieldManager": options.text("field-manager") if options.has("field-manager") else None,
        "fieldValidation": validation(kubectl) if options.has("validate") else None,
    }


class Reporter:
    """Says what became of each object: `pod/web created`, or the object itself in the form that `-o` asks for."""

    def __init__(self, kubectl: Kubectl, forms: tuple[str, ...] = STRUCTURED, *, truly: bool = False) -> None:
        """`truly`: a dry run that was asked for is none."""
        self._kubectl = kubectl
        self._forms = forms
        self._output = kubectl.options.text("output") if kubectl.options.has("output") else ""
        template = kubectl.options.text("template") if kubectl.options.has("template") else ""
        self.strategy = "none" if truly else dry_run(kubectl)
        self._printer: Printer | None = None
        if self._output or template:
            self._printer = printer_for(kubectl, forms)

    @property
    def speaks(self) -> bool:
        """Whether sentences are printed, not objects."""
        return self._printer is None

    @property
    def names(self) -> bool:
        """Whether it is told what was done with which object, in a sentence or by name only."""
        return self._printer is None or self._output == "name"

    def report(self, obj: Object, done: str) -> None:
        if self._printer is None:
            self._kubectl.print(f"{named(obj)} {done}{SUFFIX[self.strategy]}")
        else:
            self._kubectl.write(self._printer.text(obj))

    def show_all(self, objects: list[Object]) -> None:
        """Print objects in the form that `-o` asks for: one as it is, several in a List."""
        if len(objects) == 1:
            self.show(objects[0])
        elif self._output == "json":
            self._kubectl.write(list_json(self._kubectl, objects))
        elif objects:
            self.show({"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {}})

    def show(self, obj: Object) -> None:
        """Print an object as if it were the first."""
        self._kubectl.write(printer_for(self._kubectl, self._forms).text(obj))

    def report_info(self, info: Info, done: str) -> None:
        self.report(info.object or {"apiVersion": info.resource.api_version, "kind": info.resource.kind,
                                    "metadata": {"name": info.name}}, done)  # fmt: skip
