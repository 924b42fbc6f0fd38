"""The picture of a cluster: which of several it is, and the ways that requests took through it."""

from typing import Any

import pytest

from lab.sandboxes.context import Context, current, leading_to
from lab.sandboxes.events import events
from lab.sandboxes.inspecting import problems
from lab.sandboxes.picture import picture
from lab.sandboxes.ways import MOST, ways
from lessons.course import load
from lessons.running import run
from lessons.scenes import boot
from simulator.world import World

CURL = "kubectl exec deployment/shell -- curl -s -m 3 http://web/ -o /dev/null"


def scene(lesson: str) -> World:
    return boot(load().find(lesson), "1")


def after(world: World, commands: str) -> list[dict[str, Any]]:
    """The ways that commands led to, without their numbers."""
    _, seen = ways(world.cluster.network, 0)
    run(world, commands)
    return [{key: way[key] for key in way if key != "number"} for way in ways(world.cluster.network, seen)[0]]


def test_the_picture_follows_the_context_of_the_terminal() -> None:
    world = scene("same-everywhere")
    assert current(world) == Context("dev", "shop")
    run(world, "kubectl config use-context prod; kubectl config set-context prod --namespace=tools")
    assert current(world) == Context("prod", "tools")
    assert leading_to(world, "dev") == ("dev", Context("dev", "shop"))
    shown = picture(world, "prod")
    assert (shown["clusters"], shown["cluster"], shown["current"]) == (["prod", "dev"], "prod", "prod")
    assert (shown["namespace"], shown["through"]) == ("tools", "")
    other = picture(world, "dev")
    assert (other["cluster"], other["namespace"], other["through"]) == ("dev", "shop", "dev")
    assert {pod["uid"] for pod in shown["pods"]}.isdisjoint(pod["uid"] for pod in other["pods"])


@pytest.mark.parametrize(
    "ruin",
    [
        "rm ~/.kube/config",
        "echo '[' > ~/.kube/config",
        "echo 'a: 1' > ~/.kube/config",
        "kubectl config unset current-context",
        "rm ~/.kube/config; mkdir ~/.kube/config",
        "rm ~/.kube/config; ln -s /dev/null ~/.kube/config",
        "echo 'contexts: [1]\nclusters: 7\ncurrent-context: {}' > ~/.kube/config",
        "yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | head -n 4000 > ~/.kube/config",
    ],
)
def test_a_kubeconfig_that_leads_nowhere_shows_the_first_cluster(ruin: str) -> None:
    world = scene("same-everywhere")
    run(world, ruin)
    assert current(world) == Context("prod", "default")
    assert picture(world, "prod")["through"] == ""


def test_a_file_is_tried_in_the_cluster_of_the_context() -> None:
    world = scene("same-everywhere")
    run(world, "kubectl create namespace only-here --context=prod; sleep 1")
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: only-here}\n"
    assert [each.message for each in problems(world.fork(), manifest)] == ['namespaces "only-here" not found']
    run(world, "kubectl config use-context prod")
    assert problems(world.fork(), manifest) == []


def test_a_request_is_seen_on_its_way_past_a_service() -> None:
    onward, asked = after(scene("probes"), CURL)
    assert (asked["from"].rpartition("-")[0], asked["service"]) == ("Pod/probes/shell-54pmdr8vkj", "probes/web")
    assert asked["to"].startswith("Pod/probes/web-")
    assert (asked["called"], asked["asked"], asked["outcome"], asked["stopped"]) == ("web", "GET /", "200", "")
    assert (onward["from"], onward["service"]) == (asked["to"], "probes/gate")


def test_a_service_without_pods_stops_it() -> None:
    (way,) = after(scene("probes"), f"kubectl scale deployment web --replicas=0; sleep 5; {CURL}")
    assert (way["stopped"], way["outcome"], way["to"]) == ("rejected", "refused", "")


@pytest.mark.parametrize(("direction", "to"), [("Ingress", "Pod/probes/web-"), ("Egress", "")])
def test_a_policy_stops_it(direction: str, to: str) -> None:
    label = "app: web" if direction == "Ingress" else "run: shell"
    policy = (
        "kubectl apply -f - <<END\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: shut}\n"
        f"spec: {{podSelector: {{matchLabels: {{{label}}}}}, policyTypes: [{direction}]}}\nEND\n"
    )
    by_address = (
        "kubectl exec deployment/shell -- curl -s -m 3 http://$(kubectl get svc web -o jsonpath={.spec.clusterIP})/"
    )
    way = after(scene("probes"), f"{policy}sleep 2; {by_address}")[-1]
    assert (way["stopped"], way["direction"], way["service"]) == ("policy", direction, "probes/web")
    assert way["to"].startswith(to) and bool(way["to"]) is bool(to)


def test_only_the_newest_calls_are_told_and_none_of_the_clusters_own() -> None:
    world = scene("probes")
    many = after(world, f"for i in 1 2 3 4 5 6 7 8; do {CURL}; done")
    assert len(many) == MOST
    assert after(world, "kubectl run q --rm -i --restart=Never --image=busybox -- nslookup web; sleep 20") == []


def test_events_of_an_object_and_of_a_namespace_come_newest_first() -> None:
    world = scene("probes")
    store = world.cluster.store
    (slow, *_) = [pod for pod in store.list("pods", "probes") if pod["metadata"]["labels"].get("app") == "slow"]
    told = events(store, "probes", slow["metadata"]["uid"])
    assert {event["object"] for event in told} == {f"Pod {slow['metadata']['name']}"}
    assert ("BackOff", True) in {(event["reason"], event["bad"]) for event in told}
    run(world, "kubectl scale deployment web --replicas=4; sleep 1")
    assert "ScalingReplicaSet" in {event["reason"] for event in events(store, "probes")}
    assert events(store, "nowhere") == []
