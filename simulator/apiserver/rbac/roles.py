"""The roles every cluster begins with, as lines of `verbs | groups | resources [| names]`.

Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/{policy,controller_policy}.go
"""

READ = "get list watch"
WRITE = "create delete deletecollection patch update"
EVENTS = "create patch update | - events.k8s.io | events"
WORKLOADS = "daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale"

ADMIN = (
    "create | authorization.k8s.io | localsubjectaccessreviews",
    f"{WRITE} {READ} | rbac.authorization.k8s.io | rolebindings roles",
)
EDIT = (
    f"{READ} | - | pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy",
    "impersonate | - | serviceaccounts",
    f"{WRITE} | - | pods pods/attach pods/exec pods/portforward pods/proxy",
    "create | - | pods/eviction",
    f"{WRITE} | - | configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale "
    "secrets serviceaccounts services services/proxy",
    "create | - | serviceaccounts/token",
    f"{WRITE} | apps | deployments/rollback {WORKLOADS}",
    f"{WRITE} | autoscaling | horizontalpodautoscalers",
    f"{WRITE} | batch | cronjobs jobs",
    f"{WRITE} | policy | poddisruptionbudgets",
    f"{WRITE} | networking.k8s.io | ingresses networkpolicies",
    f"{WRITE} {READ} | coordination.k8s.io | leases",
    f"{WRITE} | resource.k8s.io | resourceclaims resourceclaimtemplates",
)
VIEW = (
    f"{READ} | - | configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods "
    "replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
    f"{READ} | - | bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status "
    "resourcequotas resourcequotas/status",
    f"{READ} | - | namespaces",
    f"{READ} | discovery.k8s.io | endpointslices",
    f"{READ} | apps | controllerrevisions {WORKLOADS} daemonsets/status deployments/status replicasets/status "
    "statefulsets/status",
    f"{READ} | autoscaling | horizontalpodautoscalers horizontalpodautoscalers/status",
    f"{READ} | batch | cronjobs cronjobs/status jobs jobs/status",
    f"{READ} | policy | poddisruptionbudgets poddisruptionbudgets/status",
    f"{READ} | networking.k8s.io | ingresses ingresses/status networkpolicies",
    f"{READ} | resource.k8s.io | resourceclaims resourceclaims/status resourceclaimtemplates",
)
HEALTH = "/healthz /livez /readyz /version /version/"
LEADER = "create | coordination.k8s.io | leases"
REVIEWS = ("create | authentication.k8s.io | tokenreviews", "create | authorization.k8s.io | subjectaccessreviews")

