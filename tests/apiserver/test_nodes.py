"""What a node may do with the certificate of its kubelet: what it and its Pods need, and nothing else."""

from typing import Any

import pytest

from simulator.spec import lab
from simulator.world import World
from tests.apiserver.api import API, config_map, pod

IN_DEFAULT = "/api/v1/namespaces/default"
PODS, LEASES = f"{IN_DEFAULT}/pods", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
CSI_NODES = "/apis/storage.k8s.io/v1/csinodes"
REVIEWS = "/apis/authorization.k8s.io/v1"
AS_NODE = {"impersonate_user": "system:node:a", "impersonate_group": "system:nodes"}
MIRROR = {"kubernetes.io/config.mirror": "1"}
NO_RELATION = "no relationship found between node 'a' and this object"


def furnish(api: API) -> None:
    """Two nodes, each with a Pod that refers to objects of its own name."""
    for name in ("a", "b"):
        api.create("/api/v1/nodes", {"metadata": {"name": name}})
        api.create(f"{IN_DEFAULT}/serviceaccounts", {"metadata": {"name": f"runs-{name}"}})
        api.create(f"{IN_DEFAULT}/configmaps", config_map(f"read-by-{name}"))
        for use in ("env", "mount", "pull", "volume"):
            api.create(f"{IN_DEFAULT}/secrets", {"metadata": {"name": f"{use}-{name}"}})
        volumes = [
            {"name": "s", "secret": {"secretName": f"mount-{name}"}},
            {"name": "c", "persistentVolumeClaim": {"claimName": f"claim-{name}"}},
            {"name": "p", "projected": {"sources": [{"configMap": {"name": f"read-by-{name}"}},
                                                    {"serviceAccountToken": {"audience": "vault", "path": "t"}}]}},
        ]  # fmt: skip
        env = [{"name": "X", "valueFrom": {"secretKeyRef": {"name": f"env-{name}", "key": "x"}}}]
        fields: Any = {
            "nodeName": name, "serviceAccountName": f"runs-{name}", "volumes": volumes,
            "imagePullSecrets": [{"name": f"pull-{name}"}],
            "containers": [{"name": "c", "image": "nginx", "env": env}],
        }  # fmt: skip
        made = api.create(PODS, pod(f"on-{name}", **fields))
        assert made["kind"] == "Pod", made
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        secret = {"name": f"volume-{name}", "namespace": "default"}
        csi = {"driver": "disks", "volumeHandle": name, "nodeStageSecretRef": secret}
        bound = {"namespace": "default", "name": f"claim-{name}"}
        rest = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "claimRef": bound, "csi": csi}
        api.create(f"{IN_DEFAULT}/persistentvolumeclaims", {"metadata": {"name": f"claim-{name}"}, "spec": claim})
        api.create("/api/v1/persistentvolumes", {"metadata": {"name": f"disk-{name}"}, "spec": rest})


@pytest.fixture(scope="module")
def furnished(origin: World) -> World:
    world = origin.fork()
    furnish(API(world))
    return world


@pytest.fixture
def api(furnished: World) -> API:
    return API(furnished.fork())


def cannot(verb: str, resource: str, where: str, why: str) -> str:
    where = f'in the namespace "{where}"' if where else "at the cluster scope"
    plural, _, group = resource.partition(".")
    refusal = f'User "system:node:a" cannot {verb} resource "{plural}" in API group "{group}" {where}'
    return f"{refusal}: {why}" if why else refusal


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/nodes/a", "/api/v1/nodes?fieldSelector=metadata.name%3Da", f"{PODS}/on-a",
        "/api/v1/pods?fieldSelector=spec.nodeName%3Da", "/api/v1/services", f"{IN_DEFAULT}/configmaps/read-by-a",
        f"{IN_DEFAULT}/configmaps?fieldSelector=metadata.name%3Dread-by-a", f"{IN_DEFAULT}/secrets/env-a",
        f"{IN_DEFAULT}/secrets/mount-a", f"{IN_DEFAULT}/secrets/pull-a", f"{IN_DEFAULT}/secrets/volume-a",
        f"{IN_DEFAULT}/persistentvolumeclaims/claim-a", "/api/v1/persistentvolumes/disk-a",
        "/apis/storage.k8s.io/v1/csidrivers", "/apis/node.k8s.io/v1/runtimeclasses",
    ],
)  # fmt: skip
def test_a_node_reads_what_it_and_its_pods_need(url: str, api: API) -> None:
    assert api.request("GET", url, **AS_NODE).status == 200


