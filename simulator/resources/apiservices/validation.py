"""Validation of an APIService. Upstream: kube-aggregator/pkg/apis/apiregistration/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, invalid, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update, validate_name


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from (
        validate_metadata(obj, names.path_segment, namespaced=False, core=False)
        if old is None
        else validate_metadata_update(obj, old, core=False)
    )
    spec, name = obj.get("spec") or {}, (obj.get("metadata") or {}).get("name", "")
    expected = f"{spec.get('version', '')}.{spec.get('group', '')}"
    if old is None and name != expected:
        yield invalid("metadata.name", name, f'must be `spec.version+"."+spec.group`: {expected!r}'.replace("'", '"'))
    if not spec.get("version"):
        yield required("spec.version")
    else:
        yield from validate_name(spec["version"], "spec.version", names.dns_1035_label)
    for field, most in (("groupPriorityMinimum", 20000), ("versionPriority", 1000)):
        value = spec.get(field, 0)
        if not 0 < value <= most:
            yield invalid(f"spec.{field}", value, f"must be positive and less than {most}")
    service = spec.get("service")
    if service is None:
        if spec.get("caBundle"):
            yield invalid(
                "spec.caBundle", f"{len(spec['caBundle'])} bytes", "local APIServices may not have a caBundle"
            )
        return
    for field in ("namespace", "name"):
        if not service.get(field):
            yield required(f"spec.service.{field}")
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        yield invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present")
