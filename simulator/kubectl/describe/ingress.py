"""Ingresses and IngressClasses. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.page import Page
from simulator.kubectl.describe.service import endpoint_slices, endpoints_text
from simulator.kubectl.errors import ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object, at


def describe(kubectl: Kubectl, page: Page, ingress: Object) -> None:
    metadata, spec = ingress["metadata"], ingress["spec"]
    page.events()
    page.field(0, "Name", metadata["name"])
    page.labels("Labels", metadata.get("labels"))
    page.field(0, "Namespace", metadata["namespace"])
    page.field(0, "Address", addresses(ingress))
    page.field(0, "Ingress Class", spec.get("ingressClassName", "<none>"))
    default = spec.get("defaultBackend")
    fallback = backend_text(kubectl, metadata["namespace"], default) if default else "<default>"
    page.field(0, "Default backend", fallback)
    if spec.get("tls"):
        page.line(0, "TLS:")
    for entry in spec.get("tls") or ():
        hosts = ",".join(entry.get("hosts") or ())
        page.line(1, f"{entry['secretName']} terminates {hosts}" if entry.get("secretName") else f"SNI routes {hosts}")
    page.line(0, "Rules:")
    page.table(1, ("Host", "Path", "Backends"), ())
    rules = [rule for rule in spec.get("rules") or () if rule.get("http")]
    for rule in rules:
        page.line(1, rule.get("host") or "*", "")
        for path in rule["http"]["paths"]:
            text = backend_text(kubectl, metadata["namespace"], path["backend"])
            page.line(2, "", f"{path.get('path', '')} ", text)
    if not rules:
        page.line(1, "*", "*", fallback)
    page.annotations("Annotations", metadata.get("annotations"))


def addresses(ingress: Object) -> str:
    found = [
        one.get("ip") or one.get("hostname") for one in at(ingress, "status", "loadBalancer", "ingress", default=[])
    ]
    return ",".join(sorted(dict.fromkeys(one for one in found if one)))


def backend_text(kubectl: Kubectl, namespace: str, backend: Object) -> str:
    """A backend and the endpoints behind it."""
    if "service" not in backend:
        resource = backend.get("resource") or {}
        group = resource.get("apiGroup", "<none>")
        return f"APIGroup: {group}, Kind: {resource.get('kind', '')}, Name: {resource.get('name', '')}"
    name, port = backend["service"]["name"], backend["service"].get("port") or {}
    shown = f"{name}:{port.get('number') or port.get('name', '')}"
    slices = endpoint_slices(kubectl, namespace, name)
    try:
        service = kubectl.clientset.get(f"/api/v1/namespaces/{namespace}/services/{name}")
    except ServerError as error:
        return f"{shown} (<error: {error}>)"
    port_name = ""
    for one in service["spec"].get("ports") or ():
        if one["port"] == port.get("number") or (port.get("name") and one.get("name") == port["name"]):
            port_name = one.get("name", "")
    return f"{shown} ({endpoints_text(slices, port_name)})"


def describe_class(kubectl: Kubectl, page: Page, ingress_class: Object) -> None:
    page.head(ingress_class, namespaced=False)
    page.field(0, "Controller", at(ingress_class, "spec", "controller", default=""))
    parameters = at(ingress_class, "spec", "parameters")
    if parameters:
        page.line(0, "Parameters:")
        for title, field in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if field in parameters:
                page.field(1, title, parameters[field])
