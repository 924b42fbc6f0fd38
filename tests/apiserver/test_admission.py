"""What admission adds to objects and what it refuses."""

from typing import Any

import pytest

from tests.apiserver.api import API, config_map, pod

HERE = "/api/v1/namespaces/default"
PODS = f"{HERE}/pods"


def container(**resources: Any) -> Any:
    return [{"name": "c", "image": "nginx", "resources": resources}]


class TestQuota:
    @pytest.fixture(autouse=True)
    def quota(self, api: API) -> None:
        hard = {"pods": "2", "requests.cpu": "1", "configmaps": "2"}
        api.create(f"{HERE}/resourcequotas", {"metadata": {"name": "q"}, "spec": {"hard": hard}})
        api.world.advance(1)

    def used(self, api: API) -> Any:
        return api.get(f"{HERE}/resourcequotas/q")["status"]["used"]

    def test_silence_is_refused(self, api: API) -> None:
        message = 'pods "a" is forbidden: failed quota: q: must specify requests.cpu for: c'
        assert api.create(PODS, pod("a"))["message"] == message

    def test_use_is_counted_at_once(self, api: API) -> None:
        api.create(PODS, pod("a", containers=container(requests={"cpu": "600m"})))
        assert self.used(api) == {"pods": "1", "requests.cpu": "600m", "configmaps": "1"}

    def test_too_much(self, api: API) -> None:
        for name in ("a", "b"):
            answer = api.create(PODS, pod(name, containers=container(requests={"cpu": "600m"})))
        assert answer["message"] == (
            'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, '
            "limited: requests.cpu=1"
        )

    def test_too_many(self, api: API) -> None:
        for name in ("a", "b"):
            answer = api.create(f"{HERE}/configmaps", config_map(name))
        assert answer["message"] == (
            'configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: '
            "configmaps=2"
        )

    def test_a_dry_run_uses_nothing(self, api: API) -> None:
        api.create(f"{HERE}/configmaps?dryRun=All", config_map("a"))
        assert self.used(api)["configmaps"] == "1"


class TestLimits:
    @pytest.fixture(autouse=True)
    def limits(self, api: API) -> None:
        limit = {
            "type": "Container",
            "default": {"cpu": "500m", "memory": "256Mi"},
            "defaultRequest": {"cpu": "100m", "memory": "64Mi"},
            "max": {"cpu": "1"},
            "min": {"cpu": "50m"},
        }
        api.create(f"{HERE}/limitranges", {"metadata": {"name": "lr"}, "spec": {"limits": [limit]}})

    def test_defaults(self, api: API) -> None:
        created = api.create(PODS, pod("a"))
        assert created["spec"]["containers"][0]["resources"] == {
            "limits": {"cpu": "500m", "memory": "256Mi"},
            "requests": {"cpu": "100m", "memory": "64Mi"},
        }
        assert created["metadata"]["annotations"] == {
            "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu, memory request for container c; cpu, memory "
            "limit for container c"
        }

    @pytest.mark.parametrize(
        ("resources", "message"),
        [
            ({"limits": {"cpu": "2"}}, "maximum cpu usage per Container is 1, but limit is 2"),
            ({"requests": {"cpu": "10m"}}, "minimum cpu usage per Container is 50m, but request is 10m"),
        ],
    )
    def test_bounds(self, api: API, resources: Any, message: str) -> None:
        answer = api.create(PODS, pod("a", containers=container(**resources)))
        assert answer["message"] == f'pods "a" is forbidden: {message}'


class TestPodSecurity:
    def space(self, api: API, **labels: str) -> str:
        named = {f"pod-security.kubernetes.io/{mode}": level for mode, level in labels.items()}
        api.create("/api/v1/namespaces", {"metadata": {"name": "s", "labels": named}})
        api.world.advance(1)
        return "/api/v1/namespaces/s/pods"

    def test_enforced(self, api: API) -> None:
        status = api.create(self.space(api, enforce="restricted"), pod("a"))
        assert status["message"] == (
            'pods "a" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false '
            '(container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities '
            '(container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container '
            '"c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set '
            'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'
        )

    def test_warned_of(self, api: API) -> None:
        response = api.request("POST", self.space(api, warn="baseline"), pod("a", hostNetwork=True))
        assert response.status == 201
        told = r"would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)"
        assert response.headers["warning"] == f'299 - "{told}"'

    def test_a_level_that_is_none(self, api: API) -> None:
        labels = {"pod-security.kubernetes.io/enforce": "strict"}
        status = api.create("/api/v1/namespaces", {"metadata": {"name": "s", "labels": labels}})
        assert status["code"] == 422
        assert "must be one of privileged, baseline, restricted" in status["message"]


def test_accounts_tokens_and_tolerations(api: API) -> None:
    spec = api.create(PODS, pod("a"))["spec"]
    assert spec["serviceAccountName"] == "default"
    assert spec["volumes"][0]["name"].startswith("kube-api-access-")
    assert spec["containers"][0]["volumeMounts"][0]["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount"
    assert [each["key"] for each in spec["tolerations"]] == [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ]
    assert spec["priority"] == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"serviceAccountName": "nope"},
            'error looking up service account default/nope: serviceaccount "nope" not found',
        ),
        ({"priorityClassName": "nope"}, "no PriorityClass with name nope was found"),
        ({"runtimeClassName": "nope"}, 'pod rejected: RuntimeClass "nope" not found'),
    ],
)
def test_what_a_pod_names_must_exist(api: API, fields: Any, message: str) -> None:
    assert api.create(PODS, pod("a", **fields))["message"] == f'pods "a" is forbidden: {message}'


def test_claims_get_the_default_class_and_protection(api: API) -> None:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    url = "/apis/storage.k8s.io/v1/storageclasses"
    api.create(url, {"metadata": {"name": "fast", "annotations": annotations}, "provisioner": "example.com/disk"})
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    claim = api.create(f"{HERE}/persistentvolumeclaims", {"metadata": {"name": "c"}, "spec": spec})
    assert claim["spec"]["storageClassName"] == "fast"
    assert claim["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]


def test_a_namespace_that_goes_takes_nothing_new(api: API) -> None:
    api.create("/api/v1/namespaces", {"metadata": {"name": "n"}})
    api.create("/api/v1/namespaces/n/configmaps", {"metadata": {"name": "a", "finalizers": ["example.com/wait"]}})
    api.delete("/api/v1/namespaces/n")
    status = api.create("/api/v1/namespaces/n/configmaps", config_map("b"))
    assert status["message"] == (
        'configmaps "b" is forbidden: unable to create new content in namespace n because it is being terminated'
    )