CLUSTER_ROLES: dict[str, tuple[str, ...]] = {
    "cluster-admin": ("* | * | *", "* | *"),
    "system:aggregate-to-admin": ADMIN,
    "system:aggregate-to-edit": EDIT,
    "system:aggregate-to-view": VIEW,
    "system:auth-delegator": REVIEWS,
    "system:basic-user": (
        "create | authorization.k8s.io | selfsubjectaccessreviews selfsubjectrulesreviews",
        "create | authentication.k8s.io | selfsubjectreviews",
    ),
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient": (
        "create | certificates.k8s.io | certificatesigningrequests/nodeclient",
    ),
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": (
        "create | certificates.k8s.io | certificatesigningrequests/selfnodeclient",
    ),
    "system:certificates.k8s.io:kube-apiserver-client-approver": (
        "approve | certificates.k8s.io | signers | kubernetes.io/kube-apiserver-client",
    ),
    "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver": (
        "approve | certificates.k8s.io | signers | kubernetes.io/kube-apiserver-client-kubelet",
    ),
    "system:certificates.k8s.io:kubelet-serving-approver": (
        "approve | certificates.k8s.io | signers | kubernetes.io/kubelet-serving",
    ),
    "system:certificates.k8s.io:legacy-unknown-approver": (
        "approve | certificates.k8s.io | signers | kubernetes.io/legacy-unknown",
    ),
    "system:discovery": (f"get | /api /api/* /apis /apis/* /openapi /openapi/* {HEALTH}",),
    "system:heapster": (f"{READ} | - | events namespaces nodes pods", f"{READ} | extensions | deployments"),
    "system:kube-aggregator": (f"{READ} | - | endpoints services",),
    "system:kube-controller-manager": (
        EVENTS,
        LEADER,
        "get update | coordination.k8s.io | leases | kube-controller-manager",
        "create | - | secrets serviceaccounts",
        "delete | - | secrets",
        "get | - | configmaps namespaces secrets serviceaccounts",
        "update | - | secrets serviceaccounts",
        *REVIEWS,
        "list watch | * | *",
        "create | - | serviceaccounts/token",
    ),
    "system:kube-dns": ("list watch | - | endpoints services",),
    "system:kube-scheduler": (
        EVENTS,
        LEADER,
        "get update | coordination.k8s.io | leases | kube-scheduler",
        f"{READ} | - | nodes",
        f"delete {READ} | - | pods",
        "create | - | bindings pods/binding",
        "patch update | - | pods/status",
        f"{READ} | - | replicationcontrollers services",
        f"{READ} | apps extensions | replicasets",
        f"{READ} | apps | statefulsets",
        f"{READ} | policy | poddisruptionbudgets",
        f"{READ} | - | persistentvolumeclaims persistentvolumes",
        *REVIEWS,
        f"{READ} | storage.k8s.io | csinodes",
        f"{READ} | - | namespaces",
        f"{READ} | storage.k8s.io | csidrivers",
        f"{READ} | storage.k8s.io | csistoragecapacities",
        f"{READ} | resource.k8s.io | deviceclasses resourceslices",
        f"{READ} patch update | resource.k8s.io | resourceclaims",
        "patch update | resource.k8s.io | resourceclaims/status",
    ),
    "system:kubelet-api-admin": (
        f"{READ} | - | nodes",
        "proxy | - | nodes",
        "* | - | nodes/log nodes/metrics nodes/proxy nodes/stats",
    ),
    "system:monitoring": ("get | /healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*",),
    "system:node": (
        "create | authentication.k8s.io | tokenreviews",
        "create | authorization.k8s.io | localsubjectaccessreviews subjectaccessreviews",
        f"{READ} | - | services",
        f"create {READ} | - | nodes",
        "patch update | - | nodes/status",
        "patch update | - | nodes",
        "create patch update | - | events",
        f"{READ} | - | pods",
        "create delete | - | pods",
        "patch update | - | pods/status",
        "create | - | pods/eviction",
        f"{READ} | - | configmaps secrets",
        "get | - | persistentvolumeclaims persistentvolumes",
        "get | - | endpoints",
        f"create {READ} | certificates.k8s.io | certificatesigningrequests",
        "create delete get patch update | coordination.k8s.io | leases",
        "get | storage.k8s.io | volumeattachments",
        "create | - | serviceaccounts/token",
        "get patch update | - | persistentvolumeclaims/status",
        f"{READ} | storage.k8s.io | csidrivers",
        "create delete get patch update | storage.k8s.io | csinodes",
        f"{READ} | node.k8s.io | runtimeclasses",
    ),
    "system:node-bootstrapper": (f"create {READ} | certificates.k8s.io | certificatesigningrequests",),
    "system:node-problem-detector": ("get | - | nodes", "patch | - | nodes/status", EVENTS),
    "system:node-proxier": (
        "list watch | - | endpoints services",
        f"{READ} | - | nodes",
        EVENTS,
        "list watch | discovery.k8s.io | endpointslices",
        "list watch | networking.k8s.io | servicecidrs",
    ),
    "system:persistent-volume-provisioner": (
        f"create delete {READ} | - | persistentvolumes",
        f"{READ} update | - | persistentvolumeclaims",
        f"{READ} | storage.k8s.io | storageclasses",
        "watch | - | events",
        EVENTS,
    ),
    "system:public-info-viewer": (f"get | {HEALTH}",),
    "system:service-account-issuer-discovery": (
        "get | /.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/",
    ),
    "system:volume-scheduler": (
        f"{READ} patch update | - | persistentvolumes",
        f"{READ} | storage.k8s.io | storageclasses",
        f"{READ} patch update | - | persistentvolumeclaims",
    ),
}
"""Rules by the role's name; `-` is the core group, a path means requests that name no resource."""

