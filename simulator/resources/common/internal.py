"""Objects as the API server holds them inside, for the messages that show such values whole.

Inside, fields carry their Go names and none is left out: what is empty shows as `""`, `0`, `false` or `null`.
Upstream: pkg/apis/core/types.go, k8s.io/apimachinery/pkg/util/diff
"""

import json
from difflib import unified_diff
from functools import cache
from typing import Any

from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse

STRUCTS = {
    "PodSpec": """
        volumes[Volume] initContainers[Container] containers[Container] ephemeralContainers[EphemeralContainer]
        restartPolicy terminationGracePeriodSeconds* activeDeadlineSeconds* dnsPolicy nodeSelector[] serviceAccountName
        automountServiceAccountToken* nodeName securityContext*PodSecurityContext imagePullSecrets[Named] hostname
        subdomain setHostnameAsFQDN* affinity*Affinity schedulerName tolerations[Toleration] hostAliases[HostAlias]
        priorityClassName priority* preemptionPolicy* dnsConfig*DNSConfig readinessGates[ReadinessGate]
        runtimeClassName* overhead[] enableServiceLinks* topologySpreadConstraints[Spread] os*Named
        schedulingGates[Named] resourceClaims[ResourceClaim] resources*Resources hostnameOverride*""",
    "PodSecurityContext": """
        hostNetwork? hostPID? hostIPC? shareProcessNamespace* hostUsers* seLinuxOptions*SELinux windowsOptions*Windows
        runAsUser* runAsGroup* runAsNonRoot* supplementalGroups[] supplementalGroupsPolicy* fsGroup*
        fsGroupChangePolicy* sysctls[Pair] seccompProfile*SeccompProfile appArmorProfile*SeccompProfile
        seLinuxChangePolicy*""",
    "SecurityContext": """
        capabilities*Capabilities privileged* seLinuxOptions*SELinux windowsOptions*Windows runAsUser* runAsGroup*
        runAsNonRoot* readOnlyRootFilesystem* allowPrivilegeEscalation* procMount* seccompProfile*SeccompProfile
        appArmorProfile*SeccompProfile""",
    "Capabilities": "add[] drop[]",
    "SELinux": "user role type level",
    "Windows": "gmsaCredentialSpecName* gmsaCredentialSpec* runAsUserName* hostProcess*",
    "SeccompProfile": "type localhostProfile*",
    "Container": """
        name image command[] args[] workingDir ports[Port] envFrom[EnvFrom] env[Env] resources=Resources
        resizePolicy[ResizePolicy] restartPolicy* restartPolicyRules[] volumeMounts[Mount] volumeDevices[Device]
        livenessProbe*Probe readinessProbe*Probe startupProbe*Probe lifecycle*Lifecycle terminationMessagePath
        terminationMessagePolicy imagePullPolicy securityContext*SecurityContext stdin? stdinOnce? tty?""",
    "EphemeralContainer": "+Container targetContainerName",
    "Port": "name hostPort# containerPort# protocol hostIP",
    "EnvFrom": "prefix configMapRef*Optional secretRef*Optional",
    "Optional": "name optional*",
    "Env": "name value valueFrom*EnvSource",
    "EnvSource": """
        fieldRef*FieldRef resourceFieldRef*ResourceRef configMapKeyRef*KeyRef secretKeyRef*KeyRef fileKeyRef*""",
    "FieldRef": "apiVersion fieldPath",
    "ResourceRef": "containerName resource divisor@",
    "KeyRef": "name key optional*",
    "Resources": "limits[] requests[] claims[ClaimName]",
    "ClaimName": "name request",
    "ResizePolicy": "resourceName restartPolicy",
    "Mount": "name readOnly? recursiveReadOnly* mountPath subPath mountPropagation* subPathExpr",
    "Device": "name devicePath",
    "Probe": """
        +Handler initialDelaySeconds# timeoutSeconds# periodSeconds# successThreshold# failureThreshold#
        terminationGracePeriodSeconds*""",
    "Handler": "exec*Exec httpGet*HTTPGet tcpSocket*TCPSocket grpc*GRPC",
    "Lifecycle": "postStart*Hook preStop*Hook stopSignal*",
    "Hook": "exec*Exec httpGet*HTTPGet tcpSocket*TCPSocket sleep*Sleep",
    "Exec": "command[]",
    "HTTPGet": "path port# host scheme httpHeaders[Pair]",
    "TCPSocket": "port# host",
    "GRPC": "port# service*",
    "Sleep": "seconds#",
    "Pair": "name value",
    "Named": "name",
    "Volume": """
        name hostPath*HostPath emptyDir*EmptyDir gcePersistentDisk* awsElasticBlockStore* gitRepo* secret*SecretFiles
        nfs*NFS iscsi* glusterfs* persistentVolumeClaim*ClaimRef rbd* quobyte* flexVolume* cinder* cephfs* flocker*
        downwardAPI*DownwardFiles fc* azureFile* configMap*ConfigFiles vsphereVolume* azureDisk* photonPersistentDisk*
        projected*Projected portworxVolume* scaleIO* storageos* csi*CSI ephemeral*Ephemeral image*Image""",
    "HostPath": "path type*",
    "EmptyDir": "medium sizeLimit*",
    "SecretFiles": "secretName items[KeyToPath] defaultMode* optional*",
    "ConfigFiles": "name items[KeyToPath] defaultMode* optional*",
    "KeyToPath": "key path mode*",
    "NFS": "server path readOnly?",
    "ClaimRef": "claimName readOnly?",
    "DownwardFiles": "items[DownwardFile] defaultMode*",
    "DownwardFile": "path fieldRef*FieldRef resourceFieldRef*ResourceRef mode*",
    "Projected": "sources[Projection] defaultMode*",
    "Projection": """
        secret*ProjectedKeys downwardAPI*ProjectedFields configMap*ProjectedKeys serviceAccountToken*Token
        clusterTrustBundle* podCertificate*""",
    "ProjectedKeys": "name items[KeyToPath] optional*",
    "ProjectedFields": "items[DownwardFile]",
    "Token": "audience expirationSeconds# path",
    "CSI": "driver readOnly* fsType* volumeAttributes[] nodePublishSecretRef*Named",
    "Ephemeral": "volumeClaimTemplate*",
    "Image": "reference pullPolicy",
    "Toleration": "key operator value effect tolerationSeconds*",
    "Affinity": "nodeAffinity*NodeAffinity podAffinity*PodAffinity podAntiAffinity*PodAffinity",
    "NodeAffinity": """
        requiredDuringSchedulingIgnoredDuringExecution*NodeSelector
        preferredDuringSchedulingIgnoredDuringExecution[PreferredNode]""",
    "NodeSelector": "nodeSelectorTerms[NodeTerm]",
    "NodeTerm": "matchExpressions[Requirement] matchFields[Requirement]",
    "Requirement": "key operator values[]",
    "PreferredNode": "weight# preference=NodeTerm",
    "PodAffinity": """
        requiredDuringSchedulingIgnoredDuringExecution[PodTerm]
        preferredDuringSchedulingIgnoredDuringExecution[WeightedPodTerm]""",
    "PodTerm": "labelSelector* namespaces[] topologyKey namespaceSelector* matchLabelKeys[] mismatchLabelKeys[]",
    "WeightedPodTerm": "weight# podAffinityTerm=PodTerm",
    "Spread": """
        maxSkew# topologyKey whenUnsatisfiable labelSelector* minDomains* nodeAffinityPolicy* nodeTaintsPolicy*
        matchLabelKeys[]""",
    "HostAlias": "ip hostnames[]",
    "DNSConfig": "nameservers[] searches[] options[DNSOption]",
    "DNSOption": "name value*",
    "ReadinessGate": "conditionType",
    "ResourceClaim": "name resourceClaimName* resourceClaimTemplateName*",
    "PersistentVolumeClaimSpec": """
        accessModes[] selector* resources=VolumeResources volumeName storageClassName* volumeMode* dataSource*Source
        dataSourceRef*SourceRef volumeAttributesClassName*""",
    "VolumeResources": "limits[] requests[]",
    "Source": "apiGroup* kind name",
    "SourceRef": "apiGroup* kind name namespace*",
    "PersistentVolumeSource": """
        gcePersistentDisk* awsElasticBlockStore* hostPath*HostPath glusterfs* nfs*NFS rbd* quobyte* iscsi* flexVolume*
        cinder* cephfs* fc* flocker* azureFile* vsphereVolume* azureDisk* photonPersistentDisk* portworxVolume*
        scaleIO* local*Local storageos* csi*VolumeCSI""",
    "Local": "path fsType*",
    "VolumeCSI": """
        driver volumeHandle readOnly? fsType volumeAttributes[] controllerPublishSecretRef* nodeStageSecretRef*
        nodePublishSecretRef* controllerExpandSecretRef* nodeExpandSecretRef*""",
    "ServicePort": "name protocol appProtocol* port# targetPort# nodePort#",
}
"""Fields in upstream's order. Without a mark a text; `#` number, `?` yes or no, `*` pointer, `[]` list or map, `@`
quantity, `=` a struct inside, `+` a struct whose fields are its owner's."""

