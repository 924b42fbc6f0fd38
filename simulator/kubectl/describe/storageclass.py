"""StorageClasses, VolumeAttributesClasses and CSINodes. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.page import Page, date, labels_text, titled, values
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at

DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def describe(kubectl: Kubectl, page: Page, storage_class: Object) -> None:
    annotations = storage_class["metadata"].get("annotations") or {}
    page.field(0, "Name", storage_class["metadata"]["name"])
    page.field(0, "IsDefaultClass", "Yes" if any(annotations.get(key) == "true" for key in DEFAULT) else "No")
    page.field(0, "Annotations", labels_text(annotations))
    page.field(0, "Provisioner", storage_class["provisioner"])
    page.field(0, "Parameters", labels_text(storage_class.get("parameters")))
    page.field(0, "AllowVolumeExpansion", titled(storage_class.get("allowVolumeExpansion")))
    mount_options = storage_class.get("mountOptions") or ()
    page.line(0, "MountOptions:", *(() if mount_options else ("<none>",)))
    for option in mount_options:
        page.line(1, option)
    for title, field in (("ReclaimPolicy", "reclaimPolicy"), ("VolumeBindingMode", "volumeBindingMode")):
        if storage_class.get(field):
            page.field(0, title, storage_class[field])
    if storage_class.get("allowedTopologies") is not None:
        describe_topologies(page, storage_class["allowedTopologies"])


def describe_attributes_class(kubectl: Kubectl, page: Page, attributes_class: Object) -> None:
    page.field(0, "Name", attributes_class["metadata"]["name"])
    page.field(0, "Annotations", labels_text(attributes_class["metadata"].get("annotations")))
    page.field(0, "DriverName", attributes_class["driverName"])
    page.field(0, "Parameters", labels_text(attributes_class.get("parameters")))


def describe_topologies(page: Page, terms: list[Object]) -> None:
    page.field(0, "AllowedTopologies", "" if terms else "<none>")
    for index, term in enumerate(terms):
        lines = [
            f"{one['key']} in [{', '.join(one.get('values') or ())}]" for one in term.get("matchLabelExpressions") or ()
        ]
        page.several(f"Term {index}", lines, "  ")


def describe_csi_node(kubectl: Kubectl, page: Page, node: Object) -> None:
    page.head(node, namespaced=False)
    page.field(0, "CreationTimestamp", date(node["metadata"].get("creationTimestamp")))
    page.line(0, "Spec:")
    drivers = at(node, "spec", "drivers")
    if drivers is None:
        return
    page.line(1, "Drivers:")
    for driver in drivers:
        page.line(2, f"{driver['name']}:")
        page.field(3, "Node ID", driver["nodeID"])
        if at(driver, "allocatable", "count") is not None:
            page.line(3, "Allocatables:")
            page.field(4, "Count", driver["allocatable"]["count"])
        if driver.get("topologyKeys") is not None:
            page.field(3, "Topology Keys", values(driver["topologyKeys"]))
