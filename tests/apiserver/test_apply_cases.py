"""Upstream's own cases of who owns what after several writes. Upstream: test/integration/apiserver/apply"""

import json
from typing import Any

import pytest

from simulator.machinery.objects import Object
from tests.apiserver.api import API, config_map, deployment, pod

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
ME = "?fieldManager=me"


def told(obj: Object) -> list[str]:
    """Each entry in a line: the manager, what it did, where, and the fields."""
    assert obj["kind"] != "Status", obj
    entries = obj["metadata"].get("managedFields", [])
    words = ("manager", "operation", "subresource")
    return [" ".join(entry[word] for word in words if word in entry) + f" {shown(entry)}" for entry in entries]


def shown(entry: Object) -> str:
    return json.dumps(entry["fieldsV1"], separators=(",", ":")).replace('\\"', "'").replace('"', "").replace(":{}", "")


def copy(obj: Any) -> Any:
    return json.loads(json.dumps(obj))


def labelled(**labels: str) -> Object:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": labels}}


def container(obj: Object) -> Any:
    return obj["spec"]["template"]["spec"]["containers"][0]


READABLE = {"operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:data": {"f:x": {}}}}
OURS = "me Apply {f:data:{f:a}}"


@pytest.mark.parametrize(
    ("brought", "kept"),
    [
        pytest.param([{}], [], id="one empty entry forgets all"),
        pytest.param([], [], id="so does an empty list"),
        pytest.param(None, [OURS], id="nothing keeps them"),
        pytest.param([READABLE | {"manager": "x"}], ["x Apply {f:data:{f:x}}"], id="others replace them"),
        pytest.param([READABLE | {"fieldsType": ""}], [OURS], id="of no type"),
        pytest.param([READABLE | {"operation": "Guess"}], [OURS], id="of no operation"),
        pytest.param([READABLE | {"apiVersion": ""}], [OURS], id="of no version"),
    ],
)
def test_managers_that_a_client_sends(api: API, brought: Any, kept: list[str]) -> None:
    made = copy(api.patch("apply", f"{CONFIG_MAPS}/c{ME}", config_map("c", data={"a": "1"})))
    made["metadata"]["managedFields"] = brought
    assert told(api.body("PUT", f"{CONFIG_MAPS}/c", made)) == kept
    later = told(api.patch("merge", f"{CONFIG_MAPS}/c?fieldManager=later", {"data": {"b": "2"}}))
    assert later == ([*kept, "later Update {f:data:{f:b}}"] if kept else [])  # untracked until somebody applies


@pytest.mark.parametrize(
    ("metadata", "fields"),
    [
        pytest.param({"annotations": {}}, "{f:annotations}", id="a map without entries"),
        pytest.param({"creationTimestamp": None}, "{f:creationTimestamp}", id="null"),
    ],
)
def test_what_says_nothing_is_owned(api: API, metadata: Object, fields: str) -> None:
    wanted = deployment("web")
    wanted["spec"]["template"]["metadata"] = metadata | wanted["spec"]["template"]["metadata"]
    made = api.patch("apply", f"{DEPLOYMENTS}/web{ME}", wanted)
    assert fields[1:-1] in told(made)[0]
    (name,) = metadata
    assert name not in made["spec"]["template"]["metadata"]
    api.world.advance(2)
    before = api.get(f"{DEPLOYMENTS}/web")
    assert api.patch("apply", f"{DEPLOYMENTS}/web{ME}", wanted) == before


def test_an_apply_cannot_create_what_has_an_identity(api: API) -> None:
    ghost = pod("ghost") | {"metadata": {"name": "ghost", "uid": "88e00824"}}
    answer = api.patch("apply", f"{PODS}/ghost{ME}", ghost)
    why = "uid mismatch: the provided object specified uid 88e00824, and no existing object was found"
    assert answer["message"] == f'Operation cannot be fulfilled on pods "ghost": {why}'
    assert (answer["code"], answer["reason"]) == (409, "Conflict")