AGGREGATED: dict[str, str] = {"admin": "admin", "edit": "edit", "view": "view"}
"""Roles that gather the rules of others, by the label that marks those."""
AGGREGATED_INTO: dict[str, str] = {
    "edit": "admin",
    "system:aggregate-to-admin": "admin",
    "system:aggregate-to-edit": "edit",
    "system:aggregate-to-view": "view",
    "view": "edit",
}

PODS_AND_EVENTS = "create delete list patch watch | - | pods"
CONTROLLERS: dict[str, tuple[str, ...]] = {
    "attachdetach-controller": (
        "list watch | - | persistentvolumeclaims persistentvolumes",
        f"{READ} | - | nodes",
        "patch update | - | nodes/status",
        "list watch | - | pods",
        EVENTS,
        f"create delete {READ} | storage.k8s.io | volumeattachments",
        f"{READ} | storage.k8s.io | csidrivers",
        f"{READ} | storage.k8s.io | csinodes",
    ),
    "certificate-controller": (
        f"delete {READ} | certificates.k8s.io | certificatesigningrequests",
        "update | certificates.k8s.io | certificatesigningrequests/approval certificatesigningrequests/status",
        "approve | certificates.k8s.io | signers | kubernetes.io/kube-apiserver-client-kubelet",
        "sign | certificates.k8s.io | signers | kubernetes.io/kube-apiserver-client "
        "kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown",
        "create | authorization.k8s.io | subjectaccessreviews",
        EVENTS,
    ),
    "clusterrole-aggregation-controller": (f"escalate {READ} patch update | rbac.authorization.k8s.io | clusterroles",),
    "cronjob-controller": (
        f"{READ} update | batch | cronjobs",
        f"create delete {READ} patch update | batch | jobs",
        "update | batch | cronjobs/status",
        "update | batch | cronjobs/finalizers",
        "delete list watch | - | pods",
        EVENTS,
    ),
    "daemon-set-controller": (
        f"{READ} | apps extensions | daemonsets",
        "update | apps extensions | daemonsets/status",
        "update | apps extensions | daemonsets/finalizers",
        "list watch | - | nodes",
        PODS_AND_EVENTS,
        "create | - | pods/binding",
        f"create delete {READ} patch update | apps | controllerrevisions",
        EVENTS,
    ),
    "deployment-controller": (
        f"{READ} update | apps extensions | deployments",
        "update | apps extensions | deployments/status",
        "update | apps extensions | deployments/finalizers",
        f"create delete {READ} patch update | apps extensions | replicasets",
        f"{READ} update | - | pods",
        EVENTS,
    ),
    "device-taint-eviction-controller": (
        f"delete {READ} | - | pods",
        "patch update | - | pods/status",
        f"{READ} | resource.k8s.io | resourceclaims",
        f"{READ} | resource.k8s.io | resourceslices",
        f"{READ} | resource.k8s.io | deviceclasses",
        EVENTS,
    ),
    "disruption-controller": (
        f"{READ} | apps extensions | deployments",
        f"{READ} | apps extensions | replicasets",
        f"{READ} | - | replicationcontrollers",
        f"{READ} | policy | poddisruptionbudgets",
        f"{READ} | apps | statefulsets",
        "update | policy | poddisruptionbudgets/status",
        "patch update | - | pods/status",
        "get | * | */scale",
        EVENTS,
    ),
    "endpoint-controller": (
        f"{READ} | - | pods services",
        f"create delete {READ} update | - | endpoints",
        "create | - | endpoints/restricted",
        EVENTS,
    ),
    "endpointslice-controller": (
        f"{READ} | - | nodes pods services",
        "update | - | services/finalizers",
        f"create delete {READ} update | discovery.k8s.io | endpointslices",
        EVENTS,
    ),
    "endpointslicemirroring-controller": (
        f"{READ} | - | endpoints services",
        "update | - | services/finalizers",
        "update | - | endpoints/finalizers",
        f"create delete {READ} update | discovery.k8s.io | endpointslices",
        EVENTS,
    ),
    "ephemeral-volume-controller": (
        f"{READ} | - | pods",
        "update | - | pods/finalizers",
        f"create {READ} | - | persistentvolumeclaims",
        EVENTS,
    ),
    "expand-controller": (
        f"{READ} patch update | - | persistentvolumes",
        "patch update | - | persistentvolumeclaims/status",
        f"{READ} | - | persistentvolumeclaims",
        EVENTS,
    ),
    "generic-garbage-collector": (f"delete {READ} patch update | * | *", EVENTS),
    "horizontal-pod-autoscaler": (
        f"{READ} | autoscaling | horizontalpodautoscalers",
        "update | autoscaling | horizontalpodautoscalers/status",
        "get update | * | */scale",
        "list watch | - | pods",
        "list watch | metrics.k8s.io | pods",
        f"{READ} | custom.metrics.k8s.io | *",
        f"{READ} | external.metrics.k8s.io | *",
        EVENTS,
    ),
    "job-controller": (
        f"{READ} patch update | batch | jobs",
        "update | batch | jobs/status",
        "update | batch | jobs/finalizers",
        PODS_AND_EVENTS,
        EVENTS,
    ),
    "legacy-service-account-token-cleaner": (
        "get | - | configmaps | kube-apiserver-legacy-service-account-token-tracking",
        "delete patch | - | secrets",
    ),
    "namespace-controller": (
        f"delete {READ} | - | namespaces",
        "update | - | namespaces/finalize namespaces/status",
        f"delete deletecollection {READ} | * | *",
    ),
    "node-controller": (
        f"delete {READ} patch update | - | nodes",
        "patch update | - | nodes/status",
        "patch update | - | pods/status",
        f"delete {READ} | - | pods",
        EVENTS,
    ),
    "persistent-volume-binder": (
        f"create delete {READ} update | - | persistentvolumes",
        "update | - | persistentvolumes/status",
        f"{READ} update | - | persistentvolumeclaims",
        "update | - | persistentvolumeclaims/status",
        f"create delete {READ} | - | pods",
        f"{READ} | storage.k8s.io | storageclasses",
        "list watch | - | nodes",
        EVENTS,
        "watch | - | events",
    ),
    "pod-garbage-collector": ("delete list watch | - | pods", f"{READ} | - | nodes", "patch | - | pods/status"),
    "pv-protection-controller": (f"{READ} update | - | persistentvolumes", EVENTS),
    "pvc-protection-controller": (
        f"{READ} update | - | persistentvolumeclaims",
        "update | - | persistentvolumeclaims/status",
        f"{READ} | - | pods",
        EVENTS,
    ),
    "replicaset-controller": (
        f"{READ} update | apps extensions | replicasets",
        "update | apps extensions | replicasets/status",
        "update | apps extensions | replicasets/finalizers",
        PODS_AND_EVENTS,
        EVENTS,
    ),
    "replication-controller": (
        f"{READ} update | - | replicationcontrollers",
        "update | - | replicationcontrollers/status",
        "update | - | replicationcontrollers/finalizers",
        PODS_AND_EVENTS,
        EVENTS,
    ),
    "resource-claim-controller": (
        f"{READ} | - | pods",
        "update | - | pods/finalizers",
        f"create delete {READ} | resource.k8s.io | resourceclaims",
        "patch update | resource.k8s.io | resourceclaims resourceclaims/status",
        "patch update | - | pods/status",
        EVENTS,
        "patch update | resource.k8s.io | resourceclaims/binding",
    ),
    "resourcequota-controller": ("list watch | * | *", "update | - | resourcequotas/status", EVENTS),
    "root-ca-cert-publisher": ("create update | - | configmaps", EVENTS),
    "route-controller": ("list watch | - | nodes", "patch | - | nodes/status", EVENTS),
    "selinux-warning-controller": (
        EVENTS,
        f"{READ} | - | persistentvolumes",
        f"{READ} | - | persistentvolumeclaims",
        f"{READ} | - | pods",
        f"{READ} | storage.k8s.io | csidrivers",
    ),
    "service-account-controller": ("create | - | serviceaccounts", EVENTS),
    "service-cidrs-controller": (
        f"{READ} patch update | networking.k8s.io | servicecidrs",
        "patch update | networking.k8s.io | servicecidrs/finalizers",
        "patch update | networking.k8s.io | servicecidrs/status",
        f"{READ} | networking.k8s.io | ipaddresses",
        EVENTS,
    ),
    "service-controller": (
        f"{READ} | - | services",
        "patch update | - | services/status",
        "list watch | - | nodes",
        EVENTS,
    ),
    "statefulset-controller": (
        "list watch | - | pods",
        f"{READ} | apps | statefulsets",
        "update | apps | statefulsets/status",
        "update | apps | statefulsets/finalizers",
        "create delete get patch update | - | pods",
        f"create delete {READ} patch update | apps | controllerrevisions",
        f"create {READ} | - | persistentvolumeclaims",
        "delete update | - | persistentvolumeclaims",
        "update | - | pods/finalizers",
        EVENTS,
    ),
    "ttl-after-finished-controller": (f"delete {READ} | batch | jobs", EVENTS),
    "ttl-controller": ("list patch update watch | - | nodes", EVENTS),
    "validatingadmissionpolicy-status-controller": (
        f"{READ} | admissionregistration.k8s.io | validatingadmissionpolicies",
        "get patch update | admissionregistration.k8s.io | validatingadmissionpolicies/status",
        EVENTS,
    ),
    "volumeattributesclass-protection-controller": (
        f"{READ} | - | persistentvolumeclaims",
        f"{READ} | - | persistentvolumes",
        f"{READ} update | storage.k8s.io | volumeattributesclasses",
        EVENTS,
    ),
}
"""`system:controller:<name>`, each bound to the ServiceAccount of that name in kube-system."""

