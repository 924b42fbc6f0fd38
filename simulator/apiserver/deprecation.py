"""Versions that are on their way out, of which every answer warns.

Upstream: apiserver/pkg/endpoints/deprecation, k8s.io/api/*/zz_generated.prerelease-lifecycle.go,
apiextensions-apiserver/pkg/apiserver/customresource_handler.go
"""

from typing import Final

from simulator.apiserver.custom.resource import CustomResource
from simulator.resources.resource import Resource

DEPRECATED: Final[dict[tuple[str, str, str], tuple[int, int, str]]] = {
    ("", "v1", "ComponentStatus"): (19, 0, ""),
    ("", "v1", "Endpoints"): (33, 0, "discovery.k8s.io/v1 EndpointSlice"),
    ("flowcontrol.apiserver.k8s.io", "v1beta3", "FlowSchema"): (29, 32, "flowcontrol.apiserver.k8s.io/v1 FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "v1beta3", "PriorityLevelConfiguration"): (
        29,
        32,
        "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration",
    ),
}
"""Group, version and kind: since which release (1.x), from which on it is gone (0: nobody knows), and what to use."""


def warning(resource: Resource, version: str, release: str) -> str:
    """What is said of a version; empty where nothing is."""
    if isinstance(resource, CustomResource):
        told = resource.of_version(version)
        default = f"{resource.api_version(version)} {resource.kind} is deprecated"
        return str(told.get("deprecationWarning") or default) if told.get("deprecated") else ""
    found = DEPRECATED.get((resource.group, version, resource.kind))
    if found is None or int(release.partition(".")[2]) < found[0]:
        return ""
    since, until, instead = found
    text = f"{resource.api_version(version)} {resource.kind} is deprecated in v1.{since}+"
    text += f", unavailable in v1.{until}+" if until else ""
    return f"{text}; use {instead}" if instead else text
