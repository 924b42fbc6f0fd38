"""kubectl at the workstation."""

from tests.conformance.cluster import DEFAULT, NGINX, PODS, Cluster, pod, replication_controller, service
from tests.conformance.ledger import honours

CONTROLLERS = f"{DEFAULT}/replicationcontrollers"


def controller(cluster: Cluster, replicas: int = 1) -> list[str]:
    cluster.create(CONTROLLERS, replication_controller("primary", replicas))
    cluster.until(lambda: cluster.get(f"{CONTROLLERS}/primary").get("status", {}).get("readyReplicas") == replicas)
    return cluster.names(f"{PODS}?labelSelector=app%3Dprimary")


@honours("Kubectl client Kubectl api-versions should check if v1 is in available api versions")
def test_api_versions(cluster: Cluster) -> None:
    assert "v1" in cluster.shell("kubectl api-versions").splitlines()


@honours(
    "Kubectl client Kubectl cluster-info should check if Kubernetes control plane services is included in cluster-info"
)
def test_cluster_info(cluster: Cluster) -> None:
    said = cluster.shell("kubectl cluster-info")
    assert "Kubernetes control plane" in said
    assert "is running at" in said


@honours("Kubectl client Kubectl describe should check if kubectl describe prints relevant information for rc and pods")
def test_describe(cluster: Cluster) -> None:
    (name,) = controller(cluster)
    cluster.create(f"{DEFAULT}/services", service("primary", [{"port": 6379}], selector={"app": "primary"}))
    whole = {
        f"pod {name}": ("Name:", "Namespace:", "Node:", "Labels:", "app=primary", "Status:", "IP:", "Controlled By:", "Image:", "State:", "Running"),
        "rc primary": ("Name:", "Namespace:", "Selector:", "Replicas:", "1 current", "1 desired", "Pods Status:", "1 Running", "Pod Template:", "Image:", "Events:"),
        "service primary": ("Name:", "Namespace:", "Labels:", "Selector:", "Type:", "ClusterIP", "IP:", "Port:", "6379/TCP", "Endpoints:", "Session Affinity:"),
        "node node-1": ("Name:", "Labels:", "Annotations:", "CreationTimestamp:", "Conditions:", "Addresses:", "Capacity:", "Version:", "Kubelet Version:", "Pods"),
        "namespace default": ("Name:", "Labels:", "Annotations:", "Status:", "Active", "No resource quota", "No LimitRange resource."),
    }  # fmt: skip
    for target, words in whole.items():
        said = cluster.shell(f"kubectl describe {target}")
        assert [word for word in words if word not in said] == []


@honours("Kubectl client Kubectl diff should check if kubectl diff finds a difference for Deployments")
def test_diff(cluster: Cluster) -> None:
    make = "kubectl create deployment web --image=httpd --dry-run=client -o yaml"
    cluster.shell(f"{make} | kubectl create -f -")
    said = cluster.shell(f"{make} | sed 's/image: httpd/image: busybox/' | kubectl diff -f -", code=1)
    assert "-      - image: httpd" in said
    assert "+      - image: busybox" in said


@honours("Kubectl client Kubectl expose should create services for rc")
def test_expose(cluster: Cluster) -> None:
    controller(cluster)
    cluster.shell("kubectl expose rc primary --name=rm2 --port=1234 --target-port=6379")
    cluster.shell("kubectl expose service rm2 --name=rm3 --port=2345 --target-port=6379")
    for name, port in (("rm2", 1234), ("rm3", 2345)):
        (found,) = cluster.get(f"{DEFAULT}/services/{name}")["spec"]["ports"]
        assert (found["port"], found["targetPort"]) == (port, 6379)
        cluster.advance(5)
        (subset,) = cluster.get(f"{DEFAULT}/endpoints/{name}")["subsets"]
        assert subset["ports"][0]["port"] == 6379


@honours("Kubectl client Kubectl label should update the label on a resource")
def test_label(cluster: Cluster) -> None:
    cluster.run(pod("pause", "sleep", "3600"))
    cluster.shell("kubectl label pods pause testing-label=testing-label-value")
    assert "testing-label-value" in cluster.shell("kubectl get pod pause -L testing-label")
    assert cluster.shell("kubectl get pods -l testing-label -o name") == "pod/pause\n"
    cluster.shell("kubectl label pods pause testing-label-")
    assert "testing-label-value" not in cluster.shell("kubectl get pod pause -L testing-label")
    assert "No resources found" in cluster.shell("kubectl get pods -l testing-label")


@honours("Kubectl client Kubectl patch should add annotations for pods in rc")
def test_patch(cluster: Cluster) -> None:
    names = controller(cluster, 2)
    for name in names:
        cluster.shell(f"""kubectl patch pod {name} -p '{{"metadata":{{"annotations":{{"x":"y"}}}}}}'""")
    assert [cluster.get(f"{PODS}/{name}")["metadata"]["annotations"]["x"] for name in names] == ["y", "y"]


