from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.kernel.clock import SECOND, moment, timestamp
from simulator.machinery import yaml
from simulator.machinery.managedfields import ApplyConflicts, ListKeyError, apply, note, update
from simulator.machinery.managedfields.fieldsets import difference, intersection, paths, shared, union
from simulator.machinery.objects import Object
from simulator.machinery.schemas import schemas

NOW = moment("2026-11-02T09:00:00Z")
DEPLOYMENT = schemas("1.37").type_of_kind("apps", "v1", "Deployment")
CONFIG_MAP = schemas("1.37").type_of_kind("", "v1", "ConfigMap")

WEB: Object = yaml.load("""
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: nginx, image: nginx, resources: {}, ports: [{containerPort: 80, protocol: TCP}]}
      securityContext: {}
""")

CREATED = """\
f:metadata:
  f:labels:
    .: {}
    f:app: {}
f:spec:
  f:replicas: {}
  f:selector: {}
  f:strategy:
    f:rollingUpdate:
      .: {}
      f:maxSurge: {}
    f:type: {}
  f:template:
    f:metadata:
      f:labels:
        .: {}
        f:app: {}
    f:spec:
      f:containers:
        k:{"name":"nginx"}:
          .: {}
          f:image: {}
          f:name: {}
          f:ports:
            .: {}
            k:{"containerPort":80,"protocol":"TCP"}:
              .: {}
              f:containerPort: {}
              f:protocol: {}
          f:resources: {}
      f:securityContext: {}
"""


def created() -> Object:
    return update(None, WEB, type=DEPLOYMENT, manager="kubectl-create", now=NOW)


def managers(obj: Object) -> list[tuple[str, str]]:
    return [(entry["manager"], entry["operation"]) for entry in obj["metadata"].get("managedFields", [])]


def fields(obj: Object, manager: str) -> Any:
    return next(entry["fieldsV1"] for entry in obj["metadata"]["managedFields"] if entry["manager"] == manager)


def edited(obj: Object, **spec: Any) -> Object:
    return {**obj, "spec": {**obj["spec"], **spec}}


def test_what_a_created_object_shows() -> None:
    [entry] = created()["metadata"]["managedFields"]
    assert yaml.dump(entry["fieldsV1"]) == CREATED
    assert {name: value for name, value in entry.items() if name != "fieldsV1"} == {
        "manager": "kubectl-create",
        "operation": "Update",
        "apiVersion": "apps/v1",
        "time": "2026-11-02T09:00:00Z",
        "fieldsType": "FieldsV1",
    }


def test_who_changes_a_field_manages_it_alone() -> None:
    live = created()
    changed = update(live, edited(live, replicas=3), type=DEPLOYMENT, manager="kubectl-edit", now=NOW + SECOND)
    assert managers(changed) == [("kubectl-create", "Update"), ("kubectl-edit", "Update")]
    assert fields(changed, "kubectl-edit") == {"f:spec": {"f:replicas": {}}}
    assert "f:replicas" not in fields(changed, "kubectl-create")["f:spec"]


def test_a_write_that_changes_nothing_leaves_no_trace() -> None:
    live = created()
    assert update(live, deepcopy(live), type=DEPLOYMENT, manager="kubectl-edit", now=NOW + SECOND) == live


def test_what_is_taken_away_is_managed_by_nobody() -> None:
    live = created()
    template = deepcopy(live["spec"]["template"])
    del template["spec"]["containers"][0]["ports"]
    changed = update(live, edited(live, template=template), type=DEPLOYMENT, manager="kubectl-edit", now=NOW)
    assert managers(changed) == [("kubectl-create", "Update")]
    assert "f:ports" not in str(changed["metadata"]["managedFields"])


def test_a_subresource_is_a_manager_of_its_own() -> None:
    live = created()
    status = {**live, "status": {"replicas": 1}}
    changed = update(live, status, type=DEPLOYMENT, manager="kubectl-create", now=NOW, subresource="status")
    assert [entry.get("subresource") for entry in changed["metadata"]["managedFields"]] == [None, "status"]


def test_one_empty_entry_forgets_all_managers() -> None:
    live = created()
    reset = {**live, "metadata": {**live["metadata"], "managedFields": [{}]}}
    assert managers(update(live, reset, type=DEPLOYMENT, manager="x", now=NOW)) == []


def test_ten_updaters_at_most() -> None:
    obj = created()
    for number in range(15):
        new = {**obj, "metadata": {**obj["metadata"], "labels": {"app": "web", f"l{number}": "x"}}}
        obj = update(obj, new, type=DEPLOYMENT, manager=f"m{number:02}", now=NOW + (number + 1) * SECOND)
        new = {**obj, "metadata": {**obj["metadata"], "annotations": {f"a{n}": "x" for n in range(number + 1)}}}
        obj = update(obj, new, type=DEPLOYMENT, manager=f"m{number:02}", now=NOW + (number + 1) * SECOND)
    assert len(managers(obj)) == 10
    assert managers(obj)[0] == ("ancient-changes", "Update")


