"""How `kubectl get` shows nodes, Events, namespaces, storage, access and the API's own kinds."""

import pytest

from simulator.kernel.clock import MINUTE, SECOND
from simulator.machinery.objects import Object
from tests.resources.showing import FIVE_MINUTES_AGO, HOUR_AGO, ago, named, shown

INFO = {
    "kubeletVersion": "v1.37.1",
    "osImage": "Ubuntu 24.04 LTS",
    "kernelVersion": "6.8.0",
    "containerRuntimeVersion": "containerd://2.1.4",
}


def node(name: str, ready: str | None, *, roles: tuple[str, ...] = (), unschedulable: bool = False) -> Object:
    labels = {f"node-role.kubernetes.io/{role}": "" for role in roles}
    conditions = [{"type": "Ready", "status": ready}] if ready else []
    spec = {"unschedulable": True} if unschedulable else {}
    addresses = [{"type": "InternalIP", "address": "172.18.0.2"}, {"type": "Hostname", "address": name}]
    return {
        "metadata": {"name": name, "creationTimestamp": HOUR_AGO, "labels": labels},
        "spec": spec,
        "status": {"conditions": conditions, "nodeInfo": INFO, "addresses": addresses},
    }


def test_nodes() -> None:
    assert (
        shown(
            "nodes",
            node("control-plane", "True", roles=("master", "control-plane")),
            node("node-1", "False"),
            node("node-2", "True", unschedulable=True),
            node("node-3", "Unknown"),
            node("node-4", None),
        )
        == """
NAME            STATUS                     ROLES                  AGE   VERSION
control-plane   Ready                      control-plane,master   60m   v1.37.1
node-1          NotReady                   <none>                 60m   v1.37.1
node-2          Ready,SchedulingDisabled   <none>                 60m   v1.37.1
node-3          NotReady                   <none>                 60m   v1.37.1
node-4          Unknown                    <none>                 60m   v1.37.1
"""
    )
    assert (
        shown("nodes", node("node-1", "True"), named("bare"), wide=True)
        == """
NAME     STATUS    ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE           KERNEL-VERSION   CONTAINER-RUNTIME
node-1   Ready     <none>   60m   v1.37.1   172.18.0.2    <none>        Ubuntu 24.04 LTS   6.8.0            containerd://2.1.4
bare     Unknown   <none>   5m              <none>        <none>        <unknown>          <unknown>        <unknown>
"""
    )


SCHEDULED: Object = {
    "apiVersion": "v1",
    "metadata": {"name": "web.17f", "creationTimestamp": FIVE_MINUTES_AGO},
    "involvedObject": {"kind": "Pod", "name": "web", "fieldPath": "spec.containers{app}"},
    "type": "Normal",
    "reason": "Pulled",
    "message": "Container image already present\n",
    "source": {"component": "kubelet", "host": "node-1"},
    "firstTimestamp": ago(5 * MINUTE),
    "lastTimestamp": ago(30 * SECOND),
    "count": 4,
}


def test_events() -> None:
    in_series: Object = {
        "apiVersion": "v1",
        "metadata": {"name": "web.180"},
        "involvedObject": {"kind": "Node"},
        "type": "Warning",
        "reason": "FailedScheduling",
        "message": "0/3 nodes are available",
        "eventTime": "2026-11-02T11:58:00.000000Z",
        "series": {"count": 2, "lastObservedTime": "2026-11-02T11:59:00.500000Z"},
        "reportingComponent": "default-scheduler",
        "reportingInstance": "control-plane",
    }
    assert (
        shown("events", SCHEDULED, in_series)
        == """
LAST SEEN   TYPE      REASON             OBJECT    MESSAGE
30s         Normal    Pulled             pod/web   Container image already present
59s         Warning   FailedScheduling   node      0/3 nodes are available
"""
    )
    assert (
        shown("events", SCHEDULED, in_series, wide=True)
        == """
LAST SEEN   TYPE      REASON             OBJECT    SUBOBJECT              SOURCE                             MESSAGE                           FIRST SEEN   COUNT   NAME
30s         Normal    Pulled             pod/web   spec.containers{app}   kubelet, node-1                    Container image already present   5m           4       web.17f
59s         Warning   FailedScheduling   node                             default-scheduler, control-plane   0/3 nodes are available           2m           2       web.180
"""
    )


