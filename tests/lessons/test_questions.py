"""Questions that a world answers: commands by what they leave and print, predictions by what comes."""

from pathlib import Path

import pytest

from lessons.course import ContentError, Lesson, load
from lessons.proofs import prove
from lessons.questions import outcome, tried
from tests.lessons.support import course_at

REVIEW = """
scene:
  world: lab1
  objects: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: "{{ name }}"}
draws: {name: [amber, olive]}
questions:
  - kind: command
    ask: {en: "Delete {{ name }}.", ko: "{{ name }} 지우기"}
    judge: [{gone: "ConfigMap/default/{{ name }}"}]
    answer: kubectl delete configmap {{ name }}
    wrong: [kubectl get configmaps]
    why: {en: b, ko: 나}
  - kind: command
    ask: {en: "Show them in order", ko: 순서대로}
    says: [{order: [a, b]}, {lacks: z}]
    answer: printf 'a\\nb\\n'
    wrong: ["printf 'b\\\\na\\\\n'", "echo a", "echo a b z"]
    why: {en: b, ko: 나}
  - kind: predict
    ask: {en: "What is left?", ko: 무엇이?}
    run: kubectl delete configmap {{ name }}
    options:
      - {text: {en: it, ko: 있다}, why: {en: b, ko: 나}, when: [{object: "ConfigMap/default/{{ name }}"}]}
      - {text: {en: nothing, ko: 없다}, why: {en: b, ko: 나}, when: [{gone: "ConfigMap/default/{{ name }}"}]}
"""


def bank(folder: Path, text: str = REVIEW) -> Lesson:
    return load(course_at(folder, {"review.yaml": text})).find("review-rooms")


def test_a_command_is_judged_by_the_world_it_leaves(tmp_path: Path) -> None:
    review = bank(tmp_path)
    seeds = {"1", "2", "3", "4"}
    done = {
        (seed, name): tried(review, 0, f"kubectl delete configmap {name}", seed).right
        for seed in seeds
        for name in ("amber", "olive")
    }
    assert sorted(done.values()) == [False] * 4 + [True] * 4, "each seed has its own name"


def test_a_command_is_judged_by_what_it_prints(tmp_path: Path) -> None:
    review = bank(tmp_path)
    found = tried(review, 1, "echo a; echo b", "1")
    assert (found.right, found.output) == (True, "a\nb")
    assert not tried(review, 1, "echo b; echo a", "1").right
    assert not tried(review, 1, "while true; do :; done", "1").right


def test_a_prediction_is_judged_by_running_it(tmp_path: Path) -> None:
    assert outcome(bank(tmp_path), 2, "1") == [False, True]


def test_reviews_prove_themselves(tmp_path: Path) -> None:
    proofs = prove(bank(tmp_path / "a"))
    assert [(proof.name, proof.problem) for proof in proofs] == [
        ("checks as written", ""),
        ("question 1", ""),
        ("question 2", ""),
        ("question 3", ""),
    ]
    broken = REVIEW.replace("[kubectl get configmaps]", '["kubectl delete configmap {{ name }}"]').replace(
        "[{gone:", "[{same:", 2
    )
    found = [
        proof.problem
        for proof in prove(
            bank(tmp_path / "b", broken.replace("run: kubectl delete configmap {{ name }}", "run: echo"))
        )
    ]
    assert found[0] == "" and "is wrong" in found[1] and "0 of the options come" not in found[2]
    assert "2 of the options come" in found[3]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    answer: kubectl delete configmap {{ name }}\n", "", "question 1 needs an answer, and judge or says"),
        ("    says: [{order: [a, b]}, {lacks: z}]\n", "", "question 2 needs an answer, and judge or says"),
        (', when: [{object: "ConfigMap/default/{{ name }}"}]', "", "question 3 needs options that say `when`"),
    ],
)
def test_what_a_question_lacks_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in REVIEW
    with pytest.raises(ContentError, match=problem):
        bank(tmp_path, REVIEW.replace(old, new))
