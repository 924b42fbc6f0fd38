"""What holds after any sequence of writes: versions rise, a watch tells what a list shows, what is read can be written."""

import json
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from simulator.machinery.objects import Object
from simulator.resources.registry import served
from simulator.world import World
from tests.apiserver.api import API
from tests.apiserver.test_kinds import collection, sample

PLURALS = ("configmaps", "secrets", "services", "pods", "deployments", "jobs", "roles", "ingresses", "leases",
           "persistentvolumeclaims", "networkpolicies", "namespaces", "priorityclasses", "horizontalpodautoscalers",
           "poddisruptionbudgets", "serviceaccounts")  # fmt: skip
RESOURCES = [one for one in served("1.37") if one.plural in PLURALS and one.is_stored]
NAMES = ("a", "b", "c")
BUDGET = 20_000
"""The most that a list may grow to in bytes for one object of a sample: nothing multiplies."""

resources = st.sampled_from(RESOURCES)
names = st.sampled_from(NAMES)
labels = st.dictionaries(st.sampled_from(("app", "tier", "x")), st.sampled_from(("1", "2", "")), max_size=2)


class Writes(RuleBasedStateMachine):
    """A person who creates, replaces, patches, applies and deletes, and somebody who watches from the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.api = API(World.boot(seed="promises"))
        self.version = 0
        self.watches: dict[str, Any] = {}
        self.known: dict[str, dict[tuple[str, str], Object]] = {}

    @initialize()
    def watch(self) -> None:
        for resource in RESOURCES:
            url = collection(resource, resource.versions[0])
            listed = self.api.get(url)
            since = listed["metadata"]["resourceVersion"]
            self.known[url] = {key(item): item for item in listed["items"]}
            self.watches[url] = self.api.watch(f"{url}?watch=true&resourceVersion={since}")

    def write(self, method: str, url: str, body: Any = None, kind: str = "application/json") -> Any:
        answer = self.api.request(method, url, body, content_type=kind)
        assert answer.status < 500, answer.body
        return answer.body

    @rule(resource=resources, name=names, labels=labels)
    def create(self, resource: Any, name: str, labels: Any) -> None:
        obj = sample(resource, resource.versions[0])
        obj = {**obj, "metadata": {**obj["metadata"], "name": name, "labels": labels}}
        url = collection(resource, resource.versions[0])
        created = self.write("POST", url, obj)
        if created["kind"] == resource.kind:
            assert self.api.get(f"{url}/{name}") == created

    @rule(resource=resources, name=names)
    def write_back(self, resource: Any, name: str) -> None:
        """What one reads, one can write; as nothing changes, nothing is written."""
        url = f"{collection(resource, resource.versions[0])}/{name}"
        read = self.api.get(url)
        if read["kind"] == resource.kind:
            written = self.write("PUT", url, read)
            assert written["metadata"]["resourceVersion"] == read["metadata"]["resourceVersion"]

    @rule(resource=resources, name=names, labels=labels, kind=st.sampled_from(("merge-patch", "strategic-merge-patch")))
    def patch(self, resource: Any, name: str, labels: Any, kind: str) -> None:
        url = f"{collection(resource, resource.versions[0])}/{name}"
        patched = self.write("PATCH", url, {"metadata": {"labels": labels}}, f"application/{kind}+json")
        if patched["kind"] == resource.kind:
            assert labels.items() <= (patched["metadata"].get("labels") or {}).items()

    @rule(resource=resources, name=names, labels=labels, force=st.booleans())
    def apply(self, resource: Any, name: str, labels: Any, force: bool) -> None:
        obj = sample(resource, resource.versions[0])
        obj = {**obj, "metadata": {**obj["metadata"], "name": name, "labels": labels}}
        url = f"{collection(resource, resource.versions[0])}/{name}?fieldManager=m&force={str(force).lower()}"
        self.write("PATCH", url, obj, "application/apply-patch+yaml")
        again = self.write("PATCH", url, obj, "application/apply-patch+yaml")
        twice = self.write("PATCH", url, obj, "application/apply-patch+yaml")
        if again["kind"] == twice["kind"] == resource.kind:
            assert again["metadata"]["resourceVersion"] == twice["metadata"]["resourceVersion"]

    @rule(resource=resources, name=names, how=st.sampled_from(("Background", "Foreground", "Orphan")))
    def delete(self, resource: Any, name: str, how: str) -> None:
        url = f"{collection(resource, resource.versions[0])}/{name}"
        self.write("DELETE", url, {"propagationPolicy": how, "gracePeriodSeconds": 0})

    @rule(resource=resources, name=names, method=st.sampled_from(("POST", "PUT", "DELETE")))
    def try_out(self, resource: Any, name: str, method: str) -> None:
        """A dry run changes nothing."""
        before = self.api.world.state.fork().dump()
        url = collection(resource, resource.versions[0])
        obj = sample(resource, resource.versions[0])
        obj = {**obj, "metadata": {**obj["metadata"], "name": name}}
        target = f"{url}?dryRun=All" if method == "POST" else f"{url}/{name}?dryRun=All"
        self.write(method, target, None if method == "DELETE" else obj)
        after = self.api.world.state.dump()
        stored = [name for name in before if name.startswith("etcd/") and before[name] != after[name]]
        assert stored == []

    @rule(seconds=st.sampled_from((0.1, 5.0, 60.0)))
    def wait(self, seconds: float) -> None:
        self.api.world.advance(seconds)

    @invariant()
    def versions_rise(self) -> None:
        version = int(self.api.get("/api/v1/namespaces")["metadata"]["resourceVersion"])
        assert version >= self.version
        self.version = version

    @invariant()
    def watches_tell_what_lists_show(self) -> None:
        for url, watch in self.watches.items():
            known = self.known[url]
            for kind, obj in watch.events():
                if kind == "DELETED":
                    del known[key(obj)]
                else:
                    known[key(obj)] = obj
            listed = self.api.get(url)
            head = {"apiVersion", "kind"}
            shown = {key(item): {k: v for k, v in item.items() if k not in head} for item in listed["items"]}
            assert shown == {where: {k: v for k, v in one.items() if k not in head} for where, one in known.items()}

    @invariant()
    def nothing_multiplies(self) -> None:
        body = self.api.request("GET", "/api/v1/namespaces/default/configmaps").body
        assert isinstance(body, dict)
        assert len(json.dumps(body)) <= BUDGET * len(body["items"])


def key(obj: Object) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]


Writes.TestCase.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestWrites = Writes.TestCase
