"""What a new cluster is given beyond itself: the metrics server. Upstream: metrics-server's components.yaml"""

from simulator.api.client import Client
from simulator.machinery.objects import Object
from simulator.resources.metrics import API_SERVICE, GROUP, VERSION

LABELS = {"k8s-app": "metrics-server"}
IMAGE = "registry.k8s.io/metrics-server/metrics-server:v0.8.0"
METRICS_SERVICE_IP = "10.96.0.11"
NAMED: Object = {"name": "metrics-server", "namespace": "kube-system", "labels": LABELS}
READER_LABELS = {f"rbac.authorization.k8s.io/aggregate-to-{name}": "true" for name in ("admin", "edit", "view")}


def metrics_server(client: Client) -> None:
    """Create what its manifest holds, as far as the lab tells the difference."""
    client.create("serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": NAMED})
    client.create("clusterroles.rbac.authorization.k8s.io", READER)
    client.create("services", SERVICE)
    client.create("deployments.apps", DEPLOYMENT)
    client.create("apiservices.apiregistration.k8s.io", API)


READER: Object = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "system:aggregated-metrics-reader", "labels": {**LABELS, **READER_LABELS}},
    "rules": [{"apiGroups": [GROUP], "resources": ["pods", "nodes"], "verbs": ["get", "list", "watch"]}],
}
SERVICE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": NAMED,
    "spec": {
        "clusterIP": METRICS_SERVICE_IP,
        "clusterIPs": [METRICS_SERVICE_IP],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [
            {"name": "https", "port": 443, "protocol": "TCP", "targetPort": "https", "appProtocol": "https"},
        ],
        "selector": LABELS,
        "sessionAffinity": "None",
        "type": "ClusterIP",
    },
    "status": {"loadBalancer": {}},
}
API: Object = {
    "apiVersion": "apiregistration.k8s.io/v1",
    "kind": "APIService",
    "metadata": {"name": API_SERVICE, "labels": LABELS},
    "spec": {
        "group": GROUP,
        "groupPriorityMinimum": 100,
        "insecureSkipTLSVerify": True,
        "service": {"name": "metrics-server", "namespace": "kube-system", "port": 443},
        "version": VERSION,
        "versionPriority": 100,
    },
    "status": {},
}


def probe(
    path: str, port: int | str, scheme: str = "HTTP", *, delay: int = 0, timeout: int = 1, failures: int = 3
) -> Object:
    """A probe by HTTP with the API's defaults filled in."""
    found: Object = {
        "failureThreshold": failures,
        "httpGet": {"path": path, "port": port, "scheme": scheme},
        "periodSeconds": 10,
        "successThreshold": 1,
        "timeoutSeconds": timeout,
    }
    return {**found, "initialDelaySeconds": delay} if delay else found


CONTROL_PLANE = {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}
TEMPLATE: Object = {
    "metadata": {"labels": LABELS},
    "spec": {
        "affinity": {
            "nodeAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 100, "preference": {"matchExpressions": [CONTROL_PLANE]}},
                ],
            },
        },
        "containers": [
            {
                "name": "metrics-server",
                "image": IMAGE,
                "imagePullPolicy": "IfNotPresent",
                "args": [
                    "--cert-dir=/tmp",
                    "--secure-port=10250",
                    "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
                    "--kubelet-use-node-status-port",
                    "--metric-resolution=15s",
                    "--kubelet-insecure-tls",
                ],
                "livenessProbe": probe("/livez", "https", "HTTPS"),
                "ports": [{"containerPort": 10250, "name": "https", "protocol": "TCP"}],
                "readinessProbe": probe("/readyz", "https", "HTTPS", delay=20),
                "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}},
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
            },
        ],
        "dnsPolicy": "ClusterFirst",
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "priorityClassName": "system-cluster-critical",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "serviceAccount": "metrics-server",
        "serviceAccountName": "metrics-server",
        "terminationGracePeriodSeconds": 30,
        "tolerations": [{"effect": "NoSchedule", **CONTROL_PLANE}],
    },
}
"""It prefers the control plane, so that the workers are a lesson's own."""
DEPLOYMENT: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": NAMED,
    "spec": {
        "progressDeadlineSeconds": 600,
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": LABELS},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}, "type": "RollingUpdate"},
        "template": TEMPLATE,
    },
}
