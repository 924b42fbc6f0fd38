"""The table of contents of the API: every built-in resource, one line each."""

from collections.abc import Iterable
from functools import cache

from simulator.machinery.schemas import Schemas, schemas
from simulator.resources import (
    apiservices,
    bindings,
    certificatesigningrequests,
    clusterrolebindings,
    clusterroles,
    clustertrustbundles,
    componentstatuses,
    compositepodgroups,
    configmaps,
    controllerrevisions,
    cronjobs,
    csidrivers,
    csinodes,
    csistoragecapacities,
    customresourcedefinitions,
    daemonsets,
    deployments,
    deviceclasses,
    devicetaintrules,
    endpoints,
    endpointslices,
    events,
    evictionrequests,
    evictions,
    flowschemas,
    horizontalpodautoscalers,
    ingressclasses,
    ingresses,
    ipaddresses,
    jobs,
    leasecandidates,
    leases,
    limitranges,
    localsubjectaccessreviews,
    mutatingadmissionpolicies,
    mutatingadmissionpolicybindings,
    mutatingwebhookconfigurations,
    namespaces,
    networkpolicies,
    nodes,
    persistentvolumeclaims,
    persistentvolumes,
    podcertificaterequests,
    poddisruptionbudgets,
    podgroups,
    pods,
    podschedulingcontexts,
    podtemplates,
    priorityclasses,
    prioritylevelconfigurations,
    replicasets,
    replicationcontrollers,
    resourceclaims,
    resourceclaimtemplates,
    resourcepoolstatusrequests,
    resourcequotas,
    resourceslices,
    rolebindings,
    roles,
    runtimeclasses,
    secrets,
    selfsubjectaccessreviews,
    selfsubjectreviews,
    selfsubjectrulesreviews,
    serviceaccounts,
    servicecidrs,
    services,
    statefulsets,
    storageclasses,
    storageversionmigrations,
    storageversions,
    subjectaccessreviews,
    tokenreviews,
    validatingadmissionpolicies,
    validatingadmissionpolicybindings,
    validatingwebhookconfigurations,
    volumeattachments,
    volumeattributesclasses,
    workloads,
)
from simulator.resources.resource import Resource

