"""What kubelets do with Pods in the less ordinary moments."""

from typing import Any

from simulator.machinery.objects import Object, at
from tests.conformance.cluster import AGNHOST, DEFAULT, PODS, Cluster, named, once, pod
from tests.conformance.ledger import honours, honours_each

BUSY = "busybox:1.37"
NODE = "/api/v1/nodes/node-1"


def server(cluster: Cluster) -> str:
    """A Pod that writes down what it is asked; its address."""
    found = cluster.run(pod("server", image=AGNHOST, args=["netexec"]))
    return str(found["status"]["podIP"])


def hooks(address: str) -> dict[str, Object]:
    script = f"wget -q -O- http://{address}:8080/echo?msg=hooked"
    get = {"path": "/echo?msg=hooked", "host": address, "port": 8080}
    return {"exec": {"exec": {"command": ["sh", "-c", script]}}, "http": {"httpGet": get}}


def was_asked(cluster: Cluster) -> bool:
    return "hooked" in cluster.logs("server")


@honours_each(
    {
        "Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart exec hook properly": ("postStart", "exec"),
        "Container Lifecycle Hook when create a pod with lifecycle hook should execute poststart http hook properly": ("postStart", "http"),
        "Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop exec hook properly": ("preStop", "exec"),
        "Container Lifecycle Hook when create a pod with lifecycle hook should execute prestop http hook properly": ("preStop", "http"),
        "PreStop should call prestop when killing a pod": ("preStop", "http"),
    }
)  # fmt: skip
def test_hooks(cluster: Cluster, case: tuple[str, str]) -> None:
    when, how = case
    hook = hooks(server(cluster))[how]
    cluster.run(pod("hooked", "sleep", "3600", image=BUSY, lifecycle={when: hook}, terminationGracePeriodSeconds=5))
    assert was_asked(cluster) == (when == "postStart")
    cluster.delete(f"{PODS}/hooked")
    cluster.until(lambda: cluster.gone(f"{PODS}/hooked"))
    assert was_asked(cluster)


@honours(
    "Container Runtime blackbox test on terminated container should report termination message from log output if TerminationMessagePolicy FallbackToLogsOnError is set"
)
def test_the_log_as_a_message(cluster: Cluster) -> None:
    cluster.finish(
        once("p", "echo -n DONE; exit 1", image=BUSY, terminationMessagePolicy="FallbackToLogsOnError"), "Failed"
    )
    assert cluster.get(f"{PODS}/p")["status"]["containerStatuses"][0]["state"]["terminated"]["message"] == "DONE"


@honours_each(
    {
        "Probing container should *not* be restarted with a GRPC liveness probe": (5000, 0),
        "Probing container should be restarted with a GRPC liveness probe": (2333, 1),
    }
)
def test_grpc_probes(cluster: Cluster, case: tuple[int, int]) -> None:
    port, restarts = case
    probe = {"grpc": {"port": port}, "initialDelaySeconds": 5, "failureThreshold": 1}
    cluster.run(pod("p", image=AGNHOST, args=["grpc-health-checking"], livenessProbe=probe))
    cluster.advance(40)
    count = cluster.get(f"{PODS}/p")["status"]["containerStatuses"][0]["restartCount"]
    assert (count >= 1) == bool(restarts)


@honours("Pods should allow activeDeadlineSeconds to be updated")
def test_a_deadline_that_comes_later(cluster: Cluster) -> None:
    cluster.run(pod("p", "sleep", "3600", image=BUSY, terminationGracePeriodSeconds=1))
    cluster.patch(f"{PODS}/p", {"spec": {"activeDeadlineSeconds": 5}})
    cluster.until(lambda: cluster.get(f"{PODS}/p")["status"].get("reason") == "DeadlineExceeded")


def tainted(cluster: Cluster, *taints: Object) -> None:
    cluster.patch(NODE, {"spec": {"taints": list(taints) or None}})


EVICT = {"key": "evict", "value": "now", "effect": "NoExecute"}


def tolerant(name: str, seconds: int) -> Object:
    toleration = {**EVICT, "operator": "Equal", "tolerationSeconds": seconds}
    return pod(
        name, "sleep", "3600", image=BUSY, nodeName="node-1", tolerations=[toleration], terminationGracePeriodSeconds=1
    )


