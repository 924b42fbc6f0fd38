"""`--record`: the command itself as an annotation of what it changes. Upstream: cli-runtime/pkg/genericclioptions"""

from simulator.kubectl.builder import Info
from simulator.kubectl.client import MERGE
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at, changed

CHANGE_CAUSE = "kubernetes.io/change-cause"
RECORD = Flag(
    "record",
    False,
    "Keep the command in an annotation of the object.",
    hidden=True,
    deprecated="--record will be removed in the future",
)


def cause(kubectl: Kubectl) -> str:
    """The command as it is recorded: arguments first, then flags in the order in which they were typed."""
    options = kubectl.options
    words = [kubectl.words, *options.args]
    return " ".join([*words, *(f"--{name}={text}" for name, text in options.typed)])


def recorded(kubectl: Kubectl, obj: Object) -> Object:
    """An object with the command in it, where that is asked for."""
    if not kubectl.options.flag("record"):
        return obj
    annotations = at(obj, "metadata", "annotations", default={})
    return changed(obj, ("metadata", "annotations"), {**annotations, CHANGE_CAUSE: cause(kubectl)})


def record(kubectl: Kubectl, info: Info, strategy: str = "none") -> Object | None:
    """Write the command into an object that has been changed already; the object then."""
    if not kubectl.options.flag("record") or strategy == "client":
        return None
    manager = kubectl.options.text("field-manager") if kubectl.options.has("field-manager") else None
    query = {"dryRun": "All" if strategy == "server" else None, "fieldManager": manager}
    metadata = {"annotations": {CHANGE_CAUSE: cause(kubectl)}}
    return kubectl.client.patch(info.path, {"metadata": metadata}, query, content_type=MERGE)
