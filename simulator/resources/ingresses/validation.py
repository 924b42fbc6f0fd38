"""Validation of an Ingress. Upstream: ValidateIngressCreate in pkg/apis/networking/validation"""

from collections.abc import Iterator
from typing import Any

from simulator.machinery import names
from simulator.machinery.field import FieldError, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_metadata, validate_metadata_update, validate_name

PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
CLASS_ANNOTATION = "kubernetes.io/ingress.class"
INVALID_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
INVALID_SUFFIXES = ("/..", "/.")
NOT_A_NAME = "must be a DNS name, not an IP address"


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    if old is not None:
        yield from validate_metadata_update(obj, old)
    yield from validate_metadata(obj)
    spec = obj.get("spec") or {}
    yield from validate_spec(spec)
    named = ((obj.get("metadata") or {}).get("annotations") or {}).get(CLASS_ANNOTATION)
    if old is None and named is not None and spec.get("ingressClassName") not in (None, named):
        rule = "must match `ingressClassName` when both are specified"
        yield invalid(f"annotations.{CLASS_ANNOTATION}", named, rule)


def validate_spec(spec: Object) -> Errors:
    rules, backend = spec.get("rules") or [], spec.get("defaultBackend")
    if not rules and backend is None:
        yield invalid("spec", None, "either `defaultBackend` or `rules` must be specified")
    if backend is not None:
        yield from validate_backend(backend, "spec.defaultBackend")
    for index, rule in enumerate(rules):
        yield from validate_rule(rule, f"spec.rules[{index}]")
    for index, tls in enumerate(spec.get("tls") or ()):
        for position, host in enumerate(tls.get("hosts") or ()):
            check = names.wildcard_subdomain if "*" in host else names.dns_subdomain
            yield from validate_name(host, f"spec.tls[{index}].hosts[{position}]", check)
        if tls.get("secretName"):
            yield from validate_name(tls["secretName"], f"spec.tls[{index}].secretName", names.dns_subdomain)
    if spec.get("ingressClassName") is not None:
        yield from validate_name(spec["ingressClassName"], "spec.ingressClassName", names.dns_subdomain)


def validate_rule(rule: Object, path: str) -> Errors:
    host = rule.get("host", "")
    if host:
        if names.is_ip(host):
            yield invalid(f"{path}.host", host, NOT_A_NAME)
        yield from validate_name(host, f"{path}.host", names.wildcard_subdomain if "*" in host else names.dns_subdomain)
    http = rule.get("http")
    if http is None:
        return
    if not http.get("paths"):
        yield required(f"{path}.http.paths")
    for index, entry in enumerate(http.get("paths") or ()):
        yield from validate_path(entry, f"{path}.http.paths[{index}]")


def validate_path(entry: Object, path: str) -> Errors:
    kind, where = entry.get("pathType"), entry.get("path", "")
    if kind is None:
        yield required(f"{path}.pathType", "pathType must be specified")
        return
    if kind in ("Exact", "Prefix"):
        if not where.startswith("/"):
            yield invalid(f"{path}.path", where, "must be an absolute path")
        for part in INVALID_SEQUENCES:
            if part in where:
                yield invalid(f"{path}.path", where, f"must not contain '{part}'")
        for part in INVALID_SUFFIXES:
            if where.endswith(part):
                yield invalid(f"{path}.path", where, f"cannot end with '{part}'")
    elif kind == "ImplementationSpecific":
        if where and not where.startswith("/"):
            yield invalid(f"{path}.path", where, "must be an absolute path")
    else:
        yield not_supported(f"{path}.pathType", kind, PATH_TYPES)
    yield from validate_backend(entry.get("backend") or {}, f"{path}.backend")


def validate_backend(backend: Object, path: str) -> Errors:
    resource, service = backend.get("resource"), backend.get("service")
    if resource is not None and service is not None:
        yield invalid(path, "", "cannot set both resource and service backends")
    elif resource is not None:
        yield from validate_resource(resource, f"{path}.resource")
    elif service is None:
        yield required(path, "resource or service backend is required")
    else:
        yield from validate_service(service, f"{path}.service")


def validate_resource(resource: Object, path: str) -> Errors:
    if resource.get("apiGroup"):
        yield from validate_name(resource["apiGroup"], f"{path}.apiGroup", names.dns_subdomain)
    for field in ("kind", "name"):
        if not resource.get(field):
            yield required(f"{path}.{field}")
        else:
            yield from validate_name(resource[field], f"{path}.{field}", names.path_segment)


def validate_service(service: Object, path: str) -> Errors:
    if not service.get("name"):
        yield required(f"{path}.name")
    else:
        yield from validate_name(service["name"], f"{path}.name", names.dns_label)
    port: dict[str, Any] = service.get("port") or {}
    name, number = port.get("name"), port.get("number")
    if name and number:
        yield invalid(path, "", "cannot set both port name & port number")
    elif name:
        yield from validate_name(name, f"{path}.port.name", names.port_name)
    elif number:
        for message in names.port_number(number):
            yield invalid(f"{path}.port.number", number, message)
    else:
        yield required(path, "port name or number is required")
