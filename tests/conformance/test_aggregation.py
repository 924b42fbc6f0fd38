"""The aggregator: an API server of somebody's own behind an APIService."""

from tests.conformance.cluster import Cluster
from tests.conformance.ledger import honours

MANIFESTS = """
apiVersion: v1
kind: Service
metadata: {name: sample-api, namespace: aggregator}
spec:
  selector: {apiserver: "true"}
  ports: [{protocol: TCP, port: 7443, targetPort: 443}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: sample-apiserver-deployment, namespace: aggregator}
spec:
  selector: {matchLabels: {apiserver: "true"}}
  template:
    metadata: {labels: {apiserver: "true"}}
    spec:
      containers:
      - name: sample-apiserver
        image: registry.k8s.io/e2e-test-images/sample-apiserver:1.17.7
        args: [--etcd-servers=http://127.0.0.1:2379, --audit-log-path=-, --audit-log-maxage=0, --audit-log-maxbackup=0]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1alpha1.wardle.example.com}
spec:
  group: wardle.example.com
  version: v1alpha1
  groupPriorityMinimum: 2000
  versionPriority: 200
  insecureSkipTLSVerify: true
  service: {name: sample-api, namespace: aggregator, port: 7443}
"""
FLUNDER = '{"apiVersion": "wardle.example.com/v1alpha1", "kind": "Flunder", "metadata": {"name": "f"}}'
PATH = "/apis/wardle.example.com/v1alpha1/namespaces/default/flunders"
AVAILABLE = "jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason}{end}'"


@honours("Aggregator Should be able to support the 1.17 Sample API Server using the current Aggregator")
def test_a_sample_api_server(cluster: Cluster) -> None:
    cluster.shell(f"kubectl create ns aggregator; kubectl apply -f - <<'E'\n{MANIFESTS}E\n")
    cluster.shell("kubectl wait --for=condition=Available apiservice/v1alpha1.wardle.example.com --timeout=60s")
    assert cluster.shell(f"echo '{FLUNDER}' | kubectl create --raw {PATH} -f - | jq -r .metadata.name") == "f\n"
    assert cluster.shell("kubectl get flunders -o name") == "flunder.wardle.example.com/f\n"
    assert cluster.shell("kubectl get --raw /apis/wardle.example.com | jq -r .preferredVersion.version") == "v1alpha1\n"
    patch = '{"spec": {"versionPriority": 400}}'
    cluster.shell(f"kubectl patch apiservice v1alpha1.wardle.example.com --type=merge -p '{patch}'")
    priority = "kubectl get apiservice v1alpha1.wardle.example.com -o jsonpath={.spec.versionPriority}"
    assert cluster.shell(priority) == "400"
    assert cluster.shell("kubectl delete flunders --all; kubectl get flunders -o name").splitlines() == [
        'flunder.wardle.example.com "f" deleted from default namespace'
    ]
    assert cluster.shell(
        "kubectl delete apiservice v1alpha1.wardle.example.com; kubectl get flunders 2>&1; true"
    ).endswith("the server could not find the requested resource (get flunders.wardle.example.com)\n")


def test_why_an_api_service_is_not_available(cluster: Cluster) -> None:
    def told() -> str:
        return cluster.shell(f"kubectl get apiservice v1alpha1.wardle.example.com -o {AVAILABLE}")

    _, _, service = MANIFESTS.partition("---\n")[2].partition("---\n")
    cluster.shell(f"kubectl create ns aggregator; kubectl apply -f - <<'E'\n{service}E\nsleep 1")
    assert told() == "Available=False ServiceNotFound"
    cluster.shell("kubectl create service clusterip sample-api --tcp=443 -n aggregator; sleep 1")
    assert told() == "Available=False ServicePortError"
    cluster.shell(
        "kubectl delete service sample-api -n aggregator; kubectl create deploy web --image=nginx -n aggregator"
    )
    cluster.shell("kubectl expose deploy web --name=sample-api --port=7443 --target-port=80 -n aggregator; sleep 20")
    assert told() == "Available=False FailedDiscoveryCheck"
    said = cluster.shell(
        "kubectl get apiservice v1alpha1.wardle.example.com -o jsonpath='{.status.conditions[0].message}'"
    )
    assert "failing or missing response from https://10." in said
    assert said.endswith("http: server gave HTTP response to HTTPS client")
    cluster.shell("kubectl create ns gone; kubectl delete ns gone --wait=false; sleep 6")
    stuck = "kubectl get ns gone -o jsonpath='{.status.phase} {.status.conditions[0].reason}'"
    assert cluster.shell(stuck) == "Terminating DiscoveryFailed"
    cluster.shell("kubectl delete apiservice v1alpha1.wardle.example.com; sleep 6")
    assert "not found" in cluster.shell("kubectl get ns gone 2>&1; true")
