"""Custom resources for tests: a definition of widgets, and how to register it."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import Cluster

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"
OPEN: Object = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
STRICT: Object = {
    "type": "object",
    "description": "Widget is what one makes.",
    "properties": {
        "spec": {
            "type": "object",
            "description": "What the widget shall be.",
            "required": ["size"],
            "properties": {
                "size": {"type": "integer", "description": "How large it is."},
                "parts": {
                    "type": "array",
                    "description": "What it is made of.",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "name": {"type": "string", "description": "How the part is called."},
                            "age": {"type": "integer"},
                        },
                    },
                },
            },
        },
        "status": {"type": "object", "properties": {"phase": {"type": "string"}}},
    },
}


def definition(
    kind: str = "Widget",
    *,
    group: str = "example.com",
    versions: tuple[str, ...] = ("v1",),
    schema: Object | None = None,
    labels: Object | None = None,
) -> Object:
    plural = f"{kind.lower()}s"
    served = [
        {"name": one, "served": True, "storage": one == versions[0], "schema": {"openAPIV3Schema": schema or OPEN}}
        for one in versions
    ]
    names = {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}", "labels": labels or {}},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": served},
    }


def register(cluster: Cluster, obj: Object) -> str:
    """Create the definition, wait until it is established, and give its address."""
    url = f"{DEFINITIONS}/{cluster.create(DEFINITIONS, obj)['metadata']['name']}"
    cluster.until(lambda: is_established(cluster, url))
    return url


def is_established(cluster: Cluster, url: str) -> bool:
    conditions = cluster.get(url).get("status", {}).get("conditions", ())
    return ("Established", "True") in [(one["type"], one["status"]) for one in conditions]


def widget(name: str, **fields: Any) -> Object:
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": name}, **fields}