@honours("NoExecuteTaintManager Single Pod removing taint cancels eviction")
def test_a_taint_that_goes_again(cluster: Cluster) -> None:
    cluster.run(tolerant("p", 60))
    tainted(cluster, EVICT)
    cluster.advance(30)
    tainted(cluster)
    cluster.always(lambda: "deletionTimestamp" not in cluster.get(f"{PODS}/p")["metadata"], 90)


@honours("NoExecuteTaintManager Multiple Pods evicts pods with minTolerationSeconds")
def test_each_stays_as_long_as_it_tolerates(cluster: Cluster) -> None:
    for name, seconds in (("one", 10), ("two", 40)):
        cluster.run(tolerant(name, seconds))
    tainted(cluster, EVICT)
    cluster.advance(20)
    assert cluster.names(PODS) == ["two"]
    cluster.advance(30)
    assert cluster.names(PODS) == []


SHARED: list[Object] = [{"name": "work", "emptyDir": {}}]
NAMED: list[Object] = [{"name": "WHERE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['path']"}}}]


def sub_path(expression: str, annotation: str, script: str = "sleep 3600") -> Object:
    mounts = [
        {"name": "work", "mountPath": "/whole"},
        {"name": "work", "mountPath": "/part", "subPathExpr": expression},
    ]
    found = pod("p", "sh", "-c", script, image=BUSY, env=NAMED, volumeMounts=mounts, volumes=SHARED)
    found["metadata"]["annotations"] = {"path": annotation}
    return found


@honours("Variable Expansion should allow substituting values in a volume subpath")
@honours("Variable Expansion should succeed in writing subpaths in container")
def test_a_part_by_expression(cluster: Cluster) -> None:
    cluster.run(sub_path("$(WHERE)/x", "mine"))
    cluster.execute("p", "sh", "-c", "echo hi > /part/file")
    assert cluster.execute("p", "cat", "/whole/mine/x/file") == "hi\n"
    cluster.delete(f"{PODS}/p", gracePeriodSeconds=1)
    cluster.until(lambda: cluster.gone(f"{PODS}/p"))


@honours_each(
    {
        "Variable Expansion should fail substituting values in a volume subpath with absolute path": "/tmp",
        "Variable Expansion should fail substituting values in a volume subpath with backticks": "..",
    }
)
def test_a_part_that_cannot_be(cluster: Cluster, case: str) -> None:
    cluster.create(PODS, sub_path("$(WHERE)", case))
    reason = cluster.until(
        lambda: at(cluster.get(f"{PODS}/p"), "status", "containerStatuses", 0, "state", "waiting", "reason")
    )
    cluster.until(
        lambda: (
            at(cluster.get(f"{PODS}/p"), "status", "containerStatuses", 0, "state", "waiting", "reason")
            == "CreateContainerConfigError"
        )
    )
    assert reason in ("ContainerCreating", "CreateContainerConfigError")


@honours(
    "Variable Expansion should verify that a failing subpath expansion can be modified during the lifecycle of a container"
)
def test_a_part_that_is_put_right(cluster: Cluster) -> None:
    cluster.create(PODS, sub_path("$(WHERE)/x", ""))
    cluster.always(lambda: not cluster.is_ready(f"{PODS}/p"), 20)
    cluster.patch(f"{PODS}/p", {"metadata": {"annotations": {"path": "mine"}}})
    cluster.until(lambda: cluster.is_ready(f"{PODS}/p"))


@honours("ImageVolume should succeed with pod and pull policy of Always")
def test_an_image_as_a_volume(cluster: Cluster) -> None:
    volumes = [{"name": "files", "image": {"reference": "nginx:1.29", "pullPolicy": "Always"}}]
    cluster.run(
        pod("p", "sleep", "3600", image=BUSY, volumes=volumes, volumeMounts=[{"name": "files", "mountPath": "/image"}])
    )
    assert "index.html" in cluster.execute("p", "ls", "/image/usr/share/nginx/html")
    said, code = cluster.attempt("p", "touch", "/image/x")
    assert code == 1 and "Read-only file system" in said


