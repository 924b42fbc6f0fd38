"""Admission policies: who is refused, warned, noted or changed by them, and in which words."""

from typing import Any

import pytest

from simulator.machinery.objects import Object
from simulator.machinery.releases import release
from tests.apiserver.api import API

GROUP = "/apis/admissionregistration.k8s.io/v1"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
FOLDERS = {
    "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
    "MutatingAdmissionPolicy": "mutatingadmissionpolicies",
}


def rule(resource: str = "deployments", group: str = "apps", *operations: str, **more: Any) -> Object:
    return {
        "apiGroups": [group],
        "apiVersions": ["v1"],
        "operations": list(operations) or ["CREATE", "UPDATE"],
        "resources": [resource],
        **more,
    }


def bind(api: API, spec: Object, binding: Object | None = None, *, name: str = "p", on: Object | None = None) -> None:
    """Put a policy into force."""
    kind = "MutatingAdmissionPolicy" if "mutations" in spec else "ValidatingAdmissionPolicy"
    spec = {"matchConstraints": {"resourceRules": [on or rule()]}, **spec}
    if "mutations" in spec:
        spec = {"reinvocationPolicy": "Never", **spec}
    made = api.create(f"{GROUP}/{FOLDERS[kind]}", {"metadata": {"name": name}, "spec": spec})
    assert made["kind"] == kind, made
    default = {} if "mutations" in spec else {"validationActions": ["Deny"]}
    bound = {"metadata": {"name": f"{name}-b"}, "spec": {"policyName": name, **default, **(binding or {})}}
    made = api.create(f"{GROUP}/{kind.lower()}bindings", bound)
    assert made["kind"] == f"{kind}Binding", made


def deployment(name: str = "web", replicas: int = 1, **metadata: Any) -> Object:
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": name, **metadata}, "spec": spec}


def settings(name: str = "m", **data: str) -> Object:
    return {"metadata": {"name": name}, "data": data}


DENIED = "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: "


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"validations": [{"expression": "object.spec.replicas > 1"}]}, "failed expression: object.spec.replicas > 1"),
        ({"validations": [{"expression": "object.spec.replicas > 1", "message": "two at least"}]}, "two at least"),
        (
            {"validations": [{"expression": "false", "messageExpression": "'not ' + string(object.spec.replicas)"}]},
            "not 1",
        ),
        (
            {"validations": [{"expression": "object.spec.nope > 1"}]},
            "expression 'object.spec.nope > 1' resulted in error: no such key: nope",
        ),
        (
            {
                "variables": [
                    {"name": "images", "expression": "object.spec.template.spec.containers.map(c, c.image)"},
                    {"name": "ours", "expression": "variables.images.all(i, i.startsWith('ours/'))"},
                ],
                "validations": [{"expression": "variables.ours", "message": "only our images"}],
            },
            "only our images",
        ),
        (
            {"validations": [{"expression": "request.userInfo.username == 'nobody' && oldObject == null"}]},
            "failed expression: request.userInfo.username == 'nobody' && oldObject == null",
        ),
        ({"validations": [{"expression": "namespaceObject.metadata.name != 'default'", "message": "ns"}]}, "ns"),
        (
            {
                "validations": [
                    {
                        "expression": "!authorizer.group('').resource('secrets').namespace('x').check('get').allowed()",
                        "message": "too mighty",
                    }
                ]
            },
            "too mighty",
        ),
    ],
)
def test_denials(api: API, spec: Object, message: str) -> None:
    bind(api, spec)
    answer = api.create(DEPLOYMENTS, deployment())
    assert (answer["message"], answer["reason"], answer["code"]) == (DENIED + message, "Invalid", 422)
    assert answer["details"]["causes"] == [{"message": answer["message"].partition("forbidden: ")[2]}]


def test_reasons(api: API) -> None:
    bind(api, {"validations": [{"expression": "false", "message": "no", "reason": "Forbidden"}]})
    answer = api.create(DEPLOYMENTS, deployment())
    assert (answer["reason"], answer["code"]) == ("Forbidden", 403)


