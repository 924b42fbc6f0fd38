"""Validation of probes and lifecycle hooks. Upstream: validateProbe, validateLifecycle in pkg/apis/core/validation"""

from typing import Any

from simulator.machinery import names
from simulator.machinery.field import forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import NEGATIVE, Errors

HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
SCHEMES = ("HTTP", "HTTPS")
COUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def validate_probes(container: Object, path: str, grace: int | None) -> Errors:
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(name)
        if probe is None:
            continue
        place = f"{path}.{name}"
        yield from validate_probe(probe, place, grace)
        seconds = probe.get("terminationGracePeriodSeconds")
        if name == "readinessProbe":
            if seconds is not None:
                message = "must not be set for readinessProbes"
                yield invalid(f"{place}.terminationGracePeriodSeconds", seconds, message)
        elif probe.get("successThreshold", 0) != 1:
            yield invalid(f"{place}.successThreshold", probe.get("successThreshold", 0), "must be 1")


def validate_probe(probe: Object, path: str, grace: int | None) -> Errors:
    yield from validate_handler(probe, path, grace)
    for name in COUNTS:
        if probe.get(name, 0) < 0:
            yield invalid(f"{path}.{name}", probe[name], NEGATIVE)
    seconds = probe.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds <= 0:
        yield invalid(f"{path}.terminationGracePeriodSeconds", seconds, "must be greater than 0")


def validate_lifecycle(lifecycle: Object, path: str, grace: int | None) -> Errors:
    for name in ("postStart", "preStop"):
        if lifecycle.get(name) is not None:
            yield from validate_handler(lifecycle[name], f"{path}.{name}", grace)
    if lifecycle.get("stopSignal") == "":
        yield required(f"{path}.stopSignal")


def validate_handler(handler: Object, path: str, grace: int | None) -> Errors:
    found = 0
    for name in HANDLERS:
        action = handler.get(name)
        if action is None:
            continue
        if found:
            yield forbidden(f"{path}.{name}", "may not specify more than 1 handler type")
            continue
        found += 1
        yield from validate_action(name, action, f"{path}.{name}", grace)
    if not found:
        yield required(path, "must specify a handler type")


def validate_action(name: str, action: Object, path: str, grace: int | None) -> Errors:
    if name == "exec":
        if not action.get("command"):
            yield required(f"{path}.command")
    elif name == "sleep":
        seconds = action.get("seconds", 0)
        if grace is not None and not 0 <= seconds <= grace:
            rule = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
            yield invalid(path, seconds, rule)
    elif name == "httpGet":
        yield from validate_http_get(action, path)
    else:
        yield from validate_port(action.get("port", 0), f"{path}.port")


def validate_http_get(action: Object, path: str) -> Errors:
    if not action.get("path"):
        yield required(f"{path}.path")
    yield from validate_port(action.get("port", 0), f"{path}.port")
    if action.get("scheme") not in SCHEMES:
        yield not_supported(f"{path}.scheme", action.get("scheme", ""), SCHEMES)
    for header in action.get("httpHeaders") or ():
        for message in names.http_header(header.get("name", "")):
            yield invalid(f"{path}.httpHeaders", header.get("name", ""), message)


def validate_port(port: Any, path: str) -> Errors:
    """A port by number or by name."""
    for message in names.port_name(port) if isinstance(port, str) else names.port_number(port):
        yield invalid(path, port, message)
