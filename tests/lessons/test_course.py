"""A course is read from its folders; what cannot be understood is named with its file."""

import re
from pathlib import Path

import pytest
import yaml

from lessons import load
from lessons.course import CONTENT, LANGUAGES, ContentError
from lessons.exercises import FOLDER, everything
from lessons.shapes import is_table
from lessons.shown import FENCE
from tests.lessons.support import course_at, tiny


def test_numbers_order_and_names_identify(tmp_path: Path) -> None:
    course = load(course_at(tmp_path))
    assert [(module.id, module.number, module.title["ko"]) for module in course.modules] == [("rooms", 0, "방")]
    lesson = course.find("tiny")
    assert (lesson.minutes, lesson.task("grow").points, lesson.task("grow").within) == (3, 2, 60.0)
    assert [name for name, _ in lesson.solutions] == ["scale"]
    assert [(wrong.name, wrong.task, wrong.says["ko"]) for wrong in lesson.wrong] == [
        ("deleted", "grow", "사라졌습니다.")
    ]


def test_what_is_not_there_is_a_key_error(tmp_path: Path) -> None:
    lesson = tiny(tmp_path)
    with pytest.raises(KeyError):
        lesson.task("shrink")
    with pytest.raises(KeyError):
        load(tmp_path).find("huge")


SINGLE = "questions: [{kind: single, ask: {en: a, ko: 가}, options: [%s]}]"
OPTION = "{text: {en: a, ko: 가}, why: {en: b, ko: 나}%s}"
TINY = "title: {en: a, ko: 가}\nminutes: 3\ntasks: "
BROKEN = [
    ("module.yaml", "title: {en: Rooms}", "a text must be given in en and ko"),
    ("01-tiny/lesson.yaml", "title: [", "while parsing"),
    ("01-tiny/lesson.yaml", "just words", "not a map"),
    ("01-tiny/lesson.yaml", "minutes: 3", "a text must be given in en and ko: None"),
    ("01-tiny/lesson.yaml", "title: {en: a, ko: b}\nminutes: soon", "minutes must be a whole number"),
    (
        "01-tiny/lesson.yaml",
        f"{TINY}{{grow: {{title: {{en: a, ko: 가}}, before: grow}}}}",
        "grow comes before grow, which is no later",
    ),
    (
        "01-tiny/lesson.yaml",
        f"{TINY}{{grow: {{title: {{en: a, ko: 가}}, before: sink}}}}",
        "before sink, which is no later task",
    ),
    ("01-tiny/ko.md", None, "No such file"),
    ("01-tiny/checks.yaml", "grow: {within: 3}", "task grow has no checks"),
    ("01-tiny/checks.yaml", "grow: {all: [{gone: Pod/a}]}\nsink: {all: []}", "there is no task sink"),
    ("01-tiny/hints.yaml", "grow: {en: [a, b, c], ko: [가]}", "task grow needs 3 hints in each language"),
    ("01-tiny/wrong/deleted.sh", "# en: It is gone.\ntrue\n", "the head lacks ko, task"),
    ("01-tiny/wrong/deleted.sh", "# task: sink\n# en: a\n# ko: 가\n", "there is no task sink"),
    ("01-tiny/quiz.yaml", "questions: [{kind: riddle}]", "question 1 is none of"),
    ("01-tiny/quiz.yaml", SINGLE % OPTION % "", "question 1 has 1 options, 0 of them right"),
    ("01-tiny/quiz.yaml", SINGLE % ", ".join([OPTION % ", right: true"] * 2), "2 of them right"),
    ("01-tiny/quiz.yaml", SINGLE % "{text: {en: a, ko: 가}}", "a text must be given"),
    ("01-tiny/quiz.yaml", "questions: [{kind: number, ask: {en: a, ko: 가}}]", "question 1 has no answer"),
    ("01-tiny/quiz.yaml", "questions: [{kind: order, ask: {en: a, ko: 가}, order: []}]", "at least three things"),
    ("01-tiny/quiz.yaml", "questions: [{kind: match, ask: {en: a, ko: 가}, pairs: []}]", "at least three pairs"),
]


@pytest.mark.parametrize(("file", "text", "problem"), BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, file: str, text: str | None, problem: str) -> None:
    with pytest.raises(ContentError) as error:
        load(course_at(tmp_path, {file: text}))
    assert file in str(error.value)
    assert problem in str(error.value)


def test_the_course_is_whole_in_both_languages() -> None:
    for lesson in load().lessons():
        for language in LANGUAGES:
            assert lesson.text[language].strip(), f"{lesson.id} has no {language} text"
        assert lesson.tasks and lesson.solutions and lesson.wrong and lesson.quiz, lesson.id


def test_lessons_have_names_of_their_own() -> None:
    names = [lesson.id for lesson in load().lessons()]
    assert len(names) == len(set(names))


WRITTEN = [
    path for folder in (CONTENT, FOLDER) for path in sorted(folder.rglob("*")) if path.suffix in (".md", ".yaml", ".sh")
]


@pytest.mark.parametrize("word", ["포드를", "되어지", "당신", "그것", "이것은", "파드들", "여러분"])
def test_korean_reads_as_korean(word: str) -> None:
    assert [str(path) for path in WRITTEN if word in path.read_text(encoding="utf-8")] == []


def test_nothing_is_shouted() -> None:
    for lesson in everything():
        prose = re.sub(r"`[^`]*`", "", FENCE.sub("", lesson.text["ko"]))
        assert "!" not in prose, lesson.id


def test_no_particle_hangs_on_what_is_drawn() -> None:
    """Particles follow the sound of the word before them, which nobody knows of a drawn one; counters may."""
    hanging = re.compile(r"\{\{ *\w+ *\}\}`?(을|를|이|가|은|는|와|과|로|으로|라고|이라고|\(을\)를)(?![가-힣])")
    found = [(str(path), match[0]) for path in WRITTEN for match in hanging.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_predictions_can_be_read(language: str) -> None:
    for lesson in load().lessons():
        for kind, _, body in FENCE.findall(lesson.text[language]):
            if kind == "predict":
                asked = yaml.safe_load(body)
                choices = {"columns", "rows"} if is_table(asked) else {"options"}
                assert asked.keys() == {"question", "then", *choices}, f"{lesson.id}: {body}"
                assert isinstance(asked["question"], str) and isinstance(asked["then"], str), f"{lesson.id}: {body}"
                offered = [one["options"] for one in asked["columns"]] if is_table(asked) else [asked["options"]]
                assert all(len(options) > 1 for options in offered), f"{lesson.id}: {body}"