def test_what_is_too_large_with_its_managers_is_kept_without(api: API) -> None:
    keys = {f"this-key-is-very-long-so-as-to-create-a-very-large-serialized-fieldset-{i}": "A" for i in range(9999)}
    assert told(api.create(CONFIG_MAPS, config_map("c", data=keys))) == []
    answer = api.patch("apply", f"{CONFIG_MAPS}/c{ME}", config_map("c"))
    assert (answer["code"], answer["message"]) == (500, "etcdserver: request is too large")


def test_managers_under_one_name_are_one(api: API) -> None:
    api.patch("apply", f"{PODS}/p?fieldManager=one", pod("p") | {"metadata": {"labels": {"a": "1"}}})
    api.patch("apply", f"{PODS}/p?fieldManager=two", labelled(b="2"))
    made = copy(api.patch("apply", f"{PODS}/p/status?fieldManager=two", labelled(c="3")))
    assert made["metadata"]["labels"] == {"a": "1", "b": "2", "c": "3"}
    assert told(made)[1:] == [
        "two Apply {f:metadata:{f:labels:{f:b}}}",
        "two Apply status {f:metadata:{f:labels:{f:c}}}",
    ]
    for entry in made["metadata"]["managedFields"]:
        entry.pop("subresource", None)
    assert told(api.body("PUT", f"{PODS}/p", made))[1:] == ["two Apply {f:metadata:{f:labels:{f:c}}}"]


def test_kubectl_takes_over_what_it_applied_unless_somebody_changed_it(api: API) -> None:
    wanted = deployment("web", replicas=3)
    last = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(wanted)}
    live = copy(wanted) | {"metadata": {"name": "web", "annotations": last}}
    live["spec"]["replicas"] = 5
    api.create(DEPLOYMENTS, live)
    container(wanted)["image"] = "nginx:1.29"
    answer = api.patch("apply", f"{DEPLOYMENTS}/web?fieldManager=kubectl", wanted)
    assert answer["message"] == 'Apply failed with 1 conflict: conflict with "unknown" using apps/v1: .spec.replicas'
    del wanted["spec"]["replicas"]
    answer = api.patch("apply", f"{DEPLOYMENTS}/web?fieldManager=kubectl", wanted)
    assert (answer["spec"]["replicas"], container(answer)["image"]) == (5, "nginx:1.29")


def daemon_set(env: Object, ports: Object) -> Object:
    """A DaemonSet whose container has these variables and ports; values of several are several of one name."""
    listed = [{"name": name, "value": value} for name, values in env.items() for value in values]
    opened = [{"containerPort": int(port), "name": name} for port, names in ports.items() for name in names]
    spec = {"containers": [{"name": "c", "image": "nginx", "env": listed, "ports": opened}]}
    labels = {"app": "x"}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "x"},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
    }


def of_container(obj: Object, manager: str) -> str:
    """What a manager has of the variables and ports."""
    (entry,) = [each for each in obj["metadata"]["managedFields"] if each["manager"] == manager]
    containers = entry["fieldsV1"].get("f:spec", {}).get("f:template", {}).get("f:spec", {}).get("f:containers", {})
    fields = containers.get('k:{"name":"c"}', {})
    return shown({"fieldsV1": {name: fields[name] for name in ("f:env", "f:ports") if name in fields}})


