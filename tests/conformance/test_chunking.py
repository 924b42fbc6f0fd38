"""Lists in pieces."""

from typing import Any

from tests.conformance.cluster import DEFAULT, Cluster, named
from tests.conformance.ledger import honours

TEMPLATES = f"{DEFAULT}/podtemplates"
COUNT = 40
LIMIT = 17


def fill(cluster: Cluster) -> list[str]:
    template = {"spec": {"containers": [{"name": "c", "image": "busybox"}]}}
    for number in range(COUNT):
        cluster.create(TEMPLATES, named("v1", "PodTemplate", f"template-{number:04}", template=template))
    return [f"template-{number:04}" for number in range(COUNT)]


def chunk(cluster: Cluster, token: str = "") -> Any:
    return cluster.get(f"{TEMPLATES}?limit={LIMIT}" + (f"&continue={token}" if token else ""))


def rest(cluster: Cluster, page: Any, seen: int) -> list[str]:
    """The names on the pages from this one on; each says how much remains, at the same resource version."""
    version, names = page["metadata"]["resourceVersion"], []
    while True:
        found = [item["metadata"]["name"] for item in page["items"]]
        assert 0 < len(found) <= LIMIT
        names += found
        assert page["metadata"].get("remainingItemCount", 0) == COUNT - seen - len(names)
        assert page["metadata"]["resourceVersion"] == version
        if not page["metadata"].get("continue"):
            return names
        page = chunk(cluster, page["metadata"]["continue"])


@honours("Servers with support for API chunking should return chunks of results for list calls")
def test_chunks(cluster: Cluster) -> None:
    names = fill(cluster)
    assert rest(cluster, chunk(cluster), 0) == names
    whole = cluster.get(TEMPLATES)
    assert [item["metadata"]["name"] for item in whole["items"]] == names
    assert "continue" not in whole["metadata"]


@honours(
    "Servers with support for API chunking should support continue listing from the last key if the original version "
    "has been compacted away, though the list is inconsistent"
)
def test_an_expired_token_can_be_traded(cluster: Cluster) -> None:
    names = fill(cluster)
    first = chunk(cluster)
    token = first["metadata"]["continue"]
    for _ in range(30):
        cluster.advance(60)
        if cluster.request("GET", f"{TEMPLATES}?limit={LIMIT}&continue={token}").status == 410:
            break
    status = cluster.refused("GET", f"{TEMPLATES}?limit={LIMIT}&continue={token}")
    assert (status["code"], status["reason"]) == (410, "Expired")
    second = chunk(cluster, status["metadata"]["continue"])
    assert second["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"]
    assert rest(cluster, second, LIMIT) == names[LIMIT:]