@honours("Sysctls should reject invalid sysctls")
def test_sysctls_that_cannot_be(cluster: Cluster) -> None:
    asked = [{"name": name, "value": "1"} for name in ("foo-", "kernel.shmmax", "safe-and-unsafe", "bar..")]
    refused = cluster.refused("POST", PODS, pod("p", "true", securityContext={"sysctls": asked}))
    assert [cause["field"] for cause in refused["details"]["causes"]] == [
        f"spec.securityContext.sysctls[{number}].name" for number in (0, 3)
    ]


# Generations.


@honours("Pods Extended (pod generation) Pod Generation pod generation should start at 1 and increment per update")
def test_generations(cluster: Cluster) -> None:
    cluster.run(pod("p", "sleep", "3600", image=BUSY))
    assert generations(cluster) == (1, 1)
    cluster.patch(f"{PODS}/p", {"metadata": {"labels": {"a": "b"}}})
    assert generations(cluster)[0] == 1, "labels are not the spec"
    cluster.patch(f"{PODS}/p", {"spec": {"containers": [{"name": "c", "image": "busybox:1.36"}]}}, "strategic")
    cluster.until(lambda: generations(cluster) == (2, 2))
    cluster.patch(f"{PODS}/p", {"spec": {"activeDeadlineSeconds": 3600}})
    cluster.until(lambda: generations(cluster) == (3, 3))


def generations(cluster: Cluster) -> tuple[int, int]:
    found = cluster.get(f"{PODS}/p")
    return found["metadata"]["generation"], found["status"].get("observedGeneration", 0)


@honours("Pods Extended (pod generation) Pod Generation custom-set generation on new pods and graceful delete")
def test_a_generation_of_ones_own(cluster: Cluster) -> None:
    asked = pod("p", "sleep", "3600", image=BUSY)
    asked["metadata"]["generation"] = 100
    cluster.run(asked)
    assert generations(cluster)[0] == 1
    cluster.delete(f"{PODS}/p", gracePeriodSeconds=20)
    assert generations(cluster)[0] == 2


@honours(
    "Pods Extended (pod generation) Pod Generation issue 500 podspec updates and verify generation and observedGeneration eventually converge"
)
def test_many_generations(cluster: Cluster) -> None:
    cluster.run(pod("p", "sleep", "3600", image=BUSY))
    for number in range(499):
        toleration = [{"key": f"key-{number}", "operator": "Exists", "effect": "NoSchedule"}]
        cluster.change(
            f"{PODS}/p", lambda one, more=toleration: one["spec"].update(tolerations=one["spec"]["tolerations"] + more)
        )
    cluster.until(lambda: generations(cluster) == (500, 500))


# Resizing.


def resources(cpu: str, memory: str, *, limits: bool = True) -> Object:
    amounts = {"cpu": cpu, "memory": memory}
    doubled = {"cpu": f"{2 * int(cpu.rstrip('m'))}m", "memory": f"{2 * int(memory.rstrip('Mi'))}Mi"}
    return {"requests": amounts, **({"limits": doubled} if limits else {})}


def several(*wanted: Object) -> Object:
    containers = [
        {"name": f"c{number}", "image": BUSY, "command": ["sleep", "3600"], "resources": one}
        for number, one in enumerate(wanted, 1)
    ]
    return named("v1", "Pod", "p", spec={"containers": containers})


def applied(cluster: Cluster) -> list[Object]:
    return [one["resources"] for one in cluster.get(f"{PODS}/p")["status"]["containerStatuses"]]


@honours(
    "Pod InPlace Resize Container burstable pods - extended 6 containers - various operations performed (including adding limits and requests)"
)
def test_six_at_once(cluster: Cluster) -> None:
    cluster.run(
        several(resources("10m", "20Mi"), *[resources("10m", "20Mi", limits=False)] * 3, {}, resources("10m", "20Mi"))
    )
    wanted = [resources("20m", "30Mi"), resources("10m", "20Mi"), resources("5m", "20Mi", limits=False),
              resources("10m", "25Mi", limits=False), resources("10m", "20Mi"), resources("10m", "20Mi")]  # fmt: skip
    patch = {"spec": {"containers": [{"name": f"c{number}", "resources": one} for number, one in enumerate(wanted, 1)]}}
    cluster.patch(f"{PODS}/p/resize", patch, "strategic")
    cluster.until(lambda: applied(cluster) == wanted)
    assert all(one["restartCount"] == 0 for one in cluster.get(f"{PODS}/p")["status"]["containerStatuses"])