def config(**data: str | None) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def applied(live: Object | None, wanted: Object, manager: str, *, force: bool = False, seconds: int = 0) -> Object:
    return apply(live, wanted, type=CONFIG_MAP, manager=manager, force=force, now=NOW + seconds * SECOND)


def test_apply_creates() -> None:
    made = applied(None, config(a="1"), "kubectl")
    assert made["data"] == {"a": "1"}
    assert fields(made, "kubectl") == {"f:data": {"f:a": {}}}
    assert managers(made) == [("kubectl", "Apply")]


def test_apply_refuses_to_take_what_others_manage() -> None:
    live = applied(None, config(a="1", b="1"), "kubectl")
    with pytest.raises(ApplyConflicts) as caught:
        applied(live, config(a="2"), "other")
    assert str(caught.value) == 'Apply failed with 1 conflict: conflict with "kubectl": .data.a'
    assert caught.value.causes == [('conflict with "kubectl"', ".data.a")]
    with pytest.raises(ApplyConflicts) as caught:
        applied(live, config(a="2", b="2"), "other")
    assert str(caught.value) == 'Apply failed with 2 conflicts: conflicts with "kubectl":\n- .data.a\n- .data.b'


def test_force_takes_it() -> None:
    live = applied(applied(None, config(a="1"), "kubectl"), config(a="2"), "other", force=True)
    assert live["data"] == {"a": "2"}
    assert managers(live) == [("other", "Apply")]


def test_the_same_value_is_managed_together() -> None:
    live = applied(applied(None, config(a="1"), "kubectl"), config(a="1"), "other", seconds=1)
    assert managers(live) == [("kubectl", "Apply"), ("other", "Apply")]
    live = applied(live, config(), "other", seconds=2)
    assert live["data"] == {"a": "1"}
    assert applied(live, config(), "kubectl", seconds=3).get("data") in (None, {})


def test_what_is_not_applied_any_more_goes_with_its_last_applier() -> None:
    live = applied(None, config(a="1", b="1"), "kubectl")
    live = update(live, {**live, "data": {**live["data"], "c": "1"}}, type=CONFIG_MAP, manager="edit", now=NOW)
    assert applied(live, config(a="1"), "kubectl")["data"] == {"a": "1", "c": "1"}


def test_applying_again_changes_nothing_not_even_the_time() -> None:
    live = applied(None, config(a="1"), "kubectl")
    assert applied(live, config(a="1"), "kubectl", seconds=60) == live
    later = applied(live, config(a="2"), "kubectl", seconds=60)
    assert later["metadata"]["managedFields"][0]["time"] == timestamp(NOW + 60 * SECOND)


def test_containers_are_merged_by_name_and_keep_the_applied_order() -> None:
    live = created()
    wanted = yaml.load("""
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: log, image: log}, {name: nginx, image: nginx}]}}}
""")
    found = apply(live, wanted, type=DEPLOYMENT, manager="me", force=False, now=NOW)
    containers = found["spec"]["template"]["spec"]["containers"]
    assert [container["name"] for container in containers] == ["log", "nginx"]
    assert containers[1]["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    del wanted["spec"]["template"]["spec"]["containers"][0]
    found = apply(found, wanted, type=DEPLOYMENT, manager="me", force=False, now=NOW)
    assert [container["name"] for container in found["spec"]["template"]["spec"]["containers"]] == ["nginx"]
    assert found["spec"]["selector"] == WEB["spec"]["selector"]


def test_an_updater_is_named_with_its_version() -> None:
    live = created()
    live = update(live, edited(live, replicas=3), type=DEPLOYMENT, manager="kubectl-client-side-apply", now=NOW)
    wanted = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 5}}
    message = 'conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'
    with pytest.raises(ApplyConflicts, match=message):
        apply(live, wanted, type=DEPLOYMENT, manager="me", force=False, now=NOW)


