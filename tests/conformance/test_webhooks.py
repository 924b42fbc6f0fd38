"""Admission and conversion webhooks, answered by Pods of the cluster."""

import re
from base64 import b64encode
from typing import Any

import orjson
import pytest

from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object
from simulator.network.certificates import make
from tests.apiserver.api import KINDS
from tests.conformance.cluster import AGNHOST, CONFIG_MAPS, PODS, SECRETS, SERVICES, Cluster, named, pod, service
from tests.conformance.custom import DEFINITIONS, OPEN, WIDGETS, definition
from tests.conformance.ledger import honours, honours_each

REGISTRATION = "/apis/admissionregistration.k8s.io/v1"
VALIDATING, MUTATING = "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"
MARKED = {"webhook-e2e-test": "webhook-disallow"}


def on(resource: str, *operations: str, group: str = "", version: str = "v1") -> Object:
    chosen = list(operations) or ["CREATE", "UPDATE"]
    return {"apiGroups": [group], "apiVersions": [version], "operations": chosen, "resources": [resource]}


CERTIFICATE, KEY = make(b"hook", "/CN=hook", ("hook.default.svc",), 1_790_000_000_000_000, 3650)


def serve(cluster: Cluster, command: str = "webhook") -> None:
    """A Pod that answers reviews, behind the Service `hook`."""
    pair = {"tls.crt": CERTIFICATE, "tls.key": KEY}
    cluster.create(SECRETS, named("v1", "Secret", "hook", type="kubernetes.io/tls", stringData=pair))
    cluster.create(SERVICES, service("hook", [{"port": 8443, "targetPort": 8444}]))
    words = [command, "--port=8444", "--tls-cert-file=/certs/tls.crt", "--tls-private-key-file=/certs/tls.key"]
    volumes = [{"name": "certs", "secret": {"secretName": "hook"}}]
    mounts = [{"name": "certs", "mountPath": "/certs"}]
    cluster.run(pod("hook", image=AGNHOST, args=words, volumes=volumes, volumeMounts=mounts))
    cluster.advance(2)


def client(path: str, trusted: str = CERTIFICATE) -> Object:
    where = {"namespace": "default", "name": "hook", "port": 8443, "path": path}
    return {"service": where, "caBundle": b64encode(trusted.encode()).decode()}


def hook(path: str, rule: Object, name: str = "hook.example.com", **fields: Any) -> Object:
    return {
        "name": name,
        "rules": [rule],
        "clientConfig": client(path),
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "timeoutSeconds": 10,
        **fields,
    }


def register(cluster: Cluster, kind: str, *hooks: Object, name: str = "hooks", labels: Object | None = None) -> str:
    url = f"{REGISTRATION}/{kind.lower()}s"
    made = named("admissionregistration.k8s.io/v1", kind, name, labels, webhooks=list(hooks))
    cluster.create(url, made)
    return f"{url}/{name}"


def config_map(name: str = "m", **data: str) -> Object:
    return named("v1", "ConfigMap", name, data=data)


def denial(message: str, name: str = "hook.example.com") -> str:
    return f'admission webhook "{name}" denied the request: {message}'


@honours("AdmissionWebhook should be able to deny pod and configmap creation")
def test_denying(cluster: Cluster) -> None:
    serve(cluster)
    cluster.create("/api/v1/namespaces", named("v1", "Namespace", "free", {"skip-webhook-admission": "yes"}))
    outside = {"matchExpressions": [{"key": "skip-webhook-admission", "operator": "NotIn", "values": ["yes"]}]}
    rules = {"namespaceSelector": outside}
    pods = hook("/pods", on("pods"), "pods.example.com", timeoutSeconds=5, **rules)
    register(cluster, VALIDATING, pods, hook("/configmaps", on("configmaps"), "maps.example.com", **rules))
    unwanted = pod("bad", labels=MARKED)
    unwanted["spec"]["containers"][0]["name"] = "webhook-disallow"
    assert cluster.refused("POST", PODS, unwanted)["message"] == denial(
        "the pod contains unwanted container name; the pod contains unwanted label;", "pods.example.com"
    )
    hanging = cluster.refused("POST", PODS, pod("slow", labels={"webhook-e2e-test": "wait-forever"}))
    assert hanging["message"] == (
        'Internal error occurred: failed calling webhook "pods.example.com": failed to call webhook: Post '
        '"https://hook.default.svc:8443/pods?timeout=5s": context deadline exceeded'
    )
    told = denial("the configmap contains unwanted key and value", "maps.example.com")
    assert cluster.refused("POST", CONFIG_MAPS, config_map(**MARKED))["message"] == told
    cluster.create(CONFIG_MAPS, config_map("good"))
    assert cluster.refused("PUT", f"{CONFIG_MAPS}/good", config_map("good", **MARKED))["message"] == told
    patch = cluster.request(
        "PATCH", f"{CONFIG_MAPS}/good", {"data": MARKED}, content_type="application/merge-patch+json"
    )
    assert isinstance(patch.body, dict) and patch.body["message"] == told
    cluster.create("/api/v1/namespaces/free/configmaps", config_map(**MARKED))


