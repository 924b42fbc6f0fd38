"""Tables from rows of cells, as kubectl's own tab writer sets them. Upstream: k8s.io/cli-runtime/pkg/printers"""

from collections.abc import Iterable, Sequence

from simulator.kubectl.tabwriter import aligned


def table(rows: Iterable[Sequence[str]]) -> str:
    """The rows below each other, each column as wide as it needs."""
    text = "".join("\t".join(row) + "\n" for row in rows)
    return aligned(text)
