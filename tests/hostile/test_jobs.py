"""Numbers of Indexed Jobs that no machine could count through."""

from time import process_time

import orjson

from simulator.api.requests import Request
from simulator.controllers.job.indexes import parse
from simulator.machinery.objects import Object
from simulator.spec import lab
from simulator.world import World

JOBS = "/apis/batch/v1/namespaces/default/jobs"


def test_two_thousand_million_completions_take_two_pods_at_a_time() -> None:
    world = World.boot(lab(1))
    spec: Object = {
        "completions": 2**31 - 1,
        "parallelism": 2,
        "completionMode": "Indexed",
        "template": {
            "spec": {
                "restartPolicy": "Never",
                "containers": [{"name": "c", "image": "busybox:1.37", "command": ["true"]}],
            }
        },
    }
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "many"}, "spec": spec}
    begin = process_time()
    answer = world.request(Request.to("POST", JOBS, body=orjson.dumps(job)))
    world.advance(5)
    assert process_time() - begin < 5
    assert answer.status in (201, 422)
    assert len(world.cluster.store.list("pods", "default")) <= 20


def test_a_status_may_claim_anything() -> None:
    assert len(parse("0-2147483647")) <= 100_001
    assert parse("0-2,4") == {0, 1, 2, 4}
