"""What the real kubectl makes of the discovery documents."""

from pathlib import Path

import pytest

from simulator.resources import discovery
from simulator.resources.registry import served
from simulator.resources.resource import Resource
from tests.resources.serving import kubectl, needs_kubectl, serving

# As a cluster in its default settings prints it, without trailing blanks.
API_RESOURCES = Path(__file__).with_name("api-resources-1.37.txt").read_text()


@needs_kubectl
@pytest.mark.parametrize("aggregated", [True, False], ids=["aggregated", "legacy"])
def test_api_resources(tmp_path: Path, aggregated: bool) -> None:
    with serving(served("1.37", previews=False), aggregated=aggregated) as address:
        shown = kubectl(address, tmp_path, "api-resources", "-o", "wide")
    assert shown == API_RESOURCES


@needs_kubectl
def test_api_versions_with_previews(tmp_path: Path) -> None:
    with serving(served("1.37"), aggregated=True) as address:
        shown = kubectl(address, tmp_path, "api-versions").splitlines()
    assert [line for line in shown if line.startswith(("autoscaling", "resource", "scheduling", "lifecycle"))] == [
        "autoscaling/v1",
        "autoscaling/v2",
        "lifecycle.k8s.io/v1alpha1",
        "resource.k8s.io/v1",
        "resource.k8s.io/v1alpha3",
        "resource.k8s.io/v1beta1",
        "resource.k8s.io/v1beta2",
        "scheduling.k8s.io/v1",
        "scheduling.k8s.io/v1alpha3",
        "scheduling.k8s.io/v1beta1",
    ]


@needs_kubectl
def test_a_custom_resource_comes_after_the_built_in_groups(tmp_path: Path) -> None:
    widgets = Resource("example.com", "Widget", "widgets", ("v1", "v1beta1"), short_names=("wd",), categories=("all",))
    with serving((widgets, *served("1.37", previews=False)), aggregated=True) as address:
        shown = kubectl(address, tmp_path, "api-resources", "--api-group", "example.com")
    assert shown == (
        "NAME      SHORTNAMES   APIVERSION       NAMESPACED   KIND\n"
        "widgets   wd           example.com/v1   true         Widget\n"
    )
    custom = discovery.aggregated((widgets,), core=False)["items"][0]["versions"][1]["resources"][0]
    assert custom["responseKind"] == {"group": "example.com", "version": "v1beta1", "kind": "Widget"}
    groups = [group["name"] for group in discovery.group_list((widgets, *served("1.37")))["groups"]]
    assert groups[-1] == "example.com"


# The order in which a server lists its groups and their versions, as upstream records it in api/discovery.
def test_groups_stand_in_the_order_of_their_priority() -> None:
    items = discovery.aggregated(served("1.37"), core=False)["items"]
    assert [(item["metadata"]["name"], *(each["version"] for each in item["versions"])) for item in items] == [
        ("apiregistration.k8s.io", "v1"),
        ("apps", "v1"),
        ("events.k8s.io", "v1"),
        ("authentication.k8s.io", "v1"),
        ("authorization.k8s.io", "v1"),
        ("autoscaling", "v2", "v1"),
        ("batch", "v1"),
        ("certificates.k8s.io", "v1", "v1beta1"),
        ("networking.k8s.io", "v1"),
        ("policy", "v1"),
        ("rbac.authorization.k8s.io", "v1"),
        ("storage.k8s.io", "v1"),
        ("admissionregistration.k8s.io", "v1", "v1beta1", "v1alpha1"),
        ("apiextensions.k8s.io", "v1"),
        ("scheduling.k8s.io", "v1", "v1beta1", "v1alpha3"),
        ("coordination.k8s.io", "v1", "v1beta1", "v1alpha2"),
        ("node.k8s.io", "v1"),
        ("discovery.k8s.io", "v1"),
        ("resource.k8s.io", "v1", "v1beta2", "v1beta1", "v1alpha3"),
        ("flowcontrol.apiserver.k8s.io", "v1"),
        ("internal.apiserver.k8s.io", "v1alpha1"),
        ("storagemigration.k8s.io", "v1", "v1beta1"),
        ("lifecycle.k8s.io", "v1alpha1"),
    ]


def test_a_deployment_in_the_aggregated_document() -> None:
    [apps] = [
        each for each in discovery.aggregated(served("1.37"), core=False)["items"] if each["metadata"]["name"] == "apps"
    ]
    [entry] = [each for each in apps["versions"][0]["resources"] if each["resource"] == "deployments"]
    assert entry == {
        "resource": "deployments",
        "responseKind": {"group": "", "version": "", "kind": "Deployment"},
        "scope": "Namespaced",
        "singularResource": "deployment",
        "shortNames": ["deploy"],
        "categories": ["all"],
        "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        "subresources": [
            {
                "subresource": "scale",
                "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
                "verbs": ["get", "patch", "update"],
            },
            {
                "subresource": "status",
                "responseKind": {"group": "", "version": "", "kind": "Deployment"},
                "verbs": ["get", "patch", "update"],
            },
        ],
    }


def test_the_core_group_has_no_name() -> None:
    [core] = discovery.aggregated(served("1.37"), core=True)["items"]
    assert core["metadata"] == {}
    assert [version["version"] for version in core["versions"]] == ["v1"]


def test_pods_and_what_stands_below_them_in_the_older_list() -> None:
    listed = discovery.resource_list(served("1.37"), "", "v1")
    assert listed is not None
    assert {name: listed[name] for name in ("kind", "groupVersion")} == {
        "kind": "APIResourceList",
        "groupVersion": "v1",
    }
    shown = [
        (each["name"], each["kind"], ",".join(each["verbs"]))
        for each in listed["resources"]
        if each["name"].startswith("pods")
    ]
    assert shown == [
        ("pods", "Pod", "create,delete,deletecollection,get,list,patch,update,watch"),
        ("pods/attach", "PodAttachOptions", "create,get"),
        ("pods/binding", "Binding", "create"),
        ("pods/ephemeralcontainers", "Pod", "get,patch,update"),
        ("pods/eviction", "Eviction", "create"),
        ("pods/exec", "PodExecOptions", "create,get"),
        ("pods/log", "Pod", "get"),
        ("pods/portforward", "PodPortForwardOptions", "create,get"),
        ("pods/proxy", "PodProxyOptions", "create,delete,get,patch,update"),
        ("pods/resize", "Pod", "get,patch,update"),
        ("pods/status", "Pod", "get,patch,update"),
    ]


# Hashes that upstream's recorded api__v1.json carries.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pods", "xPOwRZ+Yhw8="),
        ("configmaps", "qFsyl6wFWjQ="),
        ("services", "0/CO1lhkEBI="),
        ("componentstatuses", None),
    ],
)
def test_storage_version_hash(name: str, expected: str | None) -> None:
    listed = discovery.resource_list(served("1.37"), "", "v1")
    assert listed is not None
    [entry] = [each for each in listed["resources"] if each["name"] == name]
    assert entry.get("storageVersionHash") == expected


def test_a_group_that_is_not_served() -> None:
    assert discovery.group(served("1.37"), "nope.example.com") is None
    assert discovery.resource_list(served("1.37"), "apps", "v2") is None