CLUSTER_BINDINGS: dict[str, tuple[str, str]] = {
    "cluster-admin": ("cluster-admin", "Group system:masters"),
    "system:basic-user": ("system:basic-user", "Group system:authenticated"),
    "system:discovery": ("system:discovery", "Group system:authenticated"),
    "system:kube-controller-manager": ("system:kube-controller-manager", "User system:kube-controller-manager"),
    "system:kube-dns": ("system:kube-dns", "ServiceAccount kube-system/kube-dns"),
    "system:kube-scheduler": ("system:kube-scheduler", "User system:kube-scheduler"),
    "system:monitoring": ("system:monitoring", "Group system:monitoring"),
    "system:node": ("system:node", ""),
    "system:node-proxier": ("system:node-proxier", "User system:kube-proxy"),
    "system:public-info-viewer": (
        "system:public-info-viewer",
        "Group system:authenticated, Group system:unauthenticated",
    ),
    "system:service-account-issuer-discovery": (
        "system:service-account-issuer-discovery",
        "Group system:serviceaccounts",
    ),
    "system:volume-scheduler": ("system:volume-scheduler", "User system:kube-scheduler"),
}
"""Role and subjects of the bindings that upstream's API server makes."""

KUBEADM_BINDINGS: dict[str, tuple[str, str]] = {
    "kubeadm:cluster-admins": ("cluster-admin", "Group kubeadm:cluster-admins"),
    "kubeadm:get-nodes": ("kubeadm:get-nodes", "Group system:bootstrappers:kubeadm:default-node-token"),
    "kubeadm:kubelet-bootstrap": (
        "system:node-bootstrapper",
        "Group system:bootstrappers:kubeadm:default-node-token",
    ),
    "kubeadm:node-autoapprove-bootstrap": (
        "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        "Group system:bootstrappers:kubeadm:default-node-token",
    ),
    "kubeadm:node-autoapprove-certificate-rotation": (
        "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
        "Group system:nodes",
    ),
    "kubeadm:node-proxier": ("system:node-proxier", "ServiceAccount kube-system/kube-proxy"),
    "system:coredns": ("system:coredns", "ServiceAccount kube-system/coredns"),
}
KUBEADM_ROLES: dict[str, tuple[str, ...]] = {
    "kubeadm:get-nodes": ("get | - | nodes",),
    "system:coredns": (
        "list watch | - | endpoints services pods namespaces",
        "list watch | discovery.k8s.io | endpointslices",
    ),
}