IRREGULAR = {
    "httpGet": "HTTPGet",
    "httpHeaders": "HTTPHeaders",
    "tcpSocket": "TCPSocket",
    "grpc": "GRPC",
    "tty": "TTY",
    "os": "OS",
    "ip": "IP",
    "dnsPolicy": "DNSPolicy",
    "dnsConfig": "DNSConfig",
    "apiVersion": "APIVersion",
    "apiGroup": "APIGroup",
    "seLinuxOptions": "SELinuxOptions",
    "seLinuxChangePolicy": "SELinuxChangePolicy",
    "fsGroup": "FSGroup",
    "fsGroupChangePolicy": "FSGroupChangePolicy",
    "fsType": "FSType",
    "gmsaCredentialSpecName": "GMSACredentialSpecName",
    "gmsaCredentialSpec": "GMSACredentialSpec",
    "gcePersistentDisk": "GCEPersistentDisk",
    "awsElasticBlockStore": "AWSElasticBlockStore",
    "nfs": "NFS",
    "iscsi": "ISCSI",
    "rbd": "RBD",
    "cephfs": "CephFS",
    "fc": "FC",
    "storageos": "StorageOS",
    "csi": "CSI",
}
ON_THE_SPEC = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
EMPTY = {"": "", "#": 0, "?": False, "*": None, "[": None, "@": "0"}


