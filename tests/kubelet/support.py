"""A world for tests about Pods: stored objects are frozen, and what a person would look at is a call away."""

from typing import Any

import orjson

from simulator.api.requests import Request
from simulator.world import World

type Object = dict[str, Any]


def new_world() -> World:
    return World.boot()


def send(world: World, method: str, path: str, body: Object | None = None, content: str = "application/json") -> Object:
    """A request with JSON both ways."""
    data = b"" if body is None else orjson.dumps(body)
    response = world.request(Request.to(method, path, headers={"content-type": content}, body=data))
    answer: Object = response.body if isinstance(response.body, dict) else orjson.loads(response.body)
    assert response.status < 400, answer
    return answer


def pod(name: str, image: str, *command: str, spec: Object | None = None, **container: Any) -> Object:
    """A Pod of one container called `c`."""
    one: Object = {"name": "c", "image": image, **container}
    if command:
        one["command"] = list(command)
    metadata = {"name": name, "labels": {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [one], **(spec or {})}}


def run(world: World, obj: Object, seconds: float = 0) -> None:
    """Create a Pod and let time pass."""
    send(world, "POST", "/api/v1/namespaces/default/pods", obj)
    world.advance(seconds)


def stored(world: World, name: str) -> Object | None:
    found: Object | None = world.cluster.store.get("pods", ("default", name))
    return found


def container(world: World, name: str, field: str = "containerStatuses", number: int = 0) -> Object:
    """The status of a Pod's container."""
    found = stored(world, name)
    assert found is not None
    status: Object = found["status"][field][number]
    return status


def reason(world: World, name: str) -> str:
    """What `kubectl get` shows of a container: its reason, or Running."""
    state = container(world, name)["state"]
    return "Running" if "running" in state else str(next(iter(state.values())).get("reason"))


def history(world: World, obj: Object, seconds: int, step: float = 0.25) -> list[str]:
    """The reasons a Pod goes through, each once in a row."""
    send(world, "POST", "/api/v1/namespaces/default/pods", obj)
    seen: list[str] = []
    for _ in range(int(seconds / step)):
        world.advance(step)
        found = stored(world, obj["metadata"]["name"])
        if found is not None and found.get("status", {}).get("containerStatuses"):
            now = reason(world, obj["metadata"]["name"])
            if seen[-1:] != [now]:
                seen.append(now)
    return seen


def condition(world: World, name: str, kind: str) -> tuple[str, str]:
    found = stored(world, name)
    assert found is not None
    entry = next(c for c in found["status"]["conditions"] if c["type"] == kind)
    return entry["status"], entry.get("reason", "")


def events(world: World, name: str) -> list[str]:
    """`Reason: message` of the Events about a Pod, in order."""
    client = world.cluster.client("test")
    about = [event for event in client.list("events") if event["involvedObject"]["name"] == name]
    return [f"{event['reason']}: {event['message']}" for event in about]


def logs(world: World, name: str, query: str = "") -> str:
    response = world.request(Request.to("GET", f"/api/v1/namespaces/default/pods/{name}/log?{query}"))
    assert isinstance(response.body, bytes)
    return response.body.decode()


def execute(world: World, name: str, *words: str, seconds: float = 30) -> tuple[str, int | None]:
    """Run a command in a Pod's container `c`: what it wrote, and its exit code."""
    found = stored(world, name)
    assert found is not None and world.cluster.kubelet is not None
    row = world.cluster.kubelet.containers[found["metadata"]["uid"], "c"]
    return command(world, row["machine"], *words, seconds=seconds)


def command(world: World, machine: str, *words: str, seconds: float = 30) -> tuple[str, int | None]:
    """Run a command on a machine, such as the workstation."""
    world.machines.open_session("test", machine, words)
    out, offsets = b"", (0, 0)
    for _ in range(int(seconds * 10)):
        world.advance(0.1)
        chunks, offsets = world.machines.session_output("test", offsets)
        out += b"".join(data for _, data in chunks)
        if world.machines.session_exit("test") is not None:
            break
    code = world.machines.session_exit("test")
    world.machines.session_close("test")
    return out.decode(), code


def address(world: World, name: str) -> str:
    found = stored(world, name)
    assert found is not None
    return str(found["status"]["podIP"])