READS: dict[str, tuple[str, str]] = {
    "all nodes": ("/api/v1/nodes", "nodes is forbidden: "
        + cannot("list", "nodes", "", "node 'a' cannot read all nodes, only its own Node object")),
    "another node": ("/api/v1/nodes/b", 'nodes "b" is forbidden: '
        + cannot("get", "nodes", "", "node 'a' cannot read 'b', only its own Node object")),
    "all Pods": (PODS, "pods is forbidden: "
        + cannot("list", "pods", "default", "can only list/watch pods with spec.nodeName field selector")),
    "Pods of another node": ("/api/v1/pods?fieldSelector=spec.nodeName%3Db", "pods is forbidden: "
        + cannot("list", "pods", "", "can only list/watch pods with spec.nodeName field selector")),
    "a Pod elsewhere": (f"{PODS}/on-b", 'pods "on-b" is forbidden: ' + cannot("get", "pods", "default", NO_RELATION)),
    "all Secrets": (f"{IN_DEFAULT}/secrets", "secrets is forbidden: "
        + cannot("list", "secrets", "default", "No Object name found")),
    "Secrets of all namespaces": ("/api/v1/secrets", "secrets is forbidden: "
        + cannot("list", "secrets", "", "can only read namespaced object of this type")),
    "a Secret used elsewhere": (f"{IN_DEFAULT}/secrets/env-b", 'secrets "env-b" is forbidden: '
        + cannot("get", "secrets", "default", NO_RELATION)),
    "a volume's Secret elsewhere": (f"{IN_DEFAULT}/secrets/volume-b", 'secrets "volume-b" is forbidden: '
        + cannot("get", "secrets", "default", NO_RELATION)),
    "one by its name": (f"{IN_DEFAULT}/configmaps?fieldSelector=metadata.name%3Dread-by-b",
        'configmaps "read-by-b" is forbidden: ' + cannot("list", "configmaps", "default", NO_RELATION)),
    "a claim elsewhere": (f"{IN_DEFAULT}/persistentvolumeclaims/claim-b", 'persistentvolumeclaims "claim-b" is forbidden: '
        + cannot("get", "persistentvolumeclaims", "default", NO_RELATION)),
    "all volumes": ("/api/v1/persistentvolumes", "persistentvolumes is forbidden: "
        + cannot("list", "persistentvolumes", "", "can only get individual resources of this type")),
    "leases": (LEASES, "leases.coordination.k8s.io is forbidden: " + cannot("list", "leases.coordination.k8s.io",
        "kube-node-lease", "can only get, create, update, patch, or delete a node lease")),
    "a lease of another": (f"{LEASES}/b", 'leases.coordination.k8s.io "b" is forbidden: '
        + cannot("get", "leases.coordination.k8s.io", "kube-node-lease",
                 "can only access node lease with the same name as the requesting node")),
    "a lease elsewhere": ("/apis/coordination.k8s.io/v1/namespaces/default/leases/a",
        'leases.coordination.k8s.io "a" is forbidden: ' + cannot("get", "leases.coordination.k8s.io", "default",
                 'can only access leases in the "kube-node-lease" system namespace')),
    "a CSINode of another": (f"{CSI_NODES}/b", 'csinodes.storage.k8s.io "b" is forbidden: '
        + cannot("get", "csinodes.storage.k8s.io", "", "can only access CSINode with the same name as the requesting node")),
    "what no node needs": ("/apis/apps/v1/namespaces/default/deployments", "deployments.apps is forbidden: "
        + cannot("list", "deployments.apps", "default", "")),
}  # fmt: skip


@pytest.mark.parametrize("what", READS)
def test_a_node_reads_nothing_else(what: str, api: API) -> None:
    url, message = READS[what]
    status = api.get(url, **AS_NODE)
    assert (status["code"], status["message"]) == (403, message)


def test_who_is_not_in_the_group_is_no_node(api: API) -> None:
    assert api.get("/api/v1/nodes/a", impersonate_user="system:node:a")["code"] == 403
    status = api.get("/api/v1/nodes", impersonate_user="system:node:", impersonate_group="system:nodes")
    assert status["message"].endswith('at the cluster scope: unknown node for user "system:node:"')


def test_why_by_both_authorizers(api: API) -> None:
    """What is wrong with a node's bindings follows what the Node authorizer says."""
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "gone"}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:nodes"}
    url = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    api.create(url, {"metadata": {"name": "lost"}, "roleRef": reference, "subjects": [subject]})
    message = api.get("/api/v1/secrets", **AS_NODE)["message"]
    why = 'can only read namespaced object of this type\nRBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'
    assert message.endswith(why)


