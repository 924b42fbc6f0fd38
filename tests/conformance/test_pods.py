"""Pods and their containers."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import AGNHOST, DEFAULT, PODS, Cluster, named, once, pod, service
from tests.conformance.ledger import honours, honours_each

NGINX_PORT = {"path": "/", "port": 80}
BUSY = "busybox:1.37"


def status(cluster: Cluster, name: str, number: int = 0) -> Object:
    found: Object = cluster.get(f"{PODS}/{name}")["status"]["containerStatuses"][number]
    return found


def restarts(cluster: Cluster, name: str) -> int:
    statuses = cluster.get(f"{PODS}/{name}")["status"].get("containerStatuses", ())
    return sum(one["restartCount"] for one in statuses)


def probe(seconds: int = 1, **how: Any) -> Object:
    return {**how, "initialDelaySeconds": seconds, "periodSeconds": 5, "failureThreshold": 1}


TOUCHED = ("sh", "-c", "echo ok > /tmp/health; sleep 3600")
REMOVED = ("sh", "-c", "echo ok > /tmp/health; sleep 10; rm /tmp/health; sleep 3600")
CAT = {"exec": {"command": ["cat", "/tmp/health"]}}


@honours_each(
    {
        'Probing container should *not* be restarted with a exec "cat /tmp/health" liveness probe': pod(
            "web", *TOUCHED, livenessProbe=probe(**CAT)
        ),
        "Probing container should *not* be restarted with a /healthz http liveness probe": pod(
            "web", image="nginx:1.29", livenessProbe=probe(15, httpGet=NGINX_PORT)
        ),
        "Probing container should *not* be restarted with a tcp:8080 liveness probe": pod(
            "web", image=AGNHOST, args=["liveness"], livenessProbe=probe(tcpSocket={"port": 8080})
        ),
    }
)
def test_a_live_container_is_left_alone(cluster: Cluster, case: Object) -> None:
    cluster.run(case)
    cluster.always(lambda: restarts(cluster, "web") == 0, 240, 10)


@honours_each(
    {
        'Probing container should be restarted with a exec "cat /tmp/health" liveness probe': pod(
            "web", *REMOVED, livenessProbe=probe(**CAT), terminationGracePeriodSeconds=5
        ),
        "Probing container should be restarted with a /healthz http liveness probe": pod(
            "web", image=AGNHOST, args=["liveness"], livenessProbe=probe(httpGet={"path": "/healthz", "port": 8080})
        ),
    }
)
def test_a_dead_container_is_restarted(cluster: Cluster, case: Object) -> None:
    cluster.run(case)
    assert restarts(cluster, "web") == 0
    cluster.until(lambda: restarts(cluster, "web") == 1, 120)


@honours("Probing container should have monotonically increasing restart count")
def test_restarts_only_grow(cluster: Cluster) -> None:
    cluster.create(
        PODS,
        pod("web", image=AGNHOST, args=["liveness"], livenessProbe=probe(httpGet={"path": "/healthz", "port": 8080})),
    )
    seen = [0]
    for _ in range(200):
        cluster.advance(5)
        seen.append(restarts(cluster, "web"))
    assert seen == sorted(seen)
    assert set(range(6)) <= set(seen)


@honours("Probing container with readiness probe should not be ready before initial delay and never restart")
def test_not_ready_too_soon(cluster: Cluster) -> None:
    cluster.create(PODS, pod("web", image="nginx:1.29", readinessProbe=probe(30, httpGet=NGINX_PORT)))
    cluster.until(lambda: cluster.get(f"{PODS}/web")["status"]["phase"] == "Running")
    cluster.always(lambda: not cluster.is_ready(f"{PODS}/web"), 28)
    cluster.until(lambda: cluster.is_ready(f"{PODS}/web"), 20)
    assert restarts(cluster, "web") == 0


@honours("Probing container with readiness probe that fails should never be ready and never restart")
def test_never_ready(cluster: Cluster) -> None:
    cluster.create(PODS, pod("web", "sleep", "3600", readinessProbe=probe(exec={"command": ["/bin/false"]})))
    cluster.until(lambda: cluster.get(f"{PODS}/web")["status"]["phase"] == "Running")
    cluster.always(lambda: not cluster.is_ready(f"{PODS}/web") and restarts(cluster, "web") == 0, 180, 5)


TESTER = {"image": AGNHOST, "restartPolicy": "Never"}
ARGUMENTS = {
    "Containers should be able to override the image's default arguments (container cmd)": (
        {"args": ["entrypoint-tester", "override", "arguments"]},
        "[/agnhost entrypoint-tester override arguments]\n",
    ),
    "Containers should be able to override the image's default command (container entrypoint)": (
        {"command": ["/bin/echo", "overridden"]},
        "overridden\n",
    ),
    "Containers should be able to override the image's default command and arguments": (
        {"command": ["/bin/echo"], "args": ["override", "arguments"]},
        "override arguments\n",
    ),
}


@honours_each(ARGUMENTS)
def test_command_line(cluster: Cluster, case: tuple[Object, str]) -> None:
    fields, said = case
    assert cluster.finish(pod("tester", **TESTER, **fields)).endswith(said)


@honours("Containers should use the image defaults if command and args are blank")
def test_command_line_of_the_image(cluster: Cluster) -> None:
    cluster.run(pod("web", image="nginx:1.29"))
    assert "Thank you for using nginx" in cluster.execute("web", "curl", "-s", "localhost")


def variables(**values: str) -> list[Object]:
    return [{"name": name, "value": value} for name, value in values.items()]


@honours("Variable Expansion should allow composing env vars into new env vars")
def test_composed_variables(cluster: Cluster) -> None:
    env = variables(FOO="foo-value", BAR="bar-value", FOOBAR="$(FOO);;$(BAR)", KEPT="$$(FOO) $(NONE)")
    said = cluster.finish(once("one", "env", env=env)).splitlines()
    assert {"FOOBAR=foo-value;;bar-value", "KEPT=$(FOO) $(NONE)"} <= set(said)


@honours("Variable Expansion should allow substituting values in a container's command")
def test_variable_in_a_command(cluster: Cluster) -> None:
    env = variables(TEST_VAR="test-value")
    script = 'TEST_VAR=wrong echo "$(TEST_VAR)"'
    assert cluster.finish(once("one", script, env=env)) == "test-value\n"


@honours("Variable Expansion should allow substituting values in a container's args")
def test_variable_in_arguments(cluster: Cluster) -> None:
    made = pod(
        "one",
        "sh",
        "-c",
        args=['TEST_VAR=wrong echo "$(TEST_VAR)"'],
        env=variables(TEST_VAR="test-value"),
        restartPolicy="Never",
    )
    assert cluster.finish(made) == "test-value\n"


def finishing(name: str, *command: str, policy: str) -> Object:
    return pod(name, *command, restartPolicy=policy)


def init(name: str, *command: str) -> Object:
    return {"name": name, "image": BUSY, "command": list(command)}


@honours("InitContainer should invoke init containers on a RestartNever pod")
def test_init_then_end(cluster: Cluster) -> None:
    made = pod("one", "true", restartPolicy="Never", initContainers=[init("a", "true"), init("b", "true")])
    cluster.finish(made)
    found = cluster.get(f"{PODS}/one")["status"]
    assert [one["state"]["terminated"]["exitCode"] for one in found["initContainerStatuses"]] == [0, 0]
    assert found["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 0
    assert ("Initialized", "True") in [(one["type"], one["status"]) for one in found["conditions"]]
    cluster.advance(60)
    assert restarts(cluster, "one") == 0


@honours("InitContainer should invoke init containers on a RestartAlways pod")
def test_init_then_run(cluster: Cluster) -> None:
    found = cluster.run(pod("one", "sleep", "3600", initContainers=[init("a", "true"), init("b", "true")]))["status"]
    assert all(one["ready"] and one["state"]["terminated"]["exitCode"] == 0 for one in found["initContainerStatuses"])
    assert "running" in found["containerStatuses"][0]["state"]


@honours("InitContainer should not start app containers and fail the pod if init containers fail on a RestartNever pod")
def test_init_fails(cluster: Cluster) -> None:
    made = pod("one", "true", restartPolicy="Never", initContainers=[init("a", "true"), init("b", "false")])
    cluster.create(PODS, made)
    cluster.until(lambda: cluster.get(f"{PODS}/one")["status"]["phase"] == "Failed")
    cluster.advance(30)
    assert "waiting" in status(cluster, "one")["state"]
    assert "startedAt" not in str(status(cluster, "one")["state"])


@honours("InitContainer should not start app containers if init containers fail on a RestartAlways pod")
def test_init_fails_again_and_again(cluster: Cluster) -> None:
    cluster.create(PODS, pod("one", "sleep", "3600", initContainers=[init("a", "false"), init("b", "true")]))
    cluster.until(lambda: initial(cluster, "restartCount") >= 3, 300)
    found = cluster.get(f"{PODS}/one")["status"]
    assert (found["phase"], list(status(cluster, "one")["state"])) == ("Pending", ["waiting"])
    assert list(found["initContainerStatuses"][1]["state"]) == ["waiting"]


def initial(cluster: Cluster, key: str) -> int:
    statuses = cluster.get(f"{PODS}/one")["status"].get("initContainerStatuses")
    return int(statuses[0][key]) if statuses else 0


@honours("Kubelet when scheduling a busybox command in a pod should print the output to logs")
def test_output_is_logged(cluster: Cluster) -> None:
    assert (
        cluster.finish(pod("one", "sh", "-c", "echo out; echo err >&2", image=BUSY, restartPolicy="Never"))
        == "out\nerr\n"
    )


@honours("Kubelet when scheduling a busybox command that always fails in a pod should have an terminated reason")
def test_terminated_reason(cluster: Cluster) -> None:
    cluster.finish(pod("one", "/bin/false", image=BUSY, restartPolicy="Never"), "Failed")
    assert len(cluster.get(f"{PODS}/one")["status"]["containerStatuses"]) == 1
    ended = status(cluster, "one")["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (1, "Error")


@honours("Kubelet when scheduling a busybox command that always fails in a pod should be possible to delete")
def test_a_failing_pod_can_be_deleted(cluster: Cluster) -> None:
    cluster.create(PODS, pod("one", "/bin/false", image=BUSY))
    cluster.advance(30)
    cluster.delete(f"{PODS}/one")
    cluster.until(lambda: cluster.gone(f"{PODS}/one"))


@honours("Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts")
def test_host_aliases(cluster: Cluster) -> None:
    aliases = [{"ip": "123.45.67.89", "hostnames": ["foo", "bar"]}]
    assert "123.45.67.89\tfoo\tbar\n" in cluster.finish(once("one", "cat /etc/hosts", hostAliases=aliases))


@honours("Pods should be submitted and removed")
def test_submitted_and_removed(cluster: Cluster) -> None:
    url = f"{PODS}?labelSelector=time%3Dnow"
    assert cluster.names(url) == []
    watch = cluster.watch(url)
    cluster.run(pod("one", "sleep", "3600", labels={"time": "now"}))
    assert cluster.names(url) == ["one"]
    assert watch.names()[0] == "ADDED one"
    assert cluster.delete(f"{PODS}/one")["metadata"]["deletionTimestamp"]
    cluster.until(lambda: cluster.gone(f"{PODS}/one"))
    assert watch.names()[-1] == "DELETED one"
    assert cluster.names(url) == []


@honours("Pods should be updated")
def test_updated(cluster: Cluster) -> None:
    cluster.run(pod("one", "sleep", "3600", labels={"time": "now"}))
    cluster.change(f"{PODS}/one", lambda found: found["metadata"]["labels"].update(time="later"))
    assert cluster.names(f"{PODS}?labelSelector=time%3Dlater") == ["one"]
    assert cluster.names(f"{PODS}?labelSelector=time%3Dnow") == []


@honours("Pods should contain environment variables for services")
def test_service_variables(cluster: Cluster) -> None:
    made = service("fooservice", [{"port": 8765, "targetPort": 8080}])
    address = cluster.create(f"{DEFAULT}/services", made)["spec"]["clusterIP"]
    said = cluster.finish(once("one", "env")).splitlines()
    assert {
        f"FOOSERVICE_SERVICE_HOST={address}",
        "FOOSERVICE_SERVICE_PORT=8765",
        f"FOOSERVICE_PORT=tcp://{address}:8765",
        f"FOOSERVICE_PORT_8765_TCP=tcp://{address}:8765",
        "FOOSERVICE_PORT_8765_TCP_PROTO=tcp",
        "FOOSERVICE_PORT_8765_TCP_PORT=8765",
        f"FOOSERVICE_PORT_8765_TCP_ADDR={address}",
    } <= set(said)


@honours("Pods should delete a collection of pods")
def test_collection(cluster: Cluster) -> None:
    for number in range(3):
        cluster.create(PODS, pod(f"one-{number}", "sleep", "3600", labels={"type": "Testing"}))
    assert len(cluster.names(f"{PODS}?labelSelector=type%3DTesting")) == 3
    cluster.delete(f"{PODS}?labelSelector=type%3DTesting")
    cluster.until(lambda: not cluster.names(f"{PODS}?labelSelector=type%3DTesting"))


@honours("Pods should get a host IP")
def test_host_address(cluster: Cluster) -> None:
    found = cluster.run(pod("one", "sleep", "3600"))
    node = cluster.get(f"/api/v1/nodes/{found['spec']['nodeName']}")
    assert found["status"]["hostIP"] in [one["address"] for one in node["status"]["addresses"]]


@honours("Pods should patch a pod status")
def test_status_patch(cluster: Cluster) -> None:
    cluster.run(pod("one", "sleep", "3600"))
    cluster.patch(f"{PODS}/one/status", {"status": {"message": "Patched", "reason": "E2E"}}, "strategic")
    found = cluster.get(f"{PODS}/one/status")["status"]
    assert (found["message"], found["reason"]) == ("Patched", "E2E")


@honours("Pods should run through the lifecycle of Pods and PodStatus")
def test_lifecycle(cluster: Cluster) -> None:
    watch = cluster.watch(f"{PODS}?labelSelector=static%3Dtrue")
    cluster.run(pod("one", "sleep", "3600", image=BUSY, labels={"static": "true"}))
    cluster.patch(
        f"{PODS}/one",
        {"metadata": {"labels": {"patched": "yes"}}, "spec": {"containers": [{"name": "c", "image": "busybox:1.36"}]}},
        "strategic",
    )
    found = cluster.get(f"{PODS}/one")
    assert (found["metadata"]["labels"]["patched"], found["spec"]["containers"][0]["image"]) == ("yes", "busybox:1.36")
    cluster.change(
        f"{PODS}/one/status", lambda pod: pod["status"]["conditions"].append({"type": "Tried", "status": "True"})
    )
    assert "Tried" in [one["type"] for one in cluster.get(f"{PODS}/one/status")["status"]["conditions"]]
    cluster.delete(f"{PODS}?labelSelector=static%3Dtrue", gracePeriodSeconds=1)
    cluster.until(lambda: cluster.gone(f"{PODS}/one"))
    assert watch.names()[-1] == "DELETED one"


TEMPLATES = f"{DEFAULT}/podtemplates"


def template(name: str) -> Object:
    return named(
        "v1",
        "PodTemplate",
        name,
        {"static": "true"},
        template={"spec": {"containers": [{"name": "c", "image": "nginx"}]}},
    )


@honours("PodTemplates should delete a collection of pod templates")
def test_templates(cluster: Cluster) -> None:
    for number in range(3):
        cluster.create(TEMPLATES, template(f"one-{number}"))
    assert len(cluster.names(f"{TEMPLATES}?labelSelector=static%3Dtrue")) == 3
    cluster.delete(f"{TEMPLATES}?labelSelector=static%3Dtrue")
    assert cluster.names(f"{TEMPLATES}?labelSelector=static%3Dtrue") == []


@honours("PodTemplates should replace a pod template", "PodTemplates should run the lifecycle of PodTemplates")
def test_template(cluster: Cluster) -> None:
    cluster.create(TEMPLATES, template("one"))
    cluster.change(f"{TEMPLATES}/one", lambda found: found["metadata"].update(annotations={"updated": "true"}))
    assert cluster.get(f"{TEMPLATES}/one")["metadata"]["annotations"] == {"updated": "true"}
    cluster.patch(f"{TEMPLATES}/one", {"metadata": {"labels": {"patched": "yes"}}})
    (found,) = cluster.items("/api/v1/podtemplates?labelSelector=static%3Dtrue")
    assert found["metadata"]["labels"]["patched"] == "yes"
    cluster.delete(f"{TEMPLATES}/one")
    assert cluster.names("/api/v1/podtemplates?labelSelector=static%3Dtrue") == []


MESSAGES = {
    "report termination message as empty when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set": (
        ("echo DONE", "FallbackToLogsOnError"), ("Succeeded", ""),
    ),
    "report termination message from file when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set": (
        ("echo -n OK > /dev/termination-log; echo DONE", "FallbackToLogsOnError"), ("Succeeded", "OK"),
    ),
}  # fmt: skip


@honours_each(
    {f"Container Runtime blackbox test on terminated container should {row}": case for row, case in MESSAGES.items()}
)
def test_termination_message(cluster: Cluster, case: tuple[tuple[str, str], tuple[str, str]]) -> None:
    (script, policy), (phase, message) = case
    cluster.finish(once("one", script, terminationMessagePolicy=policy), phase)
    assert status(cluster, "one")["state"]["terminated"].get("message", "") == message


@honours("Container Runtime blackbox test when starting a container that exits should run with the expected status")
def test_restart_policies(cluster: Cluster) -> None:
    script = "if [ -f /mark/seen ]; then exit 0; fi; touch /mark/seen; exit 1"
    shared: Object = {"volumes": [{"name": "v", "emptyDir": {}}], "volumeMounts": [{"name": "v", "mountPath": "/mark"}]}
    for policy in ("Always", "OnFailure", "Never"):
        cluster.create(PODS, pod(policy.lower(), "sh", "-c", script, restartPolicy=policy, **shared))
    cluster.advance(70)
    assert restarts(cluster, "always") >= 2
    assert cluster.get(f"{PODS}/always")["status"]["phase"] == "Running"
    assert (restarts(cluster, "onfailure"), cluster.get(f"{PODS}/onfailure")["status"]["phase"]) == (1, "Succeeded")
    assert (restarts(cluster, "never"), cluster.get(f"{PODS}/never")["status"]["phase"]) == (0, "Failed")


@honours("EmptyDir volumes pod should support shared volumes between containers")
def test_shared_volume(cluster: Cluster) -> None:
    mounts = [{"name": "v", "mountPath": "/shared"}]
    writer = {
        "name": "w",
        "image": BUSY,
        "command": ["sh", "-c", "echo hello > /shared/file; sleep 3600"],
        "volumeMounts": mounts,
    }
    made = pod("one", "sleep", "3600", volumes=[{"name": "v", "emptyDir": {}}], volumeMounts=mounts)
    made["spec"]["containers"].append(writer)
    cluster.run(made)
    assert cluster.execute("one", "cat", "/shared/file") == "hello\n"


@honours(
    "Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu"
)
def test_guaranteed(cluster: Cluster) -> None:
    amounts = {"cpu": "100m", "memory": "100Mi"}
    cluster.create(PODS, pod("one", "sleep", "3600", resources={"requests": amounts, "limits": amounts}))
    assert cluster.get(f"{PODS}/one")["status"]["qosClass"] == "Guaranteed"


HANDLER = "node.k8s.io/v1"


@honours("RuntimeClass should reject a Pod requesting a non-existent RuntimeClass")
def test_no_runtime_class(cluster: Cluster) -> None:
    assert "RuntimeClass" in cluster.refused("POST", PODS, pod("one", runtimeClassName="none"))["message"]


@honours("RuntimeClass should reject a Pod requesting a deleted RuntimeClass")
def test_deleted_runtime_class(cluster: Cluster) -> None:
    url = f"/apis/{HANDLER}/runtimeclasses"
    cluster.create(url, named(HANDLER, "RuntimeClass", "fast", handler="runc"))
    cluster.delete(f"{url}/fast")
    assert "RuntimeClass" in cluster.refused("POST", PODS, pod("one", runtimeClassName="fast"))["message"]


@honours("RuntimeClass should schedule a Pod requesting a RuntimeClass without PodOverhead")
def test_runtime_class(cluster: Cluster) -> None:
    cluster.create(f"/apis/{HANDLER}/runtimeclasses", named(HANDLER, "RuntimeClass", "fast", handler="runc"))
    cluster.create(PODS, pod("one", "sleep", "3600", runtimeClassName="fast"))
    cluster.until(lambda: cluster.get(f"{PODS}/one")["spec"].get("nodeName"))
    assert "overhead" not in cluster.get(f"{PODS}/one")["spec"]


@honours("RuntimeClass should schedule a Pod requesting a RuntimeClass and initialize its Overhead")
def test_runtime_class_with_overhead(cluster: Cluster) -> None:
    overhead = {"cpu": "10m", "memory": "1Mi"}
    made = named(HANDLER, "RuntimeClass", "fast", handler="runc", overhead={"podFixed": overhead})
    cluster.create(f"/apis/{HANDLER}/runtimeclasses", made)
    cluster.create(PODS, pod("one", "sleep", "3600", runtimeClassName="fast"))
    cluster.until(lambda: cluster.get(f"{PODS}/one")["spec"].get("nodeName"))
    assert cluster.get(f"{PODS}/one")["spec"]["overhead"] == overhead


def ephemeral(*names: str) -> Object:
    return {
        "spec": {"ephemeralContainers": [{"name": name, "image": BUSY, "command": ["sleep", "3600"]} for name in names]}
    }


def debugged(cluster: Cluster) -> list[str]:
    statuses = cluster.get(f"{PODS}/one")["status"].get("ephemeralContainerStatuses", ())
    return [one["name"] for one in statuses if "running" in one["state"]]


@honours(
    "Ephemeral Containers will start an ephemeral container in an existing pod",
    "Ephemeral Containers should update the ephemeral containers in an existing pod",
)
def test_ephemeral_containers(cluster: Cluster) -> None:
    cluster.run(pod("one", "sleep", "3600"))
    cluster.patch(f"{PODS}/one/ephemeralcontainers", ephemeral("debug"), "strategic")
    cluster.until(lambda: debugged(cluster) == ["debug"])
    cluster.patch(f"{PODS}/one/ephemeralcontainers", ephemeral("again"), "strategic")
    cluster.until(lambda: sorted(debugged(cluster)) == ["again", "debug"])


@honours("Conformance Tests should have at least two untainted nodes")
def test_nodes(cluster: Cluster) -> None:
    assert len([one for one in cluster.items("/api/v1/nodes") if not one["spec"].get("taints")]) >= 2


@honours("Node Lifecycle should run through the lifecycle of a node")
def test_node_lifecycle(cluster: Cluster) -> None:
    cluster.create("/api/v1/nodes", named("v1", "Node", "extra", {"mine": "yes"}))
    url = "/api/v1/nodes/extra"
    assert cluster.get(url)["metadata"]["name"] == "extra"
    cluster.patch(url, {"metadata": {"labels": {"patched": "yes"}}})
    assert cluster.names("/api/v1/nodes?labelSelector=patched%3Dyes") == ["extra"]
    cluster.change(url, lambda found: found["metadata"]["labels"].update(updated="yes"))
    assert cluster.names("/api/v1/nodes?labelSelector=updated%3Dyes") == ["extra"]
    cluster.delete(url)
    assert cluster.gone(url)
