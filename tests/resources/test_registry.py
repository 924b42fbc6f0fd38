"""Every kind of the published schemas has a resource, in the versions in which a release serves it."""

import pytest

from simulator.machinery.objects import Object
from simulator.machinery.schemas import schemas
from simulator.resources.registry import RESOURCES, by_kind, find, served
from simulator.resources.resource import Resource

RELEASES = ("1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37")

# What answers are made of, and what is posted to subresources: no resources of their own.
NOT_RESOURCES = {
    ("", "APIGroup"),
    ("", "APIVersions"),
    ("", "Status"),
    ("authentication.k8s.io", "TokenRequest"),
    ("autoscaling", "Scale"),
    ("policy", "Eviction"),
}


@pytest.mark.parametrize("release", RELEASES)
def test_every_kind_of_a_release_is_served(release: str) -> None:
    kinds = {kind for kind in schemas(release).kinds() if not kind[2].endswith("List")}
    expected = {kind for kind in kinds if (kind[0], kind[2]) not in NOT_RESOURCES}
    assert {(each.group, version, each.kind) for each in served(release) for version in each.versions} == expected


def test_names_are_unique() -> None:
    assert len({(each.group, each.plural) for each in RESOURCES}) == len(RESOURCES) == len(by_kind())


@pytest.mark.parametrize(
    ("release", "group", "kind", "versions"),
    [
        ("1.31", "networking.k8s.io", "ServiceCIDR", ("v1beta1",)),
        ("1.33", "networking.k8s.io", "ServiceCIDR", ("v1", "v1beta1")),
        ("1.37", "networking.k8s.io", "ServiceCIDR", ("v1",)),
        ("1.31", "resource.k8s.io", "ResourceClaim", ("v1alpha3",)),
        ("1.37", "resource.k8s.io", "ResourceClaim", ("v1", "v1beta2", "v1beta1")),
        ("1.37", "autoscaling", "HorizontalPodAutoscaler", ("v2", "v1")),
    ],
)
def test_versions_come_and_go(release: str, group: str, kind: str, versions: tuple[str, ...]) -> None:
    assert by_kind(served(release))[group, kind].versions == versions


def test_a_release_may_lack_a_kind_or_its_status() -> None:
    assert ("lifecycle.k8s.io", "EvictionRequest") not in by_kind(served("1.36"))
    assert [by_kind(served(release))["storage.k8s.io", "CSINode"].has_status for release in ("1.36", "1.37")] == [
        False,
        True,
    ]


def test_previews_are_off_in_default_settings() -> None:
    assert not [
        each.name for each in served("1.37", previews=False) for version in each.versions if not version[1:].isdigit()
    ]


POD: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"nodeName": "node-1", "restartPolicy": "Always", "hostNetwork": False},
    "status": {"phase": "Running", "podIPs": [{"ip": "10.244.1.5"}]},
}


@pytest.mark.parametrize(
    ("resource", "obj", "label", "expected"),
    [
        (find("pods"), POD, "metadata.name", "web"),
        (find("pods"), POD, "metadata.namespace", "shop"),
        (find("pods"), POD, "spec.nodeName", "node-1"),
        (find("pods"), POD, "status.phase", "Running"),
        (find("pods"), POD, "status.podIP", "10.244.1.5"),
        (find("pods"), POD, "status.nominatedNodeName", ""),
        (find("pods"), POD, "spec.hostNetwork", "false"),
        (find("pods"), POD, "spec.containers", None),
        (find("nodes"), {"metadata": {"name": "a"}, "spec": {}}, "spec.unschedulable", "false"),
        (find("nodes"), {"metadata": {"name": "a"}, "spec": {"unschedulable": True}}, "spec.unschedulable", "true"),
        (find("replicasets", "apps"), {"metadata": {"name": "a"}, "status": {"replicas": 3}}, "status.replicas", "3"),
        (find("jobs", "batch"), {"metadata": {"name": "a"}}, "status.successful", "0"),
        (find("secrets"), {"metadata": {"name": "a"}, "type": "Opaque"}, "type", "Opaque"),
        (find("events"), {"metadata": {"name": "a"}, "involvedObject": {"name": "web"}}, "involvedObject.name", "web"),
        (find("events"), {"metadata": {"name": "a"}, "reportingComponent": "kubelet"}, "source", "kubelet"),
        (find("deployments", "apps"), {"metadata": {"name": "a"}}, "spec.replicas", None),
    ],
)
def test_field_selector_values(resource: Resource, obj: Object, label: str, expected: str | None) -> None:
    assert resource.field(obj, label) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (find("pods"), "field label not supported: spec.foo"),
        (find("jobs", "batch"), 'field label "spec.foo" not supported for batchv1.Job'),
        (
            find("ingresses", "networking.k8s.io"),
            '"spec.foo" is not a known field selector: only "metadata.name", "metadata.namespace"',
        ),
    ],
)
def test_labels_that_cannot_be_selected(resource: Resource, expected: str) -> None:
    assert resource.unselectable("spec.foo") == expected


def test_both_shapes_of_an_event_are_selected_in_the_stored_one() -> None:
    stored: Object = {"metadata": {"name": "a"}, "involvedObject": {"name": "web"}, "reportingComponent": "kubelet"}
    events = find("events", "events.k8s.io")
    assert (events.field(stored, "regarding.name"), events.field(stored, "reportingController")) == ("web", "kubelet")


def test_a_kind_without_defaults_or_rules_passes_as_it_is() -> None:
    widgets = Resource("example.com", "Widget", "widgets")
    widget: Object = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    widgets.default(widget)
    assert widget == {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}}
    assert widgets.validate(widget) == []
