"""Defaults of a CustomResourceDefinition. Upstream: apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go"""

from simulator.machinery.objects import Object

HTTPS = 443


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    spec["scope"] = spec.get("scope") or "Namespaced"
    names = spec.setdefault("names", {})
    if not names.get("singular"):
        names["singular"] = (names.get("kind") or "").lower()
    if not names.get("listKind") and names.get("kind"):
        names["listKind"] = names["kind"] + "List"
    conversion = spec.get("conversion") or {}
    spec["conversion"] = conversion
    conversion["strategy"] = conversion.get("strategy") or "None"
    service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
    if service is not None and service.get("port") is None:
        service["port"] = HTTPS
