"""Keeps the API server's own FlowSchemas and priority levels, and says of each schema whether its level is there.

Upstream: pkg/registry/flowcontrol/rest, apiserver/pkg/util/flowcontrol/apf_controller.go
"""

from collections.abc import Iterator

from simulator.api.client import Step, Steps
from simulator.controllers.base import Controller
from simulator.kernel.clock import MINUTE, timestamp
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, condition, key_of
from simulator.resources.flowschemas.initial import (
    AUTOUPDATE,
    CONSUMER,
    LEVELS,
    MANDATORY,
    PRODUCER,
    SCHEMAS,
    dangling,
    default_object,
)


class FlowControlController(Controller):
    """What is missing comes back within a minute; what is mandatory, or kept up to date, gets its own spec again."""

    name = "flow-control"
    process = "kube-apiserver"
    source = CONSUMER
    resource = SCHEMAS
    kind = "FlowSchema"
    watches = (SCHEMAS, LEVELS)

    def keys(self, change: Change) -> Iterator[Key]:
        """A schema's key, and those of the schemas that name a level; what is to be kept is looked at later."""
        name = change.object["metadata"]["name"]
        if default_object(change.resource, name, "") is not None and change.type != "ADDED":
            self.look_again((change.resource, name), MINUTE - self.clock.now % MINUTE)
        if change.resource == SCHEMAS:
            yield key_of(change.object)
            return
        for key, schema in self.client.rows(SCHEMAS).items():
            if schema["spec"]["priorityLevelConfiguration"]["name"] == name:
                yield key

    def reconcile(self, key: Key) -> None:
        resource, name = key
        if resource:
            self._keep(resource, name)
            return
        schema = self.get(key)
        if schema is None:
            return
        level = schema["spec"]["priorityLevelConfiguration"]["name"]
        missing = self.client.get(LEVELS, "", level) is None
        told, old = dangling(level, timestamp(self.clock.now), missing=missing), condition(schema, "Dangling")
        if old is None or (old["status"], old["message"]) != (told["status"], told["message"]):
            self.client.update_status(SCHEMAS, schema, conditions=[told])

    def _keep(self, resource: str, name: str) -> None:
        wanted = default_object(resource, name, timestamp(self.clock.now))
        if wanted is None:
            return
        found = self.client.get(resource, "", name)
        if found is None:
            self.client.create(resource, wanted, steps(wanted))
        elif is_kept(found) and found["spec"] != wanted["spec"]:
            self.client.on_behalf_of(PRODUCER).update(resource, {**found, "spec": wanted["spec"]})


def steps(obj: Object) -> Steps:
    """What keeps the objects makes one; what goes by them applies its status. Upstream: apf_controller.go"""
    own = Step(PRODUCER, {name: value for name, value in obj.items() if name != "status"})
    return (own, Step(CONSUMER, obj, "status", is_apply=True)) if obj["status"] else (own,)


def is_kept(found: Object) -> bool:
    """Whether an object's spec is the server's and not an administrator's."""
    if found["metadata"]["name"] in MANDATORY:
        return True
    told = at(found, "metadata", "annotations", AUTOUPDATE)
    return found["metadata"].get("generation") == 1 if told is None else bool(told == "true")