ROLES: dict[str, tuple[str, ...]] = {
    "kube-public/kubeadm:bootstrap-signer-clusterinfo": ("get | - | configmaps | cluster-info",),
    "kube-public/system:controller:bootstrap-signer": (
        f"{READ} | - | configmaps",
        "update | - | configmaps | cluster-info",
        EVENTS,
    ),
    "kube-system/extension-apiserver-authentication-reader": (
        f"{READ} | - | configmaps | extension-apiserver-authentication",
    ),
    "kube-system/system::leader-locking-kube-controller-manager": (
        "watch | - | configmaps",
        "get update | - | configmaps | kube-controller-manager",
    ),
    "kube-system/system::leader-locking-kube-scheduler": (
        "watch | - | configmaps",
        "get update | - | configmaps | kube-scheduler",
    ),
    "kube-system/system:controller:bootstrap-signer": (f"{READ} | - | secrets",),
    "kube-system/system:controller:cloud-provider": (f"create {READ} patch update | - | configmaps",),
    "kube-system/system:controller:token-cleaner": (f"delete {READ} | - | secrets", EVENTS),
}
"""Roles by namespace and name."""

BINDINGS: dict[str, tuple[str, str]] = {
    "kube-public/system:controller:bootstrap-signer": (
        "system:controller:bootstrap-signer",
        "ServiceAccount kube-system/bootstrap-signer",
    ),
    "kube-system/system::extension-apiserver-authentication-reader": (
        "extension-apiserver-authentication-reader",
        "User system:kube-controller-manager, User system:kube-scheduler",
    ),
    "kube-system/system::leader-locking-kube-controller-manager": (
        "system::leader-locking-kube-controller-manager",
        "User system:kube-controller-manager, ServiceAccount kube-system/kube-controller-manager",
    ),
    "kube-system/system::leader-locking-kube-scheduler": (
        "system::leader-locking-kube-scheduler",
        "User system:kube-scheduler, ServiceAccount kube-system/kube-scheduler",
    ),
    "kube-system/system:controller:bootstrap-signer": (
        "system:controller:bootstrap-signer",
        "ServiceAccount kube-system/bootstrap-signer",
    ),
    "kube-system/system:controller:cloud-provider": (
        "system:controller:cloud-provider",
        "ServiceAccount kube-system/cloud-provider",
    ),
    "kube-system/system:controller:token-cleaner": (
        "system:controller:token-cleaner",
        "ServiceAccount kube-system/token-cleaner",
    ),
}
"""Role and subjects of RoleBindings by namespace and name."""
