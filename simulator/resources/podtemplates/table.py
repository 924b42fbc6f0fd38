"""The table of PodTemplates. Upstream: printPodTemplate"""

from simulator.machinery.objects import Object
from simulator.resources.columns import NAME, Cells, Column, Printer, containers, labels, spec_of


def row(pod_template: Object, now: int) -> Cells:
    template = pod_template.get("template") or {}
    pod_labels = (template.get("metadata") or {}).get("labels")
    return [pod_template["metadata"]["name"], *containers(spec_of(template)), labels(pod_labels)]


PRINTER = Printer(
    (
        NAME,
        Column("Containers", "Names of each container in the template."),
        Column("Images", "Images referenced by each container in the template."),
        Column("Pod Labels", "The labels for the pod template."),
    ),
    row,
)
