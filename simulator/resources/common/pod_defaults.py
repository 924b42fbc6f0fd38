"""Defaults of a Pod's spec, wherever a spec stands. Upstream: pkg/apis/core/v1/defaults.go"""

from collections.abc import Iterator
from typing import Any

from simulator.machinery.objects import Object

CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")
READABLE = 0o644
"""The mode of files in projected volumes."""
SPEC_DEFAULTS = (("restartPolicy", "Always"), ("dnsPolicy", "ClusterFirst"), ("schedulerName", "default-scheduler"))
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def default_pod_template(template: Object) -> None:
    """A template keeps to what holds for every Pod spec; the rest comes when a Pod is made of it."""
    template.setdefault("metadata", {})
    default_pod_spec(template.setdefault("spec", {}))


def default_pod_spec(spec: Object) -> None:
    if spec.get("containers") is None:
        spec["containers"] = []  # as Go reads it; that there has to be one is for validation to say
    for volume in spec.get("volumes") or ():
        default_volume(volume)
    for container in containers_of(spec):
        default_container(container)
    if spec.get("hostNetwork"):
        expose_on_host(spec)
    for name, value in (
        ("restartPolicy", "Always"),
        ("dnsPolicy", "ClusterFirst"),
        ("schedulerName", "default-scheduler"),
    ):
        if not spec.get(name):
            spec[name] = value
    if spec.get("securityContext") is None:
        spec["securityContext"] = {}
    if spec.get("terminationGracePeriodSeconds") is None:
        spec["terminationGracePeriodSeconds"] = 30
    share_service_account(spec)
    for constraint in spec.get("topologySpreadConstraints") or ():
        if not constraint.get("whenUnsatisfiable"):
            constraint["whenUnsatisfiable"] = "DoNotSchedule"


def share_service_account(spec: Object) -> None:
    """The old name `serviceAccount` and the new one always say the same. Upstream: core/v1/conversion.go"""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if name:
        spec["serviceAccountName"] = spec["serviceAccount"] = name


def containers_of(spec: Object) -> Iterator[Object]:
    for kind in CONTAINER_LISTS:
        yield from spec.get(kind) or ()


def expose_on_host(spec: Object) -> None:
    """On the host's network, a container's port is the host's port."""
    for kind in ("containers", "initContainers"):
        for container in spec.get(kind) or ():
            for port in container.get("ports") or ():
                if not port.get("hostPort") and port.get("containerPort"):
                    port["hostPort"] = port["containerPort"]


def default_container(container: Object) -> None:
    for port in container.get("ports") or ():
        if not port.get("protocol"):
            port["protocol"] = "TCP"
    for variable in container.get("env") or ():
        default_env_source(variable.get("valueFrom"))
    for probe in PROBES:
        if container.get(probe) is not None:
            default_probe(container[probe])
    for handler in (container.get("lifecycle") or {}).values():
        if isinstance(handler, dict):
            default_http_get(handler.get("httpGet"))
    if container.get("resources") is None:
        container["resources"] = {}
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = "Always" if tag_of(container.get("image") or "") == "latest" else "IfNotPresent"
    if not container.get("terminationMessagePath"):
        container["terminationMessagePath"] = "/dev/termination-log"
    if not container.get("terminationMessagePolicy"):
        container["terminationMessagePolicy"] = "File"


def tag_of(image: str) -> str:
    """The tag of an image reference; `latest` where it names neither tag nor digest.

    Upstream: pkg/util/parsers
    """
    name, _, digest = image.partition("@")
    _, separator, tag = name.rpartition("/")[2].partition(":")
    if separator:
        return tag
    return "" if digest or not name else "latest"


def default_env_source(source: Object | None) -> None:
    if not source:
        return
    field_ref = source.get("fieldRef")
    if field_ref is not None and not field_ref.get("apiVersion"):
        field_ref["apiVersion"] = "v1"
    resource_ref = source.get("resourceFieldRef")
    if resource_ref is not None and resource_ref.get("divisor") is None:
        resource_ref["divisor"] = "0"