@honours("AdmissionWebhook should be able to deny attaching pod")
def test_denying_to_attach(cluster: Cluster) -> None:
    serve(cluster)
    register(cluster, VALIDATING, hook("/pods/attach", on("pods/attach", "CONNECT")))
    cluster.run(pod("to-be-attached-pod", image=AGNHOST))
    status = cluster.refused("POST", f"{PODS}/to-be-attached-pod/attach?stdout=true")
    assert status["message"] == denial("attaching to pod 'to-be-attached-pod' is not allowed")


def learn(cluster: Cluster, **more: Any) -> None:
    cluster.create(DEFINITIONS, definition(**more))
    cluster.advance(1)


def widget(name: str = "w", version: str = "v1", **fields: Any) -> Object:
    return named(f"example.com/{version}", "Widget", name, **fields)


@honours("AdmissionWebhook should be able to deny custom resource creation, update and deletion")
def test_denying_custom_objects(cluster: Cluster) -> None:
    serve(cluster)
    learn(cluster)
    rule = on("widgets", "CREATE", "UPDATE", "DELETE", group="example.com")
    register(cluster, VALIDATING, hook("/custom-resource", rule))
    unwanted = denial("the custom resource contains unwanted data")
    assert cluster.refused("POST", WIDGETS, widget(data=MARKED))["message"] == unwanted
    cluster.create(WIDGETS, widget(data={"webhook-e2e-test": "webhook-nondeletable"}))
    made = {**cluster.get(f"{WIDGETS}/w"), "data": MARKED}
    assert cluster.refused("PUT", f"{WIDGETS}/w", made)["message"] == unwanted
    assert cluster.refused("DELETE", f"{WIDGETS}/w")["message"] == denial(
        "the custom resource cannot be deleted because it contains unwanted key and value"
    )
    cluster.patch(f"{WIDGETS}/w", {"data": {"webhook-e2e-test": "webhook-allow"}})
    cluster.delete(f"{WIDGETS}/w")
    assert cluster.gone(f"{WIDGETS}/w")


@honours("AdmissionWebhook should unconditionally reject operations on fail closed webhook")
def test_failing_closed(cluster: Cluster) -> None:
    """Nobody listens behind the Service, or it is somebody who is not trusted."""
    stem = 'Internal error occurred: failed calling webhook "hook.example.com": failed to call webhook: Post '
    asked = '"https://hook.default.svc:8443/configmaps?timeout=10s": '
    cluster.create(SERVICES, service("hook", [{"port": 8443, "targetPort": 8444}]))
    url = register(cluster, VALIDATING, hook("/configmaps", on("configmaps"), failurePolicy="Fail"))
    address = cluster.get(f"{SERVICES}/hook")["spec"]["clusterIP"]
    refused = f"dial tcp {address}:8443: connect: connection refused"
    assert cluster.refused("POST", CONFIG_MAPS, config_map())["message"] == stem + asked + refused
    cluster.delete(f"{SERVICES}/hook")
    assert cluster.refused("POST", CONFIG_MAPS, config_map())["message"] == stem + asked + 'service "hook" not found'
    cluster.delete(url)
    serve(cluster)
    strange = hook("/configmaps", on("configmaps"), clientConfig=client("/configmaps", ""))
    register(cluster, VALIDATING, strange)
    unknown = "tls: failed to verify certificate: x509: certificate signed by unknown authority"
    assert cluster.refused("POST", CONFIG_MAPS, config_map())["message"] == stem + asked + unknown


