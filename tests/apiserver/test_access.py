"""Who may do what: roles, bindings, impersonation, tokens, reviews."""

from typing import Any

import pytest

from simulator.api.requests import REPEATED
from simulator.kernel.clock import SECOND
from tests.apiserver.api import API, config_map

PODS = "/api/v1/namespaces/default/pods"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
GROUP = "rbac.authorization.k8s.io"


def grant(api: API, user: str, verbs: str, resources: str, *, groups: str = "", namespace: str = "default") -> None:
    rules = [{"apiGroups": groups.split(",") or [""], "resources": resources.split(","), "verbs": verbs.split(",")}]
    api.create(f"{RBAC}/namespaces/{namespace}/roles", {"metadata": {"name": user}, "rules": rules})
    reference = {"apiGroup": GROUP, "kind": "Role", "name": user}
    binding = {"metadata": {"name": user}, "roleRef": reference, "subjects": [{"kind": "User", "name": user}]}
    api.create(f"{RBAC}/namespaces/{namespace}/rolebindings", binding)


@pytest.mark.parametrize(
    ("method", "url", "message"),
    [
        (
            "GET",
            PODS,
            'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "default"',
        ),
        (
            "GET",
            "/api/v1/nodes",
            'nodes is forbidden: User "eve" cannot list resource "nodes" in API group "" at the cluster scope',
        ),
        (
            "DELETE",
            "/apis/apps/v1/namespaces/default/deployments/web",
            'deployments.apps "web" is forbidden: User "eve" cannot delete resource "deployments" in API group "apps" '
            'in the namespace "default"',
        ),
        (
            "GET",
            f"{PODS}/a/log",
            'pods "a" is forbidden: User "eve" cannot get resource "pods/log" in API group "" in the namespace '
            '"default"',
        ),
        ("GET", "/metrics", 'forbidden: User "eve" cannot get path "/metrics"'),
    ],
)
def test_nobody_may_anything_by_default(api: API, method: str, url: str, message: str) -> None:
    status = api.body(method, url, impersonate_user="eve")
    assert (status["code"], status["reason"], status["message"]) == (403, "Forbidden", message)


def test_everybody_may_discover(api: API) -> None:
    assert api.get("/apis", impersonate_user="eve")["kind"] == "APIGroupList"


def test_a_role_in_one_namespace(api: API) -> None:
    grant(api, "eve", "get,list", "pods")
    assert api.get(PODS, impersonate_user="eve")["kind"] == "PodList"
    assert api.get("/api/v1/namespaces/kube-system/pods", impersonate_user="eve")["code"] == 403
    assert api.get("/api/v1/pods", impersonate_user="eve")["code"] == 403
    api.delete(f"{RBAC}/namespaces/default/rolebindings/eve")
    assert api.get(PODS, impersonate_user="eve")["code"] == 403


@pytest.mark.parametrize(
    ("role", "verb", "resource", "allowed"),
    [
        ("view", "get", "pods", True),
        ("view", "get", "secrets", False),
        ("view", "create", "pods", False),
        ("edit", "create", "pods", True),
        ("edit", "get", "secrets", True),
        ("edit", "create", "roles.rbac.authorization.k8s.io", False),
        ("admin", "create", "roles.rbac.authorization.k8s.io", True),
        ("admin", "update", "resourcequotas", False),
        ("cluster-admin", "update", "resourcequotas", True),
    ],
)
def test_the_roles_for_people(api: API, role: str, verb: str, resource: str, allowed: bool) -> None:
    reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": role}
    binding = {"metadata": {"name": "b"}, "roleRef": reference, "subjects": [{"kind": "Group", "name": "team"}]}
    api.create(f"{RBAC}/namespaces/default/rolebindings", binding)
    plural, _, group = resource.partition(".")
    attributes = {"verb": verb, "group": group, "resource": plural, "namespace": "default"}
    review = {"spec": {"user": "eve", "groups": ["team"], "resourceAttributes": attributes}}
    answer = api.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
    assert answer["status"]["allowed"] is allowed
    if allowed:
        told = f'RBAC: allowed by RoleBinding "b/default" of ClusterRole "{role}" to Group "team"'
        assert answer["status"]["reason"] == told