@honours("Pod InPlace Resize Container burstable pods - extended resize with equivalents")
def test_equal_amounts(cluster: Cluster) -> None:
    cluster.run(several({"requests": {"cpu": "2m"}, "limits": {"cpu": "10m"}}))
    cluster.patch(
        f"{PODS}/p/resize",
        {"spec": {"containers": [{"name": "c1", "resources": {"requests": {"cpu": "1m"}, "limits": {"cpu": "5m"}}}]}},
        "strategic",
    )
    cluster.until(lambda: applied(cluster) == [{"requests": {"cpu": "1m"}, "limits": {"cpu": "5m"}}])


@honours("Pod InPlace Resize Container resize pod via the replace endpoint")
def test_resized_as_a_whole(cluster: Cluster) -> None:
    cluster.run(several(resources("10m", "20Mi")))
    cluster.change(
        f"{PODS}/p/resize", lambda one: one["spec"]["containers"][0].update(resources=resources("20m", "30Mi"))
    )
    cluster.until(lambda: applied(cluster) == [resources("20m", "30Mi")])
    cluster.advance(3)
    assert cluster.get(f"{PODS}/p/resize") == cluster.get(f"{PODS}/p")


# Scheduling.


@honours("SchedulerPreemption PreemptionExecutionPath runs ReplicaSets to verify preemption running path")
def test_sets_of_growing_priority(cluster: Cluster) -> None:
    for number in range(1, 5):
        cluster.create(
            "/apis/scheduling.k8s.io/v1/priorityclasses",
            named("scheduling.k8s.io/v1", "PriorityClass", f"p{number}", value=number),
        )
    asked = {"requests": {"cpu": "1"}}
    for number in range(1, 5):
        container = {"name": "c", "image": BUSY, "command": ["sleep", "3600"], "resources": asked}
        spec: Any = {
            "containers": [container],
            "priorityClassName": f"p{number}",
            "nodeSelector": {"kubernetes.io/hostname": "node-1"},
        }
        spec["terminationGracePeriodSeconds"] = 1
        labels = {"set": f"s{number}"}
        whole = {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        }
        cluster.create(
            "/apis/apps/v1/namespaces/default/replicasets", named("apps/v1", "ReplicaSet", f"s{number}", spec=whole)
        )
        cluster.until(lambda labels=labels: len(placed(cluster, **labels)) == 1)
    assert [len(placed(cluster, set=f"s{number}")) for number in range(1, 5)] == [0, 1, 1, 1]


def placed(cluster: Cluster, **labels: str) -> list[str]:
    found = cluster.items(f"{PODS}?labelSelector=" + ",".join(f"{key}%3D{value}" for key, value in labels.items()))
    return [
        one["metadata"]["name"]
        for one in found
        if one["spec"].get("nodeName") and "deletionTimestamp" not in one["metadata"]
    ]


# Storage.

VOLUMES, CLAIMS = "/api/v1/persistentvolumes", f"{DEFAULT}/persistentvolumeclaims"
ATTACHMENTS = "/apis/storage.k8s.io/v1/volumeattachments"


def volume(name: str) -> Object:
    spec = {
        "capacity": {"storage": "2Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "none",
        "nfs": {"server": "x", "path": "/"},
    }
    return named("v1", "PersistentVolume", name, {"e2e": name}, spec=spec)


def claim(name: str) -> Object:
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "other",
        "resources": {"requests": {"storage": "2Gi"}},
    }
    return named("v1", "PersistentVolumeClaim", name, {"e2e": name}, spec=spec)