def test_events_of_the_events_group_look_the_same() -> None:
    assert shown("events.events.k8s.io", SCHEDULED, wide=True) == shown("events", SCHEDULED, wide=True)


def test_a_single_event_of_the_newer_kind() -> None:
    event: Object = {"apiVersion": "v1", "metadata": {"name": "a"}, "eventTime": "2026-11-02T11:58:00.000000Z"}
    line = shown("events", event, wide=True).strip("\n").splitlines()[1]
    assert line.split() == ["2m", "2m", "1", "a"]


def test_namespaces_secrets_config_maps_and_accounts() -> None:
    assert (
        shown("namespaces", named("default", status={"phase": "Active"}), named("old", status={"phase": "Terminating"}))
        == """
NAME      STATUS        AGE
default   Active        5m
old       Terminating   5m
"""
    )
    assert (
        shown(
            "secrets",
            named("tls", type="kubernetes.io/tls", data={"tls.crt": "", "tls.key": ""}),
            named("empty", type="Opaque"),
        )
        == """
NAME    TYPE                DATA   AGE
tls     kubernetes.io/tls   2      5m
empty   Opaque              0      5m
"""
    )
    assert (
        shown("configmaps", named("settings", data={"a": "1"}, binaryData={"b": ""}))
        == """
NAME       DATA   AGE
settings   2      5m
"""
    )
    assert (
        shown("serviceaccounts", named("default"), named("robot", secrets=[{"name": "token"}]))
        == """
NAME      SECRETS   AGE
default   0         5m
robot     1         5m
"""
    )


