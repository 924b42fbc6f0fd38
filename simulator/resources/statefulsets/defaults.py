"""Defaults of a StatefulSet. Upstream: pkg/apis/apps/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import default_claim_spec, default_pod_template


def default(obj: Object) -> None:
    spec = obj.setdefault("spec", {})
    default_pod_template(spec.setdefault("template", {}))
    for claim in spec.get("volumeClaimTemplates") or ():
        default_claim_template(claim)
    if not spec.get("podManagementPolicy"):
        spec["podManagementPolicy"] = "OrderedReady"
    strategy = spec.get("updateStrategy") or {}
    spec["updateStrategy"] = strategy
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        default_rolling(strategy)
    elif strategy["type"] == "RollingUpdate" and strategy.get("rollingUpdate") is not None:
        default_rolling(strategy)
    policy = spec.get("persistentVolumeClaimRetentionPolicy") or {}
    spec["persistentVolumeClaimRetentionPolicy"] = policy
    for moment in ("whenDeleted", "whenScaled"):
        policy[moment] = policy.get(moment) or "Retain"
    for name, value in (("replicas", 1), ("revisionHistoryLimit", 10)):
        if spec.get(name) is None:
            spec[name] = value


def default_rolling(strategy: Object) -> None:
    rolling = strategy.get("rollingUpdate") or {}
    strategy["rollingUpdate"] = rolling
    for name, value in (("partition", 0), ("maxUnavailable", 1)):
        if rolling.get(name) is None:
            rolling[name] = value


def default_claim_template(claim: Object) -> None:
    """A template is a whole claim: with its kind, and as pending as a new one."""
    claim["apiVersion"] = claim.get("apiVersion") or "v1"
    claim["kind"] = claim.get("kind") or "PersistentVolumeClaim"
    claim.setdefault("metadata", {})
    default_claim_spec(claim.setdefault("spec", {}))
    status = claim.get("status") or {}
    claim["status"] = status
    status["phase"] = status.get("phase") or "Pending"
