"""Definitions of kinds: whose names are whose, what they are called, how they go, and which groups are not anybody's."""

from typing import Any

import pytest

from tests.apiserver.api import API

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
OPEN = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}


def definition(plural: str = "widgets", kind: str = "Widget", group: str = "example.com", **names: Any) -> Any:
    return {
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind, **names},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": OPEN}],
        },
    }


def told(api: API, name: str) -> Any:
    conditions = api.get(f"{DEFINITIONS}/{name}")["status"]["conditions"]
    return {each["type"]: (each["status"], each["reason"], each["message"]) for each in conditions}


@pytest.mark.parametrize(
    ("names", "reason", "message"),
    [
        (
            {"shortNames": ["wd", "x", "widget"]},
            "ShortNamesConflict",
            '["wd" is already in use, "widget" is already in use]',
        ),
        ({"singular": "widgets"}, "SingularConflict", '"widgets" is already in use'),
        ({"kind": "Widget", "listKind": "GadgetList"}, "KindConflict", '"Widget" is already in use'),
        ({"listKind": "WidgetList"}, "ListKindConflict", '"WidgetList" is already in use'),
    ],
)
def test_a_name_is_one_kinds(api: API, names: Any, reason: str, message: str) -> None:
    api.create(DEFINITIONS, definition(shortNames=["wd"]))
    api.world.advance(1)
    api.create(DEFINITIONS, definition("gadgets", **{"kind": "Gadget", **names}))
    api.world.advance(1)
    assert told(api, "gadgets.example.com") == {
        "NamesAccepted": ("False", reason, message),
        "Established": ("False", "NotAccepted", "not all names are accepted"),
    }
    assert api.request("GET", "/apis/example.com/v1/gadgets").status == 404
    api.body("DELETE", f"{DEFINITIONS}/widgets.example.com")
    api.world.advance(1)
    assert told(api, "gadgets.example.com")["NamesAccepted"] == ("True", "NoConflicts", "no conflicts found")
    assert api.request("GET", "/apis/example.com/v1/gadgets").status == 200


def test_an_established_kind_stays(api: API) -> None:
    """A later conflict keeps the old names, and the kind is served under them."""
    api.create(DEFINITIONS, definition(shortNames=["wd"]))
    api.create(DEFINITIONS, definition("gadgets", "Gadget", shortNames=["gd"]))
    api.world.advance(1)
    change = {"spec": {"names": {"shortNames": ["wd"]}}}
    kind = {"content_type": "application/merge-patch+json"}
    api.body("PATCH", f"{DEFINITIONS}/gadgets.example.com", change, **kind)
    api.world.advance(1)
    found = told(api, "gadgets.example.com")
    assert found["NamesAccepted"][:2] == ("False", "ShortNamesConflict") and found["Established"][0] == "True"
    assert api.get(f"{DEFINITIONS}/gadgets.example.com")["status"]["acceptedNames"]["shortNames"] == ["gd"]
    resources = api.get("/apis/example.com/v1")["resources"]
    assert {each["name"]: each["shortNames"] for each in resources} == {"widgets": ["wd"], "gadgets": ["gd"]}


def test_lists_are_called_as_asked(api: API) -> None:
    api.create(DEFINITIONS, definition(listKind="ManyWidgets"))
    api.world.advance(1)
    assert api.get("/apis/example.com/v1/widgets")["kind"] == "ManyWidgets"


def test_a_going_kind_takes_no_more(api: API) -> None:
    api.create(DEFINITIONS, definition())
    api.world.advance(1)
    url = "/apis/example.com/v1/namespaces/default/widgets"
    api.create(url, {"metadata": {"name": "w", "finalizers": ["example.com/wait"]}})
    api.body("DELETE", f"{DEFINITIONS}/widgets.example.com")
    assert told(api, "widgets.example.com")["Terminating"][:2] == ("True", "InstanceDeletionPending")
    api.world.advance(2)
    assert told(api, "widgets.example.com")["Terminating"] == (
        "True",
        "InstanceDeletionInProgress",
        "CustomResource deletion is in progress",
    )
    refused = api.request("POST", url, {"metadata": {"name": "x"}})
    assert refused.status == 405
    assert isinstance(refused.body, dict)
    assert refused.body["message"] == "create not allowed while custom resource definition is terminating"
    change = {"metadata": {"finalizers": None}}
    api.body("PATCH", f"{url}/w", change, content_type="application/merge-patch+json")
    api.world.advance(3)
    assert api.request("GET", f"{DEFINITIONS}/widgets.example.com").status == 404


def test_protected_groups(api: API) -> None:
    group = "lab.k8s.io"
    asked = definition(group=group)
    about = "see https://github.com/kubernetes/enhancements/pull/1111"
    place = "metadata.annotations[api-approved.kubernetes.io]"
    head = f'CustomResourceDefinition.apiextensions.k8s.io "widgets.{group}" is invalid: {place}:'
    wants = 'protected groups must have approval annotation "api-approved.kubernetes.io"'
    assert api.create(DEFINITIONS, asked)["message"] == f"{head} Required value: {wants}, {about}"
    asked["metadata"]["annotations"] = {"api-approved.kubernetes.io": "me"}
    assert api.create(DEFINITIONS, asked)["message"] == (
        f'{head} Invalid value: "me": {wants} with either a URL or a reason starting with "unapproved", {about}'
    )
    asked["metadata"]["annotations"] = {"api-approved.kubernetes.io": "unapproved, a lesson"}
    api.create(DEFINITIONS, asked)
    api.world.advance(1)
    assert told(api, f"widgets.{group}")["KubernetesAPIApprovalPolicyConformant"] == (
        "False",
        "UnapprovedAnnotation",
        'not approved: "unapproved, a lesson"',
    )


def test_nothing_keeps_everything(api: API) -> None:
    asked = definition()
    asked["spec"]["preserveUnknownFields"] = True
    assert api.create(DEFINITIONS, asked)["message"].endswith(
        "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set "
        "x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
    )
