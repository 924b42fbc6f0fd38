"""Validation of a ReplicationController. Upstream: ValidateReplicationController in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, Raw, invalid, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update
from simulator.resources.common.pod_spec import labels_text, validate_template
from simulator.resources.common.workloads import MISMATCH, validate_counts, validate_lasting


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    yield from validate_counts(spec, "spec", "minReadySeconds")
    selector, template = spec.get("selector"), spec.get("template")
    if not selector:
        yield required("spec.selector")
    yield from validate_counts(spec, "spec", "replicas")
    if template is None:
        yield required("spec.template")
        return
    labels = (template.get("metadata") or {}).get("labels") or {}
    if any(labels.get(key) != value for key, value in (selector or {}).items()):
        yield invalid("spec.template.metadata.labels", Raw(labels_text(labels)), MISMATCH)
    yield from validate_template(template, "spec.template")
    yield from validate_lasting(template, "spec.template", "ReplicationController")
