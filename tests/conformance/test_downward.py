"""What a Pod can learn about itself, from variables and from files."""

from dataclasses import dataclass

from simulator.machinery.objects import Object
from tests.conformance.cluster import CONFIG_MAPS, PODS, SECRETS, Cluster, named, once, pod
from tests.conformance.ledger import honours, honours_each

RESOURCES: Object = {"requests": {"cpu": "250m", "memory": "32Mi"}, "limits": {"cpu": "1250m", "memory": "64Mi"}}
MEBIBYTE = 1024 * 1024
FORMS = {"Downward API volume": False, "Projected downwardAPI": True}


@dataclass(frozen=True)
class Told:
    """A file of a volume: where its content comes from, and what it must be; `projected` within a projected volume."""

    item: Object
    text: str
    projected: bool
    resources: Object | None = None


def resource(name: str, divisor: str) -> Object:
    return {"resourceFieldRef": {"containerName": "c", "resource": name, "divisor": divisor}}


def volume(item: Object, *, projected: bool) -> Object:
    told = {"items": [{"path": "told", **item}]}
    return {
        "name": "v",
        **({"projected": {"sources": [{"downwardAPI": told}]}} if projected else {"downwardAPI": told}),
    }


def cases() -> dict[str, Told]:
    rows = {}
    for form, projected in FORMS.items():
        for name, text in (
            ("cpu limit", "1250"), ("cpu request", "250"), ("memory limit", "64"), ("memory request", "32"),
        ):  # fmt: skip
            which, kind = name.split()
            item = resource(f"{kind}s.{which}", "1m" if which == "cpu" else "1Mi")
            rows[f"{form} should provide container's {name}"] = Told(item, text, projected, RESOURCES)
        for which, text in (("cpu", "3900"), ("memory", "7168")):
            item = resource(f"limits.{which}", "1m" if which == "cpu" else "1Mi")
            row = f"{form} should provide node allocatable ({which}) as default {which} limit if the limit is not set"
            rows[row] = Told(item, text, projected)
        rows[f"{form} should provide podname only"] = Told(field("metadata.name"), "teller", projected)
    return rows


def field(path: str) -> Object:
    return {"fieldRef": {"fieldPath": path}}


@honours_each(cases())
def test_file(cluster: Cluster, case: Told) -> None:
    mounts = [{"name": "v", "mountPath": "/etc/pod"}]
    made = once(
        "teller", "cat /etc/pod/told", volumes=[volume(case.item, projected=case.projected)], volumeMounts=mounts
    )
    if case.resources is not None:
        made["spec"]["containers"][0]["resources"] = case.resources
    assert cluster.finish(made) == case.text


@honours_each(
    {
        f"{form} should update {kind} on modification": (kind, projected)
        for form, projected in FORMS.items()
        for kind in ("labels", "annotations")
    }
)
def test_file_is_updated(cluster: Cluster, case: tuple[str, bool]) -> None:
    kind, projected = case
    mounts = [{"name": "v", "mountPath": "/etc/pod"}]
    made = pod(
        "teller", "sleep", "3600", volumes=[volume(field(f"metadata.{kind}"), projected=projected)], volumeMounts=mounts
    )
    made["metadata"][kind] = {"key1": "value1"}
    cluster.run(made)
    assert 'key1="value1"' in cluster.execute("teller", "cat", "/etc/pod/told")
    cluster.patch(f"{PODS}/teller", {"metadata": {kind: {"key3": "value3"}}})
    cluster.until(lambda: 'key3="value3"' in cluster.execute("teller", "cat", "/etc/pod/told"), 180, 10)


@honours("Projected combined should project all components that make up the projection API")
def test_all_in_one(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAPS, named("v1", "ConfigMap", "one", data={"key": "map"}))
    cluster.create(SECRETS, named("v1", "Secret", "one", stringData={"key": "secret"}))
    told = [{"path": "podname", **field("metadata.name")}, {"path": "cpu", **resource("limits.cpu", "1m")}]
    sources = [
        {"configMap": {"name": "one", "items": [{"key": "key", "path": "map"}]}},
        {"secret": {"name": "one", "items": [{"key": "key", "path": "secret"}]}},
        {"downwardAPI": {"items": told}},
    ]
    script = "for each in map secret podname cpu; do cat /all/$each; echo; done"
    mounts = [{"name": "v", "mountPath": "/all"}]
    made = once(
        "teller",
        script,
        volumes=[{"name": "v", "projected": {"sources": sources}}],
        volumeMounts=mounts,
        resources=RESOURCES,
    )
    assert cluster.finish(made).split() == ["map", "secret", "teller", "1250"]


def variables(cluster: Cluster, sources: dict[str, Object], resources: Object | None = None) -> dict[str, str]:
    env = [{"name": name, "valueFrom": source} for name, source in sources.items()]
    said = cluster.finish(once("teller", "env", env=env, **({"resources": resources} if resources else {})))
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


@honours("Downward API should provide pod name, namespace and IP address as env vars")
def test_name_and_address(cluster: Cluster) -> None:
    paths = {"NAME": "metadata.name", "NAMESPACE": "metadata.namespace", "IP": "status.podIP"}
    said = variables(cluster, {name: field(path) for name, path in paths.items()})
    assert (said["NAME"], said["NAMESPACE"]) == ("teller", "default")
    assert said["IP"] == cluster.get(f"{PODS}/teller")["status"]["podIP"]


@honours("Downward API should provide host IP as an env var", "Downward API should provide hostIPs as an env var")
def test_host_address(cluster: Cluster) -> None:
    said = variables(cluster, {"ONE": field("status.hostIP"), "ALL": field("status.hostIPs")})
    status = cluster.get(f"{PODS}/teller")["status"]
    assert said["ONE"] == said["ALL"] == status["hostIP"] == status["hostIPs"][0]["ip"]


@honours("Downward API should provide pod UID as env vars")
def test_uid(cluster: Cluster) -> None:
    said = variables(cluster, {"UID_OF_POD": field("metadata.uid")})
    assert said["UID_OF_POD"] == cluster.get(f"{PODS}/teller")["metadata"]["uid"]


KINDS = {"CPU_LIMIT": "limits.cpu", "MEMORY_LIMIT": "limits.memory", "CPU": "requests.cpu", "MEMORY": "requests.memory"}


@honours("Downward API should provide container's limits.cpu/memory and requests.cpu/memory as env vars")
def test_resources(cluster: Cluster) -> None:
    said = variables(
        cluster, {name: {"resourceFieldRef": {"resource": kind}} for name, kind in KINDS.items()}, RESOURCES
    )
    assert {
        "CPU_LIMIT": "2",
        "CPU": "1",
        "MEMORY_LIMIT": str(64 * MEBIBYTE),
        "MEMORY": str(32 * MEBIBYTE),
    }.items() <= said.items()


@honours("Downward API should provide default limits.cpu/memory from node allocatable")
def test_default_resources(cluster: Cluster) -> None:
    asked = {name: {"resourceFieldRef": {"resource": KINDS[name]}} for name in ("CPU_LIMIT", "MEMORY_LIMIT")}
    said = variables(cluster, asked)
    assert (said["CPU_LIMIT"], said["MEMORY_LIMIT"]) == ("4", str(7 * 1024 * MEBIBYTE))