class TestEscalation:
    @pytest.fixture(autouse=True)
    def carol(self, api: API) -> None:
        grant(api, "carol", "create,get,list", "roles,rolebindings", groups=GROUP)

    def role(self, name: str, resource: str, group: str) -> Any:
        return {
            "metadata": {"name": name},
            "rules": [{"apiGroups": [group], "resources": [resource], "verbs": ["get"]}],
        }

    def test_what_one_has_may_be_given(self, api: API) -> None:
        url = f"{RBAC}/namespaces/default/roles"
        assert api.create(url, self.role("r1", "roles", GROUP), impersonate_user="carol")["kind"] == "Role"

    def test_what_one_has_not_may_not(self, api: API) -> None:
        url = f"{RBAC}/namespaces/default/roles"
        status = api.create(url, self.role("r2", "secrets", ""), impersonate_user="carol")
        assert status["message"] == (
            'roles.rbac.authorization.k8s.io "r2" is forbidden: user "carol" (groups=["system:authenticated"]) is '
            "attempting to grant RBAC permissions not currently held:\n"
            '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'
        )

    def test_nor_bound(self, api: API) -> None:
        reference = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "cluster-admin"}
        binding = {"metadata": {"name": "b"}, "roleRef": reference, "subjects": [{"kind": "User", "name": "carol"}]}
        status = api.create(f"{RBAC}/namespaces/default/rolebindings", binding, impersonate_user="carol")
        assert status["message"].endswith(
            '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}'
        )


class TestTokens:
    url = "/api/v1/namespaces/default/serviceaccounts/default/token"

    def token(self, api: API, **spec: Any) -> str:
        answer = api.create(self.url, {"spec": spec})
        return str(answer["status"]["token"])

    def who(self, api: API, token: str) -> Any:
        return api.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, authorization=f"Bearer {token}")

    def test_it_speaks_for_its_account(self, api: API) -> None:
        user = self.who(api, self.token(api))["status"]["userInfo"]
        assert user["username"] == "system:serviceaccount:default:default"
        assert user["groups"] == ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]

    def test_it_has_the_shape_of_a_jwt(self, api: API) -> None:
        assert [len(part) > 40 for part in self.token(api).split(".")] == [True, True, True]

    def test_it_ends(self, api: API) -> None:
        token = self.token(api, expirationSeconds=600)
        api.world.clock.advance(600 * SECOND)
        assert self.who(api, token)["message"] == "Unauthorized"

    def test_it_ends_with_its_account(self, api: API) -> None:
        token = self.token(api)
        api.delete("/api/v1/namespaces/default/serviceaccounts/default")
        assert self.who(api, token)["code"] == 401

    def test_a_changed_one_is_none(self, api: API) -> None:
        token = self.token(api)
        assert self.who(api, token[:-4] + "AAAA")["code"] == 401

    def test_for_another_audience(self, api: API) -> None:
        token = self.token(api, audiences=["vault"])
        assert self.who(api, token)["code"] == 401
        review = {"spec": {"token": token, "audiences": ["vault"]}}
        status = api.create("/apis/authentication.k8s.io/v1/tokenreviews", review)["status"]
        assert (status["authenticated"], status["audiences"]) == (True, ["vault"])

    def test_too_short(self, api: API) -> None:
        status = api.create(self.url, {"spec": {"expirationSeconds": 1}})
        assert status["message"] == (
            'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 1: may not '
            "specify a duration less than 10 minutes"
        )


def test_acting_for_somebody_takes_a_permission(api: API) -> None:
    token = TestTokens().token(api)
    status = api.get(PODS, authorization=f"Bearer {token}", impersonate_user="eve")
    assert status["message"] == (
        'users "eve" is forbidden: User "system:serviceaccount:default:default" cannot impersonate resource "users" '
        'in API group "" at the cluster scope'
    )