RESOURCES: tuple[Resource, ...] = (
    # core
    bindings.RESOURCE,
    componentstatuses.RESOURCE,
    configmaps.RESOURCE,
    endpoints.RESOURCE,
    events.RESOURCE,
    limitranges.RESOURCE,
    namespaces.RESOURCE,
    nodes.RESOURCE,
    persistentvolumeclaims.RESOURCE,
    persistentvolumes.RESOURCE,
    pods.RESOURCE,
    podtemplates.RESOURCE,
    replicationcontrollers.RESOURCE,
    resourcequotas.RESOURCE,
    secrets.RESOURCE,
    serviceaccounts.RESOURCE,
    services.RESOURCE,
    # apiregistration.k8s.io
    apiservices.RESOURCE,
    # apps
    controllerrevisions.RESOURCE,
    daemonsets.RESOURCE,
    deployments.RESOURCE,
    replicasets.RESOURCE,
    statefulsets.RESOURCE,
    # events.k8s.io
    events.EVENTS_K8S_IO,
    # authentication.k8s.io
    selfsubjectreviews.RESOURCE,
    tokenreviews.RESOURCE,
    # authorization.k8s.io
    localsubjectaccessreviews.RESOURCE,
    selfsubjectaccessreviews.RESOURCE,
    selfsubjectrulesreviews.RESOURCE,
    subjectaccessreviews.RESOURCE,
    # autoscaling
    horizontalpodautoscalers.RESOURCE,
    # batch
    cronjobs.RESOURCE,
    jobs.RESOURCE,
    # certificates.k8s.io
    certificatesigningrequests.RESOURCE,
    clustertrustbundles.RESOURCE,
    podcertificaterequests.RESOURCE,
    # networking.k8s.io
    ingressclasses.RESOURCE,
    ingresses.RESOURCE,
    ipaddresses.RESOURCE,
    networkpolicies.RESOURCE,
    servicecidrs.RESOURCE,
    # policy
    poddisruptionbudgets.RESOURCE,
    # rbac.authorization.k8s.io
    clusterrolebindings.RESOURCE,
    clusterroles.RESOURCE,
    rolebindings.RESOURCE,
    roles.RESOURCE,
    # storage.k8s.io
    csidrivers.RESOURCE,
    csinodes.RESOURCE,
    csistoragecapacities.RESOURCE,
    storageclasses.RESOURCE,
    volumeattachments.RESOURCE,
    volumeattributesclasses.RESOURCE,
    # admissionregistration.k8s.io
    mutatingadmissionpolicies.RESOURCE,
    mutatingadmissionpolicybindings.RESOURCE,
    mutatingwebhookconfigurations.RESOURCE,
    validatingadmissionpolicies.RESOURCE,
    validatingadmissionpolicybindings.RESOURCE,
    validatingwebhookconfigurations.RESOURCE,
    # apiextensions.k8s.io
    customresourcedefinitions.RESOURCE,
    # scheduling.k8s.io
    compositepodgroups.RESOURCE,
    podgroups.RESOURCE,
    priorityclasses.RESOURCE,
    workloads.RESOURCE,
    # coordination.k8s.io
    leasecandidates.RESOURCE,
    leases.RESOURCE,
    # node.k8s.io
    runtimeclasses.RESOURCE,
    # discovery.k8s.io
    endpointslices.RESOURCE,
    # resource.k8s.io
    deviceclasses.RESOURCE,
    devicetaintrules.RESOURCE,
    podschedulingcontexts.RESOURCE,
    resourceclaims.RESOURCE,
    resourceclaimtemplates.RESOURCE,
    resourcepoolstatusrequests.RESOURCE,
    resourceslices.RESOURCE,
    # flowcontrol.apiserver.k8s.io
    flowschemas.RESOURCE,
    prioritylevelconfigurations.RESOURCE,
    # internal.apiserver.k8s.io
    storageversions.RESOURCE,
    # storagemigration.k8s.io
    storageversionmigrations.RESOURCE,
    # lifecycle.k8s.io
    evictionrequests.RESOURCE,
    evictions.RESOURCE,
)


def by_kind(resources: Iterable[Resource] = RESOURCES) -> dict[tuple[str, str], Resource]:
    """Resources by group and kind."""
    return {(resource.group, resource.kind): resource for resource in resources}


def by_plural(resources: Iterable[Resource] = RESOURCES) -> dict[tuple[str, str], Resource]:
    """Resources by group and plural name, as paths name them."""
    return {(resource.group, resource.plural): resource for resource in resources}


@cache
def served(version: str, *, previews: bool = True) -> tuple[Resource, ...]:
    """What a cluster of that release (`1.37`) serves; `previews` are its alpha and beta versions.

    A cluster in its default settings serves none of the previews.
    """
    return serving(schemas(version), previews=previews)


def serving(definitions: Schemas, *, previews: bool = True) -> tuple[Resource, ...]:
    """The resources that a set of definitions knows, each in the versions that have one."""
    found = []
    for resource in RESOURCES:
        names = {version: definitions.for_kind(resource.group, version, resource.kind) for version in resource.versions}
        versions = tuple(version for version, name in names.items() if name and (previews or is_stable(version)))
        if versions:
            has_status = "status" in definitions.definition(names[versions[0]] or "").get("properties", {})
            found.append(resource.serving(versions, has_status=has_status))
    return tuple(found)


def is_stable(version: str) -> bool:
    """Whether a version is neither alpha nor beta: `v1`, `v2`."""
    return version[1:].isdigit()


def find(plural: str, group: str = "") -> Resource:
    """A built-in resource; KeyError where there is none."""
    return _INDEX[group, plural]


_INDEX = by_plural()
