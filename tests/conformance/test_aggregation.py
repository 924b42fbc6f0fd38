"""The aggregator: an API server of somebody's own behind an APIService."""

from typing import Any

import orjson

from simulator.api.requests import Request
from simulator.machinery.objects import Object
from tests.apiserver.api import Watch
from tests.conformance.cluster import CONFIG_MAPS, Cluster, named
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


def serve(cluster: Cluster) -> None:
    cluster.shell(f"kubectl create ns aggregator; kubectl apply -f - <<'E'\n{MANIFESTS}E\n")
    cluster.shell("kubectl wait --for=condition=Available apiservice/v1alpha1.wardle.example.com --timeout=60s")


def flunder(name: str, **metadata: object) -> Object:
    return {"apiVersion": "wardle.example.com/v1alpha1", "kind": "Flunder", "metadata": {"name": name, **metadata}}


def told(cluster: Cluster, method: str, url: str, body: object = None, **headers: str) -> Any:
    """What the other server answers, whose words are handed on as they are."""
    said = cluster.send(method, url, body, **headers)
    return orjson.loads(said) if said else {}


def watch_at(cluster: Cluster, selector: str = "") -> Watch:
    since = told(cluster, "GET", PATH)["metadata"]["resourceVersion"]
    return cluster.watch(f"{PATH}?resourceVersion={since}{selector}")


def test_watching_what_another_server_keeps(cluster: Cluster) -> None:
    serve(cluster)
    watch, front = watch_at(cluster), watch_at(cluster, "&labelSelector=tier%3Dfront")
    cluster.create(PATH, flunder("a"))
    cluster.patch(f"{PATH}/a", {"metadata": {"labels": {"tier": "front"}}})
    copy = Watch(cluster.world.fork(), watch.stream)
    cluster.patch(f"{PATH}/a", {"metadata": {"labels": {"tier": "back"}}})
    cluster.delete(f"{PATH}/a")
    assert watch.names() == ["ADDED a", "MODIFIED a", "MODIFIED a", "DELETED a"]
    assert front.names() == ["ADDED a", "DELETED a"]
    assert copy.names() == ["ADDED a", "MODIFIED a"]
    shown = cluster.shell(
        f"timeout 4 kubectl get flunders -w & sleep 1; echo '{FLUNDER}' | kubectl create -f - >/dev/null; sleep 1\n"
        "kubectl label flunder f x=y >/dev/null; kubectl delete flunder f >/dev/null; wait"
    )
    assert [line.split()[0] for line in shown.splitlines()] == ["NAME", "f", "f", "f"]
    last = watch_at(cluster)
    cluster.shell("kubectl scale deploy -n aggregator sample-apiserver-deployment --replicas=0; sleep 3")
    assert (last.events(), last.stream) == ([], None)


def flunders(cluster: Cluster) -> list[str]:
    return [one["metadata"]["name"] for one in told(cluster, "GET", PATH)["items"]]


def test_owners_and_dependents_elsewhere(cluster: Cluster) -> None:
    """A flunder goes with the ConfigMap that owns it, and a ConfigMap with the flunder that owned that."""
    serve(cluster)
    owner = cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", "owner"))
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]["uid"]}
    owned = told(cluster, "POST", PATH, flunder("owned", ownerReferences=[reference]))
    cluster.create(PATH, flunder("free"))
    reference = {"apiVersion": "wardle.example.com/v1alpha1", "kind": "Flunder", "name": "owned"}
    below = named("v1", "ConfigMap", "below")
    below["metadata"]["ownerReferences"] = [{**reference, "uid": owned["metadata"]["uid"]}]
    cluster.create(CONFIG_MAPS, below)
    cluster.advance(40)
    assert flunders(cluster) == ["free", "owned"] and "below" in cluster.names(CONFIG_MAPS)
    cluster.delete(f"{CONFIG_MAPS}/owner")
    cluster.advance(2)
    assert flunders(cluster) == ["free"]
    cluster.advance(40)
    assert "below" not in cluster.names(CONFIG_MAPS)


def test_the_documents_of_another_server(cluster: Cluster) -> None:
    serve(cluster)
    where = "apis/wardle.example.com/v1alpha1"
    paths = told(cluster, "GET", "/openapi/v3")["paths"]
    assert "apis/apps/v1" in paths
    assert "flunderReference" in str(told(cluster, "GET", paths[where]["serverRelativeURL"])["components"]["schemas"])
    whole = told(cluster, "GET", "/openapi/v2")
    assert f"/{where}/flunders" in whole["paths"] and "/apis/apps/v1/deployments" in whole["paths"]
    cluster.shell("kubectl delete apiservice v1alpha1.wardle.example.com")
    assert where not in told(cluster, "GET", "/openapi/v3")["paths"]


def test_which_reads_may_change_the_world(cluster: Cluster) -> None:
    def changing(*paths: str) -> list[str]:
        return [path for path in paths if cluster.world.may_change(Request.to("GET", path))]

    pod = "/api/v1/namespaces/default/pods/web"
    everyday = ("/version", f"{pod}/log", "/apis/apps/v1/deployments?watch=true", "/apis/metrics.k8s.io/v1beta1/pods")
    reaching = (f"{pod}/exec", "/api/v1/namespaces/default/services/web/proxy/")
    told_of_all = ("/apis", "/openapi/v2", "/openapi/v3")
    assert changing(*everyday, *reaching, *told_of_all, PATH) == [*reaching]
    serve(cluster)
    assert changing(*everyday, *reaching, *told_of_all, PATH) == [*reaching, *told_of_all, PATH]
    assert cluster.world.may_change(Request.to("DELETE", "/api/v1/pods"))
