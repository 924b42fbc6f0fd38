"""Lets a Pod outlive a lost node for five minutes. Upstream: plugin/pkg/admission/defaulttolerationseconds"""

from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object

SECONDS = 300
TAINTS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
DEFAULTS: tuple[Object, ...] = tuple(
    {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS} for key in TAINTS
)


class DefaultTolerationSeconds:
    """Adds the two tolerations to Pods that say nothing of these taints."""

    name = "DefaultTolerationSeconds"
    on = ("pods",)
    operations = ("CREATE", "UPDATE")

    def admit(self, attributes: Attributes) -> None:
        pod = attributes.object
        tolerations = pod["spec"].get("tolerations") or []
        missing = [default for default in DEFAULTS if not any(speaks_of(own, default["key"]) for own in tolerations)]
        if missing:
            attributes.object = {**pod, "spec": {**pod["spec"], "tolerations": [*tolerations, *missing]}}


def speaks_of(toleration: Object, key: str) -> bool:
    return toleration.get("key", "") in (key, "") and toleration.get("effect", "") in ("NoExecute", "")