@honours("AdmissionWebhook should mutate configmap")
def test_mutating(cluster: Cluster) -> None:
    serve(cluster)
    stages = [hook("/mutating-configmaps", on("configmaps"), f"{word}.example.com") for word in ("one", "two")]
    register(cluster, MUTATING, *stages)
    made = cluster.create(CONFIG_MAPS, config_map(**{"mutation-start": "yes"}))
    assert made["data"] == {"mutation-start": "yes", "mutation-stage-1": "yes", "mutation-stage-2": "yes"}


@honours("AdmissionWebhook should mutate everything except 'skip-me' configmaps")
def test_mutating_what_meets_the_conditions(cluster: Cluster) -> None:
    serve(cluster)
    condition = {"name": "skip-me", "expression": "object.metadata.name != 'skip-me'"}
    register(cluster, MUTATING, hook("/mutating-configmaps", on("configmaps"), matchConditions=[condition]))
    skipped = cluster.create(CONFIG_MAPS, config_map("skip-me", **{"mutation-start": "yes"}))
    assert skipped["data"] == {"mutation-start": "yes"}
    changed = cluster.create(CONFIG_MAPS, config_map("other", **{"mutation-start": "yes"}))
    assert changed["data"] == {"mutation-start": "yes", "mutation-stage-1": "yes"}


@honours("AdmissionWebhook should mutate pod and apply defaults after mutation")
def test_defaults_come_after_mutation(cluster: Cluster) -> None:
    serve(cluster)
    register(cluster, MUTATING, hook("/mutating-pods", on("pods", "CREATE")))
    made = cluster.create(PODS, pod("webhook-to-be-mutated"))
    (added,) = made["spec"]["initContainers"]
    assert (added["name"], added["terminationMessagePolicy"]) == ("webhook-added-init-container", "File")


@honours("AdmissionWebhook should mutate custom resource")
def test_mutating_custom_objects(cluster: Cluster) -> None:
    serve(cluster)
    learn(cluster)
    register(cluster, MUTATING, hook("/mutating-custom-resource", on("widgets", group="example.com")))
    assert cluster.create(WIDGETS, widget(data={"mutation-start": "yes"}))["data"] == {
        "mutation-start": "yes",
        "mutation-stage-1": "yes",
    }


@honours("AdmissionWebhook should mutate custom resource with pruning")
def test_mutations_are_pruned(cluster: Cluster) -> None:
    serve(cluster)
    known = {name: {"type": "string"} for name in ("mutation-start", "mutation-stage-1")}
    schema = {"type": "object", "properties": {"data": {"type": "object", "properties": known}}}
    learn(cluster, schema=schema)
    rule = on("widgets", group="example.com")
    stages = [hook("/mutating-custom-resource", rule, f"{word}.example.com") for word in ("one", "two")]
    register(cluster, MUTATING, *stages)
    assert cluster.create(WIDGETS, widget(data={"mutation-start": "yes"}))["data"] == {
        "mutation-start": "yes",
        "mutation-stage-1": "yes",
    }


@honours("AdmissionWebhook should mutate custom resource with different stored version")
def test_mutating_what_is_stored_in_another_version(cluster: Cluster) -> None:
    serve(cluster)
    learn(cluster, versions=("v1", "v2"))
    register(cluster, MUTATING, hook("/mutating-custom-resource", on("widgets", group="example.com", version="*")))
    cluster.create(WIDGETS, widget(data={"mutation-start": "yes"}))

    def stored_as_v2(found: Object) -> None:
        for version in found["spec"]["versions"]:
            version["storage"] = version["name"] == "v2"

    cluster.change(f"{DEFINITIONS}/widgets.example.com", stored_as_v2)
    cluster.advance(1)
    changed = cluster.patch(f"{WIDGETS}/w", {"dummy": {"field": "value"}})
    assert changed["dummy"] == {"field": "value"}
    assert changed["data"] == {"mutation-start": "yes", "mutation-stage-1": "yes", "mutation-stage-2": "yes"}


@honours("AdmissionWebhook should deny crd creation")
def test_denying_definitions(cluster: Cluster) -> None:
    serve(cluster)
    rule = on("customresourcedefinitions", group="apiextensions.k8s.io", version="*")
    register(cluster, VALIDATING, hook("/crd", rule))
    status = cluster.refused("POST", DEFINITIONS, definition(labels=MARKED))
    assert status["message"] == denial("the crd contains unwanted label")
    cluster.create(DEFINITIONS, definition())


