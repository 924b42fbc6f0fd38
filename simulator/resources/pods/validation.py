"""Validation of a Pod. Upstream: ValidatePodCreate and ValidatePodUpdate in pkg/apis/core/validation"""

from collections.abc import Iterator

from simulator.machinery.field import FieldError, forbidden
from simulator.machinery.objects import Object
from simulator.resources.common.containers import validate_image
from simulator.resources.common.internal import difference, internal
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update
from simulator.resources.common.pod_spec import validate_pod_annotations, validate_pod_spec
from simulator.resources.common.pod_update import validate_pod_update, validate_resize


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    if old is None:
        yield from validate_whole(obj)
        yield from validate_first(obj.get("spec") or {})
        return
    yield from validate_metadata_update(obj, old)
    if obj.get("spec") == old.get("spec"):
        return  # a change of status or of metadata: the spec was found well when it came
    yield from validate_whole(obj)
    yield from validate_pod_update(obj, old)


def resize(obj: Object, old: Object) -> list[FieldError]:
    return [*validate_metadata_update(obj, old), *validate_whole(obj), *validate_resize(obj, old)]


def debug(obj: Object, old: Object) -> list[FieldError]:
    return [*validate_metadata_update(obj, old), *validate_whole(obj), *validate_ephemeral_update(obj, old)]


SUBRESOURCES = {"resize": resize, "ephemeralcontainers": debug}
"""Changes that are not judged as those of a whole Pod are."""


def validate_whole(obj: Object) -> Errors:
    yield from validate_metadata(obj)
    spec = obj.get("spec") or {}
    annotations = (obj.get("metadata") or {}).get("annotations")
    if annotations:
        yield from validate_pod_annotations(annotations, spec, "metadata.annotations")
    yield from validate_pod_spec(spec, "spec", in_pod=True)
    if not spec.get("serviceAccountName"):
        yield from validate_no_tokens(spec)
    for kind in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(kind) or ()):
            yield from validate_image(container, f"spec.{kind}[{index}]")


def validate_no_tokens(spec: Object) -> Errors:
    for index, volume in enumerate(spec.get("volumes") or ()):
        for position, source in enumerate((volume.get("projected") or {}).get("sources") or ()):
            if source.get("serviceAccountToken") is not None:
                place = f"spec.volumes[{index}].projected.sources[{position}].serviceAccountToken"
                yield forbidden(place, "must not be specified when serviceAccountName is not set")


def validate_first(spec: Object) -> Errors:
    """What a Pod may have later, but not from the start."""
    if spec.get("ephemeralContainers"):
        yield forbidden("spec.ephemeralContainers", "cannot be set on create")
    if spec.get("nodeName") and spec.get("schedulingGates"):
        yield forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")


def validate_ephemeral_update(obj: Object, old: Object) -> Errors:
    """Ephemeral containers come, and stay as they came. Upstream: ValidatePodEphemeralContainersUpdate"""
    now = {container.get("name"): container for container in obj["spec"].get("ephemeralContainers") or ()}
    path = "spec.ephemeralContainers"
    for container in (old.get("spec") or {}).get("ephemeralContainers") or ():
        name = container.get("name", "")
        if name not in now:
            yield forbidden(path, f'existing ephemeral containers "{name}" may not be removed\n')
        elif now[name] != container:
            before, after = internal("EphemeralContainer", container), internal("EphemeralContainer", now[name])
            lines = difference(before, after)
            yield forbidden(path, f'existing ephemeral containers "{name}" may not be changed\n{lines}')