def test_a_policy_without_a_binding_and_one_that_ignores_failures(api: API) -> None:
    spec = {"matchConstraints": {"resourceRules": [rule()]}, "validations": [{"expression": "false"}]}
    api.create(f"{GROUP}/validatingadmissionpolicies", {"metadata": {"name": "unbound"}, "spec": spec})
    bind(api, {"validations": [{"expression": "object.nope == 1"}], "failurePolicy": "Ignore"})
    assert api.create(DEPLOYMENTS, deployment())["kind"] == "Deployment"


def test_warn_and_audit(api: API) -> None:
    bind(api, {"validations": [{"expression": "false", "message": "hm"}]}, {"validationActions": ["Warn", "Audit"]})
    answer = api.request("POST", DEPLOYMENTS, deployment())
    told = "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p-b': hm"
    assert (answer.status, answer.headers["warning"]) == (201, f'299 - "{told}"')


@pytest.mark.parametrize(
    ("match", "is_denied"),
    [
        ({"resourceRules": [rule()]}, True),
        ({"resourceRules": [rule("pods", "")]}, False),
        ({"resourceRules": [rule("*", "*")]}, True),
        ({"resourceRules": [rule("*/*", "*")]}, True),
        ({"resourceRules": [rule("deployments/scale")]}, False),
        ({"resourceRules": [rule("deployments", "apps", "DELETE")]}, False),
        ({"resourceRules": [rule(resourceNames=["other"])]}, False),
        ({"resourceRules": [rule(scope="Cluster")]}, False),
        ({"resourceRules": [rule()], "excludeResourceRules": [rule(resourceNames=["web"])]}, False),
        ({"resourceRules": [rule()], "objectSelector": {"matchLabels": {"a": "b"}}}, False),
        (
            {
                "resourceRules": [rule()],
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}},
            },
            True,
        ),
        ({"resourceRules": [rule()], "namespaceSelector": {"matchLabels": {"a": "b"}}}, False),
    ],
)
def test_what_a_policy_looks_at(api: API, match: Object, is_denied: bool) -> None:
    bind(api, {"matchConstraints": match, "validations": [{"expression": "false"}]})
    assert (api.create(DEPLOYMENTS, deployment())["kind"] == "Status") is is_denied


def test_match_conditions(api: API) -> None:
    conditions = [{"name": "not-me", "expression": "request.userInfo.username != 'kubernetes-admin'"}]
    bind(api, {"matchConditions": conditions, "validations": [{"expression": "false"}]})
    assert api.create(DEPLOYMENTS, deployment())["kind"] == "Deployment"
    bound = {"kind": "RoleBinding", "metadata": {"name": "b"}, "roleRef": {"kind": "ClusterRole", "name": "admin"}}
    bound["roleRef"]["apiGroup"] = "rbac.authorization.k8s.io"
    bound["subjects"] = [{"kind": "User", "name": "jane", "apiGroup": "rbac.authorization.k8s.io"}]
    api.create("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", bound)
    assert api.create(DEPLOYMENTS, deployment("b"), impersonate_user="jane")["code"] == 422


PARAMS = {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}
LIMIT = [{"expression": "object.spec.replicas <= int(params.data.most)", "message": "too many"}]


def test_parameters(api: API) -> None:
    api.create(MAPS, settings("limits", most="3"))
    bind(api, {**PARAMS, "validations": LIMIT}, {"paramRef": {"name": "limits", "parameterNotFoundAction": "Deny"}})
    assert api.create(DEPLOYMENTS, deployment("a", 3))["kind"] == "Deployment"
    assert api.create(DEPLOYMENTS, deployment("web", 4))["message"] == DENIED + "too many"
    api.delete(f"{MAPS}/limits")
    assert api.create(DEPLOYMENTS, deployment("web", 1))["message"] == DENIED + (
        "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
    )


def test_parameters_chosen_by_labels(api: API) -> None:
    for name, most in (("a", "5"), ("b", "2")):
        made = settings(name, most=most)
        made["metadata"]["labels"] = {"kind": "limit"}
        api.create(MAPS, made)
    chosen = {
        "selector": {"matchLabels": {"kind": "limit"}},
        "parameterNotFoundAction": "Allow",
        "namespace": "default",
    }
    bind(api, {**PARAMS, "validations": LIMIT}, {"paramRef": chosen})
    assert api.create(DEPLOYMENTS, deployment("web", 4))["message"] == DENIED + "too many"
    assert api.create(DEPLOYMENTS, deployment("b", 2))["kind"] == "Deployment"