def test_whoami_with_groups(api: API) -> None:
    headers = {"impersonate_user": "eve", "impersonate_group": f"a{REPEATED}b,c"}
    answer = api.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, **headers)
    assert answer["status"]["userInfo"] == {"username": "eve", "groups": ["a", "b,c", "system:authenticated"]}


def test_a_role_that_is_missing_is_told(api: API) -> None:
    reference = {"apiGroup": GROUP, "kind": "Role", "name": "gone"}
    binding = {"metadata": {"name": "b"}, "roleRef": reference, "subjects": [{"kind": "User", "name": "eve"}]}
    api.create(f"{RBAC}/namespaces/default/rolebindings", binding)
    status = api.create("/api/v1/namespaces/default/configmaps", config_map("a"), impersonate_user="eve")
    assert status["message"].endswith(': RBAC: role.rbac.authorization.k8s.io "gone" not found')


AUTHORIZATION, AUTHENTICATION = "/apis/authorization.k8s.io/v1", "/apis/authentication.k8s.io/v1"
LOCAL = f"{AUTHORIZATION}/namespaces/default/localsubjectaccessreviews"
RESOURCE = {"verb": "get", "resource": "pods", "namespace": "default"}
SELECTOR = "spec.resourceAttributes.fieldSelector"


@pytest.mark.parametrize(
    ("url", "review", "message"),
    [
        (f"{AUTHENTICATION}/tokenreviews", {"spec": {}}, "token is required for TokenReview in authentication"),
        (f"{AUTHORIZATION}/selfsubjectrulesreviews", {"spec": {}}, "no namespace on request"),
        (
            f"{AUTHORIZATION}/selfsubjectaccessreviews",
            {"metadata": {"name": "a"}, "spec": {"resourceAttributes": RESOURCE}},
            'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: metadata: Invalid value: {"name":"a"}: must be empty',
        ),
        (
            f"{AUTHORIZATION}/selfsubjectaccessreviews",
            {"spec": {"resourceAttributes": {**RESOURCE, "fieldSelector": {}}}},
            f'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: {SELECTOR}.requirements: Required value: when '
            f"{SELECTOR} is specified, requirements or rawSelector is required",
        ),
        (
            f"{AUTHORIZATION}/subjectaccessreviews",
            {
                "spec": {
                    "user": "bob",
                    "resourceAttributes": {
                        **RESOURCE,
                        "fieldSelector": {"rawSelector": "foo", "requirements": [{"operator": "Exists", "values": ["a"]}]},
                        "labelSelector": {"requirements": [{"key": "a", "operator": "In"}, {"key": "b", "operator": "Newer"}]},
                    },
                }
            },
            f'SubjectAccessReview.authorization.k8s.io "" is invalid: [{SELECTOR}.rawSelector: Invalid value: "foo": may not '
            f"specified at the same time as requirements, {SELECTOR}.requirements[0].key: Required value: must be specified, "
            f"{SELECTOR}.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist', "
            "spec.resourceAttributes.labelSelector.requirements[0].values: Required value: must be specified when `operator` is "
            "'In' or 'NotIn']",
        ),
        (
            LOCAL,
            {"spec": {"user": "bob", "resourceAttributes": {**RESOURCE, "namespace": "other"}}},
            'LocalSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes.namespace: Invalid value: '
            '"other": must match metadata.namespace',
        ),
        (
            LOCAL,
            {"spec": {"user": "bob", "nonResourceAttributes": {"path": "/", "verb": "get"}}},
            'LocalSubjectAccessReview.authorization.k8s.io "" is invalid: spec.nonResourceAttributes: Invalid value: '
            '{"path":"/","verb":"get"}: disallowed on this kind of request',
        ),
    ],
)  # fmt: skip
def test_what_a_review_may_not_ask(api: API, url: str, review: Any, message: str) -> None:
    assert api.create(url, review)["message"] == message
