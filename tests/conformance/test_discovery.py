"""What the server says it serves."""

from typing import Any

import orjson

from simulator.machinery.objects import Object
from tests.conformance.cluster import DEFAULT, Cluster
from tests.conformance.custom import definition, register
from tests.conformance.ledger import honours

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
BUILT_IN = {
    "": {"pods", "services", "nodes", "configmaps", "secrets", "namespaces", "persistentvolumes"},
    "apps": {"deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions"},
    "batch": {"jobs", "cronjobs"},
    "rbac.authorization.k8s.io": {"roles", "rolebindings", "clusterroles", "clusterrolebindings"},
    "networking.k8s.io": {"ingresses", "networkpolicies"},
    "apiextensions.k8s.io": {"customresourcedefinitions"},
}


def body(answer: Any) -> Any:
    return answer if isinstance(answer, dict) else orjson.loads(answer)


def aggregated(cluster: Cluster) -> dict[str, dict[str, list[Object]]]:
    """Resources by group and version, as the one document of each root tells."""
    found: dict[str, dict[str, list[Object]]] = {}
    for root in ("/api", "/apis"):
        document = body(cluster.get(root, accept=AGGREGATED))
        assert (document["kind"], document["apiVersion"]) == ("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2")
        for group in document["items"]:
            versions = {one["version"]: one["resources"] for one in group["versions"]}
            found[group["metadata"].get("name", "")] = versions
    return found


@honours(
    "AggregatedDiscovery should support aggregated discovery interface",
    "AggregatedDiscovery should support raw aggregated discovery endpoint Accept headers",
)
def test_built_in_resources_in_one_document(cluster: Cluster) -> None:
    for root in ("/api", "/apis"):
        response = cluster.request("GET", root, accept=f"{AGGREGATED},application/json")
        assert response.content_type == AGGREGATED
    found = aggregated(cluster)
    for group, resources in BUILT_IN.items():
        assert resources <= {one["resource"] for one in found[group]["v1"]}
    for group in cluster.get("/apis")["groups"]:
        for version in group["versions"]:
            listed = cluster.get(f"/apis/{version['groupVersion']}")["resources"]
            told = {one["resource"] for one in found[group["name"]][version["version"]]}
            assert told == {one["name"] for one in listed if "/" not in one["name"]}


@honours(
    "AggregatedDiscovery should support aggregated discovery interface for CRDs",
    "AggregatedDiscovery should support raw aggregated discovery request for CRDs",
)
def test_custom_resources_in_one_document(cluster: Cluster) -> None:
    assert "example.com" not in aggregated(cluster)
    register(cluster, definition())
    (widgets,) = aggregated(cluster)["example.com"]["v1"]
    assert widgets["resource"] == "widgets"
    assert widgets["responseKind"] == {"group": "example.com", "version": "v1", "kind": "Widget"}
    assert widgets["scope"] == "Namespaced"


@honours(
    "CustomResourceDefinition resources Simple CustomResourceDefinition listing custom resource definition objects works"
)
def test_definitions_are_listed_and_deleted_by_label(cluster: Cluster) -> None:
    url = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    for number in range(10):
        cluster.create(url, definition(f"Widget{number}", labels={"mine": "yes"}))
    cluster.create(url, definition("Other"))
    assert len(cluster.names(f"{url}?labelSelector=mine%3Dyes")) == 10
    cluster.delete(f"{url}?labelSelector=mine%3Dyes")
    cluster.until(lambda: not cluster.names(f"{url}?labelSelector=mine%3Dyes"))
    assert "others.example.com" in cluster.names(url)


@honours(
    "CustomResourceDefinition resources should include custom resource definition resources in discovery documents"
)
def test_definitions_are_discovered(cluster: Cluster) -> None:
    (group,) = [one for one in cluster.get("/apis")["groups"] if one["name"] == "apiextensions.k8s.io"]
    version = {"groupVersion": "apiextensions.k8s.io/v1", "version": "v1"}
    assert version in group["versions"]
    assert version in cluster.get("/apis/apiextensions.k8s.io")["versions"]
    resources = cluster.get("/apis/apiextensions.k8s.io/v1")["resources"]
    assert "customresourcedefinitions" in [one["name"] for one in resources]


@honours("AdmissionWebhook should include webhook resources in discovery documents")
def test_webhooks_are_discovered(cluster: Cluster) -> None:
    (group,) = [one for one in cluster.get("/apis")["groups"] if one["name"] == "admissionregistration.k8s.io"]
    assert "admissionregistration.k8s.io/v1" in [one["groupVersion"] for one in group["versions"]]
    resources = {one["name"] for one in cluster.get("/apis/admissionregistration.k8s.io/v1")["resources"]}
    assert {"mutatingwebhookconfigurations", "validatingwebhookconfigurations"} <= resources


@honours("Discovery should locate the groupVersion and a resource within each APIGroup")
def test_every_group_has_resources(cluster: Cluster) -> None:
    groups = cluster.get("/apis")["groups"]
    assert len(groups) > 15
    for group in groups:
        for version in group["versions"]:
            assert version["groupVersion"] == f"{group['name']}/{version['version']}"
            listed = cluster.get(f"/apis/{version['groupVersion']}")
            assert listed["groupVersion"] == version["groupVersion"]
            assert all(one["name"] and one["kind"] and one["verbs"] for one in listed["resources"])
            assert listed["resources"]


@honours("Discovery should validate PreferredVersion for each APIGroup")
def test_every_group_prefers_one_of_its_versions(cluster: Cluster) -> None:
    groups = cluster.get("/apis")["groups"]
    assert groups
    for group in groups:
        assert group["preferredVersion"] in group["versions"]
        assert cluster.get(f"/apis/{group['name']}")["preferredVersion"] == group["preferredVersion"]


@honours("server version should find the server version")
def test_version(cluster: Cluster) -> None:
    version = body(cluster.get("/version"))
    assert version["major"].isdigit()
    assert version["minor"].isdigit()
    assert version["gitVersion"].startswith(f"v{version['major']}.{version['minor']}.")


@honours(
    "Servers with support for Table transformation should return a 406 for a backend which does not implement metadata"
)
def test_no_table_of_what_is_no_object(cluster: Cluster) -> None:
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}},
    }
    url = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    status = cluster.refused("POST", url, review, accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    assert (status["code"], status["reason"]) == (406, "NotAcceptable")
    assert cluster.get(f"{DEFAULT}/pods", accept="application/json;as=Table;v=v1;g=meta.k8s.io")["kind"] == "Table"