def test_updates_and_deletions(api: API) -> None:
    api.create(DEPLOYMENTS, deployment())
    kept = {"validations": [{"expression": "oldObject.metadata.?labels.keep.orValue('') != 'yes'", "message": "kept"}]}
    bind(api, kept, on=rule("deployments", "apps", "UPDATE", "DELETE"))
    assert api.patch("merge", f"{DEPLOYMENTS}/web", {"metadata": {"labels": {"keep": "yes"}}})["kind"] == "Deployment"
    assert api.patch("merge", f"{DEPLOYMENTS}/web", {"spec": {"replicas": 2}})["message"] == DENIED + "kept"
    assert api.delete(f"{DEPLOYMENTS}/web")["message"] == DENIED + "kept"


def test_policies_look_at_what_controllers_create(api: API) -> None:
    bind(api, {"validations": [{"expression": "false", "message": "no pods"}]}, on=rule("pods", ""))
    api.create(DEPLOYMENTS, deployment())
    api.world.advance(5)
    events = api.get("/api/v1/namespaces/default/events")["items"]
    told = [each["message"] for each in events if each["reason"] == "FailedCreate"]
    assert told and "ValidatingAdmissionPolicy 'p' with binding 'p-b' denied request: no pods" in told[0]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            {"validations": [{"expression": "object.a +"}]},
            'spec.validations[0].expression: Invalid value: "object.a +": compilation failed: ERROR: <input>:1:11: ',
        ),
        ({"validations": [{"expression": "1 + 1"}]}, "must evaluate to bool but got int"),
        ({"validations": [{"expression": "params.a == 1"}]}, "undeclared reference to 'params' (in container '')"),
        ({"validations": [{"expression": "variables.a == 1"}]}, "undefined field 'a'"),
        ({"validations": [{"expression": "request.nope == 1"}]}, "undefined field 'nope'"),
        (
            {
                "validations": [
                    {"expression": "true", "messageExpression": "authorizer.path('/x').check('get').reason()"}
                ]
            },
            "undeclared reference to 'authorizer'",
        ),
        ({"variables": [{"name": "a-b", "expression": "1"}]}, "name is not a valid CEL identifier"),
        ({"matchConditions": [{"name": "c", "expression": "1"}]}, "must evaluate to bool but got int"),
        (
            {"auditAnnotations": [{"key": "k", "valueExpression": "1"}]},
            "must evaluate to one of [string null] but got int",
        ),
    ],
)
def test_policies_that_are_refused(api: API, spec: Object, message: str) -> None:
    whole = {"matchConstraints": {"resourceRules": [rule()]}, "validations": [{"expression": "true"}], **spec}
    answer = api.create(f"{GROUP}/validatingadmissionpolicies", {"metadata": {"name": "p"}, "spec": whole})
    assert answer["code"] == 422
    assert message in answer["message"]


def test_type_checking(api: API) -> None:
    validations = [{"expression": "object.spec.replica > 1"}, {"expression": "object.spec.replicas > 1"}]
    bind(api, {"validations": validations})
    api.world.advance(1)
    assert api.get(f"{GROUP}/validatingadmissionpolicies/p")["status"] == {
        "observedGeneration": 1,
        "typeChecking": {
            "expressionWarnings": [
                {
                    "fieldRef": "spec.validations[0].expression",
                    "warning": "apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'replica'\n"
                    " | object.spec.replica > 1\n | ...........^\n",
                }
            ]
        },
    }


# Mutation.


def configured(text: str) -> Object:
    return {"mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": text}}]}


def operated(text: str) -> Object:
    return {"mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": text}}]}