@honours("AdmissionWebhook should honor timeout")
def test_timeouts(cluster: Cluster) -> None:
    serve(cluster)
    for number, (timeout, policy, fits) in enumerate(
        ((1, "Fail", False), (1, "Ignore", True), (10, "Fail", True), (None, "Fail", True))
    ):
        slow = hook("/always-allow-delay-5s", on("configmaps", "CREATE"), failurePolicy=policy)
        slow["timeoutSeconds"] = timeout
        url = register(cluster, VALIDATING, {name: value for name, value in slow.items() if value is not None})
        made = config_map(f"m{number}")
        if fits:
            cluster.create(CONFIG_MAPS, made)
        else:
            assert '?timeout=1s": context deadline exceeded' in cluster.refused("POST", CONFIG_MAPS, made)["message"]
        cluster.delete(url)


@honours("AdmissionWebhook should not be able to mutate or prevent deletion of webhook configuration objects")
def test_configurations_are_left_alone(cluster: Cluster) -> None:
    serve(cluster)
    rule = on("*", "*", group="admissionregistration.k8s.io", version="*")
    register(cluster, VALIDATING, hook("/always-deny", rule), name="deny")
    register(cluster, MUTATING, hook("/add-label", rule), name="label")
    for kind in (VALIDATING, MUTATING):
        url = register(cluster, kind, hook("/always-deny", on("configmaps")), name="dummy")
        assert "labels" not in cluster.get(url)["metadata"]
        cluster.delete(url)
        assert cluster.gone(url)


CASES = {VALIDATING: ("validating", "/always-deny"), MUTATING: ("mutating", "/mutating-configmaps")}


def is_seen(cluster: Cluster, kind: str, name: str) -> bool:
    """Whether the webhook had a say when a ConfigMap was made."""
    answer = cluster.request("POST", CONFIG_MAPS, config_map(name, **{"mutation-start": "yes"})).body
    assert isinstance(answer, dict)
    return answer["kind"] == "Status" if kind == VALIDATING else len(answer["data"]) > 1


@honours_each({f"AdmissionWebhook listing {word} webhooks should work": kind for kind, (word, _) in CASES.items()})
def test_listing(cluster: Cluster, case: str) -> None:
    serve(cluster)
    labels = {"e2e-list-test-uuid": "one"}
    for number in range(10):
        register(cluster, case, hook(CASES[case][1], on("configmaps")), name=f"hooks-{number}", labels=labels)
    url = f"{REGISTRATION}/{case.lower()}s?labelSelector=e2e-list-test-uuid=one"
    assert len(cluster.items(url)) == 10
    assert is_seen(cluster, case, "a")
    cluster.delete(url)
    assert cluster.items(url) == []
    assert not is_seen(cluster, case, "b")


@honours_each(
    {f"AdmissionWebhook patching/updating a {word} webhook should work": kind for kind, (word, _) in CASES.items()}
)
def test_updating(cluster: Cluster, case: str) -> None:
    serve(cluster)
    url = register(cluster, case, hook(CASES[case][1], on("configmaps", "CREATE")))
    assert is_seen(cluster, case, "a")
    cluster.change(url, lambda found: found["webhooks"][0]["rules"][0].update(operations=["UPDATE"]))
    assert not is_seen(cluster, case, "b")
    patch = [{"op": "replace", "path": "/webhooks/0/rules/0/operations", "value": ["CREATE"]}]
    cluster.patch(url, patch, "json")
    assert is_seen(cluster, case, "c")


def test_who_reaches_outside_is_told(cluster: Cluster) -> None:
    outside = hook("/", on("pods"))
    outside["clientConfig"] = {"url": "https://example.com/review"}
    url, made = f"{REGISTRATION}/validatingwebhookconfigurations", named("", VALIDATING, "hooks", webhooks=[outside])
    status = cluster.refused("POST", url, {**made, "apiVersion": "admissionregistration.k8s.io/v1"})
    assert (
        "webhooks[0].clientConfig.url: Forbidden: this cluster's API server reaches nothing outside"
        in status["message"]
    )


# Conversion.


