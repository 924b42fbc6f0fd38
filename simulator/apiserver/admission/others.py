"""Small plugins: new nodes are not ready yet, runtime classes bring their overhead, Ingresses get the default class.

Upstream: plugin/pkg/admission/{nodetaint,runtimeclass,network/defaultingressclass}
"""

from simulator.api.errors import Forbidden
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.storageobjects import marked, newest
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import parse

NOT_READY: Object = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
RUNTIME_CLASSES = "runtimeclasses.node.k8s.io"
INGRESS_CLASSES = "ingressclasses.networking.k8s.io"
IS_DEFAULT = ("ingressclass.kubernetes.io/is-default-class",)
OLD_CLASS = "kubernetes.io/ingress.class"


class TaintNodesByCondition:
    """A new node takes no Pods until it is known to be ready."""

    name = "TaintNodesByCondition"
    on = ("nodes",)
    operations = ("CREATE",)

    def admit(self, attributes: Attributes) -> None:
        node = attributes.object
        spec = dict(node.get("spec") or {})
        taints = spec.get("taints") or []
        if not any((taint["key"], taint["effect"]) == (NOT_READY["key"], NOT_READY["effect"]) for taint in taints):
            attributes.object = {**node, "spec": {**spec, "taints": [*taints, NOT_READY]}}


class RuntimeClass:
    """The named class must exist; its overhead and where it can run come with it."""

    name = "RuntimeClass"
    on = ("pods",)
    operations = ("CREATE",)

    def admit(self, attributes: Attributes) -> None:
        pod = attributes.object
        name = pod["spec"].get("runtimeClassName")
        if not name:
            if pod["spec"].get("overhead"):
                raise Forbidden(
                    "pods", attributes.name, "pod rejected: Pod overhead set without corresponding RuntimeClass defined"
                )
            return
        found = attributes.backend.read(RUNTIME_CLASSES, ("", name))
        if found is None:
            raise Forbidden("pods", attributes.name, f'pod rejected: RuntimeClass "{name}" not found')
        spec = dict(pod["spec"])
        overhead = at(found, "overhead", "podFixed")
        if overhead:
            own = spec.get("overhead")
            if own and any(parse(own.get(key, "0")) != parse(value) for key, value in overhead.items()):
                message = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
                raise Forbidden("pods", attributes.name, message)
            spec["overhead"] = overhead
        self._place(attributes, spec, found.get("scheduling") or {})
        attributes.object = {**pod, "spec": spec}

    def _place(self, attributes: Attributes, spec: Object, scheduling: Object) -> None:
        selector, own = scheduling.get("nodeSelector") or {}, spec.get("nodeSelector") or {}
        for key, value in selector.items():
            if own.get(key, value) != value:
                message = f"conflict: pod node selector for key {key} conflicts with RuntimeClass node selector"
                raise Forbidden("pods", attributes.name, message)
        if selector:
            spec["nodeSelector"] = {**own, **selector}
        tolerations = spec.get("tolerations") or []
        missing = [each for each in scheduling.get("tolerations") or () if each not in tolerations]
        if missing:
            spec["tolerations"] = [*tolerations, *missing]


class DefaultIngressClass:
    """An Ingress that names no class gets the one marked as default."""

    name = "DefaultIngressClass"
    on = ("ingresses.networking.k8s.io",)
    operations = ("CREATE",)

    def admit(self, attributes: Attributes) -> None:
        ingress = attributes.object
        spec = ingress.get("spec") or {}
        if spec.get("ingressClassName") or OLD_CLASS in (ingress["metadata"].get("annotations") or {}):
            return
        defaults = [one for one in attributes.backend.items(INGRESS_CLASSES, None) if marked(one, IS_DEFAULT)]
        if defaults:
            chosen = newest(defaults)["metadata"]["name"]
            attributes.object = {**ingress, "spec": {**spec, "ingressClassName": chosen}}


class FlowControl:
    """Says of priority and fairness that it is kept, but that no request ever waits for another."""

    name = "FlowControl"
    on = ("flowschemas.flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io")
    operations = ("CREATE", "UPDATE")

    def validate(self, attributes: Attributes) -> None:
        attributes.warnings.append("priority and fairness is stored but not simulated: no request waits for another")