@pytest.mark.parametrize(
    ("spec", "path", "value"),
    [
        (configured("Object{spec: Object.spec{replicas: object.spec.replicas + 2}}"), ("spec", "replicas"), 3),
        (
            configured('Object{metadata: Object.metadata{labels: {"by": request.userInfo.username}}}'),
            ("metadata", "labels"),
            {"by": "kubernetes-admin"},
        ),
        (
            operated('[JSONPatch{op: "replace", path: "/spec/replicas", value: 4}]'),
            ("spec", "replicas"),
            4,
        ),
        (
            operated(
                '[JSONPatch{op: "test", path: "/spec/replicas", value: 9}, '
                'JSONPatch{op: "replace", path: "/spec/replicas", value: 4}]'
            ),
            ("spec", "replicas"),
            1,
        ),
        (
            operated(
                '[JSONPatch{op: "add", path: "/metadata/annotations", value: {}}, JSONPatch{op: "add", '
                'path: "/metadata/annotations/" + jsonpatch.escapeKey("a.b/c"), value: "d"}]'
            ),
            ("metadata", "annotations"),
            {"a.b/c": "d"},
        ),
    ],
)
def test_mutations(api: API, spec: Object, path: tuple[str, ...], value: Any) -> None:
    bind(api, spec)
    found = api.create(DEPLOYMENTS, deployment())
    for name in path:
        found = found[name]
    assert found == value


def test_a_container_is_added_beside_the_others(api: API) -> None:
    text = (
        "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'side', image: 'busybox', "
        "env: [Object.spec.containers.env{name: 'A', value: 'b'}]}]}}"
    )
    bind(api, {**configured(text), **ONCE}, on=rule("pods", "", "CREATE"))
    made = api.create(PODS, {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}})
    assert [each["name"] for each in made["spec"]["containers"]] == ["c", "side"]
    assert all(each["volumeMounts"] for each in made["spec"]["containers"]), "the account's token is mounted again"


ONCE = {"matchConditions": [{"name": "once", "expression": "!object.spec.containers.exists(c, c.name == 'side')"}]}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            configured("Object{spec: Object.spec{nope: 1}}"),
            "error applying patch: failed to convert patch object to typed object: .spec.nope: field not declared in schema",
        ),
        (
            configured("Object{spec: Object.spec{selector: Object.spec.wrong{}}}"),
            'type mismatch: unexpected type name "Object.spec.wrong", expected "Object.spec.selector", which matches '
            "field name path from root Object type",
        ),
        (
            configured("Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'a': 'b'}}}}"),
            "error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
            ".spec.selector",
        ),
        (
            operated('[JSONPatch{op: "replace", path: "/spec/nope", value: 1}]'),
            "JSONPath: replace operation does not apply: doc is missing key: /spec/nope: missing value",
        ),
        (
            configured("Object{spec: Object.spec{replicas: object.spec.nope}}"),
            "expression 'Object{spec: Object.spec{replicas: object.spec.nope}}' resulted in error: no such key: nope",
        ),
    ],
)
def test_mutations_that_fail(api: API, spec: Object, message: str) -> None:
    bind(api, spec)
    answer = api.create(DEPLOYMENTS, deployment())
    assert answer["message"] == f"policy 'p' with binding 'p-b' denied request: {message}"


def test_a_policy_is_asked_again_when_another_changed_something(api: API) -> None:
    """The first policy counts what the second one adds, because it wants to be asked again."""
    count = "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'count': string(object.spec.replicas)}}]"
    bind(api, {**operated(count), "reinvocationPolicy": "IfNeeded"}, name="a")
    bind(api, configured("Object{spec: Object.spec{replicas: 5}}"), name="b")
    assert api.create(DEPLOYMENTS, deployment())["metadata"]["labels"] == {"count": "5"}


def test_an_older_release_reads_what_is_stored_and_refuses_it_anew(api: API) -> None:
    semver = {"validations": [{"expression": "isSemver(object.metadata.name)", "message": "a version"}]}
    bind(api, semver, on=rule("configmaps", ""))
    cluster = next(iter(api.world.clusters.values()))
    cluster.become(release("1.33"))
    assert "a version" in api.create(MAPS, settings())["message"]
    assert api.create(MAPS, settings("1.2.3"))["kind"] == "ConfigMap"
    policy = f"{GROUP}/validatingadmissionpolicies"
    words = "undeclared reference to 'isSemver' (in container '')"
    spec = {**api.get(f"{policy}/p")["spec"], **semver}
    assert words in api.create(policy, {"metadata": {"name": "q"}, "spec": spec})["message"]
    more = {"spec": {"validations": [*semver["validations"], {"expression": "isSemver('1.0.0')"}]}}
    assert words in api.patch("merge", f"{policy}/p", more)["message"]
    kept = {"spec": {"validations": [*semver["validations"], {"expression": "object.data.size() < 9"}]}}
    assert api.patch("merge", f"{policy}/p", kept)["kind"] == "ValidatingAdmissionPolicy"
    cluster.become(release("1.32"))
    assert words in api.create(MAPS, settings("1.2.4"))["message"]


