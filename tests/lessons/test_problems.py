"""What an author is told of the files of a lesson, and that the course itself gives no cause."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from lessons.course import CONTENT
from lessons.drafts import Drafts
from lessons.exercises import FOLDER
from lessons.problems import LARGEST, problems

MODULE, LESSON = "02-pods", "03-probes"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of one module and one lesson."""
    (tmp_path / MODULE).mkdir()
    (tmp_path / MODULE / "module.yaml").write_text("title: {en: Pods, ko: 파드}\n")
    copytree(CONTENT / MODULE / LESSON, tmp_path / MODULE / LESSON)
    return tmp_path


def told(root: Path) -> list[str]:
    (module,) = Drafts(root).read()
    found = [*module.problems, *(problem for draft in module.drafts for problem in draft.problems)]
    return [f"{each.path.relative_to(root / MODULE)}:{each.line} {each.says}" for each in found]


@pytest.mark.parametrize("course", [CONTENT, FOLDER / "gym", FOLDER / "exams"])
def test_nothing_is_wrong_with_what_we_publish(course: Path) -> None:
    modules = Drafts(course).read()
    assert modules
    assert [problem for module in modules for problem in module.problems] == []
    assert [problem for module in modules for draft in module.drafts for problem in draft.problems] == []


def swapped(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        pytest.param(
            "lesson.yaml", swapped("minutes:", "minuts:"), ":2 minuts is not known here; is minutes meant?", id="key"
        ),
        pytest.param("lesson.yaml", swapped("ko:", "kr:"), ":1 there is no ko", id="title in one language"),
        pytest.param(
            "checks.yaml", lambda text: f"{text}\n  x: [\n", "did not find expected node content", id="broken YAML"
        ),
        pytest.param("checks.yaml", swapped("path:", "pth:"), "pth is not known here; is path meant?", id="check"),
        pytest.param("scene.yaml", swapped("settle:", "setle:"), "is settle meant?", id="scene"),
        pytest.param(
            "scene.yaml", lambda text: f"world: lab33\n{text}", "lab33 is not known here; is lab3", id="world"
        ),
        pytest.param("scene.yaml", lambda text: f"{text}\noddities: [x]\n", "x is not known here", id="oddity"),
        pytest.param("quiz.yaml", swapped("kind: match", "kind: mach"), "is match meant?", id="kind of question"),
        pytest.param(
            "quiz.yaml", swapped("]\n        why:", "]\n        whi:"), "there is no why", id="option without reason"
        ),
        pytest.param("quiz.yml", lambda text: "a: 1", "", id="a file of another kind"),
        pytest.param("quizz.yaml", lambda text: "a: 1", ":0 quizz.yaml is not known", id="a file that nothing reads"),
        pytest.param("hints.yaml", lambda text: "[]", "a map of names belongs here", id="list for map"),
        pytest.param("lesson.yaml", swapped("points: ", "points: -"), "a whole number, 1 or more", id="points"),
        pytest.param("ko.md", lambda text: "", "the translation is missing", id="no translation"),
        pytest.param("ko.md", swapped("```run", "```rnu"), "the fence rnu is not known here", id="fence"),
        pytest.param("ko.md", swapped("\n## ", "\n"), "stands where en.md has `##`", id="other headings"),
        pytest.param("en.md", lambda text: f"{text}\n```run\nls\n", "this fence is not closed", id="open fence"),
        pytest.param("en.md", lambda text: f"{text}\n{{{{ nmae }}}}\n", "nothing is drawn for nmae", id="place"),
        pytest.param("en.md", lambda text: f"{text}\n```predict\nquestion: [\n```\n", "while parsing", id="prediction"),
        pytest.param(
            "en.md", lambda text: f"{text}\n```predict\nask: x\n```\n", "needs a question", id="prediction without"
        ),
        pytest.param(
            "en.md",
            lambda text: (
                f"{text}\n```predict\nquestion: x\ncolumns: [{{name: a, options: [1]}}]\nrows: [{{name: b, is: [2]}}]\n```\n"
            ),
            "a table needs columns",
            id="table with another cell",
        ),
        pytest.param("en.md", lambda text: "x" * (LARGEST + 1), "is larger than", id="too large"),
        pytest.param("../module.yaml", lambda text: "titel: x", "is title meant?", id="module"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(root: Path, file: str, change: Callable[[str], str], says: str) -> None:
    path = root / MODULE / LESSON / file
    path.write_text(change(path.read_text() if path.exists() else ""))
    found = told(root)
    assert any(says in each for each in found) if says else found == []


def test_a_missing_file_is_said(root: Path) -> None:
    (root / MODULE / LESSON / "ko.md").unlink()
    assert f"{LESSON}/ko.md:0 is missing" in told(root)


def test_nothing_outside_the_folder_is_read(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret"
    secret.write_text("a secret")
    text = root / MODULE / LESSON / "en.md"
    text.unlink()
    text.symlink_to(secret)
    assert told(root) == [f"{LESSON}/en.md:0 leads out of the course's folder"]
    assert Drafts(root).read()[0].drafts[0].lesson.text["en"] == ""
    (root / MODULE / "04-away").symlink_to(secret.parent)
    assert [draft.folder.name for draft in Drafts(root).read()[0].drafts] == [LESSON]


def test_only_what_was_saved_is_read_again(root: Path) -> None:
    copytree(root / MODULE / LESSON, root / MODULE / "04-other")
    drafts = Drafts(root)
    before = drafts.read()[0].drafts
    (root / MODULE / LESSON / "en.md").write_text("Anew.")
    after = drafts.read()[0].drafts
    assert after[0].lesson.text["en"] == "Anew."
    assert after[1] is before[1]


def test_two_lessons_of_one_name_are_told(root: Path) -> None:
    copytree(root / MODULE / LESSON, root / MODULE / "04-probes")
    says = "lesson.yaml:0 another lesson of the course is called probes too"
    assert told(root) == [f"{LESSON}/{says}", f"04-probes/{says}"]


def test_what_cannot_be_read_keeps_its_text(root: Path) -> None:
    (root / MODULE / LESSON / "checks.yaml").write_text("x: [")
    (draft,) = Drafts(root).read()[0].drafts
    assert draft.lesson.title["ko"] and draft.lesson.text["ko"]
    assert draft.lesson.tasks == ()


def test_recursion_is_told(tmp_path: Path) -> None:
    (tmp_path / "checks.yaml").write_text("a: &a\n  all: [&b {any: [*b]}]\n")
    assert any("recursion" in each.says for each in problems(tmp_path, tmp_path))
