"""Defaults of a ResourceClaim. Upstream: pkg/apis/resource/v1/defaults.go"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    default_claim(obj.setdefault("spec", {}))


def default_claim(spec: Object) -> None:
    for request in (spec.get("devices") or {}).get("requests") or ():
        alternatives = (
            [request["exactly"]] if request.get("exactly") is not None else request.get("firstAvailable") or []
        )
        for wanted in alternatives:
            wanted["allocationMode"] = wanted.get("allocationMode") or "ExactCount"
            if wanted["allocationMode"] == "ExactCount" and not wanted.get("count"):
                wanted["count"] = 1
            for toleration in wanted.get("tolerations") or ():
                toleration["operator"] = toleration.get("operator") or "Equal"
