"""The CustomResourceDefinitions of the Gateway API's standard channel, as far as the lab's controller reads them.

Upstream: kubernetes-sigs/gateway-api apis/v1
"""

from simulator.machinery import yaml
from simulator.machinery.objects import Object

GROUP = "gateway.networking.k8s.io"
VERSION = "v1"
RELEASE = "v1.4.1"
URL = f"https://github.com/kubernetes-sigs/gateway-api/releases/download/{RELEASE}/standard-install.yaml"
CLASSES, GATEWAYS, ROUTES, GRANTS = (
    f"{plural}.{GROUP}" for plural in ("gatewayclasses", "gateways", "httproutes", "referencegrants")
)


def text(**rules: object) -> Object:
    return {"type": "string", **rules}


def number(low: int, high: int, **rules: object) -> Object:
    return {"type": "integer", "format": "int32", "minimum": low, "maximum": high, **rules}


def record(required: tuple[str, ...] = (), **properties: Object) -> Object:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def listing(items: Object, most: int = 64, **rules: object) -> Object:
    return {"type": "array", "items": items, "maxItems": most, **rules}


def choice(*values: str, default: str = "") -> Object:
    return text(enum=list(values), **({"default": default} if default else {}))


ANYTHING: Object = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
STRINGS: Object = {"type": "object", "additionalProperties": text()}
CONDITION = record(
    ("lastTransitionTime", "message", "reason", "status", "type"),
    type=text(maxLength=316), status=choice("True", "False", "Unknown"), reason=text(minLength=1, maxLength=1024),
    message=text(maxLength=32768), observedGeneration={"type": "integer", "format": "int64", "minimum": 0},
    lastTransitionTime=text(format="date-time"),
)  # fmt: skip
CONDITIONS = listing(CONDITION, 8, **{"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]})
NAME, NAMESPACE = text(minLength=1, maxLength=253), text(minLength=1, maxLength=63)
PORT = number(1, 65535)
PARENT = record(
    ("name",), group=text(default=GROUP), kind=text(default="Gateway"), namespace=NAMESPACE, name=NAME,
    sectionName=NAME, port=PORT,
)  # fmt: skip
HEADER = record(("name", "value"), name=text(minLength=1, maxLength=256), value=text(minLength=1, maxLength=4096))
MODIFIER = record(set=listing(HEADER, 16), add=listing(HEADER, 16), remove=listing(text(), 16))
PATH_CHANGE = record(
    ("type",), type=choice("ReplaceFullPath", "ReplacePrefixMatch"), replaceFullPath=text(), replacePrefixMatch=text()
)
FILTER = record(
    ("type",),
    type=choice("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "RequestRedirect", "URLRewrite",
                "ExtensionRef"),
    requestHeaderModifier=MODIFIER, responseHeaderModifier=MODIFIER, requestMirror=ANYTHING, extensionRef=ANYTHING,
    requestRedirect=record(scheme=choice("http", "https"), hostname=text(), port=PORT, path=PATH_CHANGE,
                           statusCode={"type": "integer", "enum": [301, 302, 303, 307, 308], "default": 302}),
    urlRewrite=record(hostname=text(), path=PATH_CHANGE),
)  # fmt: skip
BACKEND = record(
    ("name",), group=text(default=""), kind=text(default="Service"), name=NAME, namespace=NAMESPACE, port=PORT,
    weight=number(0, 1_000_000, default=1), filters=listing(FILTER, 16),
)  # fmt: skip
NAMED_MATCH = record(
    ("name", "value"), type=choice("Exact", "RegularExpression", default="Exact"), name=text(), value=text()
)
MATCH = record(
    path={**record(type=choice("Exact", "PathPrefix", "RegularExpression", default="PathPrefix"),
                   value=text(default="/", maxLength=1024)), "default": {"type": "PathPrefix", "value": "/"}},
    headers=listing(NAMED_MATCH, 16), queryParams=listing(NAMED_MATCH, 16),
    method=choice("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
)  # fmt: skip
RULE = record(
    name=text(), matches=listing(MATCH, 64, default=[{"path": {"type": "PathPrefix", "value": "/"}}]),
    filters=listing(FILTER, 16), backendRefs=listing(BACKEND, 16),
    timeouts=record(request=text(), backendRequest=text()),
)  # fmt: skip
LISTENER = record(
    ("name", "port", "protocol"),
    name=NAME, hostname=text(maxLength=253), port=PORT, protocol=text(minLength=1, maxLength=255),
    tls=record(mode=choice("Terminate", "Passthrough", default="Terminate"), options=STRINGS,
               certificateRefs=listing(record(("name",), group=text(default=""), kind=text(default="Secret"), name=NAME,
                                              namespace=NAMESPACE))),
    allowedRoutes={**record(namespaces={"type": "object", "default": {"from": "Same"}, "properties": {
                                "from": choice("All", "Selector", "Same", "None", default="Same"),
                                "selector": ANYTHING}},
                            kinds=listing(record(("kind",), group=text(default=GROUP), kind=text()), 8)),
                   "default": {"namespaces": {"from": "Same"}}},
)  # fmt: skip
LISTENER_STATUS = record(
    ("attachedRoutes", "conditions", "name"), name=NAME, attachedRoutes={"type": "integer", "format": "int32"},
    supportedKinds=listing(record(("kind",), group=text(), kind=text()), 8), conditions=CONDITIONS,
)  # fmt: skip


def columns(*rows: tuple[str, str, str]) -> list[Object]:
    return [{"name": name, "type": kind, "jsonPath": path} for name, kind, path in rows]


AGE = ("Age", "date", ".metadata.creationTimestamp")
KINDS: tuple[tuple[str, str, tuple[str, ...], str, Object, Object, list[Object]], ...] = (
    (
        "GatewayClass", "gatewayclasses", ("gc",), "Cluster",
        record(("controllerName",), controllerName=text(minLength=1, maxLength=253), description=text(maxLength=64),
               parametersRef=ANYTHING),
        record(conditions=CONDITIONS, supportedFeatures=listing(record(("name",), name=text()))),
        columns(("Controller", "string", ".spec.controllerName"),
                ("Accepted", "string", '.status.conditions[?(@.type=="Accepted")].status'), AGE),
    ),
    (
        "Gateway", "gateways", ("gtw",), "Namespaced",
        record(("gatewayClassName", "listeners"), gatewayClassName=NAME, listeners=listing(LISTENER, minItems=1),
               addresses=listing(record(("value",), type=text(default="IPAddress"), value=text()), 16),
               infrastructure=ANYTHING),
        record(addresses=listing(record(("value",), type=text(default="IPAddress"), value=text()), 16),
               conditions=CONDITIONS, listeners=listing(LISTENER_STATUS)),
        columns(("Class", "string", ".spec.gatewayClassName"), ("Address", "string", ".status.addresses[*].value"),
                ("Programmed", "string", '.status.conditions[?(@.type=="Programmed")].status'), AGE),
    ),
    (
        "HTTPRoute", "httproutes", (), "Namespaced",
        record(parentRefs=listing(PARENT, 32), hostnames=listing(text(minLength=1, maxLength=253), 16),
               rules=listing(RULE, 16, default=[{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}]}])),
        record(("parents",), parents=listing(record(("conditions", "controllerName", "parentRef"), parentRef=PARENT,
                                                    controllerName=text(), conditions=CONDITIONS), 32)),
        columns(("Hostnames", "string", ".spec.hostnames"), AGE),
    ),
    (
        "ReferenceGrant", "referencegrants", ("refgrant",), "Namespaced",
        {"type": "object", "required": ["from", "to"], "properties": {
            "from": listing(record(("group", "kind", "namespace"), group=text(), kind=text(), namespace=NAMESPACE), 16),
            "to": listing(record(("group", "kind"), group=text(), kind=text(), name=NAME), 16)}},
        {}, columns(AGE),
    ),
)  # fmt: skip
"""Kind, plural, short names, scope, schemas of spec and status, columns."""


def definitions() -> list[Object]:
    """All CustomResourceDefinitions of the standard channel that are simulated."""
    return [definition(*kind) for kind in KINDS]


def definition(
    kind: str, plural: str, short: tuple[str, ...], scope: str, spec: Object, status: Object, shown: list[Object]
) -> Object:
    whole = record(("spec",), apiVersion=text(), kind=text(), metadata={"type": "object"}, spec=spec)
    if status:
        whole["properties"]["status"] = status
    name = "v1beta1" if kind == "ReferenceGrant" else VERSION
    version: Object = {
        "name": name, "served": True, "storage": True, "schema": {"openAPIV3Schema": whole},
        "additionalPrinterColumns": shown, **({"subresources": {"status": {}}} if status else {}),
    }  # fmt: skip
    names = {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower(),
             "categories": ["gateway-api"], **({"shortNames": list(short)} if short else {})}  # fmt: skip
    annotations = {
        "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/3328",
        "gateway.networking.k8s.io/bundle-version": RELEASE,
        "gateway.networking.k8s.io/channel": "standard",
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}", "annotations": annotations},
        "spec": {"group": GROUP, "names": names, "scope": scope, "versions": [version]},
    }


def manifest() -> str:
    """The definitions as the project publishes them: one file."""
    return "---\n".join(yaml.dump(one) for one in definitions())
