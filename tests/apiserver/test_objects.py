"""Reading and writing objects: create, update, patch, delete, lists in chunks, revisions, dry runs, tables."""

from typing import Any

import pytest

from tests.apiserver.api import API, TABLE, config_map, deployment, pod
from tests.apiserver.test_kinds import SIGNING_REQUEST

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


def data(obj: Any) -> Any:
    return obj.get("data")


def test_create_gives_identity(api: API) -> None:
    obj = api.create(MAPS, config_map("a", data={"k": "v"}))
    metadata = obj["metadata"]
    assert metadata["namespace"] == "default"
    assert metadata["uid"] and metadata["resourceVersion"] and metadata["creationTimestamp"]
    assert api.get(f"{MAPS}/a") == obj


def test_generated_names(api: API) -> None:
    named = api.create(MAPS, {"metadata": {"generateName": "a-"}})["metadata"]["name"]
    assert named.startswith("a-") and len(named) == 7


def test_update_replaces(api: API) -> None:
    api.create(MAPS, config_map("a", data={"k": "v", "l": "w"}))
    assert data(api.body("PUT", f"{MAPS}/a", config_map("a", data={"k": "x"}))) == {"k": "x"}


def test_an_equal_update_writes_nothing(api: API) -> None:
    created = api.create(MAPS, config_map("a", data={"k": "v"}), user_agent="me/1")
    assert api.body("PUT", f"{MAPS}/a", created, user_agent="me/1") == created


@pytest.mark.parametrize(
    ("kind", "patch", "wanted"),
    [
        pytest.param("merge", {"data": {"k": None, "l": "w"}}, {"l": "w"}, id="merge"),
        pytest.param("strategic", {"data": {"l": "w"}}, {"k": "v", "l": "w"}, id="strategic"),
        pytest.param("json", [{"op": "replace", "path": "/data/k", "value": "x"}], {"k": "x"}, id="json"),
    ],
)
def test_patch(api: API, kind: str, patch: Any, wanted: Any) -> None:
    api.create(MAPS, config_map("a", data={"k": "v"}))
    assert data(api.patch(kind, f"{MAPS}/a", patch)) == wanted


def test_a_strategic_patch_merges_containers_by_name(api: API) -> None:
    api.create(DEPLOYMENTS, deployment("web"))
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "log", "image": "busybox"}]}}}}
    changed = api.patch("strategic", f"{DEPLOYMENTS}/web", patch)
    assert {c["name"] for c in changed["spec"]["template"]["spec"]["containers"]} == {"web", "log"}
    assert changed["metadata"]["generation"] == 2


class TestApply:
    url = f"{MAPS}/a?fieldManager="

    def test_creates(self, api: API) -> None:
        response = api.request("PATCH", f"{self.url}me", config_map("a"), content_type="application/apply-patch+yaml")
        assert response.status == 201

    def test_takes_away_what_is_no_longer_applied(self, api: API) -> None:
        api.patch("apply", f"{self.url}me", config_map("a", data={"k": "v", "l": "w"}))
        assert data(api.patch("apply", f"{self.url}me", config_map("a", data={"l": "w"}))) == {"l": "w"}

    def test_meets_another_manager(self, api: API) -> None:
        api.patch("apply", f"{self.url}me", config_map("a", data={"k": "v"}))
        status = api.patch("apply", f"{self.url}you", config_map("a", data={"k": "x"}))
        assert status["message"] == 'Apply failed with 1 conflict: conflict with "me": .data.k'
        assert status["details"]["causes"] == [
            {"reason": "FieldManagerConflict", "message": 'conflict with "me"', "field": ".data.k"}
        ]
        forced = api.patch("apply", f"{self.url}you&force=true", config_map("a", data={"k": "x"}))
        assert data(forced) == {"k": "x"}

    def test_shared_fields_are_kept_until_nobody_wants_them(self, api: API) -> None:
        for manager in ("me", "you"):
            api.patch("apply", f"{self.url}{manager}", config_map("a", data={"k": "v"}))
        assert data(api.patch("apply", f"{self.url}me", config_map("a"))) == {"k": "v"}
        assert data(api.patch("apply", f"{self.url}you", config_map("a"))) is None

    def test_what_somebody_else_wrote_stays_when_it_is_applied_no_more(self, api: API) -> None:
        api.create(f"{MAPS}?fieldManager=you", config_map("a", data={"k": "v"}))
        api.patch("apply", f"{self.url}me", config_map("a", data={"k": "v", "l": "w"}))
        assert data(api.patch("apply", f"{self.url}me", config_map("a"))) == {"k": "v"}


