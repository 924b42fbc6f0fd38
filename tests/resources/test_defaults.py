"""What the API fills in where an author said nothing, as `kubectl get -o yaml` shows it."""

import pytest
import yaml

from simulator.machinery.objects import Object
from simulator.resources.common.pod_defaults import tag_of
from simulator.resources.daemonsets.strategy import TEMPLATE_GENERATION, prepare_update
from simulator.resources.registry import RESOURCES

KINDS = {(resource.api_version(), resource.kind): resource for resource in RESOURCES}

CASES = {
    "a Pod": (
        """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{containerPort: 80}]
    resources: {limits: {cpu: 100m}}
    livenessProbe: {httpGet: {port: 80}}
    env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
  volumes:
  - name: scratch
  - {name: settings, configMap: {name: settings}}
  - name: token
    projected: {sources: [{serviceAccountToken: {path: token}}]}
""",
        """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - env:
    - name: NODE
      valueFrom: {fieldRef: {apiVersion: v1, fieldPath: spec.nodeName}}
    image: nginx
    imagePullPolicy: Always
    livenessProbe:
      failureThreshold: 3
      httpGet: {path: /, port: 80, scheme: HTTP}
      periodSeconds: 10
      successThreshold: 1
      timeoutSeconds: 1
    name: web
    ports: [{containerPort: 80, protocol: TCP}]
    resources: {limits: {cpu: 100m}, requests: {cpu: 100m}}
    terminationMessagePath: /dev/termination-log
    terminationMessagePolicy: File
  dnsPolicy: ClusterFirst
  enableServiceLinks: true
  restartPolicy: Always
  schedulerName: default-scheduler
  securityContext: {}
  terminationGracePeriodSeconds: 30
  volumes:
  - {name: scratch, emptyDir: {}}
  - {name: settings, configMap: {name: settings, defaultMode: 420}}
  - name: token
    projected: {defaultMode: 420, sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}
""",
    ),
    "a Deployment": (
        """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.25"}]}
""",
        """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  progressDeadlineSeconds: 600
  replicas: 1
  revisionHistoryLimit: 10
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - image: nginx:1.25
        imagePullPolicy: IfNotPresent
        name: web
        resources: {}
        terminationMessagePath: /dev/termination-log
        terminationMessagePolicy: File
      dnsPolicy: ClusterFirst
      restartPolicy: Always
      schedulerName: default-scheduler
      securityContext: {}
      terminationGracePeriodSeconds: 30
""",
    ),
    "a Service": (
        "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ports: [{port: 80}]}}",
        """
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  externalTrafficPolicy: Cluster
  internalTrafficPolicy: Cluster
  ports: [{port: 80, protocol: TCP, targetPort: 80}]
  sessionAffinity: None
  type: NodePort
""",
    ),
    "a Secret": (
        "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: eA==}, stringData: {b: hello}}",
        "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: eA==, b: aGVsbG8=}, type: Opaque}",
    ),
    "a NetworkPolicy": (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {}, egress: [{}]}}",
        """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {}, egress: [{}], policyTypes: [Ingress, Egress]}
""",
    ),
    "a RoleBinding": (
        """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b}
roleRef: {kind: Role, name: r}
subjects: [{kind: User, name: jane}, {kind: ServiceAccount, name: robot, namespace: default}]
""",
        """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects:
- {apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}
- {kind: ServiceAccount, name: robot, namespace: default}
""",
    ),
}


@pytest.mark.parametrize(("given", "filled"), CASES.values(), ids=CASES.keys())
def test_defaults(given: str, filled: str) -> None:
    obj: Object = yaml.safe_load(given)
    KINDS[obj["apiVersion"], obj["kind"]].default(obj)
    assert obj == yaml.safe_load(filled)
    once = yaml.safe_dump(obj)
    KINDS[obj["apiVersion"], obj["kind"]].default(obj)
    assert yaml.safe_dump(obj) == once, "defaulting twice changes nothing more"


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("nginx", "latest"),
        ("nginx:1.25", "1.25"),
        ("registry:5000/nginx", "latest"),
        ("registry:5000/nginx:1.25", "1.25"),
        ("nginx@sha256:0123", ""),
        ("", ""),
    ],
)
def test_tags(image: str, tag: str) -> None:
    assert tag_of(image) == tag


def prepared(text: str) -> Object:
    obj: Object = yaml.safe_load(text)
    resource = KINDS[obj["apiVersion"], obj["kind"]]
    resource.default(obj)
    assert resource.strategy is not None
    resource.strategy.prepare_create(obj)
    return obj


def test_a_job_gets_labels_of_its_own() -> None:
    job = prepared("""
        {apiVersion: batch/v1, kind: Job, metadata: {name: once, uid: 11-22},
         spec: {template: {spec: {containers: [{name: a, image: b}]}}}}
    """)
    labels = {
        "batch.kubernetes.io/controller-uid": "11-22",
        "batch.kubernetes.io/job-name": "once",
        "controller-uid": "11-22",
        "job-name": "once",
    }
    assert job["spec"]["template"]["metadata"]["labels"] == labels
    assert job["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": "11-22"}}


@pytest.mark.parametrize(
    ("resources", "quality"),
    [
        ("{}", "BestEffort"),
        ("{requests: {cpu: 1}}", "Burstable"),
        ("{limits: {cpu: 1, memory: 1Gi}}", "Guaranteed"),
        ("{requests: {cpu: 1, memory: 512Mi}, limits: {cpu: 1, memory: 1Gi}}", "Burstable"),
    ],
)
def test_quality_of_service(resources: str, quality: str) -> None:
    pod = prepared(f"""
        {{apiVersion: v1, kind: Pod, metadata: {{name: a}},
          spec: {{containers: [{{name: a, image: b, resources: {resources}}}]}}}}
    """)
    assert pod["status"] == {"phase": "Pending", "qosClass": quality}


def test_a_daemon_set_counts_its_templates() -> None:
    daemons = prepared("""
        {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a},
         spec: {selector: {matchLabels: {a: b}},
                template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: "b:1"}]}}}}
    """)
    assert daemons["metadata"]["annotations"] == {TEMPLATE_GENERATION: "1"}
    changed = yaml.safe_load(yaml.safe_dump(daemons))
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "b:2"
    prepare_update(changed, daemons)
    assert changed["metadata"]["annotations"] == {TEMPLATE_GENERATION: "2"}
