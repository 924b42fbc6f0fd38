"""What a neighbour waits for while one learner computes: a turn, whatever the other typed or sent.

Turns are measured in CPU time and compared with a measure of this machine's speed at the same moment, so that neither a
slow machine nor a busy one fails the test.
"""

from collections.abc import Callable
from time import thread_time
from typing import Any

import orjson
import pytest

from lab.sandboxes.turns import Work
from simulator.api.requests import Request
from simulator.garbage import settle
from simulator.kernel.clock import SECOND
from simulator.spec import lab
from simulator.workstation import NAME
from simulator.world import World

YARDSTICK = 100_000
"""How many additions are the measure: about 4 ms."""
MOST = 10
"""How many such measures a turn may take where it is meant to take three; what cannot be interrupted takes far more."""
ENOUGH = 2.0
"""CPU seconds after which a command has shown what it does."""


@pytest.fixture(autouse=True, scope="module")
def as_on_the_site() -> None:
    """What the first world loads is out of the collector's sight, as it is there."""
    World.boot(lab())
    settle()


def yardstick() -> float:
    began = thread_time()
    number = 0
    for step in range(YARDSTICK):
        number = number + step
    return thread_time() - began


def longest_turn(function: Callable[[], Any]) -> float:
    """The longest turn in yardsticks; what was slowed by something else once is not counted (the second longest is)."""
    work, turns, spent = Work(function), [0.0, 0.0], 0.0
    measure = min(yardstick() for _ in range(5))
    done = False
    while not done and spent < ENOUGH:
        began = thread_time()
        done = work.take_turn()
        turns.append(thread_time() - began)
        spent += turns[-1]
    work.give_up()
    return sorted(turns)[-2] / measure