class TestDelete:
    def test_answers_with_a_status(self, api: API) -> None:
        uid = api.create(MAPS, config_map("a"))["metadata"]["uid"]
        status = api.delete(f"{MAPS}/a")
        assert status["status"] == "Success"
        assert status["details"] == {"name": "a", "kind": "configmaps", "uid": uid}
        assert api.get(f"{MAPS}/a")["reason"] == "NotFound"

    def test_waits_for_finalizers(self, api: API) -> None:
        api.create(MAPS, {"metadata": {"name": "a", "finalizers": ["example.com/wait"]}})
        going = api.delete(f"{MAPS}/a")
        assert going["metadata"]["deletionTimestamp"] and going["metadata"]["deletionGracePeriodSeconds"] == 0
        api.patch("merge", f"{MAPS}/a", {"metadata": {"finalizers": None}})
        assert api.get(f"{MAPS}/a")["reason"] == "NotFound"

    def test_a_dry_run_deletes_nothing(self, api: API) -> None:
        api.create(MAPS, config_map("a"))
        assert api.delete(f"{MAPS}/a?dryRun=All")["status"] == "Success"
        assert api.get(f"{MAPS}/a")["metadata"]["name"] == "a"

    def test_collections(self, api: API) -> None:
        for name, team in (("a", "x"), ("b", "x"), ("c", "y")):
            api.create(MAPS, {"metadata": {"name": name, "labels": {"team": team}}})
        gone = api.delete(f"{MAPS}?labelSelector=team%3Dx")
        assert [item["metadata"]["name"] for item in gone["items"]] == ["a", "b"]
        assert api.get(f"{MAPS}/c")["metadata"]["name"] == "c"

    @pytest.mark.parametrize(
        ("policy", "finalizers"),
        [("Foreground", ["foregroundDeletion"]), ("Orphan", ["orphan"])],
    )
    def test_propagation(self, api: API, policy: str, finalizers: list[str]) -> None:
        api.create(DEPLOYMENTS, deployment("web"))
        going = api.delete(f"{DEPLOYMENTS}/web", {"propagationPolicy": policy})
        assert going["metadata"]["finalizers"] == finalizers

    def test_jobs_orphan_by_default(self, api: API) -> None:
        template = {"spec": {"containers": [{"name": "c", "image": "busybox"}], "restartPolicy": "Never"}}
        url = "/apis/batch/v1/namespaces/default/jobs"
        api.create(url, {"metadata": {"name": "j"}, "spec": {"template": template}})
        assert api.delete(f"{url}/j")["metadata"]["finalizers"] == ["orphan"]


class TestLists:
    @pytest.fixture(autouse=True)
    def maps(self, api: API) -> None:
        for number in range(5):
            api.create(MAPS, {"metadata": {"name": f"m{number}", "labels": {"n": str(number), "all": ""}}})

    def names(self, listed: Any) -> list[str]:
        return [item["metadata"]["name"] for item in listed["items"]]

    @pytest.mark.parametrize(
        ("selector", "names"),
        [
            ("labelSelector=n%3D1", ["m1"]),
            ("labelSelector=n+in+(1,2)", ["m1", "m2"]),
            ("labelSelector=n,n+notin+(0,1,2)", ["m3", "m4"]),
            ("labelSelector=all,!n", []),
            ("fieldSelector=metadata.name%3Dm3", ["m3"]),
            ("fieldSelector=metadata.name!%3Dm3&labelSelector=n+in+(3,4)", ["m4"]),
        ],
    )
    def test_selectors(self, api: API, selector: str, names: list[str]) -> None:
        assert self.names(api.get(f"{MAPS}?{selector}")) == names

    def test_chunks_are_of_one_revision(self, api: API) -> None:
        first = api.get(f"{MAPS}?labelSelector=all&limit=2")
        assert self.names(first) == ["m0", "m1"]
        assert "remainingItemCount" not in first["metadata"]
        api.delete(f"{MAPS}/m4")
        api.create(MAPS, {"metadata": {"name": "m5", "labels": {"all": ""}}})
        token = first["metadata"]["continue"]
        rest = api.get(f"{MAPS}?labelSelector=all&limit=5&continue={token}")
        assert self.names(rest) == ["m2", "m3", "m4"]
        assert rest["metadata"] == {"resourceVersion": first["metadata"]["resourceVersion"]}

    def test_a_compacted_continuation(self, api: API) -> None:
        token = api.get(f"{MAPS}?limit=1")["metadata"]["continue"]
        api.create(MAPS, config_map("later"))
        api.world.cluster.store.compact_to(api.world.cluster.store.revision)
        status = api.get(f"{MAPS}?limit=1&continue={token}")
        assert (status["code"], status["reason"]) == (410, "Expired")
        assert status["message"].startswith("The provided continue parameter is too old")

    def test_exact_revisions(self, api: API) -> None:
        version = api.get(MAPS)["metadata"]["resourceVersion"]
        api.delete(f"{MAPS}/m0")
        then = api.get(f"{MAPS}?labelSelector=all&resourceVersion={version}&resourceVersionMatch=Exact")
        assert self.names(then) == ["m0", "m1", "m2", "m3", "m4"]
        now = api.get(f"{MAPS}?labelSelector=all&resourceVersion={version}&resourceVersionMatch=NotOlderThan")
        assert self.names(now) == ["m1", "m2", "m3", "m4"]
        limited = api.get(f"{MAPS}?labelSelector=all&resourceVersion={version}&limit=2")
        assert self.names(limited) == ["m0", "m1"]
        assert self.names(api.get(f"{MAPS}?labelSelector=all&resourceVersion={version}")) == ["m1", "m2", "m3", "m4"]

    def test_all_namespaces_are_listed_in_the_order_of_their_keys(self, api: API) -> None:
        for namespace in ("team", "team-a"):
            api.create("/api/v1/namespaces", {"metadata": {"name": namespace}})
            api.create(f"/api/v1/namespaces/{namespace}/configmaps", {"metadata": {"name": "m", "labels": {"o": "1"}}})
        first = api.get("/api/v1/configmaps?labelSelector=o&limit=1")
        rest = api.get(f"/api/v1/configmaps?labelSelector=o&limit=1&continue={first['metadata']['continue']}")
        found = [one["metadata"]["namespace"] for page in (first, rest) for one in page["items"]]
        assert (found, "continue" in rest["metadata"]) == (["team-a", "team"], False)


