"""Defaults of a PodCertificateRequest. Upstream: pkg/apis/certificates/v1/defaults.go"""

from simulator.machinery.objects import Object

DAY = 86400


def default(obj: Object) -> None:
    spec = obj.get("spec")
    if isinstance(spec, dict) and spec.get("maxExpirationSeconds") is None:
        spec["maxExpirationSeconds"] = DAY
