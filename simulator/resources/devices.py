"""Requests for devices, and devices, in all versions of `resource.k8s.io`. Upstream: pkg/apis/resource/v1beta1"""

from collections.abc import Callable

from simulator.machinery.objects import Object, at, changed

FLAT = ("resource.k8s.io/v1alpha3", "resource.k8s.io/v1beta1")
"""Where a request stands beside its name and a device in `basic`; later versions have `exactly` and no `basic`."""

REQUEST = (
    "deviceClassName",
    "selectors",
    "allocationMode",
    "count",
    "adminAccess",
    "tolerations",
    "capacity",
    "derivedAttributes",
)


def convert_claim(claim: Object, api_version: str) -> Object:
    return reshaped(claim, ("spec", "devices", "requests"), api_version, nested_request, flat_request)


def convert_template(template: Object, api_version: str) -> Object:
    return reshaped(template, ("spec", "spec", "devices", "requests"), api_version, nested_request, flat_request)


def convert_slice(resource_slice: Object, api_version: str) -> Object:
    return reshaped(resource_slice, ("spec", "devices"), api_version, flat_device, basic_device)


def reshaped(
    obj: Object,
    path: tuple[str, ...],
    api_version: str,
    newer: Callable[[Object, str], Object],
    older: Callable[[Object, str], Object],
) -> Object:
    """An object with every entry of a list in the shape that a version has."""
    entries = at(obj, *path)
    if not entries:
        return obj
    shape = older if api_version in FLAT else newer
    return changed(obj, path, [shape(entry, api_version) for entry in entries])


def nested_request(request: Object, api_version: str) -> Object:
    if "exactly" in request or "firstAvailable" in request:
        return request
    beside = {name: value for name, value in request.items() if name not in REQUEST}
    return {**beside, "exactly": {name: request[name] for name in REQUEST if name in request}}


def flat_request(request: Object, api_version: str) -> Object:
    if "exactly" not in request:
        return request
    return {**{name: value for name, value in request.items() if name != "exactly"}, **request["exactly"]}


def flat_device(device: Object, api_version: str) -> Object:
    if "basic" not in device:
        return device
    basic = dict(device["basic"])
    if "capacity" in basic:  # v1alpha3 has bare quantities
        basic["capacity"] = {
            name: value if isinstance(value, dict) else {"value": value} for name, value in basic["capacity"].items()
        }
    return {**{name: value for name, value in device.items() if name != "basic"}, **basic}


def basic_device(device: Object, api_version: str) -> Object:
    if "basic" in device:
        device = flat_device(device, api_version)
    basic = {name: value for name, value in device.items() if name != "name"}
    if api_version == FLAT[0] and "capacity" in basic:
        basic["capacity"] = {name: value.get("value", "0") for name, value in basic["capacity"].items()}
    return {"name": device.get("name", ""), "basic": basic}