@honours("Kubectl client Kubectl replace should update a single-container pod's image")
def test_replace(cluster: Cluster) -> None:
    cluster.shell(f"kubectl run web --image={NGINX} --labels=run=web")
    cluster.until(lambda: cluster.is_ready(f"{PODS}/web"))
    cluster.shell(f'kubectl get pod web -o json | sed \'s|"{NGINX}"|"busybox:1.37"|\' | kubectl replace -f -')
    assert cluster.get(f"{PODS}/web")["spec"]["containers"][0]["image"] == "busybox:1.37"


@honours("Kubectl client Kubectl run pod should create a pod from an image when restart is Never")
def test_run(cluster: Cluster) -> None:
    cluster.shell(f"kubectl run web --restart=Never --image={NGINX}")
    spec = cluster.get(f"{PODS}/web")["spec"]
    assert ([one["image"] for one in spec["containers"]], spec["restartPolicy"]) == ([NGINX], "Never")


@honours("Kubectl client Kubectl server-side dry-run should check if kubectl can dry-run update Pods")
def test_dry_run(cluster: Cluster) -> None:
    cluster.shell(f"kubectl run web --image={NGINX}")
    patch = '{"spec":{"containers":[{"name":"web","image":"busybox:1.37"}]}}'
    said = cluster.shell(f"kubectl patch pod web -p '{patch}' --dry-run=server -o yaml")
    assert "image: busybox:1.37" in said
    assert cluster.get(f"{PODS}/web")["spec"]["containers"][0]["image"] == NGINX


@honours("Kubectl client Kubectl version should check is all data is printed")
def test_version(cluster: Cluster) -> None:
    said = cluster.shell("kubectl version -o json")
    for word in ("clientVersion", "serverVersion"):
        assert word in said
    for word in ("major", "minor", "gitVersion", "gitCommit", "buildDate"):
        assert said.count(f'"{word}"') == 2


@honours(
    "Kubectl client Update Demo should create and stop a replication controller",
    "Kubectl client Update Demo should scale a replication controller",
)
def test_update_demo(cluster: Cluster) -> None:
    controller(cluster, 2)
    for replicas in (1, 2):
        cluster.shell(f"kubectl scale rc primary --replicas={replicas} --timeout=5m", seconds=120)
        cluster.until(lambda replicas=replicas: len(cluster.names(f"{PODS}?labelSelector=app%3Dprimary")) == replicas)
    cluster.shell("kubectl delete rc primary")
    cluster.until(lambda: not cluster.names(f"{PODS}?labelSelector=app%3Dprimary"))


@honours("Kubectl logs logs should be able to retrieve and filter logs")
def test_logs(cluster: Cluster) -> None:
    cluster.run(pod("talker", "sh", "-c", "for i in 1 2 3 4 5; do echo line $i; done; sleep 10; echo late; sleep 3600"))
    cluster.advance(10)
    assert "line 1\n" in cluster.shell("kubectl logs talker")
    assert cluster.shell("kubectl logs talker --tail=1") == "late\n"
    assert cluster.shell("kubectl logs talker --limit-bytes=1") == "l"
    (stamped,) = cluster.shell("kubectl logs talker --tail=1 --timestamps").splitlines()
    assert stamped.startswith("2026-11-02T09:") and stamped.endswith("Z late")
    cluster.advance(5)
    assert cluster.shell("kubectl logs talker --since=1s") == ""
    assert len(cluster.shell("kubectl logs talker --since=24h").splitlines()) == 6


@honours("Kubectl client Proxy server should support --unix-socket=/path")
def test_proxy_at_a_socket(cluster: Cluster) -> None:
    said = cluster.shell(
        "kubectl proxy --unix-socket=/tmp/proxy.sock > proxy.log 2>&1 & sleep 1; cat proxy.log;"
        " curl -s --unix-socket /tmp/proxy.sock http://localhost/api/ | grep -c serverAddressByClientCIDRs"
    )
    assert said == "Starting to serve on /tmp/proxy.sock\n1\n"


@honours("Kubectl client Proxy server should support proxy with --port 0")
def test_proxy_on_any_port(cluster: Cluster) -> None:
    said = cluster.shell(
        "kubectl proxy -p 0 --disable-filter > proxy.log 2>&1 & sleep 1; cat proxy.log;"
        " curl -s http://$(sed -n 's/Starting to serve on //p' proxy.log)/api/ | grep -c serverAddressByClientCIDRs"
    )
    assert "Starting to serve on 127.0.0.1:" in said
    assert said.splitlines()[-1] == "1"
