"""What a course is made of, and how it is read from its folders.

A lesson's folder holds `lesson.yaml` (what it is), `ko.md` and `en.md` (its text), `scene.yaml` (the world it starts
in), `checks.yaml`, `hints.yaml`, `quiz.yaml`, `solutions/*.sh` and `wrong/*.sh`. Numbers before folder names order,
the names identify.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "ko")

type Texts = Mapping[str, str]
"""The same text in each language."""
type Declared = dict[str, Any]


class ContentError(Exception):
    """A folder of the course that cannot be understood; says which file and why."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")


@dataclass(frozen=True)
class Task:
    """One thing to bring about in the world of a lesson."""

    id: str
    title: Texts
    points: int
    hints: Mapping[str, tuple[str, ...]]
    """Per language: where to look, the idea, nearly the answer."""
    checks: tuple[Declared, ...] = ()
    """What must hold, in the words of `lessons.checks`; all of it."""
    within: float = 0
    """Seconds that the world may still need: true by then counts as `waiting`."""


@dataclass(frozen=True)
class Wrong:
    """A known wrong answer: the commands, the task they miss, and what the learner is told then."""

    name: str
    script: str
    task: str
    says: Texts


@dataclass(frozen=True)
class Lesson:
    """One lesson."""

    id: str
    title: Texts
    minutes: int
    text: Texts
    tasks: tuple[Task, ...]
    scene: Declared
    draws: Mapping[str, Any]
    solutions: tuple[tuple[str, str], ...]
    wrong: tuple[Wrong, ...]
    quiz: tuple[Declared, ...] = ()
    teaches: tuple[str, ...] = ()
    path: Path = field(default=CONTENT, compare=False)

    def task(self, task_id: str) -> Task:
        """A task by its id; KeyError where there is none."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)


@dataclass(frozen=True)
class Module:
    """A room of the course: lessons that belong together."""

    id: str
    number: int
    title: Texts
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Course:
    """All modules in order."""

    modules: tuple[Module, ...]

    def lessons(self) -> list[Lesson]:
        return [lesson for module in self.modules for lesson in module.lessons]

    def find(self, lesson_id: str) -> Lesson:
        """A lesson by its id; KeyError where there is none."""
        for lesson in self.lessons():
            if lesson.id == lesson_id:
                return lesson
        raise KeyError(lesson_id)


@cache
def load(content: Path = CONTENT) -> Course:
    """The course below a folder, read once. Raises `ContentError`."""
    return Course(tuple(read_module(folder) for folder in numbered(content)))


def numbered(folder: Path) -> list[Path]:
    """The folders below that begin with a number, in order."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.name[:2].isdigit())


def identity(folder: Path) -> str:
    """A folder's name without its number."""
    return folder.name.partition("-")[2]


def read_module(folder: Path) -> Module:
    declared = read_yaml(folder / "module.yaml")
    lessons = tuple(read_lesson(path) for path in numbered(folder))
    return Module(identity(folder), int(folder.name[:2]), texts(folder / "module.yaml", declared["title"]), lessons)


def read_lesson(folder: Path) -> Lesson:
    path = folder / "lesson.yaml"
    declared = read_yaml(path)
    checks, hints = read_yaml(folder / "checks.yaml"), read_yaml(folder / "hints.yaml")
    scene = read_yaml(folder / "scene.yaml")
    tasks = tuple(
        read_task(path, task_id, about, checks.get(task_id), hints.get(task_id))
        for task_id, about in (declared.get("tasks") or {}).items()
    )
    quiz = folder / "quiz.yaml"
    return Lesson(
        identity(folder),
        texts(path, declared["title"]),
        int(declared["minutes"]),
        {language: (folder / f"{language}.md").read_text() for language in LANGUAGES},
        tasks,
        scene,
        scene.pop("draws", None) or {},
        tuple((script.stem, script.read_text()) for script in sorted(folder.glob("solutions/*.sh"))),
        tuple(read_wrong(script) for script in sorted(folder.glob("wrong/*.sh"))),
        tuple(read_yaml(quiz).get("questions") or ()) if quiz.exists() else (),
        tuple(declared.get("teaches") or ()),
        folder,
    )


def read_task(path: Path, task_id: str, about: Declared, checks: Any, hints: Any) -> Task:
    if not checks or not checks.get("all"):
        raise ContentError(path, f"task {task_id} has no checks")
    if not hints or any(len(hints.get(language) or ()) != 3 for language in LANGUAGES):
        raise ContentError(path, f"task {task_id} needs three hints in each language")
    levels = {language: tuple(hints[language]) for language in LANGUAGES}
    within = float(checks.get("within", 0))
    return Task(task_id, texts(path, about["title"]), int(about.get("points", 1)), levels, tuple(checks["all"]), within)


def read_wrong(script: Path) -> Wrong:
    """A script whose first comment lines say which task it misses and what the learner is told."""
    text = script.read_text()
    head = [line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#")]
    facts = dict(line.split(": ", 1) for line in head if ": " in line)
    missing = {"task", *LANGUAGES} - facts.keys()
    if missing:
        raise ContentError(script, f"the head lacks {', '.join(sorted(missing))}")
    return Wrong(script.stem, text, facts["task"], {language: facts[language] for language in LANGUAGES})


def read_yaml(path: Path) -> Declared:
    try:
        loaded = yaml.load(path.read_text(), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(path, str(error)) from error
    if not isinstance(loaded, dict):
        raise ContentError(path, "not a map")
    return loaded


def texts(path: Path, given: Any) -> Texts:
    if not isinstance(given, dict) or any(language not in given for language in LANGUAGES):
        raise ContentError(path, f"a text must be given in {' and '.join(LANGUAGES)}: {given!r}")
    return {language: str(given[language]) for language in LANGUAGES}