def test_reviews(api: API) -> None:
    asked: Any = {"verb": "list", "resource": "pods", "version": "v1"}
    for selector, allowed in (({}, False), ({"rawSelector": "spec.nodeName=a"}, True),
                              ({"requirements": [{"key": "spec.nodeName", "operator": "In", "values": ["a"]}]}, True),
                              ({"requirements": [{"key": "spec.nodeName", "operator": "In", "values": ["b"]}]}, False)):  # fmt: skip
        spec = {"resourceAttributes": {**asked, **({"fieldSelector": selector} if selector else {})}}
        review = api.create(f"{REVIEWS}/selfsubjectaccessreviews", {"spec": spec}, **AS_NODE)
        assert review["status"]["allowed"] is allowed, (selector, review)
    rules = api.create(f"{REVIEWS}/selfsubjectrulesreviews", {"spec": {"namespace": "default"}}, **AS_NODE)["status"]
    assert rules["incomplete"]
    assert rules["evaluationError"] == "node authorizer does not support user rule resolution"


def test_older_releases_let_nodes_see_each_other() -> None:
    spec = lab(0, with_control_plane=False, without=("kubelet", "scheduler"), kubernetes="1.31")
    api = API(World.boot(spec))
    furnish(api)
    assert [api.request("GET", url, **AS_NODE).status for url in ("/api/v1/nodes", PODS, "/api/v1/nodes/b")] == [
        200
    ] * 3
    assert api.get(f"{IN_DEFAULT}/secrets/env-b", **AS_NODE)["code"] == 403


def taint(key: str) -> Any:
    return {"spec": {"taints": [{"key": key, "effect": "NoSchedule"}]}}


def labels(**found: str | None) -> Any:
    return {"metadata": {"labels": {key.replace("__", "/").replace("_", "."): value for key, value in found.items()}}}


def mirror(uid: str = "", **fields: Any) -> Any:
    owner = {"apiVersion": "v1", "kind": "Node", "name": "a", "uid": uid, "controller": True}
    made = pod("static-a", nodeName="a", **fields)
    return {**made, "metadata": {"name": "static-a", "annotations": MIRROR, "ownerReferences": [owner]}}


def token(**spec: Any) -> Any:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}


OWN_TOKENS = f"{IN_DEFAULT}/serviceaccounts/runs-a/token"
WRITES: dict[str, tuple[str, str, Any, str]] = {
    "another node": ("PATCH", "/api/v1/nodes/b", labels(x="1"),
        'nodes "b" is forbidden: node "a" is not allowed to modify node "b"'),
    "another node's status": ("PATCH", "/api/v1/nodes/b/status", labels(x="1"),
        'nodes "b" is forbidden: node "a" is not allowed to modify node "b"'),
    "a new node": ("POST", "/api/v1/nodes", {"metadata": {"name": "c"}},
        'nodes "c" is forbidden: node "a" is not allowed to modify node "c"'),
    "a restricted label": ("PATCH", "/api/v1/nodes/a", labels(x="1", **{"node-restriction.kubernetes.io__team": "x"}),
        'nodes "a" is forbidden: is not allowed to modify labels: node-restriction.kubernetes.io/team'),
    "labels of Kubernetes": ("PATCH", "/api/v1/nodes/a", labels(kubernetes_io__role="x", app_k8s_io__x="y"),
        'nodes "a" is forbidden: is not allowed to modify labels: app.k8s.io/x, kubernetes.io/role'),
    "a role": ("PATCH", "/api/v1/nodes/a", labels(**{"node-role.kubernetes.io__control-plane": ""}),
        'nodes "a" is forbidden: is not allowed to modify labels: node-role.kubernetes.io/control-plane'),
    "its taints": ("PATCH", "/api/v1/nodes/a", taint("mine"), 'nodes "a" is forbidden: node "a" is not allowed to modify taints'),
    "a Pod": ("POST", PODS, pod("free", nodeName="a"), 'pods "free" is forbidden: pod does not have '
        '"kubernetes.io/config.mirror" annotation, node "a" can only create mirror pods'),
    "a mirror elsewhere": ("POST", PODS, {**pod("m", nodeName="b"), "metadata": {"name": "m", "annotations": MIRROR}},
        'pods "m" is forbidden: node "a" can only create pods with spec.nodeName set to itself'),
    "a mirror of nobody": ("POST", PODS, {**pod("m", nodeName="a"), "metadata": {"name": "m", "annotations": MIRROR}},
        'pods "m" is forbidden: node "a" can only create pods with an owner reference set to itself'),
    "a mirror of another time": ("POST", PODS, mirror("1-2"), 'pods "static-a" is forbidden: node a UID mismatch: expected 1-2 got NODE'),
    "a mirror with a Secret": ("POST", PODS, mirror("NODE", volumes=[{"name": "s", "secret": {"secretName": "env-b"}}]),
        'pods "static-a" is forbidden: node "a" can not create pods that reference secrets'),
    "a mirror with a ConfigMap": ("POST", PODS, mirror("NODE", volumes=[{"name": "s", "configMap": {"name": "x"}}]),
        'pods "static-a" is forbidden: node "a" can not create pods that reference configmaps'),
    "a mirror with an account": ("POST", PODS, mirror("NODE", serviceAccountName="runs-b"),
        'pods "static-a" is forbidden: node "a" can not create pods that reference a service account'),
    "deleting elsewhere": ("DELETE", f"{PODS}/on-b", None,
        'pods "on-b" is forbidden: node "a" can only delete pods with spec.nodeName set to itself'),
    "a status elsewhere": ("PATCH", f"{PODS}/on-b/status", {"status": {"message": "x"}},
        'pods "on-b" is forbidden: node "a" can only update pod status for pods with spec.nodeName set to itself'),
    "labels with a status": ("PATCH", f"{PODS}/on-a/status", labels(x="1"),
        'pods "on-a" is forbidden: node "a" cannot update labels through pod status'),
    "evicting elsewhere": ("POST", f"{PODS}/on-b/eviction", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "on-b"}},
        'pods "on-b" is forbidden: node a can only evict pods with spec.nodeName set to itself'),
    "a lease of another name": ("POST", LEASES, {"metadata": {"name": "b"}}, 'leases.coordination.k8s.io "b" is forbidden: '
        "can only access node lease with the same name as the requesting node"),
    "a CSINode of another name": ("POST", CSI_NODES, {"metadata": {"name": "b"}, "spec": {"drivers": []}},
        'csinodes.storage.k8s.io "b" is forbidden: can only access CSINode with the same name as the requesting node'),
    "a token of no Pod": ("POST", OWN_TOKENS, token(), 'serviceaccounts "runs-a" is forbidden: node requested token not bound to a pod'),
    "a token without uid": ("POST", OWN_TOKENS, token(boundObjectRef={"apiVersion": "v1", "kind": "Pod", "name": "on-a"}),
        'serviceaccounts "runs-a" is forbidden: node requested token with a pod binding without a uid'),
    "a token of another audience": ("POST", OWN_TOKENS,
        token(audiences=["bank"], boundObjectRef={"apiVersion": "v1", "kind": "Pod", "name": "on-a", "uid": "POD"}),
        'serviceaccounts "runs-a" is forbidden: audience "bank" not found in pod spec volume, '
        "system:node:a is not authorized to request tokens for this audience"),
}  # fmt: skip


