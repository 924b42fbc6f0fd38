"""Validation of what environment variables and files are taken from: fields, resources, keys.

Upstream: pkg/apis/core/validation, pkg/apis/core/pods
"""

from collections.abc import Sequence

from simulator.machinery import names
from simulator.machinery.field import invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.metadata import Errors, validate_name

ENVIRONMENT_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
FIELDS = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
    "spec.host",
)
"""What the downward API knows at all; which of them may be used depends on where."""
RESOURCES = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
HUGE = ("requests.hugepages-", "limits.hugepages-")
BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
DIVISORS = {"cpu": ("1m", "1"), "memory": BYTES, "ephemeral-storage": BYTES}
DIVISOR_NAMES = {"ephemeral-storage": "local ephemeral storage"}


def validate_field_ref(reference: Object, path: str, allowed: Sequence[str]) -> Errors:
    field = reference.get("fieldPath", "")
    if not reference.get("apiVersion"):
        yield required(f"{path}.apiVersion")
        return
    if not field:
        yield required(f"{path}.fieldPath")
        return
    name, bracket, key = field.partition("['")
    if reference["apiVersion"] != "v1":
        yield invalid(
            f"{path}.fieldPath",
            field,
            f"error converting fieldPath: unsupported pod version: {reference['apiVersion']}",
        )
    elif bracket and key.endswith("']"):
        yield from validate_subscript(name, key[:-2], path)
    elif field not in FIELDS:
        yield invalid(f"{path}.fieldPath", field, f"error converting fieldPath: field label not supported: {field}")
    elif field not in allowed:
        yield not_supported(f"{path}.fieldPath", field, allowed)


def validate_subscript(name: str, key: str, path: str) -> Errors:
    if name in ("metadata.annotations", "metadata.labels"):
        yield from validate_name(key.lower() if name.endswith("annotations") else key, path, names.qualified_name)
    else:
        message = f"error converting fieldPath: field label does not support subscript: {name}"
        yield invalid(f"{path}.fieldPath", f"{name}['{key}']", message)


def validate_resource_ref(reference: Object, path: str, *, volume: bool) -> Errors:
    resource = reference.get("resource", "")
    if volume and not reference.get("containerName"):
        yield required(f"{path}.containerName")
    elif not resource:
        yield required(f"{path}.resource")
    elif resource not in RESOURCES and not resource.startswith(HUGE):
        yield not_supported(f"{path}.resource", resource, RESOURCES)
    divisor = parse(reference.get("divisor") or "0")
    kind = resource.partition(".")[2]
    allowed = BYTES if resource.startswith(HUGE) else DIVISORS.get(kind)
    if divisor and allowed and str(divisor) not in allowed:
        shown = " and ".join(allowed) if kind == "cpu" else ", ".join(allowed)
        noun = "hugepages" if resource.startswith(HUGE) else DIVISOR_NAMES.get(kind, kind)
        rule = f"only divisor's values {shown} are supported with the {noun} resource"
        yield invalid(f"{path}.divisor", resource, rule)


def validate_key_ref(reference: Object, path: str) -> Errors:
    yield from validate_name(reference.get("name", ""), f"{path}.name", names.dns_subdomain)
    if not reference.get("key"):
        yield required(f"{path}.key")
    else:
        yield from validate_name(reference["key"], f"{path}.key", names.config_key)


def validate_environment(variables: list[Object], path: str) -> Errors:
    for index, variable in enumerate(variables):
        place = f"{path}[{index}]"
        if not variable.get("name"):
            yield required(f"{place}.name")
        else:
            yield from validate_name(variable["name"], f"{place}.name", names.environment_name)
        source = variable.get("valueFrom")
        if source is not None:
            yield from validate_source(variable, source, f"{place}.valueFrom")


def validate_source(variable: Object, source: Object, path: str) -> Errors:
    kinds = [name for name, value in source.items() if value is not None]
    for name in kinds:
        reference, place = source[name], f"{path}.{name}"
        if name == "fieldRef":
            yield from validate_field_ref(reference, place, ENVIRONMENT_FIELDS)
        elif name == "resourceFieldRef":
            yield from validate_resource_ref(reference, place, volume=False)
        elif name in ("configMapKeyRef", "secretKeyRef"):
            yield from validate_key_ref(reference, place)
    if not kinds:
        choice = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
        yield invalid(path, "", f"must specify one of: {choice}")
    elif variable.get("value"):
        yield invalid(path, "", "may not be specified when `value` is not empty")
    elif len(kinds) > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")


def validate_environment_from(sources: list[Object], path: str) -> Errors:
    for index, source in enumerate(sources):
        place = f"{path}[{index}]"
        if source.get("prefix"):
            yield from validate_name(source["prefix"], f"{place}.prefix", names.environment_name)
        found = 0
        for kind in ("configMapRef", "secretRef"):
            reference = source.get(kind)
            if reference is None:
                continue
            found += 1
            if not reference.get("name"):
                yield required(f"{place}.{kind}.name")
            else:
                whole = names.prefix(reference["name"])
                for message in names.dns_subdomain(whole):
                    yield invalid(f"{place}.{kind}.name", reference["name"], message)
        if not found:
            yield invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
        elif found > 1:
            yield invalid(path, "", "may not have more than one field specified at a time")
