"""What a DaemonSet goes through on its way to the store. Upstream: pkg/registry/apps/daemonset/strategy.go"""

from simulator.machinery.objects import Object, at

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""Counts the templates there have been; the API keeps it as an annotation since the field is gone."""
STATUS = {"currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0}


def prepare_create(obj: Object) -> None:
    """A new object starts with the status of nothing done yet."""
    obj["status"] = dict(STATUS)
    count_template(obj, 1)


def prepare_update(obj: Object, old: Object) -> None:
    written = at(old, "metadata", "annotations", TEMPLATE_GENERATION, default="0")
    count = int(written) if written.isdigit() else 0
    changed = at(obj, "spec", "template") != at(old, "spec", "template")
    count_template(obj, count + 1 if changed else count)


def count_template(obj: Object, count: int) -> None:
    metadata = obj.setdefault("metadata", {})
    if count > 0:
        metadata["annotations"] = {**(metadata.get("annotations") or {}), TEMPLATE_GENERATION: str(count)}