def convertible(cluster: Cluster, stored: str = "v1", **more: Any) -> None:
    serve(cluster, "crd-conversion-webhook")
    made = definition(versions=("v1", "v2"), schema={**OPEN, **more.pop("schema", {})})
    webhook = {"clientConfig": client("/crdconvert"), "conversionReviewVersions": ["v1"]}
    made["spec"]["conversion"] = {"strategy": "Webhook", "webhook": webhook}
    for version in made["spec"]["versions"]:
        version |= {"storage": version["name"] == stored, **more.get(version["name"], {})}
    cluster.create(DEFINITIONS, made)
    cluster.advance(1)


V2 = WIDGETS.replace("/v1/", "/v2/")


@honours("CustomResourceConversionWebhook should be able to convert from CR v1 to CR v2")
def test_converting(cluster: Cluster) -> None:
    convertible(cluster)
    cluster.create(WIDGETS, widget(hostPort="localhost:8080"))
    found = cluster.get(f"{V2}/w")
    assert (found["apiVersion"], found["host"], found["port"]) == ("example.com/v2", "localhost", "8080")
    assert "hostPort" not in found


@honours("CustomResourceConversionWebhook should be able to convert a non homogeneous list of CRs")
def test_converting_lists(cluster: Cluster) -> None:
    convertible(cluster)
    cluster.create(WIDGETS, widget("one", hostPort="localhost:8080"))

    def stored_as_v2(found: Object) -> None:
        for version in found["spec"]["versions"]:
            version["storage"] = version["name"] == "v2"

    cluster.change(f"{DEFINITIONS}/widgets.example.com", stored_as_v2)
    cluster.advance(1)
    cluster.create(WIDGETS, widget("two", hostPort="example.com:80"))
    assert [(one["host"], one["port"]) for one in cluster.items(V2)] == [("localhost", "8080"), ("example.com", "80")]
    assert [one["hostPort"] for one in cluster.items(WIDGETS)] == ["localhost:8080", "example.com:80"]


@honours(
    "CustomResourceFieldSelectors CustomResourceFieldSelectors MUST list and watch custom resources matching the field "
    "selector"
)
def test_selecting_by_fields(cluster: Cluster) -> None:
    text = {"type": "string"}
    one = {"type": "object", "properties": {"hostPort": text}}
    two = {"type": "object", "properties": {"host": text, "port": text}}
    convertible(
        cluster,
        v1={"schema": {"openAPIV3Schema": one}, "selectableFields": [{"jsonPath": ".hostPort"}]},
        v2={"schema": {"openAPIV3Schema": two}, "selectableFields": [{"jsonPath": ".host"}, {"jsonPath": ".port"}]},
    )
    watch = cluster.watch(f"{V2}?fieldSelector=host%3Dhost1%2Cport%3D80")
    for name, address in (("a", "host1:80"), ("b", "host1:8080"), ("c", "host2:80")):
        cluster.create(WIDGETS, widget(name, hostPort=address))
    assert cluster.names(f"{WIDGETS}?fieldSelector=hostPort%3Dhost1%3A80") == ["a"]
    assert cluster.names(f"{V2}?fieldSelector=host%3Dhost1") == ["a", "b"]
    assert cluster.names(f"{V2}?fieldSelector=host%3Dhost1%2Cport%3D8080") == ["b"]
    assert watch.names() == ["ADDED a"]
    cluster.patch(f"{WIDGETS}/a", {"hostPort": "host3:80"})
    cluster.delete(f"{WIDGETS}/b")
    assert watch.names() == ["DELETED a"]


def test_managers_speak_of_their_own_version(cluster: Cluster) -> None:
    convertible(cluster)
    body = widget(hostPort="localhost:8080")
    cluster.patch(f"{WIDGETS}/w?fieldManager=first", body, kind="apply")
    other = {"apiVersion": "example.com/v2", "kind": "Widget", "metadata": {"name": "w"}, "host": "localhost"}
    assert entries(cluster.patch(f"{V2}/w?fieldManager=second", other, kind="apply")) == {
        "first": ("example.com/v1", {"f:hostPort": {}}),
        "second": ("example.com/v2", {"f:host": {}}),
    }
    moved = orjson.dumps({**other, "host": "example.com"})
    answer = cluster.refused("PATCH", f"{V2}/w?fieldManager=second", moved, content_type=KINDS["apply"])
    assert answer["message"] == 'Apply failed with 1 conflict: conflict with "first": .hostPort'
    cluster.delete(f"{SERVICES}/hook")
    body = orjson.dumps(widget(hostPort="localhost:9090"))
    answer = cluster.refused("PATCH", f"{WIDGETS}/w?fieldManager=first", body, content_type=KINDS["apply"])
    assert "conversion webhook for example.com/v1, Kind=Widget failed" in answer["message"]
    assert entries(cluster.patch(f"{WIDGETS}/w", {"hostPort": "localhost:9090"})) == {}  # nobody is tracked any more


