"""HTTP through the API server: `pods/proxy` and `services/proxy`."""

import pytest

from simulator.api.requests import Request
from simulator.world import World
from tests.kubelet.support import new_world, pod, run, send

PODS = "/api/v1/namespaces/default/pods"
SERVICES = "/api/v1/namespaces/default/services"


@pytest.fixture(scope="module")
def world() -> World:
    world = new_world()
    web = pod("web", "nginx:1.27", ports=[{"name": "http", "containerPort": 80}])
    web["metadata"]["labels"] = {"app": "web"}
    ports = [{"name": "http", "port": 8080, "targetPort": 80}]
    for name, app in (("web", "web"), ("none", "none")):
        spec = {"selector": {"app": app}, "ports": ports}
        send(world, "POST", SERVICES, {"metadata": {"name": name}, "spec": spec})
    run(world, web, 20)
    return world


@pytest.mark.parametrize(
    "path",
    [
        f"{PODS}/web/proxy/",
        f"{PODS}/web:80/proxy/",
        f"{PODS}/http:web:80/proxy/index.html",
        f"{SERVICES}/web:http/proxy/",
        f"{SERVICES}/web:8080/proxy/",
    ],
)
def test_a_page(world: World, path: str) -> None:
    answer = world.request(Request("GET", path))
    assert answer.status == 200
    assert b"Welcome to nginx!" in answer.body  # a proxied answer is bytes


def test_what_the_program_answers_is_passed_on(world: World) -> None:
    assert world.request(Request("GET", f"{PODS}/web/proxy/nothing")).status == 404


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{PODS}/web:81/proxy/", "error trying to reach service: dial tcp {}:81: connect: connection refused"),
        (f"{PODS}/gone/proxy/", 'pods "gone" not found'),
        (f"{PODS}/a:b:c:d/proxy/", 'invalid pod request "a:b:c:d"'),
        (f"{SERVICES}/none:http/proxy/", 'no endpoints available for service "none:http"'),
        (f"{SERVICES}/web:81/proxy/", 'no service port 81 found for service "web"'),
    ],
)
def test_nothing_there(world: World, path: str, message: str) -> None:
    address = send(world, "GET", f"{PODS}/web")["status"]["podIP"]
    answer = world.request(Request("GET", path)).body
    assert isinstance(answer, dict)
    assert answer["message"] == message.format(address)