def filled(value: Any, words: dict[str, str]) -> Any:
    """The value with the uids that only the world knows."""
    if isinstance(value, dict):
        return {key: filled(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, words) for each in value]
    return words.get(value, value) if isinstance(value, str) else value


def uids(api: API) -> dict[str, str]:
    node, running = api.get("/api/v1/nodes/a"), api.get(f"{PODS}/on-a")
    return {"NODE": node["metadata"]["uid"], "POD": running["metadata"]["uid"]}


def send(api: API, method: str, url: str, body: Any) -> Any:
    kind = "application/strategic-merge-patch+json" if method == "PATCH" else "application/json"
    return api.request(method, url, body, content_type=kind, **AS_NODE)


@pytest.mark.parametrize("what", WRITES)
def test_a_node_writes_nothing_of_others(what: str, api: API) -> None:
    method, url, body, message = WRITES[what]
    known = uids(api)
    answer = send(api, method, url, filled(body, known))
    assert (answer.status, answer.body["message"]) == (403, message.replace("NODE", known["NODE"]))


BOUND = {"apiVersion": "v1", "kind": "Pod", "name": "on-a", "uid": "POD"}
OWN: dict[str, tuple[str, str, Any]] = {
    "labels": ("PATCH", "/api/v1/nodes/a", labels(x="1", topology_kubernetes_io__zone="z", node_kubernetes_io__x="y")),
    "its status": ("PATCH", "/api/v1/nodes/a/status", {"status": {"phase": "Running"}}),
    "a mirror": ("POST", PODS, mirror("NODE")),
    "the status of its Pod": ("PATCH", f"{PODS}/on-a/status", {"status": {"message": "x"}}),
    "deleting its Pod": ("DELETE", f"{PODS}/on-a", None),
    "evicting its Pod": ("POST", f"{PODS}/on-a/eviction", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "on-a"}}),
    "its lease": ("POST", LEASES, {"metadata": {"name": "a"}}),
    "its CSINode": ("POST", CSI_NODES, {"metadata": {"name": "a"}, "spec": {"drivers": []}}),
    "a token for its Pod": ("POST", OWN_TOKENS, token(boundObjectRef=BOUND)),
    "a token for a volume": ("POST", OWN_TOKENS, token(audiences=["vault"], boundObjectRef=BOUND)),
}  # fmt: skip


@pytest.mark.parametrize("what", OWN)
def test_a_node_writes_what_is_its_own(what: str, api: API) -> None:
    method, url, body = OWN[what]
    answer = send(api, method, url, filled(body, uids(api)))
    assert answer.status in (200, 201), answer.body