def test_persistent_volumes_and_claims() -> None:
    volume = named(
        "pv-1",
        spec={
            "capacity": {"storage": "2048Mi"},
            "accessModes": ["ReadOnlyMany", "ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": {"namespace": "shop", "name": "db"},
            "storageClassName": "fast",
            "volumeMode": "Filesystem",
        },
        status={"phase": "Bound"},
    )
    assert (
        shown("persistentvolumes", volume, wide=True)
        == """
NAME   CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS   CLAIM     STORAGECLASS   VOLUMEATTRIBUTESCLASS   REASON   AGE   VOLUMEMODE
pv-1   2Gi        RWO,ROX        Retain           Bound    shop/db   fast           <unset>                          5m    Filesystem
"""
    )
    bound = named(
        "db",
        spec={"volumeName": "pv-1", "storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}},
        status={"phase": "Bound", "capacity": {"storage": "2Gi"}, "accessModes": ["ReadWriteOncePod"]},
    )
    leaving = named("old", spec={"storageClassName": "fast"}, status={"phase": "Pending"})
    leaving["metadata"]["deletionTimestamp"] = ago(SECOND)
    assert (
        shown("persistentvolumeclaims", bound, leaving)
        == """
NAME   STATUS        VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE
db     Bound         pv-1     2Gi        RWOP           fast           <unset>                 5m
old    Terminating                                      fast           <unset>                 5m
"""
    )


def test_storage_classes() -> None:
    default = named(
        "standard",
        provisioner="rancher.io/local-path",
        reclaimPolicy="Delete",
        volumeBindingMode="WaitForFirstConsumer",
    )
    default["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    assert (
        shown(
            "storageclasses.storage.k8s.io",
            default,
            named("gp3", provisioner="ebs.csi.aws.com", allowVolumeExpansion=True),
        )
        == """
NAME                 PROVISIONER             RECLAIMPOLICY   VOLUMEBINDINGMODE      ALLOWVOLUMEEXPANSION   AGE
standard (default)   rancher.io/local-path   Delete          WaitForFirstConsumer   false                  5m
gp3                  ebs.csi.aws.com         Delete          Immediate              true                   5m
"""
    )


def test_csi_kinds() -> None:
    driver = named(
        "ebs.csi.aws.com",
        spec={"podInfoOnMount": True, "volumeLifecycleModes": ["Persistent"], "tokenRequests": [{"audience": "sts"}]},
    )
    assert (
        shown("csidrivers.storage.k8s.io", driver, named("bare", spec={"attachRequired": False}))
        == """
NAME              ATTACHREQUIRED   PODINFOONMOUNT   STORAGECAPACITY   TOKENREQUESTS   REQUIRESREPUBLISH   MODES        AGE
ebs.csi.aws.com   true             true             false             sts             false               Persistent   5m
bare              false            false            false             <unset>         false               <none>       5m
"""
    )
    attachment = named(
        "csi-1",
        spec={"attacher": "ebs.csi.aws.com", "nodeName": "node-1", "source": {"persistentVolumeName": "pv-1"}},
        status={"attached": True},
    )
    assert (
        shown("volumeattachments.storage.k8s.io", attachment)
        == """
NAME    ATTACHER          PV     NODE     ATTACHED   AGE
csi-1   ebs.csi.aws.com   pv-1   node-1   true       5m
"""
    )


def test_quotas_and_limits() -> None:
    hard = {"pods": "10", "limits.cpu": "4", "requests.cpu": "2000m", "limits.memory": "1024Mi"}
    quota = named("team", status={"hard": hard, "used": {"pods": "3", "requests.cpu": "500m"}})
    assert (
        shown("resourcequotas", quota)
        == """
NAME   REQUEST                            LIMIT                                   AGE
team   pods: 3/10, requests.cpu: 500m/2   limits.cpu: 0/4, limits.memory: 0/1Gi   5m
"""
    )
    assert (
        shown("limitranges", named("bounds"))
        == """
NAME     CREATED AT
bounds   2026-11-02T11:55:00Z
"""
    )


def test_access() -> None:
    subjects = [
        {"kind": "User", "name": "jane"},
        {"kind": "Group", "name": "devs"},
        {"kind": "Group", "name": "ops"},
        {"kind": "ServiceAccount", "namespace": "shop", "name": "robot"},
    ]
    for resource in ("rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io"):
        assert (
            shown(
                resource, named("read", roleRef={"kind": "ClusterRole", "name": "view"}, subjects=subjects), wide=True
            )
            == """
NAME   ROLE               AGE   USERS   GROUPS      SERVICEACCOUNTS
read   ClusterRole/view   5m    jane    devs, ops   shop/robot
"""
        )
    assert (
        shown("clusterroles.rbac.authorization.k8s.io", named("view"))
        == """
NAME   CREATED AT
view   2026-11-02T11:55:00Z
"""
    )


@pytest.mark.parametrize(
    ("conditions", "certificate", "expected"),
    [
        ((), "", "Pending"),
        (("Approved",), "", "Approved"),
        (("Approved",), "LS0t", "Approved,Issued"),
        (("Denied", "Approved"), "", "Denied"),
        (("Approved", "Failed"), "", "Approved,Failed"),
    ],
)
def test_certificate_signing_requests(conditions: tuple[str, ...], certificate: str, expected: str) -> None:
    status = {"conditions": [{"type": kind, "status": "True"} for kind in conditions], "certificate": certificate}
    spec = {"signerName": "kubernetes.io/kube-apiserver-client", "username": "jane", "expirationSeconds": 86400}
    width = max(len(expected), len("CONDITION"))
    assert shown("certificatesigningrequests.certificates.k8s.io", named("jane", spec=spec, status=status)) == (
        f"\nNAME   AGE   SIGNERNAME                            REQUESTOR   REQUESTEDDURATION   {'CONDITION':<{width}}".rstrip()
        + f"\njane   5m    kubernetes.io/kube-apiserver-client   jane        24h                 {expected}\n"
    )


def test_the_api_s_own_kinds() -> None:
    missing = {"conditions": [{"type": "Available", "status": "False", "reason": "MissingEndpoints"}]}
    available = {"conditions": [{"type": "Available", "status": "True", "reason": "Local"}]}
    service = {"namespace": "kube-system", "name": "metrics-server"}
    assert (
        shown(
            "apiservices.apiregistration.k8s.io",
            named("v1.apps", spec={}, status=available),
            named("v1beta1.metrics.k8s.io", spec={"service": service}, status=missing),
        )
        == """
NAME                     SERVICE                      AVAILABLE                  AGE
v1.apps                  Local                        True                       5m
v1beta1.metrics.k8s.io   kube-system/metrics-server   False (MissingEndpoints)   5m
"""
    )
    assert (
        shown("customresourcedefinitions.apiextensions.k8s.io", named("widgets.example.com"))
        == """
NAME                  CREATED AT
widgets.example.com   2026-11-02T11:55:00Z
"""
    )
    assert (
        shown("mutatingwebhookconfigurations.admissionregistration.k8s.io", named("inject", webhooks=[{}, {}]))
        == """
NAME     WEBHOOKS   AGE
inject   2          5m
"""
    )


def test_admission_policies() -> None:
    kind = {"apiVersion": "rules.example.com/v1", "kind": "ReplicaLimit"}
    assert (
        shown(
            "validatingadmissionpolicies.admissionregistration.k8s.io",
            named("plain", spec={"validations": [{}, {}]}),
            named("limit", spec={"validations": [{}], "paramKind": kind}),
        )
        == """
NAME    VALIDATIONS   PARAMKIND                           AGE
plain   2             <unset>                             5m
limit   1             rules.example.com/v1/ReplicaLimit   5m
"""
    )
    assert (
        shown(
            "validatingadmissionpolicybindings.admissionregistration.k8s.io",
            named("plain", spec={"policyName": "limit"}),
            named("named", spec={"policyName": "limit", "paramRef": {"name": "small", "namespace": "shop"}}),
            named("anywhere", spec={"policyName": "limit", "paramRef": {"name": "small"}}),
        )
        == """
NAME       POLICYNAME   PARAMREF     AGE
plain      limit        <unset>      5m
named      limit        shop/small   5m
anywhere   limit        */small      5m
"""
    )
    selected = named("selected", spec={"policyName": "limit", "paramRef": {"selector": {"matchLabels": {"a": "b"}}}})
    assert (
        "&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}"
        in shown("validatingadmissionpolicybindings.admissionregistration.k8s.io", selected)
    )


def test_priorities_leases_and_runtimes() -> None:
    assert (
        shown("priorityclasses.scheduling.k8s.io", named("high", value=1000, preemptionPolicy="PreemptLowerPriority"))
        == """
NAME   VALUE   GLOBAL-DEFAULT   AGE   PREEMPTIONPOLICY
high   1000    false            5m    PreemptLowerPriority
"""
    )
    assert (
        shown("leases.coordination.k8s.io", named("node-1", spec={"holderIdentity": "node-1"}), named("free"))
        == """
NAME     HOLDER   AGE
node-1   node-1   5m
free              5m
"""
    )
    assert (
        shown("runtimeclasses.node.k8s.io", named("gvisor", handler="runsc"))
        == """
NAME     HANDLER   AGE
gvisor   runsc     5m
"""
    )


def test_flow_schemas_stand_in_the_order_in_which_they_match() -> None:
    def schema(name: str, precedence: int) -> Object:
        spec = {"priorityLevelConfiguration": {"name": "exempt"}, "matchingPrecedence": precedence}
        return named(name, spec=spec, status={"conditions": [{"type": "Dangling", "status": "False"}]})

    assert (
        shown("flowschemas.flowcontrol.apiserver.k8s.io", schema("catch-all", 10000), schema("exempt", 1))
        == """
NAME        PRIORITYLEVEL   MATCHINGPRECEDENCE   DISTINGUISHERMETHOD   AGE   MISSINGPL
exempt      exempt          1                    <none>                5m    False
catch-all   exempt          10000                <none>                5m    False
"""
    )


def test_devices() -> None:
    allocated = named("gpu", status={"allocation": {"devices": {}}, "reservedFor": [{"name": "web"}]})
    assert (
        shown("resourceclaims.resource.k8s.io", named("new"), allocated)
        == """
NAME   STATE                AGE
new    pending              5m
gpu    allocated,reserved   5m
"""
    )
    offered = named("node-1-gpu", spec={"nodeName": "node-1", "driver": "gpu.example.com", "pool": {"name": "node-1"}})
    assert (
        shown("resourceslices.resource.k8s.io", offered)
        == """
NAME         NODE     DRIVER            POOL     AGE
node-1-gpu   node-1   gpu.example.com   node-1   5m
"""
    )
