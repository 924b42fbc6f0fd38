"""Defaults of a Service. Upstream: SetDefaults_Service in pkg/apis/core/v1/defaults.go"""

from simulator.machinery.objects import Object

THREE_HOURS = 10800


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    spec["type"] = kind = spec.get("type") or "ClusterIP"
    default_affinity(spec)
    for port in spec.get("ports") or ():
        port["protocol"] = port.get("protocol") or "TCP"
        if port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port.get("port", 0)
    outside = kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and spec.get("externalIPs"))
    if outside and not spec.get("externalTrafficPolicy"):
        spec["externalTrafficPolicy"] = "Cluster"
    if kind != "ExternalName":
        default_families(spec)
        if spec.get("internalTrafficPolicy") is None:
            spec["internalTrafficPolicy"] = "Cluster"
    if kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is None:
        spec["allocateLoadBalancerNodePorts"] = True
    for ingress in ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ():
        if kind == "LoadBalancer" and ingress.get("ip") and ingress.get("ipMode") is None:
            ingress["ipMode"] = "VIP"


def default_affinity(spec: Object) -> None:
    spec["sessionAffinity"] = affinity = spec.get("sessionAffinity") or "None"
    if affinity == "None":
        spec.pop("sessionAffinityConfig", None)
    elif affinity == "ClientIP":
        client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        if client.get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": THREE_HOURS}}


def default_families(spec: Object) -> None:
    """Only what follows from the object itself; the rest depends on the cluster and comes with the address."""
    families = spec.get("ipFamilies") or []
    if spec.get("ipFamilyPolicy") is None and (len(spec.get("clusterIPs") or ()) == 2 or len(families) == 2):
        spec["ipFamilyPolicy"] = "RequireDualStack"
    if spec.get("ipFamilyPolicy") == "RequireDualStack" and len(families) == 1:
        spec["ipFamilies"] = [families[0], "IPv6" if families[0] == "IPv4" else "IPv4"]
