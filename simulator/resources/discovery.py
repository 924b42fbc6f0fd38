"""The documents in which an API server says what it serves: the aggregated one and the older, smaller ones.

Upstream: k8s.io/apiserver/pkg/endpoints/discovery, k8s.io/kube-aggregator/pkg/apiserver/handler_discovery.go
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from simulator.machinery.objects import Object
from simulator.resources.registry import RESOURCES
from simulator.resources.resource import Resource, Subresource

_VERSION = re.compile(r"v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?")
_ORDER = {name: place for place, name in enumerate(dict.fromkeys(resource.group for resource in RESOURCES))}
_STAGES = {"alpha": 0, "beta": 1, None: 2}


def aggregated(resources: Iterable[Resource], *, core: bool) -> Object:
    """`/api` (the core group) or `/apis` (all others) in one document of `apidiscovery.k8s.io/v2`."""
    groups = {name: found for name, found in grouped(resources).items() if (name == "") == core}
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [
            {
                "metadata": {"name": name} if name else {},
                "versions": [version_entry(found, version) for version in versions_of(found)],
            }
            for name, found in groups.items()
        ],
    }


def version_entry(resources: list[Resource], version: str) -> Object:
    return {
        "version": version,
        "resources": [resource_entry(resource, version) for resource in in_version(resources, version)],
        "freshness": "Current",
    }


def resource_entry(resource: Resource, version: str) -> Object:
    entry: Object = {
        "resource": resource.plural,
        "responseKind": kind_entry(resource, version, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if resource.subresources:
        entry["subresources"] = [
            {
                "subresource": each.name,
                "responseKind": subresource_kind(resource, version, each),
                "verbs": list(each.verbs),
            }
            for each in subresources(resource)
        ]
    return entry


def subresource_kind(resource: Resource, version: str, subresource: Subresource) -> Object:
    if subresource.version:
        return {"group": subresource.group, "version": subresource.version, "kind": subresource.kind}
    return kind_entry(resource, version, subresource.kind)


def kind_entry(resource: Resource, version: str, kind: str) -> Object:
    """A kind of the resource's own version, which custom resources alone spell out."""
    if resource.group in _ORDER:
        return {"group": "", "version": "", "kind": kind}
    return {"group": resource.group, "version": version, "kind": kind}


def api_versions(address: str = "10.96.0.1:443") -> Object:
    """`/api` as older clients ask for it; `address` is where the server is to be found from anywhere."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    }


def group_list(resources: Iterable[Resource]) -> Object:
    """`/apis` as older clients ask for it."""
    groups = grouped(resources)
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [group_entry(name, found) for name, found in groups.items() if name],
    }


def group(resources: Iterable[Resource], name: str) -> Object | None:
    """`/apis/<group>`; None where there is no such group."""
    found = grouped(resources).get(name)
    return {"kind": "APIGroup", "apiVersion": "v1", **group_entry(name, found)} if found and name else None


def group_entry(name: str, resources: list[Resource]) -> Object:
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions_of(resources)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def resource_list(resources: Iterable[Resource], group: str, version: str) -> Object | None:
    """`/api/v1` or `/apis/<group>/<version>`; None where there is no such version."""
    found = in_version([resource for resource in resources if resource.group == group], version)
    if not found:
        return None
    entries = [entry for resource in found for entry in legacy_entries(resource)]
    apiversion = {"apiVersion": "v1"} if group else {}
    group_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", **apiversion, "groupVersion": group_version, "resources": entries}


def legacy_entries(resource: Resource) -> list[Object]:
    """A resource and, as entries of their own, its subresources."""
    entry: Object = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if "watch" in resource.verbs:
        entry["storageVersionHash"] = storage_version_hash(resource.storage_api_version, resource.kind)
    return [entry, *(legacy_subresource(resource, each) for each in subresources(resource))]


def legacy_subresource(resource: Resource, subresource: Subresource) -> Object:
    entry: Object = {
        "name": f"{resource.plural}/{subresource.name}",
        "singularName": "",
        "namespaced": resource.namespaced,
        "kind": subresource.kind,
        "verbs": list(subresource.verbs),
    }
    if subresource.group or subresource.version:
        entry |= {"group": subresource.group, "version": subresource.version}
    return entry


@cache
def storage_version_hash(api_version: str, kind: str) -> str:
    """A short name for the version in which objects are kept. Upstream: discovery.StorageVersionHash"""
    group, _, version = api_version.rpartition("/")
    return b64encode(sha256(f"{group}/{version}/{kind}".encode()).digest()[:8]).decode()


def grouped(resources: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Resources by group: the built-in groups in the order of their priority, then the others by name."""
    found: dict[str, list[Resource]] = {}
    for resource in resources:
        found.setdefault(resource.group, []).append(resource)
    return {name: found[name] for name in sorted(found, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))}


def in_version(resources: list[Resource], version: str) -> list[Resource]:
    found = [each.in_version(version) for each in resources if version in each.versions]
    return sorted(found, key=lambda each: each.plural)


def subresources(resource: Resource) -> list[Subresource]:
    return sorted(resource.subresources.values(), key=lambda each: each.name)


def versions_of(resources: list[Resource]) -> list[str]:
    """The versions of a group, the preferred one first."""
    return sorted({version for resource in resources for version in resource.versions}, key=version_priority)


def version_priority(version: str) -> tuple[int, int, int, str]:
    """Sort key: stable before beta before alpha, newer before older. Upstream: CompareKubeAwareVersionStrings"""
    match = _VERSION.fullmatch(version)
    if match is None:
        return 1, 0, 0, version
    major, stage, minor = match.groups()
    return -_STAGES[stage], -int(major), -int(minor or 0), version
