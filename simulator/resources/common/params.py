"""Validation of where an admission policy takes its parameters from. Upstream: pkg/apis/admissionregistration"""

from simulator.machinery import names
from simulator.machinery.field import forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_name
from simulator.resources.common.selectors import validate_selector

NOT_FOUND_ACTIONS = ("Deny", "Allow")
EITHER = "name and selector are mutually exclusive"


def validate_param_kind(kind: Object, path: str) -> Errors:
    """The kind of the objects that a policy takes its parameters from."""
    text, name = kind.get("apiVersion") or "", kind.get("kind") or ""
    group, _, version = text.rpartition("/")
    if not text:
        yield required(f"{path}.apiVersion")
    elif "/" in group:
        yield invalid(f"{path}.apiVersion", text, f"unexpected GroupVersion string: {text}")
    else:
        if group and (wrong := names.dns_subdomain(group)):
            yield invalid(f"{path}.apiVersion", group, ",".join(wrong))
        if not version:
            yield invalid(f"{path}.apiVersion", text, "version must be specified")
        elif wrong := names.dns_1035_label(version):
            yield invalid(f"{path}.apiVersion", version, ",".join(wrong))
    if not name:
        yield required(f"{path}.kind")
    elif wrong := names.dns_1035_label(name.lower()):
        yield invalid(f"{path}.kind", name, f"may have mixed case, but should otherwise match: {','.join(wrong)}")


def validate_param_ref(reference: Object, path: str) -> Errors:
    """Which of them a binding means: one by its name, or those that a selector chooses."""
    name, selector = reference.get("name") or "", reference.get("selector")
    if name:
        yield from validate_name(name, f"{path}.name", names.path_segment)
        if selector is not None:
            yield forbidden(f"{path}.name", EITHER)
    if selector is not None:
        yield from validate_selector(selector, f"{path}.selector")
        if name:
            yield forbidden(f"{path}.selector", EITHER)
    if not name and selector is None:
        yield required(path, "one of name or selector must be specified")
    action = reference.get("parameterNotFoundAction") or ""
    if not action:
        yield required(f"{path}.parameterNotFoundAction")
    elif action not in NOT_FOUND_ACTIONS:
        yield not_supported(f"{path}.parameterNotFoundAction", action, NOT_FOUND_ACTIONS)