def entries(obj: Object) -> dict[str, tuple[str, Object]]:
    return {
        entry["manager"]: (entry["apiVersion"], entry["fieldsV1"]) for entry in obj["metadata"].get("managedFields", ())
    }


def test_a_conversion_that_fails(cluster: Cluster) -> None:
    convertible(cluster)
    cluster.create(WIDGETS, widget(hostPort="localhost:8080"))
    cluster.delete(f"{SERVICES}/hook")
    assert cluster.refused("GET", f"{V2}/w")["message"] == (
        "conversion webhook for example.com/v1, Kind=Widget failed: Post "
        '"https://hook.default.svc:8443/crdconvert?timeout=30s": service "hook" not found'
    )
    assert cluster.get(f"{WIDGETS}/w")["hostPort"] == "localhost:8080"


SLOW = hook("/always-allow-delay-5s", on("configmaps", "CREATE"))


@pytest.mark.parametrize(
    ("kind", "hooks", "seconds", "words"),
    [
        pytest.param(VALIDATING, [SLOW], 5, "configmap/m created", id="one"),
        pytest.param(VALIDATING, [SLOW, {**SLOW, "name": "b.example.com"}], 5, "created", id="side by side"),
        pytest.param(MUTATING, [SLOW, {**SLOW, "name": "b.example.com"}], 10, "created", id="one after another"),
        pytest.param(
            VALIDATING,
            [{**SLOW, "timeoutSeconds": 2}],
            2,
            'failed calling webhook "hook.example.com": failed to call webhook: Post '
            '"https://hook.default.svc:8443/always-allow-delay-5s?timeout=2s": context deadline exceeded',
            id="too slow",
        ),
        pytest.param(
            VALIDATING, [{**SLOW, "timeoutSeconds": 2, "failurePolicy": "Ignore"}], 2, "created", id="nobody minds"
        ),
        pytest.param(
            MUTATING,
            [{**SLOW, "name": f"h{number}.example.com"} for number in range(8)],
            34,
            "Timeout: request did not complete within requested timeout - context deadline exceeded",
            id="too many",
        ),
    ],
)
def test_who_writes_waits_for_webhooks(
    cluster: Cluster, kind: str, hooks: list[Object], seconds: int, words: str
) -> None:
    serve(cluster)
    register(cluster, kind, *hooks)
    begun = cluster.world.clock.now
    said = cluster.shell("kubectl create configmap m -v=6 2>&1; date +%s > after")
    took = (cluster.world.clock.now - begun) / SECOND
    assert words in said and seconds <= took < seconds + 1
    told = max(int(each) for each in re.findall(r"[^a-z]milliseconds=([0-9]+)", said))
    assert seconds * 1000 <= told < seconds * 1000 + 500
    assert int(cluster.shell("cat after")) * SECOND >= begun + seconds * SECOND - SECOND


def test_a_dialled_delay_is_waited_for_too(cluster: Cluster) -> None:
    serve(cluster)
    register(cluster, VALIDATING, hook("/always-allow", on("configmaps", "CREATE")))
    node = cluster.get(f"{PODS}/hook")["spec"]["nodeName"]
    assert cluster.request("POST", CONFIG_MAPS, config_map("soon")).latency < SECOND
    cluster.world.cluster.network.links.dial(node, latency=3 * SECOND)
    assert 3 * SECOND <= cluster.request("POST", CONFIG_MAPS, config_map("late")).latency < 4 * SECOND
    cluster.world.cluster.network.links.dial(node, cut=True)
    began = cluster.world.clock.now
    assert "context deadline exceeded" in cluster.shell("kubectl create configmap never 2>&1", code=1)
    assert 10 * SECOND <= cluster.world.clock.now - began < 11 * SECOND
