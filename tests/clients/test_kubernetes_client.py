"""The official Python client against a served world: create, watch, patch, logs, exec, scale, delete."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The library leaves the sockets of its exec streams to the garbage collector."""


@pytest.fixture(scope="module", autouse=True)
def cleared_away() -> Iterator[None]:
    """Collected here, where the warning is expected, and not in the midst of somebody else's test."""
    yield
    gc.collect()


SPACE = "python"
NGINX = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}},
         "spec": {"containers": [{"name": "web", "image": "nginx"}]}}  # fmt: skip
SAYING = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "saying"},
          "spec": {"restartPolicy": "Never", "containers": [
              {"name": "c", "image": "busybox", "command": ["sh", "-c", "echo one; echo two"]}]}}  # fmt: skip
WAIT = 60
"""Real seconds that a watch may take at most; the world runs far faster."""


@pytest.fixture(scope="module")
def core(kubeconfig: Path) -> Iterator[Any]:
    api = client.CoreV1Api(config.new_client_from_config(str(kubeconfig)))
    api.create_namespace({"metadata": {"name": SPACE}})
    until(api.list_namespaced_service_account, SPACE, lambda account: account.metadata.name == "default")
    yield api
    api.delete_namespace(SPACE)


def until(function: Any, namespace: str, holds: Any) -> Any:
    """The first object of a watch that is as wanted."""
    events = watch.Watch()
    for event in events.stream(function, namespace, timeout_seconds=WAIT):
        if holds(event["object"]):
            events.stop()
            return event["object"]
    raise AssertionError("the watch ended first")


def phase(name: str, wanted: str) -> Any:
    return lambda pod: pod.metadata.name == name and pod.status.phase == wanted


@pytest.fixture(scope="module")
def web(core: Any) -> Any:
    core.create_namespaced_pod(SPACE, NGINX)
    return until(core.list_namespaced_pod, SPACE, phase("web", "Running"))


def test_a_pod_runs(web: Any) -> None:
    assert web.spec.node_name
    assert web.status.pod_ip


def test_patch(core: Any, web: Any) -> None:
    changed = core.patch_namespaced_pod("web", SPACE, {"metadata": {"labels": {"tier": "front"}}})
    assert changed.metadata.labels == {"app": "web", "tier": "front"}


def test_exec(core: Any, web: Any) -> None:
    said = stream(core.connect_get_namespaced_pod_exec, "web", SPACE, command=["sh", "-c", "echo hello; echo no >&2"],
                  stdout=True, stderr=True, stdin=False, tty=False)  # fmt: skip
    assert sorted(said.splitlines()) == ["hello", "no"]


def test_exec_with_input(core: Any, web: Any) -> None:
    shell = stream(core.connect_get_namespaced_pod_exec, "web", SPACE, command=["sh"], stdout=True, stderr=True,
                   stdin=True, tty=False, _preload_content=False)  # fmt: skip
    shell.write_stdin("echo typed; exit 3\n")
    shell.run_forever(timeout=WAIT)
    assert shell.read_stdout() == "typed\n"
    assert shell.returncode == 3


def test_logs(core: Any) -> None:
    core.create_namespaced_pod(SPACE, SAYING)
    until(core.list_namespaced_pod, SPACE, phase("saying", "Succeeded"))
    assert core.read_namespaced_pod_log("saying", SPACE) == "one\ntwo\n"
    assert core.read_namespaced_pod_log("saying", SPACE, tail_lines=1) == "two\n"


def test_a_deployment_scales(core: Any) -> None:
    apps = client.AppsV1Api(core.api_client)
    template = {"metadata": {"labels": {"app": "d"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "d"}}, "template": template}
    apps.create_namespaced_deployment(SPACE, {"metadata": {"name": "d"}, "spec": spec})
    until(apps.list_namespaced_deployment, SPACE, lambda found: found.status.ready_replicas == 1)
    assert apps.patch_namespaced_deployment_scale("d", SPACE, {"spec": {"replicas": 3}}).spec.replicas == 3
    until(apps.list_namespaced_deployment, SPACE, lambda found: found.status.ready_replicas == 3)
    apps.delete_namespaced_deployment("d", SPACE)


def test_custom_objects(core: Any) -> None:
    names = {"plural": "gadgets", "singular": "gadget", "kind": "Gadget"}
    version = {"name": "v1", "served": True, "storage": True,
               "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}  # fmt: skip
    definition = {"metadata": {"name": "gadgets.example.com"},
                  "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}}  # fmt: skip
    extensions = client.ApiextensionsV1Api(core.api_client)
    extensions.create_custom_resource_definition(definition)
    events = watch.Watch()
    for event in events.stream(extensions.list_custom_resource_definition, timeout_seconds=WAIT):
        if any(c.type == "Established" and c.status == "True" for c in event["object"].status.conditions or ()):
            break
    custom = client.CustomObjectsApi(core.api_client)
    gadget = {"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "g"}, "spec": {"any": "thing"}}
    custom.create_namespaced_custom_object("example.com", "v1", SPACE, "gadgets", gadget)
    listed = custom.list_namespaced_custom_object("example.com", "v1", SPACE, "gadgets")
    assert [item["spec"] for item in listed["items"]] == [{"any": "thing"}]
    extensions.delete_custom_resource_definition("gadgets.example.com")


def test_errors_and_deletion(core: Any) -> None:
    core.create_namespaced_config_map(SPACE, {"metadata": {"name": "c"}, "data": {"k": "v"}})
    with pytest.raises(ApiException) as refused:
        core.create_namespaced_config_map(SPACE, {"metadata": {"name": "c"}})
    assert (refused.value.status, refused.value.reason) == (409, "Conflict")
    core.delete_namespaced_config_map("c", SPACE)
    with pytest.raises(ApiException) as gone:
        core.read_namespaced_config_map("c", SPACE)
    assert gone.value.status == 404
