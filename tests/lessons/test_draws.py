"""What differs per learner comes from the seed alone, and stands wherever the lesson writes its name."""

from pathlib import Path

from lessons.draws import draw, drawn, filled
from tests.lessons.support import tiny


def test_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    lesson = tiny(tmp_path)
    assert draw(lesson, "7") == draw(lesson, "7")
    assert {draw(lesson, str(seed))["number"] for seed in range(40)} == {2, 3}


def test_it_is_filled_in_everywhere(tmp_path: Path) -> None:
    lesson = tiny(tmp_path)
    number = draw(lesson, "1")["number"]
    mine = drawn(lesson, "1")
    task = mine.task("grow")
    assert task.title["en"] == f"Make it {number}"
    assert task.title["ko"] == f"{number}개로"
    assert task.hints["en"][2] == f"c {number}"
    assert task.checks[0]["equals"] == number, "a text that is only a place becomes the value itself"
    assert mine.solutions[0][1] == f"kubectl scale deployment/web --replicas={number}\n"
    assert lesson.task("grow").title["en"] == "Make it {{ number }}", "the lesson itself stays as it is"


def test_what_is_no_place_stays() -> None:
    assert filled("{{ other }} and {{name}}", {"name": "web"}) == "{{ other }} and web"
    assert filled(["{{ n }}", {"a": ("{{ n }}!",)}], {"n": 3}) == [3, {"a": ("3!",)}]


def test_a_lesson_without_draws_is_itself(tmp_path: Path) -> None:
    scene = {"01-tiny/scene.yaml": "world: lab1"}
    lesson = tiny(tmp_path, scene)
    assert drawn(lesson, "1") is lesson


def test_values_that_belong_together_are_drawn_together(tmp_path: Path) -> None:
    scene = "draws: {crowd: [{each: 400, fits: 6}, {each: 600, fits: 4}]}"
    lesson = tiny(tmp_path, {"01-tiny/scene.yaml": scene})
    values = [draw(lesson, seed) for seed in "12345678"]
    assert {(each["each"], each["fits"]) for each in values} == {(400, 6), (600, 4)}
