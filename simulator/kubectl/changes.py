"""What commands that change objects share: dry runs, field managers, validation, and saying what was done.

Upstream: kubectl/pkg/cmd/util/helpers.go
"""

from simulator.kubectl.builder import Info
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import FALSE, TRUE
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
SUFFIX = {"none": "", "client": " (dry run)", "server": " (server dry run)"}


OLDER_DRY_RUNS = {"unchanged": "client", **dict.fromkeys(TRUE, "client"), **dict.fromkeys(FALSE, "none")}
"""What `--dry-run` alone and with a truth value stands for, as it did when it had no other values."""


def dry_run(kubectl: Kubectl) -> str:
    """`none`, `client` or `server`."""
    if not kubectl.options.has("dry-run"):
        return "none"
    value = kubectl.options.text("dry-run")
    if value in OLDER_DRY_RUNS:
        return older_dry_run(kubectl, value)
    if value not in SUFFIX:
        raise CommandError(f'Invalid dry-run value ({value}). Must be "none", "server", or "client".')
    return value


def older_dry_run(kubectl: Kubectl, value: str) -> str:
    """What a deprecated value stands for, told once."""
    meant = OLDER_DRY_RUNS[value]
    if "warned of dry run" not in kubectl.memory:
        kubectl.memory["warned of dry run"] = True
        bare = value == "unchanged"
        given, what = ("--dry-run", "") if bare else (f"--dry-run={value}", " (boolean value)")
        head = f"{log_head('W', kubectl.now)} helpers.go:{714 if bare else 728 if meant == 'client' else 731}]"
        kubectl.complain(f"{head} {given} is deprecated{what} and can be replaced with --dry-run={meant}.")
    return meant


def check_local(kubectl: Kubectl) -> None:
    """Refuse to have the server try what is to be done without it."""
    if kubectl.options.flag("local") and dry_run(kubectl) == "server":
        raise CommandError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?")


def check_all(kubectl: Kubectl) -> None:
    """Refuse all objects and chosen ones at once."""
    for flag in ("selector", "field-selector"):
        if kubectl.options.flag("all") and kubectl.options.text(flag):
            raise CommandError(f"cannot set --all and --{flag} at the same time")


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
        "fieldManager": options.text("field-manager") or None,
        "fieldValidation": validation(kubectl) if options.has("validate") else None,
    }


class Reporter:
    """Says what became of each object: `pod/web created`, or the object itself in the form that `-o` asks for."""

    def __init__(
        self, kubectl: Kubectl, forms: tuple[str, ...] = STRUCTURED, *, truly: bool = False, late: bool = False
    ) -> None:
        """`truly`: a dry run that was asked for is none.

        `late`: each object is printed for itself: a wrong form is refused only then, and nothing sets them apart.
        """
        self._kubectl = kubectl
        self._forms = forms
        options = kubectl.options
        self._output = options.text("output")
        templated = bool(options.text("template")) and not options.changed("output")
        self.strategy = "none" if truly else dry_run(kubectl)
        self.speaks = not self._output and not templated
        """Whether sentences are printed, not objects."""
        self._made = None if self.speaks or late else printer_for(kubectl, forms)

    @property
    def _printer(self) -> Printer:
        return self._made or printer_for(self._kubectl, self._forms)

    @property
    def names(self) -> bool:
        """Whether it is told what was done with which object, in a sentence or by name only."""
        return self.speaks or self._output == "name"

    def report(self, obj: Object, done: str) -> None:
        if self.speaks:
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
