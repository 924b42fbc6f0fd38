"""ConfigMaps and Secrets: their life, and how containers see them."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from simulator.machinery.objects import Object
from tests.conformance.cluster import CONFIG_MAPS, DEFAULT, SECRETS, Cluster, named, once, pod
from tests.conformance.ledger import honours, honours_each


@dataclass(frozen=True)
class Source:
    """A ConfigMap or a Secret, mounted as its own volume or as part of a projected one."""

    kind: str
    projected: bool = False

    @property
    def url(self) -> str:
        return CONFIG_MAPS if self.kind == "ConfigMap" else SECRETS

    def object(self, name: str, **values: str) -> Object:
        field = "data" if self.kind == "ConfigMap" else "stringData"
        return named("v1", self.kind, name, **{field: values})

    def data(self, **values: str) -> Object:
        """A change of the values."""
        if self.kind == "ConfigMap":
            return {"data": values}
        return {"data": {key: b64encode(value.encode()).decode() for key, value in values.items()}}

    def volume(self, name: str, of: str, **fields: Any) -> Object:
        """A volume with the object's keys as files."""
        if self.projected:
            source = {"name": of, **fields}
            return {"name": name, "projected": {"sources": [{self.kind[0].lower() + self.kind[1:]: source}]}}
        if self.kind == "ConfigMap":
            return {"name": name, "configMap": {"name": of, **fields}}
        return {"name": name, "secret": {"secretName": of, **fields}}


PLAIN = {"ConfigMap": Source("ConfigMap"), "Secrets": Source("Secret")}
PROJECTED = {
    "Projected configMap": Source("ConfigMap", projected=True),
    "Projected secret": Source("Secret", projected=True),
}
EVERY = {**PLAIN, **PROJECTED}


def mounts(*names: str) -> list[Object]:
    return [{"name": name, "mountPath": f"/etc/{name}"} for name in names]


