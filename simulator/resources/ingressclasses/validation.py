"""Validation of an IngressClass. Upstream: ValidateIngressClass in pkg/apis/networking/validation"""

from collections.abc import Iterator

from simulator.machinery import names
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import (
    IMMUTABLE,
    Errors,
    validate_metadata,
    validate_metadata_update,
    validate_name,
)

LONGEST_CONTROLLER = 250


def validate(obj: Object, old: Object | None) -> list[FieldError]:
    return list(errors_of(obj, old))


def errors_of(obj: Object, old: Object | None) -> Iterator[FieldError]:
    spec = obj.get("spec") or {}
    controller = spec.get("controller", "")
    if old is not None:
        yield from validate_metadata_update(obj, old)
        if controller != (old.get("spec") or {}).get("controller", ""):
            yield invalid("spec.controller", controller, IMMUTABLE)
    yield from validate_metadata(obj, namespaced=False)
    if len(controller) > LONGEST_CONTROLLER:
        yield invalid("spec.controller", controller, names.longer_than(LONGEST_CONTROLLER))
    if not controller:
        yield required("spec.controller")
    elif "/" not in controller.strip("/"):
        yield invalid("spec.controller", controller, 'must be a domain-prefixed path (such as "acme.io/foo")')
    else:
        domain = controller.partition("/")[0]
        yield from validate_name(domain, "spec.controller", names.dns_subdomain)
    if spec.get("parameters") is not None:
        yield from validate_parameters(spec["parameters"], "spec.parameters")


def validate_parameters(parameters: Object, path: str) -> Errors:
    for field in ("kind", "name"):
        if not parameters.get(field):
            yield required(f"{path}.{field}")
        else:
            yield from validate_name(parameters[field], f"{path}.{field}", names.path_segment)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if scope is None:
        yield required(f"{path}.scope")
    elif scope not in ("Cluster", "Namespace"):
        yield not_supported(f"{path}.scope", scope, ("Cluster", "Namespace"))
    elif scope == "Namespace" and not namespace:
        yield required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'")
    elif scope == "Cluster" and namespace is not None:
        yield forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'")
