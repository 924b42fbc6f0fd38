"""Where the values of a text stand."""

import pytest

from simulator.machinery.yaml.places import Place, documents, steps

TEXT = """\
# two objects
kind: Pod
spec:
  containers:
  - name: a
    ports: [{containerPort: 1}, {containerPort: 2}]
  - {name: b}
---
kind: Service
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param("kind", Place(1, 0, 4), id="a field is where its name is"),
        pytest.param("spec.containers[1].name", Place(6, 5, 9), id="in an item written in braces"),
        pytest.param("spec.containers[0].ports[1].containerPort", Place(5, 33, 46), id="deep in one line"),
        pytest.param("spec.containers[0].image", Place(4, 4, 4), id="what is missing: what should hold it"),
        pytest.param("status", Place(1, 0, 0), id="what is missing at the top: the document"),
    ],
)
def test_places(path: str, place: Place) -> None:
    first, _ = documents(TEXT)
    assert first.place(steps(path)) == place


def test_later_documents_count_on() -> None:
    _, second = documents(TEXT)
    assert (second.value, second.place(("kind",))) == ({"kind": "Service"}, Place(8, 0, 4))


def test_the_same_first_line_twice() -> None:
    found = list(documents("kind: A\nx: 1\n---\nkind: A\nx: 2\n"))
    assert [each.place(("x",)).line for each in found] == [1, 4]


def test_a_broken_document_leaves_the_others() -> None:
    good, broken, other = documents("a: 1\n---\nb: 1\n c: 2\n---\nd: 1\n")
    assert (good.value, other.value) == ({"a": 1}, {"d": 1})
    assert (broken.error, broken.error_line) == ("mapping values are not allowed in this context", 3)


def test_steps() -> None:
    assert steps("spec.containers[0].resources.limits[cpu]") == ("spec", "containers", 0, "resources", "limits", "cpu")