@honours_each({f"{name} should be consumable from pods in volume": source for name, source in EVERY.items()})
def test_volume(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", **{"data-1": "value-1"}))
    script = "cat /etc/one/data-1; echo; stat -L -c %A /etc/one/data-1"
    made = once("reader", script, volumes=[case.volume("one", "settings")], volumeMounts=mounts("one"))
    assert cluster.finish(made) == "value-1\n-rw-r--r--\n"


@honours_each(
    {f"{name} should be consumable from pods in volume with mappings": source for name, source in EVERY.items()}
)
def test_mappings(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", **{"data-1": "value-1", "data-2": "value-2"}))
    volume = case.volume("one", "settings", items=[{"key": "data-2", "path": "path/to/data-2"}])
    script = "cat /etc/one/path/to/data-2; echo; stat -L -c %A /etc/one/path/to/data-2; ls /etc/one"
    made = once("reader", script, volumes=[volume], volumeMounts=mounts("one"))
    assert cluster.finish(made) == "value-2\n-rw-r--r--\npath\n"


@honours_each(
    {
        "ConfigMap should be consumable in multiple volumes in the same pod": EVERY["ConfigMap"],
        "Secrets should be consumable in multiple volumes in a pod": EVERY["Secrets"],
        "Projected configMap should be consumable in multiple volumes in the same pod": EVERY["Projected configMap"],
        "Projected secret should be consumable in multiple volumes in a pod": EVERY["Projected secret"],
    }
)
def test_two_volumes(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", **{"data-1": "value-1"}))
    volumes = [case.volume(name, "settings") for name in ("one", "two")]
    made = once("reader", "cat /etc/one/data-1 /etc/two/data-1", volumes=volumes, volumeMounts=mounts("one", "two"))
    assert cluster.finish(made) == "value-1value-1"


@honours_each(
    {
        "ConfigMap updates should be reflected in volume": EVERY["ConfigMap"],
        "Projected configMap updates should be reflected in volume": EVERY["Projected configMap"],
    }
)
def test_updates(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", **{"data-1": "value-1"}))
    cluster.run(pod("reader", "sleep", "3600", volumes=[case.volume("one", "settings")], volumeMounts=mounts("one")))
    assert cluster.execute("reader", "cat", "/etc/one/data-1") == "value-1"
    cluster.patch(f"{case.url}/settings", case.data(**{"data-1": "value-2"}))
    cluster.until(lambda: cluster.execute("reader", "cat", "/etc/one/data-1") == "value-2", 180, 10)


@honours_each({f"{name} optional updates should be reflected in volume": source for name, source in EVERY.items()})
def test_optional(cluster: Cluster, case: Source) -> None:
    for name in ("deleted", "updated"):
        cluster.create(case.url, case.object(name, **{"data-1": "value-1"}))
    names = ("created", "deleted", "updated")
    volumes = [case.volume(name, name, optional=True) for name in names]
    cluster.run(pod("reader", "sleep", "3600", volumes=volumes, volumeMounts=mounts(*names)))
    assert cluster.execute("reader", "ls", "/etc/created") == ""
    assert cluster.execute("reader", "cat", "/etc/deleted/data-1", "/etc/updated/data-1") == "value-1value-1"
    cluster.delete(f"{case.url}/deleted")
    cluster.patch(f"{case.url}/updated", {**case.data(**{"data-3": "value-3"})})
    cluster.create(case.url, case.object("created", **{"data-1": "value-1"}))
    cluster.until(lambda: cluster.attempt("reader", "cat", "/etc/created/data-1") == ("value-1", 0), 180, 10)
    cluster.until(lambda: cluster.attempt("reader", "cat", "/etc/updated/data-3") == ("value-3", 0), 180, 10)
    cluster.until(lambda: cluster.attempt("reader", "cat", "/etc/deleted/data-1")[1] != 0, 180, 10)


@honours_each({f"{name} should be immutable if `immutable` field is set": source for name, source in PLAIN.items()})
def test_immutable(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", key="one"))
    url = f"{case.url}/settings"
    cluster.patch(url, case.data(key="two"))
    cluster.patch(url, {"immutable": True})
    merge = {"content_type": "application/merge-patch+json"}
    assert "immutable" in cluster.refused("PATCH", url, case.data(key="three"), **merge)["message"]
    assert "immutable" in cluster.refused("PATCH", url, {"immutable": False}, **merge)["message"]
    cluster.patch(url, {"metadata": {"labels": {"team": "red"}}})
    assert cluster.get(url)["metadata"]["labels"] == {"team": "red"}
    cluster.delete(url)
    assert cluster.gone(url)


@honours_each(
    {
        "ConfigMap should fail to create ConfigMap with empty key": EVERY["ConfigMap"],
        "Secrets should fail to create secret due to empty secret key": EVERY["Secrets"],
    }
)
def test_empty_key(cluster: Cluster, case: Source) -> None:
    assert cluster.refused("POST", case.url, case.object("settings", **{"": "value"}))["code"] == 422
    assert cluster.gone(f"{case.url}/settings")


def reference(source: Source) -> str:
    return "configMapKeyRef" if source.kind == "ConfigMap" else "secretKeyRef"


@honours_each(
    {
        "ConfigMap should be consumable via environment variable": EVERY["ConfigMap"],
        "Secrets should be consumable from pods in env vars": EVERY["Secrets"],
    }
)
def test_variable(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", **{"data-1": "value-1"}))
    variable = {"name": "DATA", "valueFrom": {reference(case): {"name": "settings", "key": "data-1"}}}
    assert cluster.finish(once("reader", "echo $DATA", env=[variable])) == "value-1\n"


def environment(source: Source, prefix: str = "") -> list[Object]:
    field = "configMapRef" if source.kind == "ConfigMap" else "secretRef"
    return [{field: {"name": "settings"}} | ({"prefix": prefix} if prefix else {})]


@honours_each(
    {
        "ConfigMap should be consumable via the environment": EVERY["ConfigMap"],
        "Secrets should be consumable via the environment": EVERY["Secrets"],
    }
)
def test_environment(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", data_1="value-1", data_2="value-2"))
    said = cluster.finish(once("reader", "env", envFrom=[*environment(case), *environment(case, "p_")]))
    assert {"data_1=value-1", "data_2=value-2", "p_data_1=value-1", "p_data_2=value-2"} <= set(said.splitlines())


@honours_each(
    {
        "ConfigMap should be consumable as environment variable names with various prefixes": EVERY["ConfigMap"],
        "Secrets should be consumable as environment variable names variable names with various prefixes": EVERY[
            "Secrets"
        ],
    }
)
def test_prefixes(cluster: Cluster, case: Source) -> None:
    cluster.create(case.url, case.object("settings", data_1="value-1"))
    prefixes = ("p_", "#_", "1_", "$_", "a b.")
    sources = [one for prefix in prefixes for one in environment(case, prefix)]
    said = cluster.finish(pod("reader", "env", restartPolicy="Never", envFrom=sources)).splitlines()
    assert {f"{prefix}data_1=value-1" for prefix in prefixes} <= set(said)


@honours("ConfigMap should update ConfigMap successfully")
def test_update(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", "settings"))
    cluster.change(f"{CONFIG_MAPS}/settings", lambda found: found.update(data={"data": "value"}))
    assert cluster.get(f"{CONFIG_MAPS}/settings")["data"] == {"data": "value"}


@honours("ConfigMap should run through a ConfigMap lifecycle")
def test_lifecycle(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", "settings", {"static": "true"}, data={"value": "first"}))
    cluster.patch(f"{CONFIG_MAPS}/settings", {"metadata": {"labels": {"patched": "yes"}}, "data": {"value": "second"}})
    (found,) = cluster.items("/api/v1/configmaps?labelSelector=static%3Dtrue")
    assert (found["metadata"]["labels"]["patched"], found["data"]) == ("yes", {"value": "second"})
    assert cluster.get(f"{CONFIG_MAPS}/settings")["data"] == {"value": "second"}
    cluster.delete(f"{CONFIG_MAPS}?labelSelector=static%3Dtrue")
    assert cluster.names("/api/v1/configmaps?labelSelector=static%3Dtrue") == []


@honours("Secrets should patch a secret")
def test_patch_secret(cluster: Cluster) -> None:
    cluster.create(SECRETS, named("v1", "Secret", "one", {"static": "true"}, stringData={"key": "value"}))
    assert cluster.names("/api/v1/secrets?labelSelector=static%3Dtrue") == ["one"]
    patch = {"metadata": {"labels": {"patched": "yes"}}, "data": {"key": b64encode(b"other").decode()}}
    cluster.patch(f"{SECRETS}/one", patch, "strategic")
    found = cluster.get(f"{SECRETS}/one")
    assert (found["metadata"]["labels"]["patched"], b64decode(found["data"]["key"])) == ("yes", b"other")
    cluster.delete(f"{SECRETS}?labelSelector=static%3Dtrue")
    assert cluster.names("/api/v1/secrets?labelSelector=static%3Dtrue") == []


@honours(
    "Secrets should be able to mount in a volume regardless of a different secret existing with same name in different namespace"
)
def test_same_name_elsewhere(cluster: Cluster) -> None:
    cluster.create("/api/v1/namespaces", named("v1", "Namespace", "other"))
    cluster.create("/api/v1/namespaces/other/secrets", named("v1", "Secret", "one", stringData={"key": "theirs"}))
    cluster.create(SECRETS, named("v1", "Secret", "one", stringData={"key": "ours"}))
    volume = PLAIN["Secrets"].volume("one", "one")
    script = "cat /etc/one/key; echo; stat -L -c %A /etc/one/key"
    assert cluster.finish(once("reader", script, volumes=[volume], volumeMounts=mounts("one"))) == "ours\n-rw-r--r--\n"


@honours("ConfigMap binary data should be reflected in volume")
def test_binary(cluster: Cluster) -> None:
    binary = {"dump.bin": b64encode(bytes([0xDE, 0xCA, 0xFE, 0xBA, 0xD0, 0xFE, 0xFF])).decode()}
    cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", "one", data={"text": "words"}, binaryData=binary))
    volume = PLAIN["ConfigMap"].volume("one", "one")
    script = "cat /etc/one/text; echo; base64 /etc/one/dump.bin"
    said = cluster.finish(once("reader", script, volumes=[volume], volumeMounts=mounts("one")))
    assert said == f"words\n{binary['dump.bin']}\n"


@honours("EmptyDir wrapper volumes should not conflict")
def test_a_secret_beside_a_config_map(cluster: Cluster) -> None:
    cluster.create(SECRETS, named("v1", "Secret", "one", stringData={"key": "secret"}))
    cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", "one", data={"key": "map"}))
    volumes = [PLAIN["Secrets"].volume("a", "one"), PLAIN["ConfigMap"].volume("b", "one")]
    cluster.run(pod("both", "sleep", "3600", volumes=volumes, volumeMounts=mounts("a", "b")))
    assert cluster.execute("both", "cat", "/etc/a/key", "/etc/b/key") == "secretmap"


@honours("EmptyDir wrapper volumes should not cause race condition when used for configmaps")
def test_fifty_config_maps(cluster: Cluster) -> None:
    for number in range(50):
        cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", f"map-{number}", data={"key": f"value-{number}"}))
    volumes = [PLAIN["ConfigMap"].volume(f"map-{number}", f"map-{number}") for number in range(50)]
    names = [f"map-{number}" for number in range(50)]
    container = {
        "name": "c",
        "image": "kubelab/shell:1.0",
        "command": ["sleep", "3600"],
        "volumeMounts": mounts(*names),
    }
    template = {"metadata": {"labels": {"app": "many"}}, "spec": {"containers": [container], "volumes": volumes}}
    spec = {"replicas": 5, "selector": {"app": "many"}, "template": template}
    cluster.create(f"{DEFAULT}/replicationcontrollers", named("v1", "ReplicationController", "many", spec=spec))
    cluster.until(lambda: cluster.get(f"{DEFAULT}/replicationcontrollers/many")["status"].get("readyReplicas") == 5, 60)
    one = cluster.names(f"{DEFAULT}/pods?labelSelector=app%3Dmany")[0]
    assert cluster.execute(one, "cat", "/etc/map-49/key") == "value-49"


SUBPATHS: dict[str, Object] = {
    "Subpath Atomic writer volumes should support subpaths with configmap pod": PLAIN["ConfigMap"].volume("v", "one"),
    "Subpath Atomic writer volumes should support subpaths with secret pod": PLAIN["Secrets"].volume("v", "one"),
    "Subpath Atomic writer volumes should support subpaths with projected pod": PROJECTED["Projected configMap"].volume(
        "v", "one"
    ),
    "Subpath Atomic writer volumes should support subpaths with downward pod": {
        "name": "v",
        "downwardAPI": {"items": [{"path": "key", "fieldRef": {"fieldPath": "metadata.labels['content']"}}]},
    },
}


def sub_path(cluster: Cluster, volume: Object, where: str) -> str:
    cluster.create(SECRETS, named("v1", "Secret", "one", stringData={"key": "words"}))
    cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", "one", data={"key": "words"}))
    mount = {"name": "v", "mountPath": where, "subPath": "key"}
    made = once("reader", f"cat {where}", volumes=[volume], volumeMounts=[mount], labels={"content": "words"})
    return cluster.finish(made)


@honours_each(SUBPATHS)
def test_sub_path(cluster: Cluster, case: Object) -> None:
    assert sub_path(cluster, case, "/mnt/one") == "words"


@honours("Subpath Atomic writer volumes should support subpaths with configmap pod with mountPath of existing file")
def test_sub_path_over_a_file(cluster: Cluster) -> None:
    assert sub_path(cluster, PLAIN["ConfigMap"].volume("v", "one"), "/etc/resolv.conf") == "words"