def default_probe(probe: Object) -> None:
    default_http_get(probe.get("httpGet"))
    if probe.get("grpc") is not None and probe["grpc"].get("service") is None:
        probe["grpc"]["service"] = ""
    for name, value in (("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)):
        if not probe.get(name):
            probe[name] = value


def default_http_get(action: Object | None) -> None:
    if action is None:
        return
    if not action.get("path"):
        action["path"] = "/"
    if not action.get("scheme"):
        action["scheme"] = "HTTP"


VOLUME_DEFAULTS: dict[str, dict[str, Any]] = {
    "secret": {"defaultMode": READABLE},
    "configMap": {"defaultMode": READABLE},
    "downwardAPI": {"defaultMode": READABLE},
    "projected": {"defaultMode": READABLE},
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}
"""By volume source, what its fields are when left out; Pods and PersistentVolumes share it."""


def default_volume(volume: Object) -> None:
    sources = [name for name in volume if name != "name" and volume[name] is not None]
    if not sources:
        volume["emptyDir"] = {}
    for name in sources:
        default_volume_source(name, volume[name])


def default_volume_source(name: str, source: Object) -> None:
    for field, value in VOLUME_DEFAULTS.get(name, {}).items():
        if source.get(field) is None:
            source[field] = value
    if name == "downwardAPI":
        for item in source.get("items") or ():
            default_env_source(item)
    elif name == "projected":
        for projection in source.get("sources") or ():
            default_projection(projection)
    elif name == "ephemeral":
        template = source.get("volumeClaimTemplate")
        if template is not None:
            template.setdefault("metadata", {})
            default_claim_spec(template.setdefault("spec", {}))
    elif name == "image" and not source.get("pullPolicy"):
        latest = tag_of(source.get("reference") or "") == "latest"
        source["pullPolicy"] = "Always" if latest else "IfNotPresent"


def default_projection(projection: Object) -> None:
    token = projection.get("serviceAccountToken")
    if token is not None and token.get("expirationSeconds") is None:
        token["expirationSeconds"] = 3600
    certificate = projection.get("podCertificate")
    if certificate is not None and certificate.get("maxExpirationSeconds") is None:
        certificate["maxExpirationSeconds"] = 86400
    for item in (projection.get("downwardAPI") or {}).get("items") or ():
        default_env_source(item)


def default_claim_spec(spec: Object) -> None:
    """Upstream: SetDefaults_PersistentVolumeClaimSpec"""
    if not spec.get("volumeMode"):
        spec["volumeMode"] = "Filesystem"
    if spec.get("resources") is None:
        spec["resources"] = {}
    reference, source = spec.get("dataSourceRef"), spec.get("dataSource")
    if source and not reference:
        spec["dataSourceRef"] = dict(source)
    elif reference and not source and not reference.get("namespace"):
        spec["dataSource"] = {name: reference[name] for name in ("apiGroup", "kind", "name") if name in reference}


def default_pod(spec: Object) -> None:
    """What only a Pod itself gets, not the template it was made of. Upstream: SetDefaults_Pod"""
    for kind in ("containers", "initContainers"):
        for container in spec.get(kind) or ():
            request_limits(container["resources"])
    if spec.get("resources"):
        request_pod_limits(spec)
    if spec.get("enableServiceLinks") is None:
        spec["enableServiceLinks"] = True


def request_limits(resources: Object) -> None:
    """A limit without a request is a request too."""
    limits = resources.get("limits")
    if limits:
        requests = resources.get("requests") or {}
        resources["requests"] = requests
        for name, quantity in limits.items():
            requests.setdefault(name, quantity)


def request_pod_limits(spec: Object) -> None:
    """Pod-level requests come from the containers' where every one has one, else from the Pod's limits.

    Upstream: defaultPodRequests
    """
    resources = spec["resources"]
    limits = resources.get("limits") or {}
    asked = [(container.get("resources") or {}).get("requests") or {} for container in spec.get("containers") or ()]
    for name, quantity in limits.items():
        if any(name in requests for requests in asked):
            continue
        resources.setdefault("requests", {}).setdefault(name, quantity)