def test_tables(api: API) -> None:
    api.create(PODS, pod("a"))
    shown = api.get(PODS, **TABLE)
    columns = [column["name"] for column in shown["columnDefinitions"]]
    assert columns[:5] == ["Name", "Ready", "Status", "Restarts", "Age"]
    assert shown["rows"][0]["cells"][:4] == ["a", "0/1", "Pending", "0"]
    assert shown["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


@pytest.mark.parametrize(
    ("include", "kind"), [("Object", "Pod"), ("Metadata", "PartialObjectMetadata"), ("None", None)]
)
def test_what_rides_in_a_row(api: API, include: str, kind: str | None) -> None:
    api.create(PODS, pod("a"))
    row = api.get(f"{PODS}?includeObject={include}", **TABLE)["rows"][0]
    assert (row.get("object") or {}).get("kind") == kind


def test_metadata_alone(api: API) -> None:
    api.create(PODS, pod("a"))
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    shown = api.get(PODS, accept=accept)
    assert shown["kind"] == "PartialObjectMetadataList"
    assert set(shown["items"][0]) == {"kind", "apiVersion", "metadata"}


class TestSubresources:
    def test_status_and_spec_are_apart(self, api: API) -> None:
        api.create(DEPLOYMENTS, deployment("web"))
        api.patch("merge", f"{DEPLOYMENTS}/web", {"status": {"replicas": 9}})
        assert "replicas" not in api.get(f"{DEPLOYMENTS}/web").get("status", {})
        patch = {"status": {"replicas": 9}, "spec": {"replicas": 9}}
        changed = api.patch("merge", f"{DEPLOYMENTS}/web/status", patch)
        assert (changed["status"]["replicas"], changed["spec"]["replicas"]) == (9, 1)

    def test_scale(self, api: API) -> None:
        api.create(DEPLOYMENTS, deployment("web"))
        scale = api.patch("merge", f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 3}})
        assert (scale["kind"], scale["spec"], scale["status"]["selector"]) == ("Scale", {"replicas": 3}, "app=web")
        assert api.get(f"{DEPLOYMENTS}/web")["spec"]["replicas"] == 3

    def test_binding(self, api: API) -> None:
        api.create(PODS, pod("a"))
        binding = {"metadata": {"name": "a"}, "target": {"kind": "Node", "name": "node-1"}}
        assert api.create(f"{PODS}/a/binding", binding)["status"] == "Success"
        assert api.get(f"{PODS}/a")["spec"]["nodeName"] == "node-1"
        again = api.create(f"{PODS}/a/binding", binding)
        assert again["message"].endswith('pod a is already assigned to node "node-1"')

    def test_eviction(self, api: API) -> None:
        api.create(PODS, pod("a"))
        assert api.create(f"{PODS}/a/eviction", {"metadata": {"name": "a"}})["status"] == "Success"
        assert api.get(f"{PODS}/a")["reason"] == "NotFound"

    def test_ephemeral_containers_alone(self, api: API) -> None:
        api.create(PODS, pod("a"))
        debugger = {"name": "d", "image": "busybox"}
        patch = {"spec": {"ephemeralContainers": [debugger], "activeDeadlineSeconds": 5}}
        changed = api.patch("strategic", f"{PODS}/a/ephemeralcontainers", patch)
        assert [c["name"] for c in changed["spec"]["ephemeralContainers"]] == ["d"]
        assert "activeDeadlineSeconds" not in changed["spec"]

    def test_approval(self, api: API) -> None:
        url = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
        spec = {"request": SIGNING_REQUEST, "signerName": "example.com/a", "usages": ["client auth"]}
        asked = api.create(url, {"metadata": {"name": "a"}, "spec": spec})
        approved = {"type": "Approved", "status": "True", "reason": "Because"}
        asked = {
            **asked,
            "status": {"conditions": [approved]},
            "spec": {**asked["spec"], "signerName": "example.com/b"},
        }
        answer = api.body("PUT", f"{url}/a/approval", asked)
        assert answer["status"]["conditions"][0]["type"] == "Approved"
        assert answer["spec"]["signerName"] == "example.com/a"

    def test_a_resource_without_it(self, api: API) -> None:
        assert (
            api.get(f"{MAPS}/kube-root-ca.crt/scale")["message"] == "the server could not find the requested resource"
        )
