"""Turns a Pod's priority class into its priority. Upstream: plugin/pkg/admission/priority"""

from simulator.api.errors import Forbidden
from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object

PREEMPT = "PreemptLowerPriority"


class Priority:
    """The named class must exist; without a name the default class counts, without that zero."""

    name = "Priority"
    on = ("pods",)
    operations = ("CREATE",)

    def admit(self, attributes: Attributes) -> None:
        pod = attributes.object
        chosen = self._class_of(attributes, pod["spec"].get("priorityClassName"))
        value = chosen["value"] if chosen else 0
        given = pod["spec"].get("priority")
        if given is not None and given != value:
            message = (
                f"the integer value of priority ({given}) must not be provided in pod spec; priority admission "
                f"controller computed {value} from the given PriorityClass name"
            )
            raise Forbidden("pods", attributes.name, message)
        spec = {**pod["spec"], "priority": value}
        if chosen:
            spec["priorityClassName"] = chosen["metadata"]["name"]
        spec.setdefault("preemptionPolicy", (chosen or {}).get("preemptionPolicy", PREEMPT))
        attributes.object = {**pod, "spec": spec}

    def _class_of(self, attributes: Attributes, name: str | None) -> Object | None:
        classes = "priorityclasses.scheduling.k8s.io"
        if not name:
            defaults = [c for c in attributes.backend.items(classes, None) if c.get("globalDefault")]
            return min(defaults, key=lambda c: int(c["value"])) if defaults else None
        found = attributes.backend.read(classes, ("", name))
        if found is None:
            raise Forbidden("pods", attributes.name, f"no PriorityClass with name {name} was found")
        return found
