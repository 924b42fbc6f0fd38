"""The table of ControllerRevisions. Upstream: printControllerRevision"""

from simulator.machinery.objects import Object, controller_of
from simulator.resources.columns import AGE, NAME, NONE, Cells, Column, Field, Printer, age


def row(revision: Object, now: int) -> Cells:
    return [revision["metadata"]["name"], controller(revision), revision.get("revision", 0), age(revision, now)]


def controller(revision: Object) -> str:
    """Whose revision it is: `statefulset.apps/web`."""
    owner = controller_of(revision)
    if owner is None:
        return NONE
    group = owner["apiVersion"].rpartition("/")[0]
    kind = f"{owner['kind']}.{group}" if group else owner["kind"]
    return f"{kind.lower()}/{owner['name']}"


PRINTER = Printer(
    (
        NAME,
        Column("Controller", "Controller of the object"),
        Column("Revision", Field("apps.v1.ControllerRevision", "revision")),
        AGE,
    ),
    row,
)
