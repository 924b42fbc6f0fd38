"""Webhook configurations and admission policies."""

from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import APPS, Cluster, named, workload
from tests.conformance.ledger import honours, honours_each

REGISTRATION = "/apis/admissionregistration.k8s.io/v1"
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
GOOD = [{"name": "expression-1", "expression": "request.operation == 'CREATE'"}]
BETTER = [{"name": "expression-2", "expression": "object.metadata.name != 'skipped'"}]
BAD = [{"name": "invalid-expression", "expression": "... [] bad expression"}]


def configuration(kind: str, conditions: list[dict[str, str]]) -> Object:
    hook: dict[str, Any] = {
        "name": "hook.example.com",
        "rules": [RULE],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "clientConfig": {"service": {"namespace": "default", "name": "hook"}},
        "matchConditions": conditions,
        "failurePolicy": "Ignore",
    }
    return named("admissionregistration.k8s.io/v1", kind, "hooks", webhooks=[hook])


@honours_each(
    {
        f"AdmissionWebhook should be able to create and update {word} webhook configurations with match conditions": kind
        for word, kind in (
            ("mutating", "MutatingWebhookConfiguration"),
            ("validating", "ValidatingWebhookConfiguration"),
        )
    }
)
def test_match_conditions_are_kept(cluster: Cluster, case: str) -> None:
    url = f"{REGISTRATION}/{case.lower()}s"
    cluster.create(url, configuration(case, GOOD))
    assert cluster.get(f"{url}/hooks")["webhooks"][0]["matchConditions"] == GOOD
    cluster.change(f"{url}/hooks", lambda found: found["webhooks"][0].update(matchConditions=BETTER))
    assert cluster.get(f"{url}/hooks")["webhooks"][0]["matchConditions"] == BETTER


@honours_each(
    {
        f"AdmissionWebhook should reject {word} webhook configurations with invalid match conditions": kind
        for word, kind in (
            ("mutating", "MutatingWebhookConfiguration"),
            ("validating", "ValidatingWebhookConfiguration"),
        )
    }
)
def test_match_conditions_must_compile(cluster: Cluster, case: str) -> None:
    status = cluster.refused("POST", f"{REGISTRATION}/{case.lower()}s", configuration(case, BAD))
    assert "compilation failed" in status["message"]


def policy(cluster: Cluster, **spec: Any) -> None:
    """A policy on Deployments in the namespace default, in force."""
    constraints = {"resourceRules": [{**RULE, "apiGroups": ["apps"], "resources": ["deployments"]}]}
    whole = {"failurePolicy": "Fail", "matchConstraints": constraints, **spec}
    kind = "MutatingAdmissionPolicy" if "mutations" in spec else "ValidatingAdmissionPolicy"
    folder = kind.replace("Policy", "policies").lower()
    cluster.create(f"{REGISTRATION}/{folder}", named("admissionregistration.k8s.io/v1", kind, "rule", spec=whole))
    binding = {"policyName": "rule"} | ({} if "mutations" in spec else {"validationActions": ["Deny"]})
    bound = named("admissionregistration.k8s.io/v1", f"{kind}Binding", "rule", spec=binding)
    cluster.create(f"{REGISTRATION}/{kind.lower()}bindings", bound)
    cluster.advance(5)


def replicas_checked(cluster: Cluster) -> None:
    cluster.create(f"{APPS}/deployments", workload("Deployment", "good", 2))
    status = cluster.refused("POST", f"{APPS}/deployments", workload("Deployment", "bad", 1))
    assert "ValidatingAdmissionPolicy 'rule' with binding 'rule' denied request" in status["message"]


@honours("ValidatingAdmissionPolicy should validate against a Deployment")
def test_validating(cluster: Cluster) -> None:
    policy(cluster, validations=[{"expression": "object.spec.replicas > 1"}])
    replicas_checked(cluster)


@honours("ValidatingAdmissionPolicy should allow expressions to refer variables.")
def test_variables(cluster: Cluster) -> None:
    variables = [
        {"name": "replicas", "expression": "object.spec.replicas"},
        {"name": "oddReplicas", "expression": "variables.replicas % 2 == 1"},
    ]
    validations = [{"expression": "variables.replicas > 1"}, {"expression": "!variables.oddReplicas"}]
    policy(cluster, variables=variables, validations=validations)
    replicas_checked(cluster)
    cluster.refused("POST", f"{APPS}/deployments", workload("Deployment", "odd", 3))


def mutation(content: str) -> list[Object]:
    return [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": content}}]


@honours("MutatingAdmissionPolicy should mutate a Deployment")
def test_mutating(cluster: Cluster) -> None:
    change = "Object{spec: Object.spec{replicas: 3}}"
    policy(cluster, mutations=mutation(change), reinvocationPolicy="Never")
    assert cluster.create(f"{APPS}/deployments", workload("Deployment", "web", 1))["spec"]["replicas"] == 3


@honours("MutatingAdmissionPolicy should mutate a Deployment with annotations")
def test_mutating_annotations(cluster: Cluster) -> None:
    change = 'Object{metadata: Object.metadata{annotations: {"my-annotation": "my-value"}}}'
    policy(cluster, mutations=mutation(change), reinvocationPolicy="Never")
    made = cluster.create(f"{APPS}/deployments", workload("Deployment", "web", 1))
    assert made["metadata"]["annotations"]["my-annotation"] == "my-value"