COMMANDS = [
    "awk 'BEGIN{while(1)x=x \"aaaaaaaaaaaaaaaaaaaa\"}'",
    "awk 'BEGIN{while(1)a[i++]=i}'",
    "awk 'BEGIN{printf \"%999999999d\", 1}'; printf '%1000000000d' 1; printf '%.1000000000f' 1",
    "x='echo hi;'; while :; do x=$x$x; eval \"$x\" >/dev/null; done",
    "x=$(printf '%4000s' | tr ' ' a); for i in 1 2 3 4 5; do x=$x$x; done; echo ${x//a/bb} ${x/*a*a*a*b/}",
    "echo {1..10000}{1..10000} {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
    "echo $((9**99999)) $((1<<99999999)) $((99999999999999999999*99999999999999999999)) $(($(printf '1+%.0s' {1..9999})1))",
    "seq 300000 | sort -k1,1n | uniq -c | sort -rn | tail -1",
    "seq 300000 | sort -V | tail -1",
    "seq 300000 | tac | rev | nl | cut -c1-5 | paste -sd, | fold -w 50 | tail -1",
    "head -c 8M /dev/zero | tr '\\0' 'a' > f; sort f | wc; base64 f | md5sum; gzip < f | gunzip | wc -c; strings f | wc",
    "head -c 4M /dev/zero | tr '\\0' '\\n' > f; wc f; cat -n f | tail -1; while read l; do :; done < f",
    "echo x | sed ':a;s/x/xx/;ta'",
    "seq 100000 | sed ':a;N;$!ba;s/\\n/,/g' | wc",
    "jq -n '[range(300000)] | sort | group_by(. % 10) | map(length)'",
    "jq -n 'last(range(1e9))'; jq -n '\"a\" * 1000000000'; jq -n '[range(100000) | tostring] | join(\",\") | length'",
    "grep -E '((((x{1,9}){1,9}){1,9}){1,9})' /etc/passwd; echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx | grep -E '(x+x+)+y'",
    "mkdir d; cd d; for i in {1..6000}; do : > f$i; done; ls -l | wc -l; echo * | wc -c; find . | wc -l; rm *",
    "a=({1..10000}); for i in {1..100}; do b=(\"${a[@]}\"); done; for i in {1..3000}; do a+=($i); done",
    ":(){ :|:& };:",
    "yes | xargs -n 1000 echo | wc -c",
    "diff <(seq 1) /dev/null; seq 3000 > a; seq 3000 -1 1 > b; diff a b | wc -l",
    "cat > k.yaml <<X\n$(printf '%s: &a%s [*a%s, *a%s]\n' a 1 0 0)\nX\nkubectl apply -f k.yaml",
    "{ echo 'apiVersion: v1'; echo 'kind: ConfigMap'; echo 'metadata: {name: big}'; echo 'data:'; seq 20000 | sed 's/.*/  k&: v/'; }"
    " > big.yaml; kubectl apply -f big.yaml; kubectl apply --server-side -f big.yaml --force-conflicts; kubectl get cm big -o yaml | wc",
    "kubectl get nodes -o jsonpath='{..}{..}{..}' | wc -c",
    "kubectl get nodes -o go-template='{{range .items}}{{range $.items}}{{range $.items}}{{range $.items}}{{range $.items}}"
    "{{range $.items}}{{range $.items}}{{range $.items}}x{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}' | wc -c",
    "kubectl create deployment d --image=nginx --replicas=800; kubectl get pods -w & sleep 3; kubectl get pods --sort-by=.metadata.name | wc",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_neighbour_waits_for_a_turn_only(command: str) -> None:
    world = World.boot(lab(), seed="neighbour")
    world.machines.open_session("s", NAME, ("bash", "-c", command))
    assert longest_turn(lambda: world.advance(6)) < MOST


def keys(number: int) -> dict[str, str]:
    return {f"key-{place}": "v" for place in range(number)}


def nested(depth: int) -> Any:
    value: Any = "leaf"
    for _ in range(depth):
        value = {"a": value, "b": [value] if depth < 12 else []}
    return value


PODS = "/api/v1/namespaces/default/pods"
MAPS = "/api/v1/namespaces/default/configmaps"
WIDGETS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
CONTAINER: dict[str, Any] = {"name": "c", "image": "nginx"}
REQUESTS = [
    ("POST", MAPS, "application/json", {**MAP, "data": keys(60_000)}),
    ("PATCH", f"{MAPS}/c?fieldManager=m", "application/apply-patch+yaml", {**MAP, "data": keys(60_000)}),
    ("PATCH", f"{MAPS}/kube-root-ca.crt", "application/merge-patch+json", {"data": keys(60_000)}),
    ("PATCH", f"{MAPS}/kube-root-ca.crt", "application/strategic-merge-patch+json", {"data": keys(60_000)}),
    ("PATCH", f"{MAPS}/kube-root-ca.crt", "application/json-patch+json",
     [{"op": "add", "path": f"/data/k{number}", "value": "v"} for number in range(9_999)]),
    ("POST", PODS, "application/json", {**POD, "spec": {"containers": [
        {**CONTAINER, "env": [{"name": f"E{number}", "value": "v"} for number in range(30_000)]}]}}),
    ("POST", PODS, "application/json", {**POD, "spec": {"containers": [
        {"name": f"c{number}", "image": "nginx"} for number in range(10_000)]}}),
    ("POST", PODS, "application/json", {**POD, "metadata": {"name": "p", "labels": keys(50_000)}, "spec": {}}),
    ("POST", MAPS, "application/json", nested(11)),
    ("GET", f"{PODS}?labelSelector=" + ",".join(f"a{number}" for number in range(20_000)), "application/json", None),
    ("GET", f"{PODS}?labelSelector=a+in+(" + ",".join(f"a{number}" for number in range(20_000)) + ")", "application/json", None),
]  # fmt: skip


@pytest.mark.parametrize("method, path, kind, body", REQUESTS, ids=range(len(REQUESTS)))
def test_a_neighbour_waits_for_a_turn_of_a_request(method: str, path: str, kind: str, body: Any) -> None:
    world = World.boot(lab(), seed="neighbour")
    asked = Request.to(method, path, headers={"content-type": kind}, body=b"" if body is None else orjson.dumps(body))
    assert longest_turn(lambda: world.request(asked)) < MOST


def test_a_world_full_of_objects_is_saved_and_restored_in_turns() -> None:
    world = World.boot(lab(), seed="neighbour")
    for number in range(8):
        body = orjson.dumps(
            {**MAP, "metadata": {"name": f"c{number}"}, "data": {f"k{n}": "v" * 40 for n in range(10_000)}}
        )
        world.request(Request.to("POST", MAPS, headers={"content-type": "application/json"}, body=body))
    saved: list[bytes] = []
    assert longest_turn(lambda: saved.append(world.save())) < MOST
    assert longest_turn(lambda: World.restore(saved[0])) < MOST


def test_a_watched_cluster_with_a_thousand_pods_goes_on_in_turns() -> None:
    world = World.boot(lab(), seed="neighbour")
    world.machines.open_session("s", NAME, ("bash", "-c", "kubectl create deployment d --image=nginx --replicas=1000"))
    assert longest_turn(lambda: world.clock.advance(10 * SECOND)) < MOST
