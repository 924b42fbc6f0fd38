"""Patches of all three kinds: applied, made, and refused in upstream's words."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.machinery.patches import (
    PatchConflictError,
    PatchError,
    json_patch,
    merge_patch,
    strategic,
    strategic_diff,
)
from simulator.machinery.schemas import Schemas, Type, schemas
from tests.fidelity import strategic_merge

DEPLOYMENT = schemas("1.37").type("io.k8s.api.apps.v1.Deployment")


def deployment(**spec: Any) -> dict[str, Any]:
    containers = [{"name": "web", "image": "nginx:1.25"}, {"name": "log", "image": "busybox"}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}}
    return {
        "metadata": {"name": "web", "finalizers": ["a", "b"]},
        "spec": {"replicas": 1, "template": template, **spec},
    }


def containers_after(*items: dict[str, Any]) -> Any:
    patch = {"spec": {"template": {"spec": {"containers": list(items)}}}}
    return strategic.apply(deployment(), patch, DEPLOYMENT)["spec"]["template"]["spec"]["containers"]


# Strategic merge


def test_all_of_upstreams_cases() -> None:
    if not strategic_merge.CASES.exists():
        pytest.skip("the conformance cases are not here")
    result = strategic_merge.run()
    assert (result.differences, result.equal) == ([], result.total)


def test_applying_leaves_the_stored_object_and_the_patch_alone() -> None:
    stored, patch = (
        deployment(),
        {"spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "log", "$patch": "delete"}]}}}},
    )
    before = deepcopy((stored, patch))
    result = strategic.apply(stored, patch, DEPLOYMENT)
    assert (stored, patch) == before
    assert result["spec"]["replicas"] == 3
    result["metadata"]["finalizers"].append("c")
    result["spec"]["template"]["metadata"]["labels"]["x"] = "y"
    assert (stored, patch) == before


def test_lists_merge_by_key() -> None:
    assert containers_after({"name": "log", "image": "busybox:1.37"}) == [
        {"name": "web", "image": "nginx:1.25"},
        {"name": "log", "image": "busybox:1.37"},
    ]
    assert containers_after({"name": "new"})[0] == {"name": "new"}
    assert containers_after({"name": "web", "$patch": "delete"}) == [{"name": "log", "image": "busybox"}]
    assert containers_after({"$patch": "replace"}, {"name": "only"}) == [{"name": "only"}]


def test_element_order() -> None:
    order = {"$setElementOrder/containers": [{"name": "log"}, {"name": "web"}]}
    patch = {"spec": {"template": {"spec": order}}}
    found = strategic.apply(deployment(), patch, DEPLOYMENT)["spec"]["template"]["spec"]["containers"]
    assert [container["name"] for container in found] == ["log", "web"]


def test_lists_of_scalars_merge_and_lose_what_is_named() -> None:
    added = strategic.apply(deployment(), {"metadata": {"finalizers": ["c"]}}, DEPLOYMENT)
    assert added["metadata"]["finalizers"] == ["c", "a", "b"]
    directive = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}
    assert strategic.apply(deployment(), directive, DEPLOYMENT)["metadata"]["finalizers"] == ["b"]


def test_retained_keys_replace_a_union() -> None:
    stored = deployment(strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}})
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert strategic.apply(stored, patch, DEPLOYMENT)["spec"]["strategy"] == {"type": "Recreate"}
    modified = deployment(strategy={"type": "Recreate"})
    assert strategic_diff.two_way(stored, modified, DEPLOYMENT) == {
        "spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate", "rollingUpdate": None}}
    }


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        (
            {"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}},
            "map: map[image:x] does not contain declared merge key: name",
        ),
        ({"spec": {"$patch": "nonsense"}}, "unknown patch type: nonsense in map: map[$patch:nonsense]"),
        ({"metadata": {"$deleteFromPrimitiveList": ["a"]}}, "invalid patch format of primitive list"),
        ({"spec": {"strategy": {"$retainKeys": ["type"], "rollingUpdate": {}}}}, "invalid patch format of retainKeys"),
        (
            {"spec": {"$setElementOrder/nothing": []}},
            'unable to find api field in struct DeploymentSpec for the json field "nothing"',
        ),
    ],
)
def test_strategic_patches_that_are_wrong(patch: dict[str, Any], error: str) -> None:
    with pytest.raises(PatchError) as raised:
        strategic.apply(deployment(strategy={"type": "Recreate"}), patch, DEPLOYMENT)
    assert str(raised.value) == error


def test_three_ways_deletes_only_what_was_applied_before() -> None:
    original = deployment(minReadySeconds=5)
    current = deployment(minReadySeconds=5, replicas=7, paused=True)
    patch = strategic_diff.three_way(original, deployment(), current, DEPLOYMENT)
    assert patch == {"spec": {"minReadySeconds": None, "replicas": 1}}
    assert strategic.apply(current, patch, DEPLOYMENT) == deployment(paused=True)


def test_three_ways_can_refuse_to_overwrite() -> None:
    with pytest.raises(PatchConflictError, match="conflicts with changes made from original to current"):
        strategic_diff.three_way(
            deployment(), deployment(replicas=3), deployment(replicas=2), DEPLOYMENT, overwrite=False
        )
    patch = strategic_diff.three_way(deployment(), deployment(replicas=3), deployment(), DEPLOYMENT, overwrite=False)
    assert patch == {"spec": {"replicas": 3}}


def some_type() -> Type:
    item = {
        "properties": {
            "name": {"type": "string"},
            "value": {"type": "integer"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "plain": {"type": "array", "items": {"type": "integer"}},
            "tags": {"type": "array", "items": {"type": "string"}, "x-kubernetes-patch-strategy": "merge"},
            "items": {
                "type": "array",
                "items": {"$ref": "#/definitions/item"},
                "x-kubernetes-patch-strategy": "merge",
                "x-kubernetes-patch-merge-key": "name",
            },
            "below": {"$ref": "#/definitions/item", "x-kubernetes-patch-strategy": "retainKeys"},
        }
    }
    return Schemas({"item": item}).type("item")


WORDS = st.sampled_from("abcd")


def trees(below: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "value": st.integers(0, 3),
            "labels": st.dictionaries(WORDS, WORDS, max_size=3),
            "plain": st.lists(st.integers(0, 3), max_size=3),
            "tags": st.lists(WORDS, unique=True, max_size=4),
            "items": st.lists(st.tuples(WORDS, below), unique_by=lambda pair: pair[0], max_size=4).map(
                lambda pairs: [{**entry, "name": name} for name, entry in pairs]
            ),
            "below": below,
        },
    )


TREES = st.recursive(st.just({}), trees, max_leaves=6)


@given(TREES, TREES)
def test_a_strategic_patch_made_of_two_objects_makes_the_second_of_the_first(
    original: dict[str, Any], modified: dict[str, Any]
) -> None:
    patch = strategic_diff.two_way(original, modified, some_type())
    assert strategic.apply(original, patch, some_type()) == modified
    assert strategic_diff.two_way(modified, modified, some_type()) == {}


@given(TREES, TREES)
def test_a_merge_patch_made_of_two_objects_makes_the_second_of_the_first(
    original: dict[str, Any], modified: dict[str, Any]
) -> None:
    patch = merge_patch.two_way(original, modified)
    assert merge_patch.apply(original, patch) == modified


# JSON merge


def test_merge_patch() -> None:
    stored = deployment()
    patched = merge_patch.apply(
        stored, {"spec": {"replicas": None, "template": {"spec": {"containers": [{"name": "x"}]}}}}
    )
    assert "replicas" not in patched["spec"]
    assert patched["spec"]["template"]["spec"]["containers"] == [{"name": "x"}]
    assert patched["spec"]["template"]["metadata"] == {"labels": {"app": "web"}}
    assert stored == deployment()
    assert merge_patch.apply({}, {"a": {"b": None, "c": 1}}) == {"a": {"c": 1}}


def test_merge_patch_that_is_none() -> None:
    with pytest.raises(PatchError) as raised:
        merge_patch.apply({}, [])
    assert raised.value.code == 400
    assert str(raised.value) == (
        "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
    )


def test_merge_patch_of_three() -> None:
    original, modified, current = {"a": 1, "b": 2}, {"a": 3}, {"a": 1, "b": 2, "c": 4}
    assert merge_patch.three_way(original, modified, current) == {"a": 3, "b": None}
    assert merge_patch.changes_identity({"metadata": {"name": "x"}})
    assert not merge_patch.changes_identity({"metadata": {"labels": {}}})


# JSON patch


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        ({"op": "add", "path": "/b", "value": 2}, {"a": [1, 2], "b": 2}),
        ({"op": "add", "path": "/a/-", "value": 3}, {"a": [1, 2, 3]}),
        ({"op": "add", "path": "/a/0", "value": 0}, {"a": [0, 1, 2]}),
        ({"op": "remove", "path": "/a/0"}, {"a": [2]}),
        ({"op": "replace", "path": "/a/1", "value": {"x": 1}}, {"a": [1, {"x": 1}]}),
        ({"op": "move", "from": "/a", "path": "/b"}, {"b": [1, 2]}),
        ({"op": "copy", "from": "/a", "path": "/b"}, {"a": [1, 2], "b": [1, 2]}),
        ({"op": "test", "path": "/a", "value": [1, 2]}, {"a": [1, 2]}),
        ({"op": "test", "path": "/nothing", "value": None}, {"a": [1, 2]}),
        ({"op": "add", "path": "/x~1y~0z", "value": 1}, {"a": [1, 2], "x/y~z": 1}),
        ({"op": "replace", "path": "", "value": {"new": 1}}, {"new": 1}),
    ],
)
def test_json_patch(operation: dict[str, Any], result: dict[str, Any]) -> None:
    stored = {"a": [1, 2]}
    assert json_patch.apply(stored, [operation]) == result
    assert stored == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ({"op": "test", "path": "/a", "value": 2}, "testing value /a failed: test failed"),
        ({"op": "test", "path": "/a", "value": True}, "testing value /a failed: test failed"),
        (
            {"op": "remove", "path": "/b"},
            "error in remove for path: '/b': Unable to remove nonexistent key: b: missing value",
        ),
        (
            {"op": "remove", "path": "/b/c"},
            'remove operation does not apply: doc is missing path: "/b/c": missing value',
        ),
        (
            {"op": "replace", "path": "/b", "value": 1},
            "replace operation does not apply: doc is missing key: /b: missing value",
        ),
        (
            {"op": "add", "path": "/b/c", "value": 1},
            'add operation does not apply: doc is missing path: "/b/c": missing value',
        ),
        (
            {"op": "add", "path": "/l/9", "value": 1},
            "error in add for path: '/l/9': Unable to access invalid index: 9: invalid index referenced",
        ),
        (
            {"op": "move", "from": "/b", "path": "/c"},
            "error in move for path: 'b': unable to get nonexistent key: b: missing value",
        ),
        ({"op": "spin", "path": "/a"}, "Unexpected kind: spin"),
        ({"path": "/a"}, "Unexpected kind: unknown"),
    ],
)
def test_json_patches_that_do_not_apply(operation: dict[str, Any], error: str) -> None:
    with pytest.raises(PatchError) as raised:
        json_patch.apply({"a": 1, "l": []}, [operation])
    assert (str(raised.value), raised.value.code) == (error, 422)


def test_copies_do_not_double_what_is_there_without_end() -> None:
    doubling = [{"op": "copy", "from": "/a", "path": "/a/-"}, {"op": "copy", "from": "/a", "path": "/a/-"}] * 20
    words = "Unable to complete the copy, the accumulated size increase of copy is .*, exceeding the limit 3145728"
    with pytest.raises(PatchError, match=words):
        json_patch.apply({"a": ["x" * 1000]}, doubling)


def test_json_patches_that_are_none() -> None:
    with pytest.raises(PatchError) as raised:
        json_patch.apply({}, {"op": "add"})
    assert (str(raised.value), raised.value.code) == (
        "json: cannot unmarshal object into Go value of type jsonpatch.Patch",
        400,
    )
    with pytest.raises(PatchError, match="The allowed maximum operations in a JSON patch is 10000, got 10001"):
        json_patch.apply({}, [{"op": "test"}] * 10_001)
