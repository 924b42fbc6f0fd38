"""`manage.py lessons`: a new lesson can be made, read and proved."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from lessons.course import QUESTIONS

pytestmark = pytest.mark.django_db


def told(*command: str) -> str:
    """What the command prints when it is typed, with Django's own checks before it."""
    out = StringIO()
    call_command("lessons", *command, stdout=out, skip_checks=False)
    return out.getvalue()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "01-pods").mkdir()
    (tmp_path / "01-pods" / "module.yaml").write_text("title: {en: Pods, ko: 파드}")
    return tmp_path


def test_a_new_lesson_proves_itself(content: Path) -> None:
    assert "python manage.py lessons check mine" in told("new", "01-pods/01-mine", f"--content={content}")
    assert "ok   mine: solution by-command, seed 1" in told("check", "mine", f"--content={content}")
    counts = json.loads(told("count", "--json", f"--content={content}"))
    assert counts == {language: {"lessons": 1, "tasks": 1, "questions": 0} for language in ("en", "ko")}


def test_the_worlds_of_the_gym_and_the_tasks_of_exams_are_proved_too() -> None:
    assert "ok   port-by-name: untouched scene" in told("check", "port-by-name")


def test_a_course_of_ones_own_begins_with_its_first_lesson(tmp_path: Path) -> None:
    content = tmp_path / "my-course"
    with pytest.raises(CommandError, match=r"no course at .*my-course; `lessons new"):
        told("count", f"--content={content}")
    assert str(content / "01-pods" / "module.yaml") in told("new", "01-pods/01-first", f"--content={content}")
    told("new", "02-more/01-second/", f"--content={content}")
    proved = told("check", f"--content={content}")
    assert all(f"ok   {name}: solution by-command, seed 1" in proved for name in ("first", "second"))
    assert json.loads(told("count", "--json", f"--content={content}"))["ko"]["lessons"] == 2


def test_what_the_guide_shows_of_draws_and_questions_proves_itself(content: Path) -> None:
    draws, questions = re.findall(r"```yaml\n(.*?)```", (settings.ROOT / "docs" / "writing.md").read_text(), re.DOTALL)
    told("new", "01-pods/01-mine", f"--content={content}")
    lesson = content / "01-pods" / "01-mine"
    (lesson / "scene.yaml").write_text("world: lab3\n" + draws)
    (lesson / "quiz.yaml").write_text(questions)
    said = told("check", "mine", f"--content={content}")
    assert "FAIL" not in said and "question 5" in said and "question 6" in said
    kinds = {question["kind"] for question in yaml.safe_load(questions)["questions"]}
    assert {*kinds, "multiple"} == set(QUESTIONS), "every kind is shown"


@pytest.mark.parametrize(
    "place", ["nowhere/x", "01-pods", "01-pods/x", "../01-pods/01-x", "01-pods/01-X", "01-pods/01-"]
)
def test_a_lesson_has_its_place(content: Path, place: str) -> None:
    with pytest.raises(CommandError, match="such as 03-services"):
        told("new", place, f"--content={content}")
    assert [each.name for each in content.iterdir()] == ["01-pods"]


def test_what_cannot_be_done_is_said(content: Path) -> None:
    told("new", "01-pods/01-mine", f"--content={content}")
    with pytest.raises(CommandError, match="is there already"):
        told("new", "01-pods/01-mine", f"--content={content}")
    with pytest.raises(CommandError, match="01-mine has that name already"):
        told("new", "02-more/05-mine", f"--content={content}")
    with pytest.raises(CommandError, match="there is no lesson nothing"):
        told("check", "nothing", f"--content={content}")


def test_what_is_wrong_in_the_files_is_said_before_anything_is_proved(content: Path) -> None:
    told("new", "01-pods/01-mine", f"--content={content}")
    lesson = content / "01-pods" / "01-mine" / "lesson.yaml"
    lesson.write_text(lesson.read_text().replace("points:", "pionts:"))
    out = StringIO()
    with pytest.raises(CommandError, match="problems in the files: 1"):
        call_command("lessons", "check", f"--content={content}", stdout=out)
    assert out.getvalue() == f"FAIL {lesson}:6: pionts is not known here; is points meant?\n"