def go_name(field: str) -> str:
    return IRREGULAR.get(field) or field[:1].upper() + field[1:]


@cache
def fields_of(struct: str) -> tuple[tuple[str, str, str, str], ...]:
    """Its name inside and outside, mark and the struct behind it, for every field."""
    found: list[tuple[str, str, str, str]] = []
    for token in STRUCTS[struct].split():
        if token.startswith("+"):
            found.extend(fields_of(token[1:]))
            continue
        position = next((index for index, character in enumerate(token) if character in "#?*[@="), len(token))
        name, mark, inner = token[:position], token[position : position + 1], token[position + 1 :].rstrip("]")
        found.append((go_name(name), name, mark, inner))
    return tuple(found)


def internal(struct: str, value: Object) -> Object:
    """A value of the API in the shape of the struct that holds it inside."""
    if struct == "PodSpec":
        value = with_host_fields(value)
    return {inside: held(mark, inner, value.get(name)) for inside, name, mark, inner in fields_of(struct)}


def template_shown(template: Object) -> Object:
    """A template for Pods: metadata, which look the same inside and outside, and the spec."""
    metadata = template.get("metadata") or {}
    return {
        **{name: value for name, value in metadata.items() if value},
        "Spec": internal("PodSpec", template.get("spec") or {}),
    }


def with_host_fields(spec: Object) -> Object:
    """Inside, what is shared with the host stands in the security context."""
    shared = {name: spec[name] for name in ON_THE_SPEC if spec.get(name) is not None}
    context = spec.get("securityContext")
    return {**spec, "securityContext": {**(context or {}), **shared}} if context is not None or shared else spec


def held(mark: str, inner: str, value: Any) -> Any:
    if value is None:
        return internal(inner, {}) if mark == "=" else EMPTY[mark]
    if mark == "@":
        return str(parse(value))
    if mark == "[":
        return [internal(inner, item) for item in value] if inner else value
    return internal(inner, value) if inner else value


def difference(before: Any, after: Any) -> str:
    """The lines in which two values differ, as upstream words it. Upstream: diff.Diff"""
    lines = unified_diff(pretty(before), pretty(after), n=3)
    return "".join(list(lines)[2:])


def pretty(value: Any) -> list[str]:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return [line + "\n" for line in text.split("\n")]
