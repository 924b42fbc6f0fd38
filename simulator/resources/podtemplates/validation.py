"""Validation of a PodTemplate. Upstream: ValidatePodTemplate in pkg/apis/core/validation"""

from simulator.machinery.field import FieldError
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update
from simulator.resources.common.pod_spec import validate_template


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    metadata = validate_metadata(obj) if old is None else validate_metadata_update(obj, old)
    return [*metadata, *validate_template(obj.get("template") or {}, "template")]