@honours("PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC")
def test_lives_of_volume_and_claim(cluster: Cluster) -> None:
    for url, make in ((VOLUMES, volume), (CLAIMS, claim)):
        cluster.create(url, make("one"))
        assert cluster.names(f"{url}?labelSelector=e2e%3Done") == ["one"]
        cluster.patch(f"{url}/one", {"metadata": {"labels": {"patched": "yes"}}})
        uid = cluster.get(f"{url}/one")["metadata"]["uid"]
        assert cluster.names(f"{url}?labelSelector=patched%3Dyes") == ["one"]
        cluster.delete(f"{url}/one")
        cluster.until(lambda url=url: cluster.gone(f"{url}/one"))
        assert cluster.create(url, make("two"))["metadata"]["uid"] != uid
        cluster.change(f"{url}/two", lambda one: one["metadata"]["labels"].update(updated="yes"))
        cluster.delete(f"{url}?labelSelector=updated%3Dyes")
        cluster.until(lambda url=url: cluster.gone(f"{url}/two"))


@honours("PersistentVolumes CSI Conformance should apply changes to a pv/pvc status")
def test_statuses_of_volume_and_claim(cluster: Cluster) -> None:
    cluster.create(VOLUMES, volume("one"))
    cluster.create(CLAIMS, claim("one"))
    cluster.until(lambda: cluster.get(f"{CLAIMS}/one")["status"]["phase"] == "Pending")
    cluster.until(lambda: cluster.get(f"{VOLUMES}/one/status")["status"]["phase"] == "Available")
    for kind in ("patched", "updated"):
        condition = {"type": "Resizing", "status": "False", "reason": kind}
        if kind == "patched":
            cluster.patch(f"{CLAIMS}/one/status", {"status": {"conditions": [condition]}})
            cluster.patch(f"{VOLUMES}/one/status", {"status": {"reason": kind, "message": kind}})
        else:
            cluster.change(f"{CLAIMS}/one/status", lambda one, new=condition: one["status"].update(conditions=[new]))
            cluster.change(f"{VOLUMES}/one/status", lambda one, new=kind: one["status"].update(reason=new, message=new))
        assert cluster.get(f"{CLAIMS}/one")["status"]["conditions"][0]["reason"] == kind
        assert cluster.get(f"{VOLUMES}/one")["status"]["message"] == kind


@honours("VolumeAttachment Conformance should apply changes to a volumeattachment status")
def test_status_of_an_attachment(cluster: Cluster) -> None:
    spec = {"attacher": "some.csi", "nodeName": "node-1", "source": {"persistentVolumeName": "one"}}
    cluster.create(ATTACHMENTS, named("storage.k8s.io/v1", "VolumeAttachment", "one", spec=spec))
    cluster.patch(f"{ATTACHMENTS}/one", {"metadata": {"labels": {"patched": "yes"}}})
    assert cluster.get(f"{ATTACHMENTS}/one/status")["status"]["attached"] is False
    cluster.patch(f"{ATTACHMENTS}/one/status", {"status": {"attached": True}})
    assert cluster.get(f"{ATTACHMENTS}/one")["status"]["attached"] is True
    cluster.change(f"{ATTACHMENTS}/one/status", lambda one: one["status"].update(attached=False))
    assert cluster.get(f"{ATTACHMENTS}/one")["status"]["attached"] is False
    cluster.delete(f"{ATTACHMENTS}/one")
    cluster.until(lambda: cluster.gone(f"{ATTACHMENTS}/one"))


@honours("CSIInlineVolumes should support CSIVolumeSource in Pod API")
def test_volumes_of_a_driver_in_a_pod(cluster: Cluster) -> None:
    inline = {"name": "v", "csi": {"driver": "inline.csi", "volumeAttributes": {"a": "b"}}}
    cluster.create(PODS, pod("p", "sleep", "3600", volumes=[inline], nodeName="node-1"))
    assert "p" in [one["metadata"]["name"] for one in cluster.items("/api/v1/pods")]
    assert cluster.get(f"{PODS}/p")["spec"]["volumes"][0] == inline
    cluster.patch(f"{PODS}/p", {"metadata": {"labels": {"patched": "yes"}}})
    assert cluster.names(f"{PODS}?labelSelector=patched%3Dyes") == ["p"]
    cluster.delete(f"{PODS}/p", gracePeriodSeconds=0)
    cluster.until(lambda: cluster.gone(f"{PODS}/p"))
