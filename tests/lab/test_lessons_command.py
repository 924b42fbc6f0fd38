"""`manage.py lessons`: a new lesson can be made, read and proved."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

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


def test_what_cannot_be_done_is_said(content: Path) -> None:
    with pytest.raises(CommandError, match="such as 03-services"):
        told("new", "02-nowhere/01-x", f"--content={content}")
    with pytest.raises(CommandError, match="there is no lesson nothing"):
        told("check", "nothing", f"--content={content}")


def test_what_is_wrong_in_the_files_is_said_before_anything_is_proved(content: Path) -> None:
    told("new", "01-pods/01-mine", f"--content={content}")
    lesson = content / "01-pods" / "01-mine" / "lesson.yaml"
    lesson.write_text(lesson.read_text().replace("points:", "pionts:"))
    out = StringIO()
    with pytest.raises(CommandError, match="1 problems in the files"):
        call_command("lessons", "check", f"--content={content}", stdout=out)
    assert out.getvalue() == f"FAIL {lesson}:6: pionts is not known here; is points meant?\n"
