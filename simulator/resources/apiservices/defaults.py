"""Defaults of an APIService. Upstream: kube-aggregator pkg/apis/apiregistration/v1/defaults.go"""

from simulator.machinery.objects import Object

HTTPS = 443


def default(obj: Object) -> None:
    service = obj.setdefault("spec", {}).get("service")
    if service is not None and service.get("port") is None:
        service["port"] = HTTPS
