"""The FlowSchemas and priority levels of every API server: there, kept, and told of in the headers of each answer."""

import pytest

from tests.apiserver.api import API, TABLE

GROUP = "/apis/flowcontrol.apiserver.k8s.io/v1"
SCHEMAS, LEVELS = f"{GROUP}/flowschemas", f"{GROUP}/prioritylevelconfigurations"
PODS = "/api/v1/namespaces/default/pods"


def table(api: API, url: str) -> list[list[object]]:
    return [row["cells"] for row in api.get(url, **TABLE)["rows"]]


def test_what_every_server_makes(api: API) -> None:
    assert [(row[0], row[1], row[2], row[5]) for row in table(api, SCHEMAS)] == [
        ("exempt", "exempt", 1, "False"),
        ("probes", "exempt", 2, "False"),
        ("system-leader-election", "leader-election", 100, "False"),
        ("endpoint-controller", "workload-high", 150, "False"),
        ("workload-leader-election", "leader-election", 200, "False"),
        ("system-node-high", "node-high", 400, "False"),
        ("system-nodes", "system", 500, "False"),
        ("kube-controller-manager", "workload-high", 800, "False"),
        ("kube-scheduler", "workload-high", 800, "False"),
        ("kube-system-service-accounts", "workload-high", 900, "False"),
        ("service-accounts", "workload-low", 9000, "False"),
        ("global-default", "global-default", 9900, "False"),
        ("catch-all", "catch-all", 10000, "False"),
    ]
    assert [row[:6] for row in table(api, LEVELS)] == [
        ["catch-all", "Limited", 5, "<none>", "<none>", "<none>"],
        ["exempt", "Exempt", "<none>", "<none>", "<none>", "<none>"],
        ["global-default", "Limited", 20, 128, 6, 50],
        ["leader-election", "Limited", 10, 16, 4, 50],
        ["node-high", "Limited", 40, 64, 6, 50],
        ["system", "Limited", 30, 64, 6, 50],
        ["workload-high", "Limited", 40, 128, 6, 50],
        ["workload-low", "Limited", 100, 128, 6, 50],
    ]


def test_what_is_made_can_be_written_back(api: API) -> None:
    for url in (SCHEMAS, LEVELS):
        for found in api.get(url)["items"]:
            head = {"apiVersion": "flowcontrol.apiserver.k8s.io/v1", "kind": api.get(url)["kind"].removesuffix("List")}
            name = found["metadata"]["name"]
            assert (
                api.body("PUT", f"{url}/{name}", {**head, **found})["metadata"]["resourceVersion"]
                == (found["metadata"]["resourceVersion"])
            )


def test_what_is_deleted_or_spoilt_comes_back_within_a_minute(api: API) -> None:
    api.delete(f"{SCHEMAS}/probes")
    api.delete(f"{LEVELS}/system")
    api.world.advance(1)
    assert {row[0]: row[5] for row in table(api, SCHEMAS)}["system-nodes"] == "True"
    told = api.get(f"{SCHEMAS}/system-nodes")["status"]["conditions"][0]
    assert (told["reason"], told["message"]) == (
        "NotFound",
        'This FlowSchema references the PriorityLevelConfiguration object named "system" but there is no such object',
    )
    api.patch("merge", f"{SCHEMAS}/exempt", {"spec": {"matchingPrecedence": 7}})
    api.world.advance(60)
    rows = {row[0]: (row[2], row[5]) for row in table(api, SCHEMAS)}
    assert (rows["exempt"], rows["probes"], rows["system-nodes"]) == ((1, "False"), (2, "False"), (500, "False"))


def test_what_an_administrator_takes_over_is_left_alone(api: API) -> None:
    change = {
        "metadata": {"annotations": {"apf.kubernetes.io/autoupdate-spec": "false"}},
        "spec": {"limited": {"nominalConcurrencyShares": 7}},
    }
    api.patch("merge", f"{LEVELS}/workload-low", change)
    api.world.advance(120)
    assert api.get(f"{LEVELS}/workload-low")["spec"]["limited"]["nominalConcurrencyShares"] == 7


@pytest.mark.parametrize(
    ("url", "user", "schema"),
    [
        pytest.param(PODS, "", "global-default", id="an administrator"),
        pytest.param("/healthz", "", "probes", id="a probe"),
        pytest.param(PODS, "system:node:n1", "system-nodes", id="a node"),
        pytest.param("/api/v1/nodes/n1", "system:node:n1", "system-node-high", id="a node of itself"),
        pytest.param(
            "/apis/coordination.k8s.io/v1/namespaces/a/leases/b", "system:serviceaccount:kube-system:x",
            "system-leader-election", id="a leader",
        ),
        pytest.param(PODS, "system:serviceaccount:kube-system:x", "kube-system-service-accounts", id="the system's"),
        pytest.param(PODS, "system:serviceaccount:default:x", "service-accounts", id="a program's"),
        pytest.param(f"{PODS}/x/log", "", "", id="what may go on is not sorted"),
    ],
)  # fmt: skip
def test_an_answer_says_where_its_request_belonged(api: API, url: str, user: str, schema: str) -> None:
    headers = {}
    if user:
        group = {"system:node": "system:nodes", "system:serviceaccount": "system:serviceaccounts"}
        headers = {"impersonate_user": user, "impersonate_group": group[user[: user.index(":", 7)]]}
    said = api.request("GET", url, **headers).headers
    if not schema:
        assert "x-kubernetes-pf-flowschema-uid" not in said
        return
    found = api.get(f"{SCHEMAS}/{schema}")
    level = api.get(f"{LEVELS}/{found['spec']['priorityLevelConfiguration']['name']}")
    assert said["x-kubernetes-pf-flowschema-uid"] == found["metadata"]["uid"]
    assert said["x-kubernetes-pf-prioritylevel-uid"] == level["metadata"]["uid"]
    assert said["cache-control"] == "no-cache, private"


def test_a_schema_of_ones_own_comes_first_and_says_that_nothing_waits(api: API) -> None:
    schema = {
        "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
        "kind": "FlowSchema",
        "metadata": {"name": "mine"},
        "spec": {
            "priorityLevelConfiguration": {"name": "workload-low"},
            "matchingPrecedence": 50,
            "rules": [
                {
                    "subjects": [{"kind": "Group", "group": {"name": "system:authenticated"}}],
                    "resourceRules": [
                        {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"], "namespaces": ["default"]}
                    ],
                }
            ],
        },
    }
    made = api.request("POST", SCHEMAS, schema)
    assert "priority and fairness is stored but not simulated" in made.headers["warning"]
    assert isinstance(made.body, dict)
    uid = made.body["metadata"]["uid"]
    assert api.request("GET", PODS).headers["x-kubernetes-pf-flowschema-uid"] == uid
    assert api.request("GET", "/api/v1/pods").headers["x-kubernetes-pf-flowschema-uid"] != uid
