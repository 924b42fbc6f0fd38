"""The Ingress controller of a new cluster: its namespace, class, Deployment and the Service in front of it."""

from simulator.machinery.objects import Object
from simulator.network.ingress.rules import CONTROLLER

NAMESPACE = "ingress-lab"
NAME = "ingress-lab-controller"
CLASS = "lab"
IMAGE = "kubelab/ingress:1.0"
HTTP, HTTPS, HEALTH = 80, 443, 10254
LABELS = {"app.kubernetes.io/component": "controller", "app.kubernetes.io/name": "ingress-lab"}


def objects() -> list[tuple[str, Object]]:
    """What stands in the cluster before anybody asks for an Ingress, each after its resource."""
    return [
        ("namespaces", namespace()),
        ("serviceaccounts", named("v1", "ServiceAccount", NAME, namespace=NAMESPACE)),
        ("ingressclasses.networking.k8s.io", ingress_class()),
        ("services", service()),
        ("deployments.apps", deployment()),
    ]


def named(api_version: str, kind: str, name: str, *, namespace: str = "", **fields: object) -> Object:
    metadata: Object = {"name": name, **({"namespace": namespace} if namespace else {}), "labels": dict(LABELS)}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def namespace() -> Object:
    found = named("v1", "Namespace", NAMESPACE, spec={"finalizers": ["kubernetes"]}, status={"phase": "Active"})
    found["metadata"]["labels"] = {**LABELS, "kubernetes.io/metadata.name": NAMESPACE}
    return found


def ingress_class() -> Object:
    return named("networking.k8s.io/v1", "IngressClass", CLASS, spec={"controller": CONTROLLER})


def service() -> Object:
    spec = {
        "allocateLoadBalancerNodePorts": False,
        "clusterIP": "10.96.0.80",
        "clusterIPs": ["10.96.0.80"],
        "externalTrafficPolicy": "Cluster",
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "ports": [
            {"appProtocol": name, "name": name, "port": port, "protocol": "TCP", "targetPort": name}
            for name, port in (("http", HTTP), ("https", HTTPS))
        ],
        "selector": dict(LABELS),
        "sessionAffinity": "None",
        "type": "LoadBalancer",
    }
    return named("v1", "Service", NAME, namespace=NAMESPACE, spec=spec, status={"loadBalancer": {}})


def deployment() -> Object:
    """One replica, on the control plane where there is one: the workers are the learner's, and may die."""
    probe = {
        "failureThreshold": 3,
        "httpGet": {"path": "/healthz", "port": HEALTH, "scheme": "HTTP"},
        "initialDelaySeconds": 10,
        "periodSeconds": 10,
        "successThreshold": 1,
        "timeoutSeconds": 1,
    }
    container = {
        "name": "controller",
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            f"--controller-class={CONTROLLER}",
            f"--ingress-class={CLASS}",
            f"--publish-service={NAMESPACE}/{NAME}",
        ],
        "ports": [
            {"containerPort": HTTP, "name": "http", "protocol": "TCP"},
            {"containerPort": HTTPS, "name": "https", "protocol": "TCP"},
        ],
        "livenessProbe": {**probe, "failureThreshold": 5},
        "readinessProbe": probe,
        "resources": {"requests": {"cpu": "100m", "memory": "90Mi"}},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }
    role = "node-role.kubernetes.io/control-plane"
    preferred = {"weight": 100, "preference": {"matchExpressions": [{"key": role, "operator": "Exists"}]}}
    spec = {
        "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [preferred]}},
        "containers": [container],
        "dnsPolicy": "ClusterFirst",
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
        "serviceAccount": NAME,
        "serviceAccountName": NAME,
        "terminationGracePeriodSeconds": 30,
        "tolerations": [{"effect": "NoSchedule", "key": role}],
    }
    whole = {
        "progressDeadlineSeconds": 600,
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "selector": {"matchLabels": dict(LABELS)},
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}, "type": "RollingUpdate"},
        "template": {"metadata": {"labels": dict(LABELS)}, "spec": spec},
    }
    return named("apps/v1", "Deployment", NAME, namespace=NAMESPACE, spec=whole)
