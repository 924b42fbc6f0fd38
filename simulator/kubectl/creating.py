"""What the subcommands of create share: one name, one object of a built-in kind, sent and reported.

Upstream: kubectl/pkg/cmd/create
"""

from dataclasses import dataclass

from simulator.kubectl.changes import dry_run, validation, write_query
from simulator.kubectl.client import NoConnection
from simulator.kubectl.errors import CommandError, Failure, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import DRY_RUN, PRINTING, SAVE_CONFIG, VALIDATE, field_manager
from simulator.kubectl.typed import TypedReporter, configured
from simulator.machinery.objects import Object

CREATING = (*PRINTING, DRY_RUN, field_manager("kubectl-create"), SAVE_CONFIG, VALIDATE)
"""The flags of every subcommand that creates one object."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Where objects of a kind are created; kubectl knows its own kinds without asking the server."""

    api_version: str
    kind: str
    name: str
    namespaced: bool = True
    failure: str = ""
    """What an error begins with: `failed to create deployment:`. Without it the server's words stand alone."""

    def path(self, namespace: str) -> str:
        base = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        return f"{base}/namespaces/{namespace}/{self.name}" if self.namespaced else f"{base}/{self.name}"


def completed(kubectl: Kubectl) -> str:
    """The NAME argument, after what all these commands look at before they look at their own flags, in its order.

    What stands after `--` is no name. Raises UsageError.
    """
    options = kubectl.options
    count = len(options.args) if options.dash is None else options.dash
    if count != 1:
        raise kubectl.usage_error(f"exactly one NAME is required, got {count}")
    kubectl.connect(before_namespace=True)
    dry_run(kubectl)
    assert kubectl.namespace
    TypedReporter(kubectl)
    if options.has("validate"):
        validation(kubectl)
    return options.args[0]


def after_name(kubectl: Kubectl) -> list[str]:
    """The command that follows `--`."""
    return list(kubectl.options.args[1:])


def metadata_of(kubectl: Kubectl, name: str, *, namespaced: bool = True) -> Object:
    """The metadata of a new object: the namespace is written down where the command line says it."""
    metadata: Object = {"name": name}
    if namespaced and kubectl.namespace_given:
        metadata["namespace"] = kubectl.namespace
    return metadata


def create_one(kubectl: Kubectl, obj: Object, collection: Collection) -> Object:
    """Send the object, unless it is only to be shown, and report it."""
    reporter = TypedReporter(kubectl)
    kubectl.connect()
    obj = {"apiVersion": collection.api_version, "kind": collection.kind, **obj}
    if kubectl.options.flag("save-config"):
        obj = configured(obj)
    validation(kubectl)
    if reporter.strategy != "client":
        obj = send(kubectl, obj, collection, reporter.strategy)
    reporter.report(obj, "created")
    return obj


def send(kubectl: Kubectl, obj: Object, collection: Collection, strategy: str) -> Object:
    path = collection.path(kubectl.namespace)
    try:
        return kubectl.clientset.post(path, obj, write_query(kubectl, strategy))
    except (NoConnection, ServerError) as error:
        raise failed(error, collection.failure) from None


def failed(error: Failure, doing: str) -> Failure:
    """An error told as a sentence of the command, where the command tells it so."""
    return CommandError(f"{doing} {error.cause if isinstance(error, NoConnection) else error}") if doing else error


def container_name(kubectl: Kubectl, image: str) -> str:
    """The name of a container for an image; one that had to be changed gets letters that make it unique."""
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    if "_" in name or "." in name:
        name = f"{name.replace('_', '-').replace('.', '-')}-{five_letters(kubectl.now)}"
    return name


LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""What generated names are made of. Upstream: k8s.io/apimachinery/pkg/util/rand"""


def five_letters(number: int) -> str:
    """Letters for a name, told apart by a number such as the moment."""
    text = ""
    for _ in range(5):
        number, rest = divmod(number, len(LETTERS))
        text += LETTERS[rest]
    return text


def comma_pairs(text: str) -> list[str]:
    return text.split(",") if text else []