RULES = {"resourceRules": [rule()]}
EITHER = "Forbidden: name and selector are mutually exclusive"
VERSION = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
    "with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)


@pytest.mark.parametrize(
    ("mutations", "messages"),
    [
        ([{}], ["spec.mutations[0].patchType: Required value"]),
        (
            [{"patchType": "Foo"}],
            ['spec.mutations[0].patchType: Unsupported value: "Foo": supported values: "ApplyConfiguration", "JSONPatch"'],
        ),
        (
            [{"patchType": "JSONPatch", "applyConfiguration": {"expression": "Object{}"}}],
            [
                'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when '
                "patchType is JSONPatch",
                "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch",
            ],
        ),
        (
            [{"patchType": "JSONPatch", "jsonPatch": {"expression": " "}}],
            ["spec.mutations[0].jsonPatch.expression: Required value: expression is not specified"],
        ),
    ],
)  # fmt: skip
def test_a_change_has_one_way(api: API, mutations: list[Object], messages: list[str]) -> None:
    spec = {"matchConstraints": RULES, "mutations": mutations, "reinvocationPolicy": "Never"}
    refused = api.create(f"{GROUP}/mutatingadmissionpolicies", {"metadata": {"name": "p"}, "spec": spec})
    told = messages[0] if len(messages) == 1 else f"[{', '.join(messages)}]"
    assert refused["message"] == f'MutatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: {told}'


@pytest.mark.parametrize(
    ("plural", "spec", "message"),
    [
        (
            "mutatingadmissionpolicies",
            {"matchConstraints": {"resourceRules": [rule("pods", "", "DELETE")]}, "reinvocationPolicy": "Never"},
            'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", '
            '"CREATE", "UPDATE"',
        ),
        ("mutatingadmissionpolicies", {"matchConstraints": RULES}, "spec.reinvocationPolicy: Required value"),
        (
            "mutatingadmissionpolicies",
            {"matchConstraints": RULES, "reinvocationPolicy": "Ever"},
            'spec.reinvocationPolicy: Unsupported value: "Ever": supported values: "Never", "IfNeeded"',
        ),
        (
            "validatingadmissionpolicies",
            {"matchConstraints": RULES, "paramKind": {"apiVersion": "a/b/c"}},
            '[spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c, spec.paramKind.kind: '
            "Required value]",
        ),
        (
            "mutatingadmissionpolicies",
            {"matchConstraints": RULES, "reinvocationPolicy": "Never", "paramKind": {"apiVersion": "V1", "kind": "Limit"}},
            f'spec.paramKind.apiVersion: Invalid value: "V1": {VERSION}',
        ),
        (
            "validatingadmissionpolicybindings",
            {"paramRef": {"name": "x", "selector": {}, "parameterNotFoundAction": "Maybe"}},
            f"[spec.paramRef.name: {EITHER}, spec.paramRef.selector: {EITHER}, spec.paramRef.parameterNotFoundAction: "
            'Unsupported value: "Maybe": supported values: "Deny", "Allow"]',
        ),
        (
            "mutatingadmissionpolicybindings",
            {"paramRef": {"parameterNotFoundAction": "Deny"}},
            "spec.paramRef: Required value: one of name or selector must be specified",
        ),
    ],
)  # fmt: skip
def test_what_a_policy_may_not_say(api: API, plural: str, spec: Object, message: str) -> None:
    whole: Object = {"policyName": "p"} if plural.endswith("bindings") else {}
    if plural == "mutatingadmissionpolicies":
        whole["mutations"] = [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": "Object{}"}}]
    if plural == "validatingadmissionpolicies":
        whole["validations"] = [{"expression": "true"}]
    if plural == "validatingadmissionpolicybindings":
        whole["validationActions"] = ["Deny"]
    refused = api.create(f"{GROUP}/{plural}", {"metadata": {"name": "p"}, "spec": {**whole, **spec}})
    assert refused["message"].partition(" is invalid: ")[2] == message
