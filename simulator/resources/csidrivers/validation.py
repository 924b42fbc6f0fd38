"""Validation of a CSIDriver. Upstream: ValidateCSIDriver in pkg/apis/storage/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, duplicate, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import validate_metadata, validate_metadata_update, validate_unchanged

POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
TEN_MINUTES = 600


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    yield from validate_metadata(obj, namespaced=False) if old is None else validate_metadata_update(obj, old)
    spec = obj.get("spec") or {}
    for field in ("attachRequired", "podInfoOnMount", "storageCapacity"):
        if spec.get(field) is None:
            yield required(f"spec.{'attachedRequired' if field == 'attachRequired' else field}")
    policy = spec.get("fsGroupPolicy")
    if policy is not None and policy not in POLICIES:
        yield not_supported("spec.fsGroupPolicy", policy, POLICIES)
    audiences: list[str] = []
    for index, token in enumerate(spec.get("tokenRequests") or ()):
        audience, seconds = token.get("audience", ""), token.get("expirationSeconds")
        if audience in audiences:
            yield duplicate(f"spec.tokenRequests[{index}].audience", audience)
        audiences.append(audience)
        if seconds is not None and seconds < TEN_MINUTES:
            rule = "may not specify a duration less than 10 minutes"
            yield invalid(f"spec.tokenRequests[{index}].expirationSeconds", seconds, rule)
    for index, mode in enumerate(spec.get("volumeLifecycleModes") or ()):
        if mode not in ("Ephemeral", "Persistent"):
            yield not_supported(f"spec.volumeLifecycleModes[{index}]", mode, ("Ephemeral", "Persistent"))
    if old is not None:
        for field in ("attachRequired", "volumeLifecycleModes"):
            yield from validate_unchanged(spec.get(field), (old.get("spec") or {}).get(field), f"spec.{field}")
