"""What kubectl remembers of a server's kinds on the workstation's disk: stale for hours, and no trouble when spoilt."""

import pytest

from simulator.world import World
from tests.kubelet.support import command

CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wd]}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
"""
FOLDER = "~/.kube/cache/discovery"
GONE = (
    'Error from server (NotFound): Unable to list "example.com/v1, Resource=widgets": '
    "the server could not find the requested resource (get widgets.example.com)\n"
)
UNKNOWN = 'error: the server doesn\'t have a resource type "widgets"\n'


@pytest.fixture(scope="module")
def origin() -> World:
    world = World.boot(seed="cache")
    run(world, f"cat > crd.yaml <<'E'\n{CRD}E\nkubectl apply -f crd.yaml; sleep 2")
    return world


@pytest.fixture
def world(origin: World) -> World:
    return origin.fork()


def run(world: World, script: str) -> str:
    said, _ = command(world, "workstation", "sh", "-c", script, seconds=60)
    return said


def test_a_kind_that_came_is_found_and_one_that_went_is_still_asked_for(world: World) -> None:
    assert run(world, "kubectl get wd") == "No resources found in default namespace.\n"
    run(world, "kubectl delete crd widgets.example.com; sleep 2")
    assert run(world, "kubectl get wd") == GONE
    twin = world.fork()
    assert run(twin, "rm -r ~/.kube/cache; kubectl get wd") == UNKNOWN.replace("widgets", "wd")
    twin = world.fork()
    assert run(twin, "kubectl api-resources >/dev/null; kubectl get widgets") == UNKNOWN
    twin = world.fork()
    assert run(twin, "kubectl get nonsense 2>/dev/null; kubectl get widgets") == UNKNOWN
    world.advance(6 * 3600)
    assert run(world, "kubectl get widgets") == UNKNOWN


def test_the_trace_shows_when_the_server_is_asked(world: World) -> None:
    asked = "kubectl get ns default -v=6 2>&1 | grep -c 'timeout=32s'"
    elsewhere = asked.replace("-v", "--cache-dir=c -v")
    assert run(world, f"rm -r ~/.kube/cache; {asked}; {asked}; {elsewhere}; ls c") == "2\n0\n2\ndiscovery\n"
    assert (
        run(world, "KUBECACHEDIR=/tmp/k kubectl get ns -v=6 2>&1 | grep -c timeout=32s; ls /tmp/k") == "2\ndiscovery\n"
    )


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"items": 3}', '{"items": [3]}', '{"items": [{"versions": [{"resources": [{}, 1]}]}]}'],
)
def test_a_spoilt_file_is_as_none(world: World, content: str) -> None:
    run(world, f"for f in $(find {FOLDER} -type f); do printf '%s' '{content}' > $f; done")
    assert run(world, "kubectl get ns default -o name; kubectl get wd") == (
        "namespace/default\nNo resources found in default namespace.\n"
    )


def test_a_home_that_cannot_be_written_is_no_trouble(world: World) -> None:
    said = run(world, "rm -r ~/.kube/cache; touch ~/.kube/cache; kubectl get ns default -o name; kubectl get wd")
    assert said == "namespace/default\nNo resources found in default namespace.\n"


def test_documents_are_asked_for_once_and_spoilt_ones_again(world: World) -> None:
    run(world, "kubectl create configmap a --dry-run=client -o yaml > a.yaml; kubectl apply -f a.yaml")
    cached = "kubectl apply -f a.yaml -v=8 2>&1 | grep -c X-From-Cache"
    assert run(world, f"ls -d ~/.kube/cache/http; {cached}") == "/home/you/.kube/cache/http\n1\n"
    spoilt = 'for each in ~/.kube/cache/http/*; do echo \'{"headers": {"expires": 1}, "made": 5}\' > $each; done'
    assert run(world, f"{spoilt}; {cached}; {cached}") == "0\n1\n"
    assert run(world, f"rm -r ~/.kube/cache/http; {cached}; {cached}") == "0\n1\n"