def test_several_of_one_key_are_one_to_their_owner(api: API) -> None:
    env, ports = {"A": ["1"], "PATH": ["/bin", "/usr/bin"]}, {"1": ["p0"], "80": ["p1", "p2"]}
    made = api.create(f"{DAEMON_SETS}?fieldManager=create", daemon_set(env, ports))
    path, port = "k:{'name':'PATH'}", "k:{'containerPort':80,'protocol':'TCP'}"
    whole = ".,f:name,f:value"
    first = f".,k:{{'name':'A'}}:{{{whole}}}"
    opened = ".,k:{'containerPort':1,'protocol':'TCP'}:{.,f:containerPort,f:name,f:protocol}"
    assert of_container(made, "create") == f"{{f:env:{{{first},{path}}},f:ports:{{{opened},{port}}}}}"
    changed = daemon_set(env | {"PATH": ["/bin", "/sbin"]}, ports | {"80": ["p3", "p4"]})
    made = api.body("PUT", f"{DAEMON_SETS}/x?fieldManager=update", changed)
    assert of_container(made, "create") == f"{{f:env:{{{first}}},f:ports:{{{opened}}}}}"
    assert of_container(made, "update") == f"{{f:env:{{{path}}},f:ports:{{{port}}}}}"
    one = daemon_set({"PATH": ["/"]}, {"80": ["p5"]})
    made = api.patch("apply", f"{DAEMON_SETS}/x{ME}&force=true", one)
    assert (
        of_container(made, "me") == f"{{f:env:{{{path}:{{{whole}}}}},f:ports:{{{port}:{{.,f:containerPort,f:name}}}}}}"
    )
    assert of_container(made, "update") == "{}"
    assert [(each["name"], each["value"]) for each in container(made)["env"]] == [("A", "1"), ("PATH", "/")]


def test_a_count_that_conversion_writes_is_its_creators(api: API) -> None:
    made = api.create(f"{DAEMON_SETS}{ME}", daemon_set({}, {}))
    assert "f:annotations:{.,f:deprecated.daemonset.template.generation}" in told(made)[0]
    assert made["metadata"]["annotations"] == {"deprecated.daemonset.template.generation": "1"}


SCALED = {
    "Deployment": "/apis/apps/v1",
    "StatefulSet": "/apis/apps/v1",
    "ReplicaSet": "/apis/apps/v1",
    "ReplicationController": "/api/v1",
}
SCALE = {"apiVersion": "autoscaling/v1", "kind": "Scale"}


@pytest.mark.parametrize("kind", SCALED)
def test_who_owns_the_replicas_of_a_scale(api: API, kind: str) -> None:
    url = f"{SCALED[kind]}/namespaces/default/{kind.lower()}s/test"
    labels = {"app": "nginx"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "nginx", "image": "nginx"}]}}
    selector = labels if kind == "ReplicationController" else {"matchLabels": labels}
    version = SCALED[kind].split("/", 2)[2]
    whole = {"apiVersion": version, "kind": kind, "spec": {"replicas": 1, "selector": selector, "template": template}}

    def after(how: str, where: str, body: Object, manager: str) -> tuple[int, list[str], str]:
        answer = api.patch(how, f"{url}{where}?fieldManager={manager}", body)
        found = api.get(url)
        owners = [line.split()[0] for line in told(found) if "f:replicas" in line]
        return found["spec"]["replicas"], sorted(owners), answer.get("message", "")

    def scale(replicas: int) -> Object:
        return {**SCALE, "spec": {"replicas": replicas}}

    lost = f'Apply failed with 1 conflict: conflict with "b" with subresource "scale" using {version}: .spec.replicas'
    assert after("apply", "", whole, "a") == (1, ["a"], "")
    assert after("merge", "/scale", {"spec": {"replicas": 5}}, "b") == (5, ["b"], "")
    assert after("apply", "", whole, "a") == (5, ["b"], lost)
    assert after("apply", "", whole, "a&force=true") == (1, ["a"], "")
    theirs = 'Apply failed with 1 conflict: conflict with "a": .spec.replicas'
    assert after("apply", "/scale", scale(17), "c") == (1, ["a"], theirs)
    assert after("apply", "/scale", scale(17), "c&force=true") == (17, ["c"], "")
    assert api.request("PUT", f"{url}/scale?fieldManager=d", {**scale(7), "metadata": {"name": "test"}}).status == 200
    assert after("apply", "/scale", scale(7), "e") == (7, ["d", "e"], "")
    assert after("merge", "/scale", {"spec": {"replicas": 5}}, "b") == (5, ["b"], "")
    assert after("merge", "/scale", {"status": {"replicas": 42}}, "f") == (5, ["b"], "")
    wrong = {**scale(1), "apiVersion": "autoscaling/v2"}
    assert "Incorrect version specified in apply patch" in after("apply", "/scale", wrong, "g")[2]