def test_kubectl_may_take_over_what_it_applied_from_the_client() -> None:
    annotation = {"kubectl.kubernetes.io/last-applied-configuration": yaml.compact_json(config(a="1"))}
    live = config(a="1")
    live["metadata"]["annotations"] = annotation
    live = update(None, live, type=CONFIG_MAP, manager="kubectl-client-side-apply", now=NOW)
    found = applied(live, config(a="2"), "kubectl")
    assert found["data"] == {"a": "2"}
    assert '"a":"2"' in found["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    with pytest.raises(ApplyConflicts):
        applied(live, config(a="2"), "me")


def test_what_was_never_tracked_belongs_to_before_first_apply() -> None:
    live = applied(config(a="1", b="1"), config(b="1"), "kubectl")
    assert managers(live) == [("kubectl", "Apply"), ("before-first-apply", "Update")]


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        ([{"name": "a"}, {"name": "a"}], '.spec.template.spec.containers: duplicate entries for key [name="a"]'),
        (
            [{"image": "a"}],
            ".spec.template.spec.containers: element 0: associative list with keys has an element that omits key field",
        ),
    ],
)
def test_lists_whose_items_cannot_be_told_apart(containers: list[Object], message: str) -> None:
    wanted = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"template": {"spec": {"containers": containers}}},
    }
    with pytest.raises(ListKeyError) as caught:
        apply(created(), wanted, type=DEPLOYMENT, manager="me", force=False, now=NOW)
    assert str(caught.value).startswith(message)


def test_kinds_without_a_schema() -> None:
    thing = {"apiVersion": "x.io/v1", "kind": "Thing", "metadata": {"name": "t"}, "spec": {"a": {"b": 1}, "l": [1]}}
    live = apply(None, thing, type=None, manager="one", force=False, now=NOW)
    assert fields(live, "one") == {"f:spec": {".": {}, "f:a": {".": {}, "f:b": {}}, "f:l": {}}}
    other = {**thing, "spec": {"a": {"c": 2}}}
    live = apply(live, other, type=None, manager="two", force=False, now=NOW)
    assert live["spec"] == {"a": {"b": 1, "c": 2}, "l": [1]}


sets = st.recursive(
    st.just({}),
    lambda below: st.dictionaries(st.sampled_from(["f:a", "f:b", "v:1"]), below, max_size=3).flatmap(
        lambda node: st.sampled_from([node, {".": {}, **node}]) if node else st.just(node)
    ),
    max_leaves=8,
).map(lambda node: {name: child for name, child in node.items() if name != "."})


def members(fields: Object) -> frozenset[str]:
    return frozenset(paths(fields))


@given(one=sets, other=sets)
def test_sets_of_fields_are_sets(one: Object, other: Object) -> None:
    assert members(union(one, other)) == members(one) | members(other)
    assert members(difference(one, other)) == members(one) - members(other)
    assert members(intersection(one, other)) == members(one) & members(other)
    assert shared(one) == one
    assert shared(deepcopy(one)) is shared(one)


@given(one=sets, other=sets)
def test_what_an_operation_leaves_is_the_same_value(one: Object, other: Object) -> None:
    if members(other) <= members(one):
        assert union(one, other) is one or not one
    if not members(other) & members(one):
        assert difference(one, other) is one


def test_a_component_that_writes_again_moves_its_time_alone() -> None:
    live = note(None, WEB, type=DEPLOYMENT, manager="kcm", now=NOW)
    status = {**live, "status": {"replicas": 1}}
    live = note(live, status, type=DEPLOYMENT, manager="kcm", now=NOW + SECOND)
    assert [entry.get("subresource") for entry in live["metadata"]["managedFields"]] == [None, "status"]
    later = note(live, {**live, "status": {"replicas": 2}}, type=DEPLOYMENT, manager="kcm", now=NOW + 2 * SECOND)
    before, after = live["metadata"]["managedFields"], later["metadata"]["managedFields"]
    assert after[0] is before[0]
    assert after[1] == {**before[1], "time": timestamp(NOW + 2 * SECOND)}
    assert after[1]["fieldsV1"] is before[1]["fieldsV1"]


def test_a_write_of_spec_and_status_counts_as_two() -> None:
    live = created()
    both = {**edited(live, replicas=3), "status": {"replicas": 1}}
    found = note(live, both, type=DEPLOYMENT, manager="kcm", now=NOW)
    entries = {(one["manager"], one.get("subresource")): one["fieldsV1"] for one in found["metadata"]["managedFields"]}
    assert entries["kcm", None] == {"f:spec": {"f:replicas": {}}}
    assert entries["kcm", "status"] == {"f:status": {"f:replicas": {}}}


def test_a_scale_leaves_no_time_and_is_in_the_way_of_others() -> None:
    live = note(created(), edited(created(), replicas=3), type=DEPLOYMENT, manager="hpa", now=NOW, subresource="scale")
    assert [one["manager"] for one in live["metadata"]["managedFields"] if "time" not in one] == ["hpa"]
    wanted = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1}}
    message = 'conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas'
    with pytest.raises(ApplyConflicts, match=message):
        apply(live, wanted, type=DEPLOYMENT, manager="me", force=False, now=NOW)
    taken = apply(live, wanted, type=DEPLOYMENT, manager="me", force=True, now=NOW)
    assert "hpa" not in str(managers(taken))
